"""A wire with a counter: it stands before PostgreSQL's socket, counts round trips, and may stop at each."""

import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import Literal

Phase = Literal["before", "after"]
Hook = Callable[["WireConnection", int, Phase], None]

ENCRYPTION_REQUESTS = (80877103, 80877104)  # TLS, GSSAPI: sent where a login sends its protocol version
UNANSWERED = b"PBDEC"  # Parse, Bind, Describe, Execute, Close: nothing comes back before a Sync or a Flush


class Wire:
    """Connect to `socket` in place of the server's own.

    `on_message(connection, n, phase)` is called at the nth round trip of a connection: "before" the server
    has a byte of it, and "after" the server is ready again, which the client is not told yet. It is called in
    a thread of that connection. What it raises cuts the connection, and is raised again where the wire ends.
    """

    def __init__(self, upstream: str, on_message: Hook | None = None) -> None:
        self.upstream = upstream
        self.on_message = on_message
        self.connections: list[WireConnection] = []  # in the order they came, those that ended too
        self.errors: list[BaseException] = []
        self._folder = Path(tempfile.mkdtemp(prefix="wire-"))
        self.socket = str(self._folder / ".s.PGSQL.5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.socket)
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def round_trips(self) -> list[int]:
        return [connection.round_trips for connection in self.connections]

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for connection in self.connections:
            connection.cut()
            connection.thread.join()
        rmtree(self._folder)
        if self.errors:
            raise self.errors[0]

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                connection = WireConnection(self, self._listener.accept()[0])
                self.connections.append(connection)
                connection.thread.start()


class WireConnection:
    """One client and its session at the server: a thread carries what is said, another what is answered."""

    def __init__(self, wire: Wire, client: socket.socket) -> None:
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        self.pid: int = struct.unpack("3i", credentials)[0]  # of the process that connected
        self.round_trips = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self._wire = wire
        self._client = client
        self._server = socket.socket(socket.AF_UNIX)

    def cut(self) -> None:
        """From here on neither side gets a byte. Whoever kills the client cuts too: death takes a moment."""
        for side in (self._client, self._server):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        with self._client, self._server:
            answers = threading.Thread(target=self._answer, daemon=True)
            with suppress(OSError):
                self._server.connect(self._wire.upstream)
            answers.start()
            with suppress(OSError):  # one side has gone
                self._questions()
            with suppress(OSError):  # answers that are on their way still arrive
                self._server.shutdown(socket.SHUT_WR)
            answers.join()

    def _answer(self) -> None:
        with suppress(OSError):
            self._answers()
        self.cut()

    def _questions(self) -> None:
        with self._client.makefile("rb") as stream:
            self._server.sendall(self._login(stream))
            held, begun = bytearray(), False
            for message in _messages(stream):
                code = message[:1]
                if not begun and code not in b"pX":  # a password and a goodbye are no round trips
                    begun = True
                    self._tell(self.round_trips + 1, "before")
                if code in b"SQ":  # Sync, Query: the client waits now
                    begun = False
                    self.round_trips += 1
                held += message
                if code not in UNANSWERED:
                    self._server.sendall(held)
                    held.clear()

    def _answers(self) -> None:
        answered = -1  # what ends the login is counted too
        with self._server.makefile("rb") as stream:
            for message in _messages(stream):
                if message[:1] in b"ZG":  # ReadyForQuery; or CopyIn: the server overhears the Sync it got
                    answered += 1
                    if answered:
                        self._tell(answered, "after")
                self._client.sendall(message)

    def _tell(self, number: int, phase: Phase) -> None:
        if self._wire.on_message is None:
            return
        try:
            self._wire.on_message(self, number, phase)
        except BaseException as error:
            self._wire.errors.append(error)
            raise ConnectionAbortedError("by the hook") from error

    def _login(self, stream: BufferedReader) -> bytes:
        while True:
            size, request = struct.unpack("!ii", head := _whole(stream, 8))
            if request not in ENCRYPTION_REQUESTS:
                return head + _whole(stream, size - 8)
            self._client.sendall(b"N")


def _messages(stream: BufferedReader) -> Iterator[bytes]:
    """A letter, the size of what follows with the size itself, and what follows."""
    while True:
        head = _whole(stream, 5)
        yield head + _whole(stream, int.from_bytes(head[1:], "big") - 4)


def _whole(stream: BufferedReader, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionResetError("it ended")
    return data
