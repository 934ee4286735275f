"""A PostgreSQL of a storm's own, which may be killed at any moment and stands up again."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra import database
from infra.local import postgres
from infra.local.home import URLS
from infra.local.postgres import Server

UNSYNCED = {"fsync": "off"}  # a killed server loses no page that the kernel has; a commit still writes


@dataclass
class Mortal:
    """A server ends with the thread that started it, so one thread starts it every time."""

    home: Path
    deaths: int = 0
    _server: Server | None = None
    _up: threading.Event = field(default_factory=threading.Event)
    _down: threading.Event = field(default_factory=threading.Event)
    _over: bool = False

    def kill(self) -> None:
        assert self._server is not None
        self._up.clear()
        self.deaths += 1
        os.kill(self._server.pid, signal.SIGKILL)
        self._down.set()

    def url(self, role: str, name: str = "astrolabe") -> str:
        assert self._server is not None
        return self._server.url(role, name)

    @property
    def urls(self) -> dict[str, str]:
        return {setting: self.url(login) for setting, login in URLS.items()}

    def live(self) -> None:
        while not self._over:
            with postgres.start(self.home, options=UNSYNCED) as self._server:
                self._up.set()
                self._down.wait()
                self._down.clear()

    def wait(self) -> None:
        assert self._up.wait(60)

    def end(self) -> None:
        self._over = True
        self._down.set()


@contextmanager
def mortal(home: Path) -> Iterator[Mortal]:
    server = Mortal(home)
    life = threading.Thread(target=server.live)
    life.start()
    try:
        server.wait()
        passwords = {login: postgres.password(home, login) for login in database.LOGINS}
        database.prepare(server.url("postgres", "postgres"), passwords)
        database.migrate(server.url("app_owner"))
        yield server
    finally:
        server.end()
        life.join()
