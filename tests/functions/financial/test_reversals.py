"""Reversals: what was posted wrongly goes back, once, when two of the staff want it."""

from uuid import uuid4

import pytest

from functions.financial.tables import Entry, Reversal, Transfer, Wallet
from shared.db import house as house_tables
from tests.calls import Answer, Api
from tests.functions.auth import stored
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import Processor, money, work
from tests.functions.financial.test_payouts import reviewer


@pytest.fixture
def bob(api: Api, ada: Person) -> Person:
    return people.signed_in(api, "bob")


@pytest.fixture
def carol(api: Api) -> Person:
    return reviewer(api, "carol")


@pytest.fixture
def dave(api: Api) -> Person:
    return reviewer(api, "dave")


@pytest.fixture
def sent(ada: Person, bob: Person) -> str:
    """Ada's transfer of 30 of her 50 dollars to Bob: its id."""
    wallet_id = ada.wallet(balance=50)
    body = {"wallet_id": str(wallet_id), "to": "bob", "amount": "30.00"}
    return str(ada.post("transfers", body).json()["id"])


def ask(who: Person, transfer_id: str, *, key: str = "") -> Answer:
    return who.post("admin/reversals", {"transfer_id": transfer_id, "reason": "A wrong name."}, key=key)


def decide(who: Person, asked: Answer, verdict: str = "approve", *, key: str = "") -> Answer:
    return who.post(f"admin/reversals/{asked.json()['id']}/{verdict}", {}, key=key)


def test_what_two_people_want_goes_back_leg_by_leg(
    ada: Person, bob: Person, carol: Person, dave: Person, sent: str
) -> None:
    asked = ask(carol, sent)
    assert (asked.status, asked.json()["status"], asked.json()["asked_by"]) == (201, "asked", str(carol.id))
    assert (money(ada), money(bob)) == ("20.00", "30.00")
    done = decide(dave, asked)
    assert (done.status, done.json()["status"], done.json()["decided_by"]) == (200, "done", str(dave.id))
    work()
    assert (money(ada), money(bob)) == ("50.00", "0.00")
    (posted,) = stored.rows(Transfer, Transfer.kind == "reversal")
    assert (str(posted.reverses_id), posted.description) == (sent, "A wrong name.")
    legs = {(row.direction, row.amount) for row in stored.rows(Entry, Entry.transfer_id == posted.id)}
    assert legs == {("debit", 30), ("credit", 30)}
    logs = house_tables.audit_logs
    traces = {row.action: row.user_id for row in stored.rows(logs, logs.c.action.contains("reversal"))}
    assert traces == {"financial.reversal_asked": carol.id, "financial.reversal_done": dave.id}


def test_who_asked_does_not_decide(carol: Person, dave: Person, sent: str, bob: Person) -> None:
    asked = ask(carol, sent)
    for verdict in ("approve", "reject"):
        assert refused(decide(carol, asked, verdict))[:2] == (409, "same_person")
    assert decide(dave, asked, "reject").json()["status"] == "refused"
    assert refused(decide(dave, asked))[:2] == (409, "already_decided")
    assert money(bob) == "30.00"


def test_what_was_spent_meanwhile_is_told_and_the_question_stays_open(
    ada: Person, bob: Person, carol: Person, dave: Person, sent: str
) -> None:
    (wallet,) = stored.rows(Wallet, Wallet.user_id == bob.id)
    assert bob.post("holds", {"wallet_id": str(wallet.id), "amount": "0.01"}).status == 201
    asked = ask(carol, sent)
    assert refused(decide(dave, asked))[:2] == (409, "insufficient_funds")
    assert [row.status for row in stored.rows(Reversal)] == ["asked"]
    (held,) = bob.get("holds").json()["items"]
    assert bob.delete(f"holds/{held['id']}").status == 204
    assert decide(dave, asked).status == 200
    assert (money(ada), money(bob)) == ("50.00", "0.00")


def test_a_transfer_goes_back_once(carol: Person, dave: Person, sent: str, bob: Person) -> None:
    first, second = ask(carol, sent), ask(carol, sent)
    assert decide(dave, first, key="once").status == 200
    assert decide(dave, first, key="once").headers["idempotent-replayed"] == "true"
    assert refused(decide(dave, second))[:2] == (409, "already_decided")
    assert refused(ask(carol, sent))[:2] == (409, "already_decided")
    assert money(bob) == "0.00"
    work()


def test_only_staff_reverses_and_only_what_there_is(ada: Person, carol: Person, sent: str) -> None:
    assert ask(ada, sent).status == 403
    assert ask(carol, str(uuid4())).status == 404
    assert carol.post(f"admin/reversals/{uuid4()}/approve", {}).status == 404
    assert carol.get("admin/reversals").json()["items"] == []


def test_the_staff_s_own_list_tells_what_waits(carol: Person, dave: Person, sent: str) -> None:
    asked = ask(carol, sent).json()
    (item,) = dave.get("admin/reversals").json()["items"]
    assert item == asked


def test_a_wallet_is_frozen_with_a_reason_and_its_owner_spends_nothing(
    ada: Person, bob: Person, carol: Person, processor: Processor
) -> None:
    wallet_id = ada.wallet(balance=50)
    body = {"wallet_id": str(wallet_id), "to": "bob", "amount": "1.00"}
    assert carol.post(f"admin/wallets/{wallet_id}/freeze", {"reason": "x"}).status == 422
    assert carol.post(f"admin/wallets/{wallet_id}/freeze", {"reason": "A question."}).status == 200
    assert refused(ada.post("transfers", body))[1] == "wallet_frozen"
    assert carol.post(f"admin/wallets/{wallet_id}/unfreeze", {"reason": "Answered."}).status == 200
    assert ada.post("transfers", body).status == 201
    assert carol.post(f"admin/wallets/{uuid4()}/freeze", {"reason": "A question."}).status == 404
    assert ada.post(f"admin/wallets/{wallet_id}/unfreeze", {"reason": "Mine."}).status == 403
    logs = house_tables.audit_logs
    traces = stored.rows(logs, logs.c.user_id == carol.id, logs.c.action.startswith("financial."))
    assert {row.action: row.new_values["reason"] for row in traces} == {
        "financial.wallet_frozen": "A question.",
        "financial.wallet_active": "Answered.",
    }
