"""Whatever people do, in any order: the books balance, no wallet is overdrawn, no unit is made or lost."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from functools import partial
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
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from functions.financial import ledger
from functions.financial.ledger import credit, debit, house
from functions.financial.tables import Account, Payout, Wallet
from functions.financial.verification import verify
from shared.db import system, transaction, violated
from shared.ids import new_id
from tests.conftest import NOON, Database
from tests.functions.financial import make
from tests.functions.financial.model import (
    DECIMALS,
    MOST,
    PEOPLE,
    UNREAL,
    Aside,
    Dispute,
    Everybody,
    Model,
    Offer,
    Paid,
    amount_of,
    everybody,
    exchanged,
    is_real,
)

SOMEBODY, CURRENCY, WHICH = st.integers(0, PEOPLE - 1), st.sampled_from(list(DECIMALS)), st.integers(0, 99)
REAL = st.integers(1, MOST)
UNITS = REAL | st.sampled_from(UNREAL)
ONCE = {"quotes_pkey", "holds_pkey", "payouts_pkey", "refunds_pkey"}  # what a repeated call runs into


class Books(RuleBasedStateMachine):
    """Each example is one transaction, which is rolled back."""

    def __init__(self, all_of_them: Everybody) -> None:
        super().__init__()
        self.people, self.wallets = all_of_them.people, all_of_them.wallets
        self.opened = ExitStack()
        self.db = self.opened.enter_context(transaction("fn_system", system()))
        self.opened.callback(self.db.rollback)
        self.model, self.at = Model(), NOON
        self.proven = False  # since something was done
        self.offers: list[Offer] = []
        self.holds: list[Aside] = []
        self.payouts: list[Aside] = []
        self.payments: list[Paid] = []  # ended by a dispute
        self.disputes: list[Dispute] = []
        self.effects: list[Callable[[], Any]] = []  # calls that were done, to be repeated

    def teardown(self) -> None:
        self.opened.close()

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=REAL)
    def money_comes_in(self, somebody: int, currency: str, units: int) -> None:
        wallet, amount = (somebody, currency), amount_of(units, currency)
        made = make.deposited(self.wallets[wallet], amount, currency=currency)
        self._does(partial(ledger.post, self.db, made), True)
        payment = make.payment(self.db, self.people[somebody], amount, currency=currency)
        self.payments.append(Paid(payment, wallet, amount))
        self.model.balance[wallet] += amount
        self.model.cash[currency] += amount

    @rule(giver=SOMEBODY, taker=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_pays_another(self, giver: int, taker: int, currency: str, units: int | Decimal) -> None:
        amount, wallet = amount_of(units, currency), (giver, currency)
        refusal = "to_oneself" if giver == taker else self.model.refusal(wallet, units, amount)
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
        refusal = refusal or self.model.refusal(offer.wallet, 1, offer.amount)
        self._asks(offer.wallet[0], "exchange", offer.id, is_=refusal)
        if refusal is None:
            offer.ended = True
            self.model.balance[offer.wallet] -= offer.amount
            self.model.balance[offer.to] += offer.gets

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_sets_money_aside(self, somebody: int, currency: str, units: int | Decimal) -> None:
        hold = Aside(new_id(), (somebody, currency), amount_of(units, currency))
        refusal = self.model.refusal(hold.wallet, units, hold.amount)
        self._asks(somebody, "hold", hold.id, self.wallets[hold.wallet], hold.amount, None, None, is_=refusal)
        self._begin(hold, self.holds, refusal)

    @precondition(lambda self: self.holds)
    @rule(which=WHICH)
    def somebody_takes_it_back(self, which: int) -> None:
        hold = self.holds[which % len(self.holds)]
        self._asks(hold.wallet[0], "release", hold.id, is_=not hold.ended)
        self._end(hold)

    @rule(somebody=SOMEBODY, currency=CURRENCY, units=UNITS)
    def somebody_wants_to_be_paid_out(self, somebody: int, currency: str, units: int | Decimal) -> None:
        payout = Aside(new_id(), (somebody, currency), amount_of(units, currency))
        refusal = self.model.refusal(payout.wallet, units, payout.amount)
        given = payout.id, self.wallets[payout.wallet], payout.amount, "sealed"
        self._asks(somebody, "request_payout", *given, is_=refusal)
        self._begin(payout, self.payouts, refusal)

    @precondition(lambda self: self.payouts)
    @rule(which=WHICH)
    def somebody_changes_their_mind(self, which: int) -> None:
        payout = self.payouts[which % len(self.payouts)]
        self._asks(payout.wallet[0], "cancel_payout", payout.id, is_=not payout.ended)
        self._end(payout)

    @precondition(lambda self: any(not payout.ended for payout in self.payouts))
    @rule(which=WHICH, arrives=st.booleans())
    def a_payout_is_sent_and_arrives_or_comes_back(self, which: int, arrives: bool) -> None:
        waiting = [payout for payout in self.payouts if not payout.ended]
        payout = waiting[which % len(waiting)]
        wallet, currency = self.wallets[payout.wallet], payout.wallet[1]
        pending, cash = (self._house(kind, payout) for kind in ("payouts_pending", "cash"))
        hold_id = self.db.get_one(Payout, payout.id).hold_id
        leaving = make.transfer(debit(wallet, payout.amount), credit(pending, payout.amount), kind="payout")
        ending = debit(pending, payout.amount), credit(cash if arrives else wallet, payout.amount)
        ended = make.transfer(*ending, kind="payout")
        self.db.execute(update(Payout).where(Payout.id == payout.id).values(status="sent"))
        self._does(partial(ledger.post, self.db, leaving, hold_id=hold_id), True)
        self._does(partial(ledger.post, self.db, ended), True)
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
        refusal = refusal or (
            "not_refundable" if paid.ended or paid.refunded + amount > paid.amount else None
        )
        refusal = refusal or self.model.refusal(paid.wallet, units, amount)
        refund = new_id()
        self._asks(paid.wallet[0], "begin_refund", refund, paid.id, amount, is_=refusal)
        if refusal is None:
            paid.refunded += amount
            self.model.balance[paid.wallet] -= amount
            self.model.cash[currency] -= amount
            legs = debit(self._house("clearing", paid), amount), credit(self._house("cash", paid), amount)
            self._does(partial(ledger.post, self.db, make.transfer(*legs, kind="refund")), True)

    @precondition(lambda self: self.payments)
    @rule(which=WHICH)
    def a_cardholder_disputes(self, which: int) -> None:
        paid = self.payments[which % len(self.payments)]
        whole, currency = paid.amount - paid.refunded, paid.wallet[1]
        if paid.ended or whole == 0:
            return
        paid.ended = True
        wallet, free = self.wallets[paid.wallet], min(whole, self.model.free(paid.wallet))
        dispute = Dispute(new_id(), paid.wallet, free, whole=whole)
        make.dispute(self.db, self.people[paid.wallet[0]], paid.id, whole)
        legs = (debit(self._house("disputed", dispute), whole), credit(self._house("cash", dispute), whole))
        self._does(partial(ledger.post, self.db, make.transfer(*legs, kind="dispute")), True)
        if free:
            aside = {"wallet_id": wallet, "amount": free, "reason": "dispute", "reference": ("dispute", "1")}
            self._does(partial(ledger.place_hold, self.db, hold_id=dispute.id, **aside), "done")
        self._begin(dispute, self.disputes, None)
        self.model.cash[currency] -= whole

    @precondition(lambda self: any(not dispute.ended for dispute in self.disputes))
    @rule(which=WHICH, won=st.booleans())
    def a_dispute_ends(self, which: int, won: bool) -> None:
        open_ones = [dispute for dispute in self.disputes if not dispute.ended]
        dispute = open_ones[which % len(open_ones)]
        held, taken = dispute.amount, min(dispute.whole, dispute.amount + self.model.free(dispute.wallet))
        lost = dispute.whole - taken
        accounts = {"cash": dispute.whole} if won else {"loss": lost}
        legs = [debit(self._house(kind, dispute), amount) for kind, amount in accounts.items() if amount]
        legs += [debit(self.wallets[dispute.wallet], taken)] if taken and not won else []
        legs += [credit(self._house("disputed", dispute), dispute.whole)]
        hold_id = dispute.id if held and not won else None
        self._does(partial(ledger.post, self.db, make.transfer(*legs, kind="dispute"), hold_id=hold_id), True)
        if won and held:
            self._does(partial(ledger.release_hold, self.db, hold_id=dispute.id), True)
        self._end(dispute)
        if won:
            self.model.cash[dispute.wallet[1]] += dispute.whole
        else:
            self.model.balance[dispute.wallet] -= taken

    @precondition(lambda self: self.effects)
    @rule(which=WHICH)
    def a_call_is_repeated(self, which: int) -> None:
        self.proven = False
        try:
            with self.db.begin_nested():
                self.effects[which % len(self.effects)]()
        except DBAPIError as error:
            if violated(error) not in ONCE:
                raise

    @rule(seconds=st.sampled_from([1, 29, 30]))
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @invariant()
    def the_books_are_sound(self) -> None:
        """But for cash that the house has not: what was paid out before its payment was disputed."""
        if not self.proven:
            owed = [("house_negative", f"cash:{code}") for code, cash in self.model.cash.items() if cash < 0]
            assert sorted((fault.name, fault.account) for fault in verify(self.db)) == sorted(owed)
            self.proven = True

    @invariant()
    def everybody_has_what_they_should(self) -> None:
        found = self.db.execute(select(Wallet.id, Wallet.balance, Wallet.held))
        due = {(self.wallets[key], self.model.balance[key], self.model.held[key]) for key in self.wallets}
        assert {tuple(row) for row in found} == due

    @invariant()
    def the_house_has_what_came_in_less_what_went_out(self) -> None:
        cash = select(Account.currency, func.sum(Account.balance)).where(Account.kind == "cash")
        found = {tuple(row) for row in self.db.execute(cash.group_by(Account.currency))}
        assert found == {(currency, self.model.cash[currency]) for currency in DECIMALS}

    def _house(self, kind: str, aside: Aside) -> UUID:
        return house(kind, aside.wallet[1], beside=self.wallets[aside.wallet])

    def _asks(self, somebody: int, function: str, *given: Any, is_: str | bool | None) -> None:
        """Answered with a refusal, or done."""
        call = partial(make.asks, self.db, self.people[somebody], function, *given, self.at)
        self._does(call, "done" if is_ is None else is_)

    def _does(self, call: Callable[[], Any], answer: Any) -> None:
        assert call() == answer
        if answer in (True, "done"):
            self.effects.append(call)
            self.proven = False

    def _begin(self, aside: Aside, among: list[Aside], refusal: str | None) -> None:
        if refusal is None:
            among.append(aside)
            self.model.held[aside.wallet] += aside.amount

    def _end(self, aside: Aside) -> None:
        if not aside.ended:
            aside.ended = True
            self.model.held[aside.wallet] -= aside.amount


@pytest.mark.parametrize("examples", [100, pytest.param(1_500, marks=pytest.mark.soak)])
def test_whatever_people_do_no_unit_is_made_or_lost(database: Database, examples: int) -> None:
    with transaction("fn_system", system()) as db:
        all_of_them = everybody(db)
    run_state_machine_as_test(
        lambda: Books(all_of_them),  # type: ignore[arg-type]  # it only calls it
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )
