"""The supervisor's handles on its processes: the fork parent, kept alive, and the workers it forks."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.discover import Function
from infra.local.frames import LENGTH, packed, unpacked

log = logging.getLogger(__name__)

PAUSE = 0.5  # seconds before a process is started again that never came up


class ImportFailed(Exception):
    """The functions cannot be imported; the text says where the reason is."""


class WorkerDied(Exception):
    """The worker ended in the middle of a call: killed, out of memory, or by an exit of its own."""


class Worker(asyncio.Protocol):
    """The supervisor's end of one worker's line: a call, its answer, and the news of its death."""

    pid = 0

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.died: asyncio.Future[None] = loop.create_future()
        self._answer: asyncio.Future[bytes] = loop.create_future()  # the first is the greeting
        self._received = bytearray()

    @property
    def alive(self) -> bool:
        return not self.died.done()

    async def greeting(self) -> None:
        self.pid = unpacked(await self._answer)["pid"]

    async def call(self, message: bytes) -> dict[str, Any]:
        if not self.alive:
            raise WorkerDied
        self._answer = asyncio.get_running_loop().create_future()
        self._line.writelines((LENGTH.pack(len(message)), message))
        answer: dict[str, Any] = unpacked(await self._answer)
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._line = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
        if len(self._received) >= end and not self._answer.done():
            self._answer.set_result(bytes(self._received[LENGTH.size : end]))
            del self._received[:end]

    def connection_lost(self, _: Exception | None) -> None:
        self.died.set_result(None)
        if not self._answer.done():
            self._answer.set_exception(WorkerDied())


class Nursery:
    """The fork parent, started again whenever it dies. Its workers die with it, and it with us."""

    def __init__(
        self, functions: Sequence[Function], *, environment: Mapping[str, str], log_file: Path
    ) -> None:
        self._modules = {function.name: function.module for function in functions}
        importable = os.pathsep.join(path or os.getcwd() for path in sys.path)
        self._environment = {**environment, "PYTHONPATH": importable}
        self._log_file = log_file
        self._ready = asyncio.Event()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        await self._spawn()

    async def stay_alive(self) -> None:
        while True:
            await self._heard()  # it says nothing more until it dies
            self._ready.clear()
            self._control.close()
            log.error("the fork parent died (%s): starting another", await self._process.wait())
            await self._spawn_again()

    async def fork(self) -> Worker:
        """Raises WorkerDied where the fork parent or the worker died before it could greet."""
        await self._ready.wait()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise WorkerDied from None
        _, worker = await asyncio.get_running_loop().create_unix_connection(Worker, sock=ours)
        await worker.greeting()
        return worker

    def kill(self, worker: Worker) -> None:
        with suppress(OSError):  # a dead fork parent has taken its workers along
            self._control.send(str(worker.pid).encode())

    async def stop(self) -> None:
        """The fork parent kills and buries its workers when we hang up; killed, it takes them along."""
        self._control.close()
        try:
            await asyncio.wait_for(self._process.wait(), 1)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _spawn(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with theirs, self._log_file.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "infra.local.nursery", str(os.getpid()), str(theirs.fileno())),
                env=self._environment,
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._control.send(packed(self._modules))
        if not await self._heard():
            self._control.close()
            await self._process.wait()
            raise ImportFailed(f"The functions cannot be imported: {self._log_file} says why.")
        self._ready.set()

    async def _spawn_again(self) -> None:
        while not self._ready.is_set():
            try:
                await self._spawn()
            except ImportFailed as error:
                log.error("%s", error)
                await asyncio.sleep(PAUSE)

    async def _heard(self) -> bytes:
        try:
            return await asyncio.get_running_loop().sock_recv(self._control, 16)
        except ConnectionError:
            return b""
