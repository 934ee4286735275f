"""The driver on a real server: how often it goes to and fro; values and errors as with stock pg8000."""

import io
from collections.abc import Iterator
from datetime import UTC

import pg8000.dbapi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pg8000.dbapi import DatabaseError
from sqlalchemy import Engine, create_engine, exc, insert, make_url, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.db.driver import Connection, Statement, connect
from tests.wire import Wire

BEGIN: Statement = ("begin", ())
COMMIT: Statement = ("commit", ())
ADD = "insert into things (name) values ($1)"


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    parent: Mapped[int | None]


def raw(db: Session) -> Connection:
    opened = db.connection().connection.dbapi_connection
    assert isinstance(opened, Connection)
    return opened


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Thing.name).order_by(Thing.id)))


# Round trips


def test_a_read_takes_three_whatever_travels_with_its_opening_and_closing(engine: Engine, wire: Wire) -> None:
    before = sum(wire.round_trips)
    with Session(engine) as db:
        settle = ("select set_config('a.user', $1, true)", ("ada",))
        opened = raw(db).open([BEGIN, (f"{ADD} returning id", ("kept",)), COMMIT, BEGIN, settle])
        assert opened == [[], [(1,)], [], [], [("ada",)]]
        assert names(db) == ["kept"]
        raw(db).closing = [(ADD, (name,)) for name in ("one", "two", "three")]
        db.commit()
    assert sum(wire.round_trips) - before == 3
    with Session(engine) as db:
        assert names(db) == ["kept", "one", "two", "three"]


def test_stock_pg8000_takes_seven_for_begin_select_commit(wire_url: str, wire: Wire) -> None:
    stock = create_engine(wire_url, pool_reset_on_return=None)
    stock.connect().close()
    before = sum(wire.round_trips)
    with Session(stock) as db:
        assert db.scalars(select(Thing.name).where(Thing.id == 1)).all() == []
        db.commit()
    stock.dispose()
    assert sum(wire.round_trips) - before == 7


def test_any_number_of_rows_is_written_in_one_and_counted(wired: Connection, wire: Wire) -> None:
    wired.open([BEGIN])
    cursor = wired.cursor()
    cursor.executemany("insert into things (name) values (%s)", [(f"{n}",) for n in range(20_000)])
    assert (cursor.rowcount, wire.round_trips) == (20_000, [2])
    cursor.executemany("update things set parent = 1 where name in (%s, '4')", [("1",), ("x",), ("2",)])
    assert (cursor.rowcount, wire.round_trips) == (5, [3])


def test_rows_that_answer_more_than_the_kernel_holds_leave_no_side_waiting(
    url: str, connection: Connection
) -> None:
    with connect(url, timeout=20) as direct:  # a wire between would take everything in
        direct.open([BEGIN])
        cursor = direct.cursor()
        add = "insert into things (name) values (%s) returning repeat(name, 10)"
        cursor.executemany(add, [(f"{n:01000}",) for n in range(1000)])
        assert [answer[-1000:] for (answer,) in cursor.fetchall()] == [f"{n:01000}" for n in range(1000)]


def test_a_transaction_that_was_never_open_ends_in_none(wired: Connection, wire: Wire) -> None:
    wired.commit()
    wired.rollback()
    assert wire.round_trips == [0]
    wired.open([BEGIN])
    wired.rollback()
    wired.commit()
    assert wire.round_trips == [2]


# Values

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
INTS = st.integers(-(2**31), 2**31 - 1)
NUMBERS = st.decimals(places=8, min_value=-(10**20), max_value=10**20)
TIMES = st.datetimes(timezones=st.just(UTC))
TYPES: dict[str, st.SearchStrategy[object]] = {
    "text": TEXTS,
    "int": INTS,
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "float8": st.floats(),
    "numeric": NUMBERS,
    "uuid": st.uuids(),
    "timestamptz": TIMES,
    "timestamp": st.datetimes(),
    "date": st.dates(),
    "time": st.times(),
    "interval": st.timedeltas(),
    "bytea": st.binary(),
    "jsonb": st.dictionaries(TEXTS, st.none() | TEXTS | INTS | st.lists(st.booleans())),
    "text[]": st.lists(TEXTS | st.none()),
    "int[]": st.lists(INTS),
    "numeric[]": st.lists(NUMBERS),
    "uuid[]": st.lists(st.uuids()),
    "timestamptz[]": st.lists(TIMES),
}
ALL_TYPES = "select " + ", ".join(f"${place}::{name}" for place, name in enumerate(TYPES, 1))
Pair = tuple[Connection, pg8000.dbapi.Connection]


