"""Statements: opening and movements are closing, for whatever period, and in whatever form they are read."""

import csv
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from functions.financial import ledger, statements
from shared.db import work
from tests.calls import Api
from tests.conftest import NOON, Database
from tests.functions.financial import make, people
from tests.functions.financial.people import Person, refused
from tests.shared.notes import change

HOURS = st.integers(0, 96)
MOVES = st.lists(st.tuples(HOURS, st.integers(-500, 500).filter(bool)), max_size=12)


@pytest.fixture
def ada(api: Api) -> Person:
    people.rates()
    return people.signed_in(api)


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def moved(db: Session, moves: list[tuple[int, int]]) -> tuple[UUID, list[tuple[int, int]]]:
    """A wallet's deposits and payments in this order, whatever their times; without those it cannot pay."""
    db.rollback()
    work(db).now = NOON
    purse, other = (make.wallet(db, make.person(db)) for _ in range(2))
    balance, done = 0, []
    for hours, amount in moves:
        work(db).now = at(hours)
        if balance + amount >= 0:
            posted = make.deposited(purse, amount) if amount > 0 else make.sent(purse, other, -amount)
            ledger.post(db, posted)
            balance += amount
            done.append((hours, amount))
    return purse, done


@given(moves=MOVES, begins=HOURS, hours=st.integers(1, 96))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_opening_and_movements_are_closing(
    db: Session, moves: list[tuple[int, int]], begins: int, hours: int
) -> None:
    purse, done = moved(db, moves)
    ends = begins + hours
    told = statements.statement(db, wallet_id=purse, since=at(begins), until=at(ends))
    assert told.opening == sum(amount for hour, amount in done if hour < begins)
    assert [line.amount for line in told.lines] == [amount for hour, amount in done if begins <= hour < ends]
    assert told.opening + sum(line.amount for line in told.lines) == told.closing
    assert [told.opening, *(line.balance for line in told.lines)][-1] == told.closing
    after = statements.statement(db, wallet_id=purse, since=at(ends), until=at(1000))
    assert (after.opening, after.closing) == (told.closing, sum(amount for _, amount in done))


def test_what_was_not_there_yet_when_the_balances_were_read_is_in_no_line(db: Session) -> None:
    purse, _ = moved(db, [(1, 5), (2, 7)])
    frame = statements._frame(db, purse, at(0), at(9))
    work(db).now = at(3)
    make.deposit(db, purse, 11)
    lines = statements._lines(db, purse, "USD", at(0), at(9), frame.last_seq)
    assert (frame.opening, frame.closing, [line.amount for line in lines]) == (0, 12, [5, 7])


def test_a_statement_that_does_not_add_up_is_not_given(ada: Person, database: Database) -> None:
    """As where somebody has changed a movement behind our back, whenever it was."""
    purse = ada.wallet(balance=100)
    change(database, "update financial.wallet_transactions set amount = amount + 0.01")
    for period in ("from=2026-01-01&to=2200-01-01", "from=2200-01-01&to=2200-01-02"):
        assert refused(ada.get(f"wallets/{purse}/statement?{period}")) == (500, "bug", [])


def test_a_statement_is_told_as_json(ada: Person) -> None:
    purse = ada.wallet(balance="100.5")
    told = ada.get(f"wallets/{purse}/statement?from=2026-01-01&to=2200-01-01").json()
    assert (told["currency"], told["opening"], told["closing"]) == ("USD", "0.00", "100.50")
    assert (told["since"], told["until"]) == ("2026-01-01T00:00:00Z", "2200-01-01T00:00:00Z")
    assert [(line["amount"], line["balance"]) for line in told["lines"]] == [("100.50", "100.50")]


def test_days_are_those_of_the_owner_and_times_stand_for_themselves(ada: Person, database: Database) -> None:
    purse = ada.wallet()
    change(database, "update financial.wallet_limits set time_zone = 'America/New_York'")
    for asked, since, until in (
        ("from=2026-03-01&to=2026-04-01", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"),
        ("from=2026-03-01&to=2026-03-01T06:00:00Z", "2026-03-01T05:00:00Z", "2026-03-01T06:00:00Z"),
        ("from=2026-03-01T00:30:00%2B01:00&to=2026-03-02", "2026-02-28T23:30:00Z", "2026-03-02T05:00:00Z"),
    ):
        told = ada.get(f"wallets/{purse}/statement?{asked}").json()
        assert [datetime.fromisoformat(told[name]) for name in ("since", "until")] == [
            datetime.fromisoformat(since),
            datetime.fromisoformat(until),
        ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("from=2026-03-01&to=2026-03-01", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=2026-03-01", "to"),
        ("from=yesterday&to=2026-03-01", "from"),
        ("from=0001-01-01&to=2026-03-01", "from"),
        ("from=2026-03-01&to=9999-12-31T23:59:59-23:59", "to"),
        ("from=2026-03-01&to=2026-03-02&format=pdf", "format"),
    ],
)
def test_what_is_no_period_is_refused(ada: Person, asked: str, field: str) -> None:
    answer = ada.get(f"wallets/{ada.wallet()}/statement?{asked}")
    status, code, fields = refused(answer)
    assert (status, code, {name.split(".")[0] for name in fields}) == (422, "invalid", {field})


def test_nobody_reads_somebody_else_s(ada: Person, api: Api) -> None:
    purse = ada.wallet()
    answer = people.signed_in(api, "bob").get(f"wallets/{purse}/statement?from=2026-01-01&to=2026-02-01")
    assert refused(answer) == (404, "no_wallet", [])


@pytest.mark.parametrize("asked", [("&format=csv", {}), ("", {"accept": "text/csv"})])
def test_a_statement_is_a_table_for_whoever_asks_for_one(
    ada: Person, asked: tuple[str, dict[str, str]]
) -> None:
    purse, (form, headers) = ada.wallet(balance=100), asked
    answer = ada.get(f"wallets/{purse}/statement?from=2026-01-01&to=2200-01-01{form}", **headers)
    name = 'attachment; filename="statement-USD-2026-01-01-2200-01-01.csv"'
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == name
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [(row["type"], row["amount"], row["balance"]) for row in rows] == [
        ("opening_balance", "", "0.00"),
        ("deposit", "100.00", "100.00"),
        ("closing_balance", "", "100.00"),
    ]


def test_the_table_s_lines_end_as_rfc_4180_has_it_and_its_texts_are_no_formulas(db: Session) -> None:
    purse, _ = moved(db, [(1, 50)])
    other = make.wallet(db, make.person(db))
    notes = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", 'a "b", c\nd', "dinner = 5"]
    for note in notes:
        sent = make.sent(purse, other, 1)
        ledger.post(db, ledger.Transfer(sent.id, "transfer", sent.key, sent.legs, description=note))
    text = statements.as_csv(statements.statement(db, wallet_id=purse, since=at(0), until=at(9)))
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert [row["note"] for row in rows[2:-1]] == [
        *("'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx"),
        *('a "b", c\nd', "dinner = 5"),
    ]
    assert [row["amount"] for row in rows[2:-1]] == ["-1.00"] * 7
    assert text.split("\r\n")[0] == ",".join(statements.HEADER)
    assert text.endswith("\r\n")
    balances = [Decimal(row["balance"]) for row in rows]
    amounts = [Decimal(row["amount"] or 0) for row in rows]
    assert balances[0] + sum(amounts) == balances[-1]
