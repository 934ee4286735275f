"""What AWS's runtime in a function's process talks to: it asks for calls and brings answers, over HTTP.

Imported by the emulators' own Python: the standard library only.
"""

import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from socket import SHUT_RDWR
from socketserver import ThreadingTCPServer
from typing import Any, Literal

LONGEST_ANSWER = 6_291_556  # bytes
KINDS = re.compile(r"/runtime/(?:init/(error)|invocation/[^/]+/(response|error))$")


What = Literal["ready", "response", "error", "init error", "too long", "exit"]


@dataclass(frozen=True)
class Call:
    request_id: str
    function_arn: str
    payload: bytes
    trace_id: str | None


@dataclass(frozen=True)
class Happened:
    what: What
    body: bytes = b""
    status: int = 0  # of an exit: below zero the signal


class RuntimeApi(ThreadingTCPServer):
    """One a process: the address that the runtime is told has no room for a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.happened: SimpleQueue[Happened] = SimpleQueue()
        self._calls: SimpleQueue[tuple[Call, int] | None] = SimpleQueue()
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def hand_out(self, call: Call, *, deadline: int) -> None:
        """The deadline in milliseconds since the epoch."""
        self._calls.put((call, deadline))

    def next_call(self) -> tuple[Call, int] | None:
        self.happened.put(Happened("ready"))
        return self._calls.get()

    def close(self) -> None:
        self._closed = True
        self._calls.put(None)
        with suppress(OSError):  # closed already
            self.socket.shutdown(SHUT_RDWR)  # wakes the accepting thread, which closing alone would not

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A process that dies takes its connection with it; `exit` tells of it."""

    def _serve(self) -> None:
        while not self._closed:
            self.handle_request()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"
    # An answer in two packets would wait 40 ms for the other side's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        found = self.server.next_call()
        if found is None:
            self.close_connection = True
            return
        call, deadline = found
        headers = {
            "Lambda-Runtime-Aws-Request-Id": call.request_id,
            "Lambda-Runtime-Invoked-Function-Arn": call.function_arn,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Content-Type": "application/json",  # without it awslambdaric 4.2.2 dies of a segmentation fault
        }
        if call.trace_id:
            headers["Lambda-Runtime-Trace-Id"] = call.trace_id
        self._answer(200, call.payload, headers)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if not (kind := KINDS.search(self.path)):
            self._answer(404)
            return
        what: What = "init error" if kind[1] else "response" if kind[2] == "response" else "error"
        self._answer(202)
        self.wfile.flush()
        if length > LONGEST_ANSWER:
            self.server.happened.put(Happened("too long"))
        else:
            self.server.happened.put(Happened(what, body))

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The emulator has a log of its own."""
