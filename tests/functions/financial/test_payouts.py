"""Payouts: set aside, looked at over a limit, sent once, and back where the bank takes nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.financial import job_send_payout
from functions.financial.errors import Decided
from functions.financial.events import (
    LimitBreached,
    PayoutFailed,
    PayoutPaid,
    PayoutRejected,
    PayoutRequested,
)
from functions.financial.facts import Sending
from functions.financial.jobs import SendPayout
from functions.financial.operations import arrivals, payouts, sendings
from functions.financial.operations.charges import next_fetch
from functions.financial.tables import Hold, Payout, Wallet
from infra.local.stripe import Fault
from shared.db import house as house_tables
from shared.db import identity, system, transaction
from tests.calls import Answer, Api
from tests.functions.auth import make as accounts
from tests.functions.auth import stored
from tests.functions.auth.conftest import Clock, clock
from tests.functions.auth.make import Account
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import Processor, free, house, money, settle, work
from tests.queues import deliver

__all__ = ["clock"]

IBAN = "DE89 3704 0044 0532 0130 00"
ATTEMPTS = 3  # of the SDK


@pytest.fixture
def rich(ada: Person, processor: Processor) -> Person:
    """She has 5,000 dollars, and so has the processor."""
    ada.wallet(balance=5_000)
    processor.server.control("/balance", amount=500_000, currency="usd")
    return ada


@pytest.fixture
def staff(api: Api) -> Person:
    return reviewer(api, "carol")


def reviewer(api: Api, name: str) -> Person:
    who = Account(f"{name}@example.com", name)
    user_id = accounts.account(who, role="compliance")
    return Person(user_id, name, api.signed_in(accounts.session(who).access_token))


def ask(who: Person, amount: str = "100.00", *, iban: str = IBAN, key: str = "", **given: Any) -> Answer:
    (wallet,) = stored.rows(Wallet, Wallet.user_id == who.id, Wallet.currency == "USD")
    body = {"wallet_id": str(wallet.id), "amount": amount, "holder": "Ada Lovelace", "iban": iban}
    return who.post("payments/payouts", body | given, key=key)


def statuses() -> list[str]:
    return [row.status for row in stored.rows(Payout)]


def there(processor: Processor) -> Any:
    (payout,) = processor.sdk.payouts.list().data
    return payout


def test_what_the_processor_cannot_send_is_not_set_aside(ada: Person, processor: Processor) -> None:
    """Of three decimals it takes two: the rest would wait in `payouts_pending` for good."""
    ada.wallet()
    for currency, amount in (("KWD", "1.235"), ("BTC", "0.5")):
        wallet_id = ada.wallet(currency, balance=2)
        asked = ask(ada, amount, wallet_id=str(wallet_id))
        assert refused(asked) == (422, "invalid", ["amount"])
        assert free(ada, currency) == money(ada, currency)
    assert (statuses(), stored.rows(Hold)) == ([], [])


def test_a_payout_is_set_aside_sent_and_paid(rich: Person, processor: Processor) -> None:
    made = ask(rich).json()
    assert (made["status"], made["amount"], made["destination"]) == ("approved", "100.00", "DE89 … 3000")
    assert (money(rich), free(rich)) == ("5000.00", "4900.00")
    work()
    assert (statuses(), money(rich), free(rich)) == (["sent"], "4900.00", "4900.00")
    assert (house("payouts_pending"), house("cash")) == ("100.00", "5000.00")
    assert there(processor).destination == IBAN.replace(" ", "")
    processor.server.control(f"/payouts/{there(processor).id}", status="paid")
    processor.tells()
    assert (statuses(), house("payouts_pending"), house("cash")) == (["paid"], "0.00", "4900.00")
    told = {"user_id": str(rich.id), "payout_id": made["id"]}
    asked = {"currency": "USD", "amount": "100.00", "status": "approved"}
    assert stored.sent(PayoutRequested) == [told | asked]
    assert stored.sent(PayoutPaid) == [told]
    assert [row.status for row in stored.rows(Hold)] == ["captured"]


def test_where_it_goes_is_kept_sealed_and_shown_masked(rich: Person, processor: Processor) -> None:
    ask(rich)
    (row,) = stored.rows(Payout)
    assert "3704" not in row.destination_enc
    assert "Ada" not in row.destination_enc
    (item,) = rich.get("payments/payouts").json()["items"]
    assert (item["holder"], item["destination"]) == ("Ada Lovelace", "DE89 … 3000")
    audited = [str(line.new_values) for line in stored.rows(house_tables.audit_logs)]
    assert not [line for line in audited if "3704" in line or "Lovelace" in line]


@pytest.mark.parametrize("iban", ["DE89370400440532013001", "DE8937040044", "../../etc/passwd", "GB82"])
def test_an_iban_with_a_slip_is_refused(rich: Person, iban: str) -> None:
    assert refused(ask(rich, iban=iban)) == (422, "invalid", ["iban"])
    assert statuses() == []


@pytest.mark.parametrize("iban", ["gb82 west 1234 5698 7654 32", "FR1420041010050500013M02606"])
def test_an_iban_is_read_as_people_write_it(rich: Person, iban: str) -> None:
    assert ask(rich, iban=iban).status == 201


def test_what_is_too_much_is_refused_and_the_limit_leaves_its_trace(rich: Person) -> None:
    assert refused(ask(rich, "5000.01"))[1] == "insufficient_funds"
    assert refused(ask(rich, "1.001"))[:2] == (422, "invalid")
    over = ask(rich, "2000.01")
    assert (over.status, over.json()["code"], over.json()["limit"]) == (409, "over_limit", "single")
    assert [told["limit"] for told in stored.sent(LimitBreached)] == ["single"]
    assert refused(ask(rich, wallet_id=str(uuid4())))[:2] == (404, "no_wallet")
    assert (statuses(), free(rich)) == ([], "5000.00")


def test_the_same_key_pays_out_once(rich: Person, processor: Processor) -> None:
    first, again = ask(rich, key="one"), ask(rich, key="one")
    assert (first.status, again.text) == (201, first.text)
    work()
    assert (statuses(), processor.count("payouts"), money(rich)) == (["sent"], 1, "4900.00")


def test_over_a_thousand_dollars_a_person_looks_at_it(
    rich: Person, staff: Person, processor: Processor
) -> None:
    made = ask(rich, "1500.00").json()
    assert made["status"] == "in_review"
    settle()
    assert (statuses(), processor.count("payouts")) == (["in_review"], 0)
    (item,) = staff.get("admin/payouts").json()["items"]
    assert (item["id"], item["holder"], item["destination"]) == (made["id"], "Ada Lovelace", "DE89 … 3000")
    assert rich.get("admin/payouts").status == 403
    approved = staff.post(f"admin/payouts/{made['id']}/approve", {})
    assert (approved.status, approved.json()["status"]) == (200, "approved")
    assert approved.json()["reviewed_by"] == str(staff.id)
    too_late = staff.post(f"admin/payouts/{made['id']}/reject", {"reason": "Too late."})
    assert refused(too_late)[1] == "already_decided"
    work()
    assert (statuses(), money(rich)) == (["sent"], "3500.00")


def test_a_rejected_payout_is_free_in_the_wallet_again(rich: Person, staff: Person) -> None:
    made = ask(rich, "1500.00").json()
    rejected = staff.post(f"admin/payouts/{made['id']}/reject", {"reason": "Another holder."})
    assert (rejected.status, rejected.json()["failure_reason"]) == (200, "Another holder.")
    work()
    assert (statuses(), money(rich), free(rich)) == (["rejected"], "5000.00", "5000.00")
    told = {"user_id": str(rich.id), "payout_id": made["id"], "reason": "Another holder."}
    assert stored.sent(PayoutRejected) == [told]


def test_nobody_looks_at_a_payout_of_their_own(api: Api, processor: Processor) -> None:
    people.rates()
    carol = reviewer(api, "carol")
    carol.wallet(balance=2_000)
    made = ask(carol, "1500.00").json()
    assert refused(carol.post(f"admin/payouts/{made['id']}/approve", {}))[1] == "same_person"
    assert statuses() == ["in_review"]


def test_it_may_be_canceled_until_it_is_sent(rich: Person, api: Api, processor: Processor) -> None:
    bob = people.signed_in(api, "bob")
    first, second = ask(rich).json()["id"], ask(rich, "1500.00").json()["id"]
    assert bob.delete(f"payments/payouts/{second}").status == 404
    assert rich.delete(f"payments/payouts/{second}").status == 204
    assert refused(rich.delete(f"payments/payouts/{second}"))[:2] == (409, "already_decided")
    work()
    assert refused(rich.delete(f"payments/payouts/{first}"))[:2] == (409, "already_decided")
    assert (statuses(), money(rich), free(rich)) == (["sent", "canceled"], "4900.00", "4900.00")


def test_of_canceling_and_sending_at_once_one_happens(rich: Person, processor: Processor) -> None:
    ids = [UUID(ask(rich, "10.00").json()["id"]) for _ in range(10)]

    def cancel(payout_id: UUID) -> bool:
        with suppress(Decided), transaction("fn_http", identity.user(rich.id)) as db:
            payouts.cancel(db, user_id=rich.id, payout_id=payout_id)
            return True
        return False

    def depart(payout_id: UUID) -> bool:
        with transaction("fn_system", system()) as db:
            return sendings.load(SendPayout(payout_id=payout_id), db) is not None

    with ThreadPoolExecutor(2) as pool:
        canceled, departed = pool.map(lambda act: list(map(act, ids)), (cancel, depart))
    assert [one != other for one, other in zip(canceled, departed, strict=True)] == [True] * 10
    work()
    assert sorted(statuses()) == sorted("canceled" if done else "sent" for done in canceled)
    assert processor.count("payouts") == departed.count(True)


@pytest.mark.parametrize("paid_before", [False, True])
def test_what_the_bank_does_not_take_is_in_the_wallet_again(
    rich: Person, processor: Processor, paid_before: bool
) -> None:
    made = ask(rich).json()
    work()
    if paid_before:  # a bank may send it back days later: the processor's word for that is the same
        processor.server.control(f"/payouts/{there(processor).id}", status="paid")
        processor.tells()
        say_failed(processor)
    else:
        processor.server.control(f"/payouts/{there(processor).id}", status="failed")
        processor.tells()
    assert (statuses(), money(rich), free(rich)) == (["failed"], "5000.00", "5000.00")
    assert (house("payouts_pending"), house("cash")) == ("0.00", "5000.00")
    (told,) = stored.sent(PayoutFailed)
    assert (told["payout_id"], told["reason"]) == (made["id"], "account_closed")


def say_failed(processor: Processor) -> None:
    """What our server does not do: a payout that was paid, and comes back."""
    failed = there(processor).to_dict() | {"status": "failed", "failure_code": "account_closed"}
    with transaction("fn_system", system()) as db:
        arrivals.apply(db, Sending.of(failed), fetch=next_fetch(db))
    work()


def test_what_the_processor_refuses_is_in_the_wallet_again(ada: Person, processor: Processor) -> None:
    """It has not that much itself."""
    ada.wallet(balance=5_000)
    ask(ada)
    work()
    (row,) = stored.rows(Payout)
    assert (row.status, row.failure_reason) == ("failed", "balance_insufficient")
    assert (money(ada), free(ada), house("payouts_pending")) == ("5000.00", "5000.00", "0.00")


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "500_after", "503"])
def test_a_lost_answer_is_no_second_payout(rich: Person, processor: Processor, fault: str) -> None:
    ask(rich)
    processor.server.faults.add(Fault(fault, path="/v1/payouts", times=ATTEMPTS))
    assert len(deliver(job_send_payout.handler)) == 1
    processor.server.faults.clear()
    assert (statuses(), money(rich)) == (["sent"], "4900.00")
    work()
    processor.server.control(f"/payouts/{there(processor).id}", status="paid")
    processor.tells()
    assert (statuses(), processor.count("payouts"), house("cash")) == (["paid"], 1, "4900.00")


def test_what_nobody_has_told_is_asked_about(rich: Person, processor: Processor, clock: Clock) -> None:
    ask(rich)
    work()
    processor.server.control(f"/payouts/{there(processor).id}", status="paid")
    settle()
    assert statuses() == ["sent"]
    clock.forward(timedelta(minutes=16))
    settle()
    assert statuses() == ["paid"]


def test_a_frozen_wallet_lets_nothing_out_until_it_is_thawed(
    rich: Person, staff: Person, processor: Processor
) -> None:
    ask(rich)
    (wallet,) = stored.rows(Wallet)
    frozen = staff.post(f"admin/wallets/{wallet.id}/freeze", {"reason": "A question of ours."})
    assert (frozen.status, frozen.json()["status"]) == (200, "frozen")
    work()
    assert (statuses(), processor.count("payouts")) == (["approved"], 0)
    assert refused(ask(rich))[1] == "wallet_frozen"
    staff.post(f"admin/wallets/{wallet.id}/unfreeze", {"reason": "It has been answered."})
    settle()
    assert (statuses(), processor.count("payouts")) == (["sent"], 1)
