"""The one rounding of the book, in the database, beside Python's decimals; and what it leaves over."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from functions.financial.ledger import house
from functions.financial.tables import Quote
from infra.local.postgres import Server
from shared.ids import new_id
from tests.conftest import NOON
from tests.databases import connected
from tests.functions.financial import make

ROUNDED = text("""
    select financial.half_even(a.amount, a.places)
    from unnest(cast(:amounts as numeric[]), cast(:places as int[])) with ordinality a(amount, places, number)
    order by a.number
""")
MOST = Decimal(10**12)
HALVES = st.builds(
    lambda whole, places: (Decimal(whole * 10 + 5).scaleb(-places - 1), places),
    st.integers(-(10**12), 10**12),
    st.integers(0, 7),
)
ANY = st.tuples(st.decimals(-MOST, MOST, places=11), st.integers(0, 8))


@pytest.fixture(scope="module")
def owner(server: Server, still: str) -> Iterator[Connection]:
    with connected(server.url("app_owner", still)) as connection:
        yield connection


@given(amounts=st.lists(HALVES | ANY, min_size=1, max_size=50))
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_half_even_is_what_python_calls_so(owner: Connection, amounts: list[tuple[Decimal, int]]) -> None:
    values = {"amounts": [amount for amount, _ in amounts], "places": [places for _, places in amounts]}
    due = [amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN) for amount, places in amounts]
    assert owner.scalars(ROUNDED, values).all() == due


def test_an_exchange_books_what_rounding_left_over(db: Session) -> None:
    """The README's example: 33.33 dollars at 149.250832408435."""
    make.rates(db)
    ada = make.person(db)
    wallet, yen, quote = make.wallet(db, ada, balance=100), make.wallet(db, ada, "JPY"), new_id()
    assert make.asks(db, ada, "quote", quote, wallet, "JPY", Decimal("33.33"), NOON) == "done"
    offer = db.execute(select(Quote.rate, Quote.amount_to, Quote.fee).where(Quote.id == quote)).one()
    assert offer == (Decimal("149.250832408435"), 4950, 25)
    assert make.asks(db, ada, "exchange", quote, NOON) == "done"
    shards = [
        ("fx", "USD", yen),
        ("fx", "JPY", wallet),
        ("fee_revenue", "JPY", wallet),
        ("rounding", "JPY", wallet),
    ]
    moved = [make.balance(db, house(kind, currency, beside=beside)) for kind, currency, beside in shards]
    assert moved == [Decimal("33.33"), Decimal("-4974.53024417"), 25, Decimal("-0.46975583")]
    assert (make.balance(db, wallet), make.balance(db, yen)) == (Decimal("66.67"), 4950)
