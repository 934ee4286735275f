"""How the driver's transactions end: committed, refused, timed out, or with a connection that is gone."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pg8000.dbapi import DatabaseError, InterfaceError
from sqlalchemy import Engine, exc, make_url, text

from shared.db.driver import Connection, Statement, connect
from tests.wire import Phase, Wire, WireConnection

BEGIN: Statement = ("begin", ())
COMMIT: Statement = ("commit", ())
ADD = "insert into things (name) values ($1)"
ADD_ORPHAN: Statement = ("insert into things (name, parent) values ('orphan', 99)", ())
BACKEND: Statement = ("select pg_backend_pid()", ())


def names(connection: Connection) -> list[str]:
    [rows] = connection.open([("select name from things order by id", ())])
    return [name for (name,) in rows]


def terminate(backend: int, by: Connection) -> None:
    """And wait until it has gone."""
    by.open([("select pg_terminate_backend($1, 5000)", (backend,))])


def state(error: pytest.ExceptionInfo[DatabaseError]) -> str:
    return str(error.value.args[0]["C"])


# Refused by the server


@pytest.mark.parametrize("bad", [(ADD, ("first",)), ("select 1/0", ()), ("no sql", ()), ADD_ORPHAN])
def test_a_closing_that_fails_takes_everything_with_it(connection: Connection, bad: Statement) -> None:
    connection.open([BEGIN, (ADD, ("first",))])
    connection.closing = [(ADD, ("second",)), bad, (ADD, ("third",))]
    with pytest.raises(DatabaseError) as error:
        connection.commit()
    assert state(error) in ("23505", "22012", "42601", "23503")
    assert connection.closing == []
    assert names(connection) == []


def test_a_commit_of_what_had_failed_is_an_error(connection: Connection) -> None:
    connection.open([BEGIN, (ADD, ("one",))])
    with pytest.raises(DatabaseError):
        connection.execute_unnamed("select 1/0")
    with pytest.raises(DatabaseError) as error:
        connection.commit()
    assert state(error) == "25P02"
    assert names(connection) == []


def test_an_opening_that_fails_leaves_no_transaction_and_skips_the_rest(connection: Connection) -> None:
    kept: list[Statement] = [BEGIN, (ADD, ("kept",)), COMMIT]
    with pytest.raises(DatabaseError) as error:
        connection.open([*kept, BEGIN, (ADD, ("lost",)), ("select 1/0", ()), (ADD, ("skipped",)), COMMIT])
    assert state(error) == "22012"
    assert names(connection) == ["kept"]


def test_an_opening_amid_a_transaction_is_refused_and_the_transaction_rolled_back(
    connection: Connection,
) -> None:
    connection.open([BEGIN, (ADD, ("one",))])
    with pytest.raises(InterfaceError):
        connection.open([BEGIN])
    assert names(connection) == []


def test_a_closing_without_a_transaction_is_one_of_its_own(connection: Connection) -> None:
    connection.closing = [(ADD, ("one",)), (ADD, ("two",))]
    connection.commit()
    connection.closing = [(ADD, ("three",)), (ADD, ("one",))]
    with pytest.raises(DatabaseError):
        connection.commit()
    assert names(connection) == ["one", "two"]


def test_a_rollback_forgets_the_closing(connection: Connection) -> None:
    connection.open([BEGIN, (ADD, ("one",))])
    connection.closing = [(ADD, ("two",))]
    connection.rollback()
    connection.commit()
    assert names(connection) == []


# A connection that is gone


def test_an_opening_on_a_connection_that_ended_meanwhile_goes_to_a_new_one(
    wired: Connection, wire: Wire, connection: Connection
) -> None:
    wired.register_in_adapter(23, lambda number: f"number {number}")
    [[(backend,)]] = wired.open([BACKEND])
    terminate(int(backend.split()[1]), connection)
    [_, [(other,)], _] = wired.open([BEGIN, BACKEND, (ADD, ("one",))])
    assert other.startswith("number ")  # what was registered is still known
    assert other != backend
    wired.commit()
    assert names(connection) == ["one"]
    assert wire.round_trips[1:] == [2]


def test_an_opening_whose_answer_is_lost_is_sent_again_once(wired: Connection, wire: Wire) -> None:
    wire.on_message = lambda connection, _, phase: connection.cut() if phase == "after" else None
    with pytest.raises(InterfaceError, match="network error"):
        wired.open([BEGIN])
    assert wire.round_trips == [1, 1]
    wire.on_message = None
    assert wired.open([("select 1", ())]) == [[(1,)]]


@pytest.mark.parametrize(("phase", "kept"), [("before", []), ("after", ["one"])])
def test_a_commit_is_never_sent_again(
    wired: Connection, wire: Wire, connection: Connection, phase: Phase, kept: list[str]
) -> None:
    wired.open([BEGIN, (ADD, ("one",))])
    wire.on_message = lambda to, n, now: to.cut() if (n, now) == (2, phase) else None
    with pytest.raises(InterfaceError, match="network error"):
        wired.commit()
    assert len(wire.connections) == 1
    assert names(connection) == kept
    with pytest.raises(InterfaceError, match="connection is closed"):
        wired.commit()


def test_a_statement_amid_a_transaction_is_never_sent_again(
    wired: Connection, connection: Connection
) -> None:
    [_, [(backend,)]] = wired.open([BEGIN, BACKEND])
    terminate(backend, connection)
    with pytest.raises(DatabaseError) as error:
        wired.execute_unnamed(ADD, ("one",))
    assert state(error) == "57P01"
    wired.rollback()
    assert names(wired) == []


def test_an_engine_throws_a_lost_connection_away(engine: Engine, wire: Wire) -> None:
    with engine.connect() as db:
        wire.connections[0].cut()
        with pytest.raises(exc.InterfaceError):
            db.execute(text("select 1"))
    with engine.connect() as db:
        assert db.execute(text("select :n"), {"n": 1}).scalar() == "1"
    assert len(wire.connections) == 2


def test_an_answer_that_cannot_be_read_ends_the_connection(connection: Connection) -> None:
    connection.register_in_adapter(25, int)
    with pytest.raises(ValueError, match="invalid literal"):
        connection.open([BEGIN, ("select 'a' || g from generate_series(1, 3) g", ())])
    assert connection.open([("select 1", ())]) == [[(1,)]]


def test_patience_ends_and_what_was_asked_is_not_asked_again(wire_url: str, wire: Wire) -> None:
    with connect(wire_url, timeout=0.2) as hasty:
        with pytest.raises(InterfaceError, match="network error"):
            hasty.open([BEGIN, ("select pg_sleep(1)", ())])
        assert wire.round_trips == [1]
        assert hasty.open([("select 1", ())]) == [[(1,)]]


def test_a_server_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "socket"))
        silent.listen()
        with pytest.raises(InterfaceError, match="network error: timed out"):
            connect(f"postgresql+pg8000://ada:x@/db?unix_sock={tmp_path}/socket", connect_timeout=0.1)


def test_a_wrong_password_is_told_as_such(url: str) -> None:
    with pytest.raises(DatabaseError) as error:
        connect(url.replace("tester:", "tester:not-"))
    assert state(error) == "28P01"


# The wire itself

WRITER = """
import sys
from shared.db.driver import connect
connection = connect(sys.argv[1])
connection.open([("begin", ())])
connection.execute_unnamed("insert into things (name) values ($1)", ("one",))
connection.commit()
connection.close()
"""


KILLS = [(2, "after", []), (3, "before", []), (3, "after", ["one"]), (4, "before", ["one"])]


@pytest.mark.parametrize(("n", "phase", "kept"), KILLS)
def test_a_process_is_killed_at_a_message_before_or_after_the_server_saw_it(
    wire: Wire, wire_url: str, connection: Connection, n: int, phase: Phase, kept: list[str]
) -> None:
    def kill(writer: WireConnection, message: int, now: Phase) -> None:
        if (message, now) == (n, phase):
            os.kill(writer.pid, signal.SIGKILL)
            writer.cut()

    wire.on_message = kill
    writer = subprocess.run([sys.executable, "-c", WRITER, wire_url], check=False)
    assert writer.returncode == (0 if n == 4 else -signal.SIGKILL)  # there is no fourth
    assert names(connection) == kept


def test_what_a_hook_raises_is_raised_where_the_wire_ends(url: str) -> None:
    def refuse(_: WireConnection, message: int, phase: Phase) -> None:
        raise LookupError(f"{phase} {message}")

    target = make_url(url)
    strict = Wire(str(target.query["unix_sock"]), refuse)
    with pytest.raises(LookupError, match="before 1"), strict:
        connect(target.update_query_dict({"unix_sock": strict.socket})).open([BEGIN])
    assert strict.round_trips == [0, 0]
