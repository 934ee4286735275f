"""What everybody should have, kept beside the book by other means."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import product
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from functions.financial.tables import Limits
from tests.conftest import NOON
from tests.functions.financial import make

DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
PEOPLE = 3
MOST = 20_000  # units of a currency
UNREAL = (0, -1, 10**15, Decimal("0.5"), Decimal("NaN"))
Key = tuple[int, str]  # somebody's wallet in a currency


@dataclass
class Aside:
    """Something begun: what it set aside, for whom, and whether that has ended."""

    id: UUID
    wallet: Key
    amount: Decimal
    ended: bool = False


@dataclass
class Offer(Aside):
    to: Key = (0, "")
    gets: Decimal = Decimal(0)
    expires_at: datetime = NOON


@dataclass
class Paid(Aside):
    refunded: Decimal = Decimal(0)


@dataclass
class Dispute(Aside):
    """What of the whole was free, and is set aside."""

    whole: Decimal = Decimal(0)


@dataclass
class Model:
    """What everybody should have."""

    balance: Counter[Key] = field(default_factory=Counter)
    held: Counter[Key] = field(default_factory=Counter)
    cash: Counter[str] = field(default_factory=Counter)  # what came in less what went out

    def free(self, wallet: Key) -> Decimal:
        return Decimal(self.balance[wallet] - self.held[wallet])

    def refusal(self, wallet: Key, units: int | Decimal, amount: Decimal) -> str | None:
        if not is_real(units):
            return "bad_amount"
        return None if amount <= self.free(wallet) else "insufficient_funds"


def amount_of(units: int | Decimal, currency: str) -> Decimal:
    return Decimal(units).scaleb(-DECIMALS[currency])


def is_real(units: int | Decimal) -> bool:
    return units not in UNREAL


@dataclass
class Everybody:
    people: list[UUID]
    wallets: dict[Key, UUID]


def everybody(db: Session) -> Everybody:
    make.rates(db)
    people = [make.person(db) for _ in range(PEOPLE)]
    wallets = {
        (somebody, currency): make.wallet(db, people[somebody], currency)
        for somebody, currency in product(range(PEOPLE), DECIMALS)
    }
    unlimited = dict.fromkeys(("single_tx_limit", "daily_limit", "monthly_limit"), 10**9)
    db.execute(update(Limits).values(unlimited))
    return Everybody(people, wallets)


def exchanged(amount: Decimal, giving: str, taking: str) -> Decimal:
    """The middle of the market less half a percent, rounded once."""
    prices = {code: Decimal(make.EUROS[code]) for code in DECIMALS}
    rate = (prices[taking] / prices[giving]).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    exact = (amount * rate).quantize(Decimal("1e-8"), ROUND_HALF_UP)
    return (exact * Decimal("0.995")).quantize(Decimal(1).scaleb(-DECIMALS[taking]), ROUND_HALF_EVEN)
