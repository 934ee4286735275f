"""One machine's folders, and its database as the functions' environment names it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.local.postgres import Server

ROOT = Path(__file__).resolve().parent.parent.parent
URLS = {"DATABASE_URL_HTTP": "fn_http", "DATABASE_URL_AUTH": "fn_auth", "DATABASE_URL_SYSTEM": "fn_system"}


class Unprepared(RuntimeError):
    """The sentence for whoever has to set something first."""


@dataclass(frozen=True)
class Home:
    folder: Path

    @staticmethod
    def found() -> "Home":
        return Home(Path(os.environ.get("ASTROLABE_HOME") or ROOT / ".astrolabe").absolute())

    @property
    def keys(self) -> Path:
        """Outside the data, so that a copy of the data alone opens nothing."""
        given = os.environ.get("ASTROLABE_KEYS")
        return Path(given).absolute() if given else self.folder.with_name(self.folder.name + ".keys")

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def storage(self) -> Path:
        return self.folder / "storage"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "platform.jsonl"

    @property
    def demo_password(self) -> Path:
        return self.folder / "demo-password"


@contextmanager
def embedded(home: Home) -> Iterator["Server"]:
    """The server with its roles, at the newest schema."""
    # What only reads files, as a backtest, waits for no library of databases: they take a second.
    from infra import database
    from infra.local import postgres

    with postgres.start(home.folder) as server:
        passwords = {login: postgres.password(home.folder, login) for login in database.LOGINS}
        database.prepare(server.url("postgres", "postgres"), passwords)
        database.migrate(server.url("app_owner"))
        yield server


def environment(home: Home, server: "Server", *, public_url: str) -> dict[str, str]:
    """What the functions see where everything is on this machine."""
    from infra import keys

    keys.keep(home.keys)
    return {
        **{name: server.url(login) for name, login in URLS.items()},
        "SECRETS_DIR": str(home.keys),
        "MAIL_DIR": str(home.mail),
        "STORAGE_DIR": str(home.storage),
        "PUBLIC_URL": public_url,
    }


def external(given: Mapping[str, str], *, public_url: str) -> dict[str, str]:
    """What they see where DATABASE_URL names a database of somebody's own."""
    missing = [name for name in (*URLS, "SECRETS_DIR") if not given.get(name)]
    if missing:
        raise Unprepared(
            f"DATABASE_URL is set, so nothing embedded starts; set {', '.join(missing)} as well."
            " `astrolabe database prepare` makes the roles, `astrolabe secrets make` the keys."
        )
    return {"PUBLIC_URL": public_url, "STORAGE_DIR": str(Home.found().storage), **given}