@pytest.fixture(scope="module")
def pair(url: str) -> Iterator[Pair]:
    known = make_url(url)
    login = {"password": known.password, "database": known.database, "ssl_context": False, **known.query}
    with connect(url) as ours, pg8000.dbapi.connect(known.username, **login) as stock:
        yield ours, stock


@given(values=st.tuples(*[st.none() | values for values in TYPES.values()]))
@settings(max_examples=60)
def test_values_go_and_come_as_with_stock_pg8000(pair: Pair, values: tuple[object, ...]) -> None:
    ours, stock = (connection.execute_unnamed(ALL_TYPES, values) for connection in pair)
    assert repr(ours.rows) == repr(stock.rows)
    assert (ours.columns, ours.row_count) == (stock.columns, stock.row_count)


@pytest.mark.parametrize(
    "time", ["infinity", "-infinity", "0044-03-15 00:00:00 BC", "10000-01-01 00:00:00.5"]
)
def test_a_time_that_python_does_not_know_is_read_as_with_stock_pg8000(pair: Pair, time: str) -> None:
    ours, stock = (connection.execute_simple(f"select '{time}'::timestamptz") for connection in pair)
    assert repr(ours.rows) == repr(stock.rows)


def test_a_place_for_a_value_is_not_sought_in_quotes(pair: Pair) -> None:
    for connection in pair:
        cursor = connection.cursor()
        cursor.execute("""select '%s', x."%s", %s, 7 %% 4 from (select 1 as "%s") x""", ("here",))
        assert [list(row) for row in cursor.fetchall()] == [["%s", 1, "here", 3]]
        connection.rollback()


def test_a_value_that_cannot_be_sent_is_refused_and_nothing_was_sent(wired: Connection, wire: Wire) -> None:
    wired.open([BEGIN])
    with pytest.raises(UnicodeEncodeError):
        wired.execute_unnamed(ADD, ("\ud800",))
    assert wire.round_trips == [1]
    assert wired.execute_unnamed("select $1::int", (7,)).rows == [[7]]


# As a plain DB-API driver, and under SQLAlchemy


def test_a_cursor_begins_by_itself_unless_each_statement_commits(connection: Connection, url: str) -> None:
    cursor = connection.cursor()
    cursor.execute("insert into things (name) values (%s)", ("lost",))
    connection.rollback()
    connection.autocommit = True
    cursor.execute("insert into things (name) values (%s) returning name", ("kept",))
    assert cursor.fetchone() == ["kept"]
    with connect(url) as another:
        assert another.open([("select name from things", ())]) == [[("kept",)]]


def test_the_orm_flushes_nests_and_learns_the_state_of_an_error(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as db:
        things = [Thing(name=f"{n}") for n in range(3)]
        db.add_all(things)
        db.flush()
        assert [thing.id for thing in things] == [1, 2, 3]
        nested = db.begin_nested()
        db.add(Thing(name="1"))
        with pytest.raises(exc.DatabaseError) as error:
            db.flush()
        nested.rollback()
        assert error.value.orig is not None
        assert error.value.orig.args[0]["C"] == "23505"
        for thing in things:
            thing.name += "!"
        db.commit()
        assert names(db) == ["0!", "1!", "2!"]


def test_an_error_in_one_of_many_rows_is_raised_and_the_connection_goes_on(engine: Engine) -> None:
    with Session(engine) as db:
        with pytest.raises(exc.DatabaseError) as error:
            db.execute(insert(Thing), [{"name": name} for name in ("a", "b", "a", "c")])
        assert error.value.orig is not None
        assert error.value.orig.args[0]["C"] == "23505"
        db.rollback()
        db.execute(text("insert into things (name) values (:name)"), [{"name": "d"}, {"name": "e"}])
        db.commit()
        assert names(db) == ["d", "e"]


def test_copy_streams_both_ways_and_a_bad_row_leaves_the_connection_usable(
    wired: Connection, wire: Wire
) -> None:
    cursor, seen = wired.cursor(), []
    wire.on_message = lambda _, n, phase: seen.append(f"{phase} {n}")
    cursor.execute("copy things (name) from stdin", stream=io.BytesIO(b"one\ntwo\n"))
    assert cursor.rowcount == 2
    assert seen == [
        "before 1",
        "after 1",
        "before 2",
        "after 2",
        "before 3",
        "after 3",
    ]  # begin, copy, the rows
    wired.commit()
    with pytest.raises(DatabaseError) as error:
        cursor.execute("copy things (name) from stdin", stream=[b"three\n", "one\n"])
    assert error.value.args[0]["C"] == "23505"
    wired.rollback()
    cursor.execute("copy things (id, name) to stdout", stream=(out := io.BytesIO()))
    assert out.getvalue() == b"1\tone\n2\ttwo\n"
