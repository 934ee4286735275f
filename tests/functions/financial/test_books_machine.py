"""Whatever people do and in whatever order: the books balance, no wallet is overdrawn, and no unit is made or lost."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from functions.financial import ledger
from functions.financial.ledger import credit, debit, house
from functions.financial.tables import Account, Payout, Wallet
from functions.financial.verification import verify
from shared.db import system, transaction, violated
from shared.ids import new_id
from tests.conftest import NOON, Database
from tests.functions.financial import make

DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
PEOPLE = 3
SOMEBODY, CURRENCY, WHICH = st.integers(0, PEOPLE - 1), st.sampled_from(list(DECIMALS)), st.integers(0, 99)
UNITS = st.integers(1, 20_000) | st.sampled_from([0, -1, Decimal("0.5"), Decimal("NaN"), 10**15])
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
    expires_at: Any = NOON


@dataclass
class Paid(Aside):
    refunded: Decimal = Decimal(0)


@dataclass
class Model:
    """What everybody should have."""

    balance: Counter[Key] = field(default_factory=Counter)
    held: Counter[Key] = field(default_factory=Counter)
    cash: Counter[str] = field(default_factory=Counter)  # what came in less what went out

    def free(self, wallet: Key) -> Decimal:
        return Decimal(self.balance[wallet] - self.held[wallet])


def amount_of(units: int | Decimal, currency: str) -> Decimal:
    return Decimal(units).scaleb(-DECIMALS[currency])


def is_real(units: int | Decimal) -> bool:
    return 1 <= units <= 20_000


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
    db.execute(
        text(
            "update financial.wallet_limits set single_tx_limit = 1e9, daily_limit = 1e9, monthly_limit = 1e9"
        )
    )
    return Everybody(people, wallets)


class Books(RuleBasedStateMachine):
    """Each example is one transaction, which is rolled back."""

    def __init__(self, all_of_them: Everybody) -> None:
        super().__init__()
        self.people, self.wallets = all_of_them.people, all_of_them.wallets
        self.opened = ExitStack()
        self.db = self.opened.enter_context(transaction("fn_system", system()))
        self.opened.callback(self.db.rollback)
        self.model, self.at = Model(), NOON
        self.offers: list[Offer] = []
        self.holds: list[Aside] = []
        self.payouts: list[Aside] = []
        self.payments: list[Paid] = []
        self.effects: list[Callable[[], Any]] = []  # calls that were done, to be repeated

    def teardown(self) -> None:
        self.opened.close()

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=st.integers(1, 20_000))
    def money_comes_in(self, somebody: int, currency: str, units: int) -> None:
        wallet, amount = (somebody, currency), amount_of(units, currency)
        made = make.deposited(self.wallets[wallet], amount, currency=currency)
        self._does(lambda: ledger.post(self.db, made), True)
        payment = make.payment(self.db, self.people[somebody], amount, currency=currency)
        self.payments.append(Paid(payment, wallet, amount))
        self.model.balance[wallet] += amount
        self.model.cash[currency] += amount

    @rule(giver=SOMEBODY, taker=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_pays_another(self, giver: int, taker: int, currency: str, units: int | Decimal) -> None:
        amount, wallet = amount_of(units, currency), (giver, currency)
        refusal = "to_oneself" if giver == taker else self._refusal(wallet, units, amount)
        self._asks(
            giver, "transfer", new_id(), self.wallets[wallet], self.people[taker], amount, None, is_=refusal
        )
        if refusal is None:
            self.model.balance[wallet] -= amount
            self.model.balance[taker, currency] += amount

    @rule(somebody=SOMEBODY, giving=CURRENCY, taking=CURRENCY, units=UNITS)
    def somebody_asks_for_a_price(
        self, somebody: int, giving: str, taking: str, units: int | Decimal
    ) -> None:
        amount, wallet = amount_of(units, giving), (somebody, giving)
        gets = exchanged(amount, giving, taking) if is_real(units) else Decimal(0)
        refusal = "no_currency" if giving == taking else "bad_amount" if gets == 0 else None
        offer = Offer(new_id(), wallet, amount, to=(somebody, taking), gets=gets)
        self._asks(somebody, "quote", offer.id, self.wallets[wallet], taking, amount, is_=refusal)
        if refusal is None:
            offer.expires_at = self.at + timedelta(seconds=30)
            self.offers.append(offer)

    @precondition(lambda self: self.offers)
    @rule(which=WHICH)
    def somebody_exchanges(self, which: int) -> None:
        offer = self.offers[which % len(self.offers)]
        refusal = "used" if offer.ended else "expired" if self.at >= offer.expires_at else None
        refusal = refusal or self._refusal(offer.wallet, 1, offer.amount)
        self._asks(offer.wallet[0], "exchange", offer.id, is_=refusal)
        if refusal is None:
            offer.ended = True
            self.model.balance[offer.wallet] -= offer.amount
            self.model.balance[offer.to] += offer.gets

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_sets_money_aside(self, somebody: int, currency: str, units: int | Decimal) -> None:
        hold = Aside(new_id(), (somebody, currency), amount_of(units, currency))
        refusal = self._refusal(hold.wallet, units, hold.amount)
        self._asks(somebody, "hold", hold.id, self.wallets[hold.wallet], hold.amount, None, None, is_=refusal)
        self._begin(hold, self.holds, refusal)

    @precondition(lambda self: self.holds)
    @rule(which=WHICH)
    def somebody_takes_it_back(self, which: int) -> None:
        hold = self.holds[which % len(self.holds)]
        self._does(lambda: self._asked(hold.wallet[0], "release", hold.id), not hold.ended)
        self._end(hold)

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_wants_to_be_paid_out(self, somebody: int, currency: str, units: int | Decimal) -> None:
        payout = Aside(new_id(), (somebody, currency), amount_of(units, currency))
        refusal = self._refusal(payout.wallet, units, payout.amount)
        given = payout.id, self.wallets[payout.wallet], payout.amount, "sealed"
        self._asks(somebody, "request_payout", *given, is_=refusal)
        self._begin(payout, self.payouts, refusal)

    @precondition(lambda self: self.payouts)
    @rule(which=WHICH)
    def somebody_changes_their_mind(self, which: int) -> None:
        payout = self.payouts[which % len(self.payouts)]
        self._does(lambda: self._asked(payout.wallet[0], "cancel_payout", payout.id), not payout.ended)
        self._end(payout)

    @precondition(lambda self: any(not payout.ended for payout in self.payouts))
    @rule(which=WHICH, arrives=st.booleans())
    def a_payout_is_sent_and_arrives_or_comes_back(self, which: int, arrives: bool) -> None:
        waiting = [payout for payout in self.payouts if not payout.ended]
        payout = waiting[which % len(waiting)]
        wallet, currency = self.wallets[payout.wallet], payout.wallet[1]
        pending, cash = (house(kind, currency, beside=wallet) for kind in ("payouts_pending", "cash"))
        hold_id = self.db.get_one(Payout, payout.id).hold_id
        leaving = make.transfer(debit(wallet, payout.amount), credit(pending, payout.amount), kind="payout")
        ending = debit(pending, payout.amount), credit(cash if arrives else wallet, payout.amount)
        ended = make.transfer(*ending, kind="payout")
        self.db.execute(update(Payout).where(Payout.id == payout.id).values(status="sent"))
        self._does(lambda: ledger.post(self.db, leaving, hold_id=hold_id), True)
        self._does(lambda: ledger.post(self.db, ended), True)
        self._end(payout)
        if arrives:
            self.model.balance[payout.wallet] -= payout.amount
            self.model.cash[currency] -= payout.amount

    @precondition(lambda self: self.payments)
    @rule(which=WHICH, units=UNITS)
    def somebody_wants_a_payment_back(self, which: int, units: int | Decimal) -> None:
        paid = self.payments[which % len(self.payments)]
        amount, currency = amount_of(units, paid.wallet[1]), paid.wallet[1]
        refusal = None if is_real(units) else "bad_amount"
        refusal = refusal or ("not_refundable" if paid.refunded + amount > paid.amount else None)
        refusal = refusal or self._refusal(paid.wallet, units, amount)
        refund = new_id()
        self._asks(paid.wallet[0], "begin_refund", refund, paid.id, amount, is_=refusal)
        if refusal is None:
            paid.refunded += amount
            self.model.balance[paid.wallet] -= amount
            self.model.cash[currency] -= amount
            wallet = self.wallets[paid.wallet]
            clearing, cash = (house(kind, currency, beside=wallet) for kind in ("clearing", "cash"))
            ledger.post(self.db, make.transfer(debit(clearing, amount), credit(cash, amount), kind="refund"))

    @precondition(lambda self: self.effects)
    @rule(which=WHICH)
    def a_call_is_repeated(self, which: int) -> None:
        try:
            with self.db.begin_nested():
                self.effects[which % len(self.effects)]()
        except DBAPIError as error:
            if violated(error) not in {"quotes_pkey", "holds_pkey", "payouts_pkey", "refunds_pkey"}:
                raise

    @rule(seconds=st.sampled_from([1, 29, 30]))
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @invariant()
    def the_books_are_sound(self) -> None:
        assert verify(self.db) == []

    @invariant()
    def everybody_has_what_they_should(self) -> None:
        found = self.db.execute(select(Wallet.id, Wallet.balance, Wallet.held))
        due = {(self.wallets[key], self.model.balance[key], self.model.held[key]) for key in self.wallets}
        assert {tuple(row) for row in found} == due

    @invariant()
    def the_house_has_what_came_in_less_what_went_out(self) -> None:
        cash = select(Account.currency, func.sum(Account.balance)).where(Account.kind == "cash")
        found = {currency: total for currency, total in self.db.execute(cash.group_by(Account.currency))}
        assert found == {currency: self.model.cash[currency] for currency in DECIMALS}

    def _refusal(self, wallet: Key, units: int | Decimal, amount: Decimal) -> str | None:
        if not is_real(units):
            return "bad_amount"
        return None if amount <= self.model.free(wallet) else "insufficient_funds"

    def _asked(self, somebody: int, function: str, *given: Any) -> Any:
        return make.asks(self.db, self.people[somebody], function, *given, self.at)

    def _asks(self, somebody: int, function: str, *given: Any, is_: str | None) -> None:
        """Answered with a refusal, or done."""
        self._does(lambda: self._asked(somebody, function, *given), is_ or "done")

    def _does(self, call: Callable[[], Any], answer: Any) -> None:
        assert call() == answer
        if answer in (True, "done"):
            self.effects.append(call)

    def _begin(self, aside: Aside, among: list[Aside], refusal: str | None) -> None:
        if refusal is None:
            among.append(aside)
            self.model.held[aside.wallet] += aside.amount

    def _end(self, aside: Aside) -> None:
        if not aside.ended:
            aside.ended = True
            self.model.held[aside.wallet] -= aside.amount


def exchanged(amount: Decimal, giving: str, taking: str) -> Decimal:
    """The middle of the market less half a percent, rounded once."""
    prices = {code: Decimal(make.EUROS[code]) for code in DECIMALS}
    rate = (prices[taking] / prices[giving]).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    exact = (amount * rate).quantize(Decimal("1e-8"), ROUND_HALF_UP)
    return (exact * Decimal("0.995")).quantize(Decimal(1).scaleb(-DECIMALS[taking]), ROUND_HALF_EVEN)


@pytest.mark.parametrize("examples", [100, pytest.param(1_500, marks=pytest.mark.soak)])
def test_whatever_people_do_no_unit_is_made_or_lost(database: Database, examples: int) -> None:
    with transaction("fn_system", system()) as db:
        all_of_them = everybody(db)
    run_state_machine_as_test(
        lambda: Books(all_of_them),  # type: ignore[arg-type]  # it only calls it
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
