"""One unit of work: who it works for, for how long, and what travels with it."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from shared import audit
from shared.db import identity, system, transaction
from shared.db.driver import Statement, connect
from shared.db.session import engine
from shared.errors import Conflict
from shared.handler import Login
from shared.outbox import publish
from tests.conftest import Database
from tests.functions.auth import make
from tests.shared import notes
from tests.shared.notes import ADA, BOB, Note, NoteWritten, change, stored

NO_ROLE: Statement = ("select 1", ())


@pytest.fixture(autouse=True)
def _with_notes(database: Database) -> None:
    notes.add_tables(database)


def texts(db: Session) -> list[str]:
    return list(db.scalars(select(Note.text).order_by(Note.text)))


def backend(db: Session) -> int:
    return int(db.scalar(select(func.pg_backend_pid())) or 0)


def sqlstate(error: DBAPIError) -> str:
    assert error.orig is not None
    return str(error.orig.args[0]["C"])


def test_a_warm_connection_shows_one_tenant_nothing_of_the_one_before() -> None:
    with transaction("fn_http", identity.user(ADA)) as db:
        notes.write(db, user_id=ADA, text="hers")
        warm = backend(db)
    with transaction("fn_http", identity.user(BOB)) as db:
        assert texts(db) == []
        notes.write(db, user_id=BOB, text="his")
    with transaction("fn_http", identity.nobody()) as db:
        assert texts(db) == []
    with transaction("fn_http", identity.user(ADA)) as db:
        assert texts(db) == ["hers"]
        assert backend(db) == warm
    with transaction("fn_system", system()) as db:
        assert texts(db) == ["hers", "his"]


@pytest.mark.parametrize("ends_well", [True, False])
def test_an_identity_ends_with_its_transaction(ends_well: bool) -> None:
    try:
        with transaction("fn_http", identity.user(ADA)) as db:
            warm = backend(db)
            if not ends_well:
                raise Conflict
    except Conflict:
        assert not ends_well
    with transaction("fn_http", NO_ROLE) as db:
        left = "select pg_backend_pid(), current_user, coalesce(current_setting('app.user_id', true), '')"
        assert tuple(db.execute(text(left)).one()) == (warm, "fn_http", "")


@pytest.mark.parametrize("login", ["fn_http", "fn_auth", "fn_system"])
def test_whoever_took_no_role_may_do_nothing(login: Login) -> None:
    for opening in (NO_ROLE, identity.api_key(b"of nobody")):
        if login == "fn_system" and opening is not NO_ROLE:
            continue
        with pytest.raises(DBAPIError) as refused, transaction(login, opening) as db:
            texts(db)
        assert sqlstate(refused.value) == "42501"


def test_nobody_writes_for_somebody_else() -> None:
    for whom in (identity.user(BOB), identity.nobody()):
        with pytest.raises(DBAPIError, match="row-level security"), transaction("fn_http", whom) as db:
            notes.write(db, user_id=ADA, text="not hers")


@pytest.mark.parametrize(
    ("login", "opening"),
    [
        ("fn_http", system()),
        ("fn_auth", system()),
        ("fn_http", ("select set_config('role', 'app_owner', true)", ())),
        ("fn_system", ("select set_config('role', 'app_owner', true)", ())),
        ("fn_http", identity.owner_of_email("ada@example.com")),
        ("fn_http", identity.owner_of_token(b"of a letter")),
    ],
)
def test_a_login_becomes_nobody_that_it_may_not_be(login: Login, opening: Statement) -> None:
    with pytest.raises(Exception, match="42501"), transaction(login, opening) as db:
        texts(db)


def test_an_address_leads_to_its_owner_alone_and_an_unknown_one_to_nobody() -> None:
    owner = make.account(make.ADA)
    make.account(make.BOB)
    whose = text("select nullif(current_setting('app.user_id'), '')::uuid, count(*) from auth.users")
    found: dict[str, tuple[UUID | None, int]] = {}
    for email in ("ADA@EXAMPLE.COM", "nobody@example.com"):
        with transaction("fn_auth", identity.owner_of_email(email)) as db:
            found[email] = tuple(db.execute(whose).one())
    assert found == {"ADA@EXAMPLE.COM": (owner, 1), "nobody@example.com": (None, 0)}


def test_what_runs_before_is_committed_whatever_becomes_of_the_rest(database: Database) -> None:
    bucket: Statement = ("select * from platform.take($1, 2, 60, now())", ("a bucket",))
    with pytest.raises(Conflict), transaction("fn_http", identity.user(ADA), before=[bucket]) as db:
        write_and_fail(db)
    assert stored(database) == []
    assert stored(database, "bucket, used from platform.rate_limits") == [("a bucket", 1.0)]


def test_an_opening_that_is_refused_leaves_a_connection_as_good_as_new() -> None:
    def refuse(_: object) -> None:
        raise Conflict

    with pytest.raises(Conflict), transaction("fn_http", identity.user(ADA), check=refuse) as db:
        texts(db)
    with transaction("fn_http", identity.user(ADA)) as db:
        assert texts(db) == []


def test_the_answers_of_the_opening_are_there_to_be_checked() -> None:
    seen: list[object] = []
    question: Statement = ("select $1::int + 1", (41,))
    with transaction("fn_http", identity.user(ADA), also=[question], check=seen.extend) as db:
        texts(db)
    assert seen[-1] == [(42,)]
    assert db.opened[-1] == [(42,)]


def test_rows_that_travel_are_stored_with_the_commit_or_not_at_all(database: Database) -> None:
    counted = "(select count(*) from platform.outbox), (select count(*) from audit.audit_logs)"
    with pytest.raises(Conflict), transaction("fn_http", identity.user(ADA)) as db:
        write_and_fail(db)
    assert stored(database, counted) == [(0, 0)]
    with transaction("fn_http", identity.user(ADA)) as db:
        write(db)
    assert stored(database, counted) == [(1, 2)]


def write(db: Session) -> None:
    note = notes.write(db, user_id=ADA, text="written")
    publish(db, NoteWritten(user_id=ADA, text="written"))
    for action in ("notes.written", "notes.counted"):
        audit.record(db, action=action, resource=("note", note.id), actor=ADA)


def write_and_fail(db: Session) -> None:
    write(db)
    raise Conflict


def test_a_connection_that_was_lost_meanwhile_is_made_anew(database: Database) -> None:
    with transaction("fn_http", identity.user(ADA)) as db:
        lost = backend(db)
    with connect(database.url("postgres")) as admin:
        assert admin.open([("select pg_terminate_backend($1, 5000)", (lost,))]) == [[(True,)]]
    with transaction("fn_http", identity.user(ADA)) as db:
        notes.write(db, user_id=ADA, text="kept")
        assert backend(db) != lost
    assert stored(database) == ["kept"]


def test_a_transaction_that_asks_nothing_never_begins() -> None:
    with transaction("fn_http", identity.user(ADA)):
        pass
    pool = engine("fn_http").pool
    assert isinstance(pool, QueuePool)
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)


def test_an_error_does_not_repeat_what_was_written(database: Database) -> None:
    change(database, "alter table notes.notes add check (text <> 'dear diary')")
    with pytest.raises(DBAPIError) as refused, transaction("fn_http", identity.user(ADA)) as db:
        notes.write(db, user_id=ADA, text="dear diary")
    assert sqlstate(refused.value) == "23514"
    assert "diary" not in str(refused.value)
