"""The fork parent: one thread, no connection, every entry file imported. It forks workers, and buries them.

A program of its own (`python -m infra.local.nursery`), so that nothing of the supervisor is in the workers.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module

from infra.local import worker
from infra.local.lifeline import die_with
from shared.handler import Handler

COMMAND = 256 * 1024  # bytes: the first command names every module


class Nursery:
    def __init__(self, control: socket.socket, handlers: Mapping[str, Handler]) -> None:
        self._control = control
        self._handlers = handlers
        self._children: set[int] = set()
        self._deaths, self._on_signal = os.pipe()

    def serve(self) -> None:
        """Until the supervisor hangs up. It kills, too: who buries the children knows whose a number is."""
        self._hear_of_deaths()
        self._control.send(b"ready")
        while True:
            readable, _, _ = select.select([self._control.fileno(), self._deaths], [], [])
            if self._deaths in readable:
                os.read(self._deaths, 64)
                self._bury(os.WNOHANG)
            if self._control.fileno() in readable and not self._obeyed():
                break
        for pid in self._children:
            os.killpg(pid, signal.SIGKILL)
        self._bury(0)

    def _obeyed(self) -> bool:
        command, lines, _, _ = socket.recv_fds(self._control, COMMAND, 1)
        if lines:
            self._children.add(self._fork(socket.socket(fileno=lines[0])))
        elif command and int(command) in self._children:
            os.killpg(int(command), signal.SIGKILL)
        return bool(command)

    def _fork(self, line: socket.socket) -> int:
        nursery = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._leave(nursery)
                worker.work(line, self._handlers)
            except ConnectionError:
                pass  # the supervisor is gone
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.setpgid(pid, pid)
        line.close()
        return pid

    def _leave(self, nursery: int) -> None:
        """Become a worker: keep nothing of the fork parent but its memory."""
        die_with(nursery)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._deaths)
        os.close(self._on_signal)
        self._control.close()
        gc.enable()

    def _hear_of_deaths(self) -> None:
        os.set_blocking(self._on_signal, False)
        signal.set_wakeup_fd(self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # else the signal is dropped before it wakes us

    def _bury(self, options: int) -> None:
        """What a worker had started dies with it; its group keeps its number until it is waited for."""
        while self._children and (dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | options)):
            os.killpg(dead.si_pid, signal.SIGKILL)
            pid, status = os.waitpid(dead.si_pid, 0)
            self._children.discard(pid)
            ended = {"level": "INFO", "message": "worker ended", "worker": pid}
            sys.stderr.write(json.dumps(ended | {"status": os.waitstatus_to_exitcode(status)}) + "\n")


def main() -> None:
    supervisor, control = int(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    die_with(supervisor)
    for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C reaches us, too, but is for the supervisor
        signal.signal(number, signal.SIG_IGN)
    gc.disable()  # a collection in the parent would leave holes, which unshare pages later
    modules = json.loads(control.recv(COMMAND))
    handlers = {name: import_module(module).handler for name, module in modules.items()}
    gc.freeze()
    Nursery(control, handlers).serve()


if __name__ == "__main__":
    main()
