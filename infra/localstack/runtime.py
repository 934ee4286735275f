"""One of Lambda's execution environments as a process of this machine, with AWS's own runtime in it.

Imported by the emulators' own Python: the standard library only.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty
from uuid import uuid4

from infra.localstack.runtime_api import LONGEST_ANSWER, Call, Happened, RuntimeApi

__all__ = ["Answer", "Call", "Environment", "Failed", "Program"]

INTERPRETERS = "LAMBDA_INTERPRETERS"  # the variable with the interpreter of each runtime, as JSON
INIT = 10.0  # seconds for a start, where the function's own timeout is shorter
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"

# The kernel kills a function's process when the thread that started it ends, so that none outlives a killed
# emulator: one thread, which stays, starts them all.
_starter = ThreadPoolExecutor(1, "starts-functions")


@dataclass(frozen=True)
class Program:
    """A function, unpacked."""

    runtime: str  # python3.13
    handler: str
    code: str  # a folder
    layers: Sequence[str]  # folders, in the order in which the function names them
    environment: Mapping[str, str]
    timeout: float  # seconds


@dataclass(frozen=True)
class Answer:
    payload: bytes
    failed: bool
    log: str


class Failed(Exception):
    """Lambda answers in the function's place."""

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload


class Environment:
    """Takes one call at a time. Whatever a call does to its process, the next one finds one that works."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: _Process | None = None
        self._turn = threading.Lock()

    def start(self, request_id: str | None = None) -> "_Process":
        """Before there is a call, or for it. Raises what would be the call's answer."""
        self._process = _Process(self._program)
        self._process.wait_until_ready(request_id or str(uuid4()))
        return self._process

    def invoke(self, call: Call) -> Answer:
        with self._turn:
            process = self._process
            try:
                if process is None or process.ended.is_set():
                    process = self.start(call.request_id)
                happened = process.invoke(call)
            except Failed as failure:
                return Answer(failure.payload, True, self._log())
            return Answer(happened.body, happened.what == "error", self._log())

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _log(self) -> str:
        return self._process.log.taken() if self._process is not None else ""


class _Process:
    """From its start to the end of all that it has started itself."""

    def __init__(self, program: Program) -> None:
        interpreter = _interpreter(program.runtime)
        self._timeout = program.timeout
        self._folder = tempfile.mkdtemp(prefix="function-")
        self._api = RuntimeApi()
        self.log = _Log()
        self.ended = threading.Event()
        self._ending = threading.Lock()
        environment = _environment(program, self._api.port, self._folder)
        self._process = _starter.submit(self._started, program, interpreter, environment).result()
        threading.Thread(target=self._see_it_out, daemon=True).start()

    def wait_until_ready(self, request_id: str) -> None:
        self._awaited("ready", request_id=request_id, within=max(INIT, self._timeout))

    def invoke(self, call: Call) -> Happened:
        self._api.hand_out(call, deadline=int((time.time() + self._timeout) * 1000))
        return self._awaited("response", "error", request_id=call.request_id, within=self._timeout)

    def kill(self) -> None:
        with self._ending:
            if not self.ended.is_set():
                os.killpg(self._process.pid, signal.SIGKILL)
        self.ended.wait(5)

    def _started(
        self, program: Program, interpreter: str, environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        runtime = [interpreter, "-u", "-m", "awslambdaric", program.handler]
        return subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", *runtime],
            cwd=program.code,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log.file,
            stderr=self.log.file,
            start_new_session=True,
        )

    def _awaited(self, *wanted: str, request_id: str, within: float) -> Happened:
        end = time.monotonic() + within
        while True:
            try:
                happened = self._api.happened.get(timeout=max(0, end - time.monotonic()))
            except Empty:
                self.kill()
                reason = f"Task timed out after {self._timeout:.2f} seconds"
                raise self._failed("Sandbox.Timedout", f"RequestId: {request_id} Error: {reason}") from None
            if happened.what in wanted:
                return happened
            match happened.what:
                case "init error":
                    self.kill()
                    raise Failed(happened.body)
                case "exit":
                    reason = _exit_reason(happened.status)
                    raise self._failed("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")
                case "too long":
                    reason = f"exceeded maximum allowed payload size ({LONGEST_ANSWER} bytes)."
                    raise self._failed("Function.ResponseSizeTooLarge", f"Response payload size {reason}")

    def _failed(self, error_type: str, message: str) -> Failed:
        self.log.add(message)
        return Failed(json.dumps({"errorType": error_type, "errorMessage": message}).encode())

    def _see_it_out(self) -> None:
        pid = self._process.pid
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with self._ending:  # until it is waited for, no other process can have its number, or its group
            os.killpg(pid, signal.SIGKILL)
            status = self._process.wait()
            self.ended.set()
        self._api.happened.put(Happened("exit", status=status))
        self._api.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Log:
    """What a process has written, without a thread that reads or a tail that comes too late."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
        fcntl.fcntl(self.file, fcntl.F_SETFL, fcntl.fcntl(self.file, fcntl.F_GETFL) | os.O_APPEND)

    def add(self, line: str) -> None:
        os.write(self.file.fileno(), f"{line}\n".encode())

    def taken(self) -> str:
        descriptor = self.file.fileno()
        written = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        os.ftruncate(descriptor, 0)
        return written.decode(errors="replace").replace(
            "\r", "\n"
        )  # how the runtime parts a traceback's lines


def _interpreter(runtime: str) -> str:
    found: dict[str, str] = json.loads(os.environ[INTERPRETERS])
    if runtime not in found:
        reason = f"{runtime} does not run here, {' and '.join(found)} does"
        raise Failed(json.dumps({"errorType": "Runtime.InvalidRuntime", "errorMessage": reason}).encode())
    return found[runtime]


def _environment(program: Program, port: int, folder: str) -> dict[str, str]:
    """The function's variables and Lambda's: nothing of the emulator's."""
    layers = list(reversed(program.layers))  # in AWS a later one lies over the earlier ones
    packages = [f"{layer}/python/lib/{program.runtime}/site-packages" for layer in layers]
    own = program.environment.get("PYTHONPATH")
    paths = [program.code, own, *packages, *(f"{layer}/python" for layer in layers)]
    return {
        "LANG": "C.UTF-8",
        "PATH": SYSTEM_PATH,
        "TZ": ":UTC",
        **program.environment,
        "PYTHONPATH": ":".join(filter(None, paths)),
        "HOME": folder,
        "TMPDIR": folder,
        "LAMBDA_TASK_ROOT": program.code,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{program.runtime}",
        "_HANDLER": program.handler,
    }


def _exit_reason(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    reason = f"exit status {status}" if status > 0 else f"signal: {signal.strsignal(-status)}".lower()
    return f"Runtime exited with error: {reason}"
