"""Logging in: a password that was rotated meanwhile needs no new process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError

from infra.local.postgres import password
from shared.db import identity, transaction
from shared.db.driver import DatabaseError, connect
from shared.db.session import engine
from tests.conftest import Database, forget

Rotate = Callable[[], None]


@pytest.fixture
def rotate(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rotate]:
    """The login's address is a secret, as in AWS: whoever calls this changes its password, there and here."""
    file = tmp_path / "secrets" / "database" / "fn_http"
    file.parent.mkdir(parents=True)
    url = make_url(database.url("fn_http"))
    file.write_text(of(url))
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.delenv("DATABASE_URL_HTTP")
    forget()

    def change() -> None:
        new = uuid4().hex
        set_password(database, new)
        file.write_text(of(url.set(password=new)))

    yield change
    set_password(database, password(database.server.home, "fn_http"))
    monkeypatch.undo()
    forget()


def of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def set_password(database: Database, new: str) -> None:
    with connect(database.url("postgres")) as admin:
        admin.execute_simple(f"alter role fn_http password '{new}'")


def end_sessions(database: Database) -> None:
    with connect(database.url("postgres")) as admin:
        ended = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'fn_http'"
        assert admin.open([(ended, ())]) == [[(True,)]]


def who() -> str:
    with transaction("fn_http", identity.nobody()) as db:
        return str(db.scalar(text("select session_user")))


def test_a_new_connection_takes_the_rotated_password(rotate: Rotate) -> None:
    assert who() == "fn_http"
    rotate()
    assert who() == "fn_http"  # who is logged in stays so
    engine("fn_http").dispose()
    assert who() == "fn_http"


def test_a_connection_that_was_lost_over_a_rotation_fails_one_call_and_no_more(
    rotate: Rotate, database: Database
) -> None:
    assert who() == "fn_http"
    rotate()
    end_sessions(database)
    with pytest.raises(DatabaseError, match="28P01"):
        who()
    assert (who(), who()) == ("fn_http", "fn_http")


def test_a_password_that_the_secret_does_not_know_either_is_refused_after_two_tries(
    rotate: Rotate, database: Database
) -> None:
    set_password(database, "nobody was told")
    with pytest.raises(DBAPIError, match="28P01"):
        who()
