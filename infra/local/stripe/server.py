"""The server: a socket on this machine, a thread for each connection, and everything behind it."""

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from infra.local.stripe.api import Api
from infra.local.stripe.background import Background
from infra.local.stripe.call import Endpoint, House
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.faults import Faults
from infra.local.stripe.pages.site import Pages
from infra.local.stripe.store import Store
from infra.local.stripe.wire import Lost, Reply, Request, in_words

log = logging.getLogger(__name__)

HERE = "127.0.0.1"
LOOPBACK = (HERE, "localhost")
LARGEST = 1_000_000  # bytes of a request
QUIET = 30.0  # seconds after which a connection that says nothing is closed
API = ("/v1/", "/_control/")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = QUIET

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """A line per request is of no use to anybody."""

    def _answer(self) -> None:
        assert isinstance(self.server, Listener)
        try:
            reply = self.server.answer(self._request())
        except Refused as refused:
            self.close_connection = True  # nothing behind such a body can be understood
            reply = in_words(refused)
        except Lost:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in (reply.headers | {"Content-Length": str(len(reply.body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        return Request(self.command, parts.path, parts.query, self.headers, self._body())

    def _body(self) -> bytes:
        """Read to the end, even where it is too much: who is cut off while sending reads no answer."""
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise Refused(411, "A request says its length.")
        left = int(length)
        body = part = self.rfile.read(min(left, LARGEST))
        while part and (left := left - len(part)):
            part = self.rfile.read(min(left, LARGEST))
        if int(length) > LARGEST:
            raise Refused(413, f"A request may weigh {LARGEST} bytes.")
        return body


class Listener(ThreadingHTTPServer):
    answer: Callable[[Request], Reply]

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.info("a connection ended early", exc_info=True)


class Stripe:
    """What tests and owners hold: where it listens, its faults, and the other side's next steps."""

    def __init__(self, folder: Path, listener: Listener, house: House, *, key: str) -> None:
        self.url = house.url
        self.faults: Faults = house.faults
        self._key = key
        self._listener = listener
        listener.answer = self.answer
        self._store = Store(folder)
        self._background = Background(self._store, house)
        self._api = Api(self._store, house, key=key, changed=self._background.wake)
        self._pages = Pages(self._store, house, changed=self._background.wake)

    def answer(self, request: Request) -> Reply:
        if (request.headers.get("Host") or "").rpartition(":")[0] not in LOOPBACK:
            return in_words(Refused(421, "This address serves this machine, under its own name."))
        if request.path.startswith(API):
            return self._api(request)
        return self._pages(request)

    def control(self, path: str, **form: str | int) -> Object:
        """As by HTTP at /_control: `control("/disputes/du_1", status="won")`."""
        headers = {"Authorization": f"Bearer {self._key}"}
        reply = self._api(Request("POST", f"/_control{path}", "", headers, urlencode(form).encode()))
        body: Object = json.loads(reply.body)
        if reply.status != 200:
            raise ValueError(body["error"]["message"])
        return body

    def wait_until_told(self, *, seconds: float = 10) -> None:
        """Until every webhook was taken."""
        end = time.monotonic() + seconds
        while self._untold():
            if time.monotonic() > end:
                raise TimeoutError(f"{self._untold()} webhooks were not taken.")
            time.sleep(0.01)

    def _untold(self) -> int:
        with self._store.transaction() as records:
            return records.on_their_way()

    def serve(self) -> None:
        """Until it is closed, or interrupted."""
        self._background.start()
        try:
            self._listener.serve_forever(poll_interval=0.05)
        finally:
            self._listener.server_close()
            self._background.stop()
            self._store.close()

    def close(self) -> None:
        self._listener.shutdown()


def stripe(
    folder: Path,
    *,
    key: str,
    webhooks: Iterable[tuple[str, str]] = (),
    port: int = 0,
    settle_after: float | None = None,
) -> Stripe:
    """One that listens already; `serve` answers. `webhooks`: where to, and the secret to sign with."""
    listener = Listener((HERE, port), Handler)
    endpoints = tuple(Endpoint(url, secret) for url, secret in webhooks)
    house = House(f"http://{HERE}:{listener.server_port}", endpoints, settle_after)
    return Stripe(folder, listener, house, key=key)


@contextmanager
def stripe_server(
    folder: Path,
    *,
    key: str,
    webhooks: Iterable[tuple[str, str]] = (),
    port: int = 0,
    settle_after: float | None = None,
) -> Iterator[Stripe]:
    with served(stripe(folder, key=key, webhooks=webhooks, port=port, settle_after=settle_after)) as made:
        yield made


@contextmanager
def served(made: Stripe) -> Iterator[Stripe]:
    """By a thread, for as long as the block runs."""
    thread = Thread(target=made.serve, name="stripe")
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join()
