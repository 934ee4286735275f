"""Money that its owner sets aside over HTTP: it is there, and cannot be spent until it is released."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.financial import cron_expire_holds, ledger
from functions.financial.tables import Hold
from shared import clock
from shared.db import house, system, transaction
from shared.ids import new_id
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import stored
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.shared.notes import change


@pytest.fixture
def ada(api: Api) -> Person:
    people.rates()
    return people.signed_in(api)


def held(who: Person, wallet_id: UUID, amount: str = "60", **given: Any) -> dict[str, Any]:
    answer = who.post("holds", {"wallet_id": str(wallet_id), "amount": amount} | given)
    assert answer.status == 201, answer.text
    return dict(answer.json())


def set_aside(who: Person, wallet_id: UUID) -> tuple[str, str]:
    told = who.get(f"wallets/{wallet_id}").json()
    return told["balance"], told["held"]


def traces(what: str) -> list[Any]:
    return stored.rows(house.audit_logs, house.audit_logs.c.action == f"financial.{what}")


def test_what_is_set_aside_is_there_and_cannot_be_spent(ada: Person, api: Api) -> None:
    people.signed_in(api, "bob")
    purse = ada.wallet(balance=100)
    told = held(ada, purse, note="Rent")
    assert (told["amount"], told["currency"], told["status"], told["reason"]) == (
        "60.00",
        "USD",
        "held",
        "own",
    )
    assert (told["note"], told["expires_at"], told["ended_at"]) == ("Rent", None, None)
    assert set_aside(ada, purse) == ("100.00", "60.00")
    spending = {"wallet_id": str(purse), "to": "bob"}
    assert refused(ada.post("transfers", spending | {"amount": "40.01"})) == (409, "insufficient_funds", [])
    assert ada.post("transfers", spending | {"amount": "40"}).status == 201
    (trace,) = traces("hold_placed")
    assert (trace.resource_id, trace.tenant) == (told["id"], str(ada.id))
    assert trace.new_values == {"wallet": str(purse), "currency": "USD", "amount": "60"}


def test_a_hold_is_released_once(ada: Person) -> None:
    purse = ada.wallet(balance=100)
    path = f"holds/{held(ada, purse)['id']}"
    assert ada.delete(path).status == 204
    assert set_aside(ada, purse) == ("100.00", "0.00")
    assert refused(ada.delete(path)) == (404, "not_found", [])
    (listed,) = ada.get("holds").json()["items"]
    assert (listed["status"], listed["amount"]) == ("released", "60.00")
    assert len(traces("hold_released")) == 1


def test_holds_are_paged_newest_first(ada: Person) -> None:
    dollars, yen = ada.wallet(balance=100), ada.wallet("JPY", balance=5000)
    for wallet_id, amount in ((dollars, "1"), (yen, "2000"), (dollars, "3")):
        held(ada, wallet_id, amount)
    first = ada.get("holds?limit=2").json()
    rest = ada.get(f"holds?limit=2&cursor={first['next_cursor']}").json()
    amounts = [(item["amount"], item["currency"]) for item in first["items"] + rest["items"]]
    assert amounts == [("3.00", "USD"), ("2000", "JPY"), ("1.00", "USD")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"amount": "100.01"}, (409, "insufficient_funds", [])),
        ({"amount": "0.001"}, (422, "invalid", ["amount"])),
        ({"wallet_id": str(UUID(int=7))}, (404, "no_wallet", [])),
        ({"expires_at": "2020-01-01T00:00:00Z"}, (422, "invalid", ["expires_at"])),
        ({"reason": "payout"}, (422, "invalid", ["reason"])),
    ],
    ids=str,
)
def test_what_cannot_be_set_aside_is_not(
    ada: Person, given: dict[str, Any], told: tuple[int, str, list[str]]
) -> None:
    purse = ada.wallet(balance=100)
    body = {"wallet_id": str(purse), "amount": "60"}
    assert refused(ada.post("holds", body | given)) == told
    assert set_aside(ada, purse) == ("100.00", "0.00")


def test_somebody_else_s_hold_is_not_there(ada: Person, api: Api) -> None:
    bob, purse = people.signed_in(api, "bob"), ada.wallet(balance=100)
    assert refused(bob.delete(f"holds/{held(ada, purse)['id']}")) == (404, "not_found", [])
    assert refused(bob.post("holds", {"wallet_id": str(purse), "amount": "1"})) == (404, "no_wallet", [])
    assert bob.get("holds").json()["items"] == []
    assert set_aside(ada, purse) == ("100.00", "60.00")


def test_what_others_have_set_aside_is_not_released_by_its_owner(ada: Person) -> None:
    purse, hold_id = ada.wallet(balance=100), new_id()
    with transaction("fn_system", system()) as db:
        placed = ledger.place_hold(
            db, hold_id=hold_id, wallet_id=purse, amount=60, reason="dispute", reference=("dispute", "1")
        )
    assert placed == "done"
    assert refused(ada.delete(f"holds/{hold_id}")) == (404, "not_found", [])
    assert set_aside(ada, purse) == ("100.00", "60.00")


def test_a_hold_ends_when_it_expires_and_leaves_its_trace(ada: Person, api: Api, database: Database) -> None:
    bob = people.signed_in(api, "bob")
    hers, his = ada.wallet(balance=100), bob.wallet(balance=100)
    soon = (clock.now() + timedelta(minutes=1)).isoformat()
    lapsing = [held(ada, hers, expires_at=soon)["id"], held(bob, his, expires_at=soon)["id"]]
    lasting = held(ada, hers, "5")["id"]
    stored.run(cron_expire_holds.handle)
    assert (set_aside(ada, hers), set_aside(bob, his)) == (("100.00", "65.00"), ("100.00", "60.00"))
    change(database, "update financial.holds set expires_at = expires_at - interval '1 minute'")
    for _ in range(2):
        stored.run(cron_expire_holds.handle)
    assert (set_aside(ada, hers), set_aside(bob, his)) == (("100.00", "5.00"), ("100.00", "0.00"))
    assert {str(row.id) for row in stored.rows(Hold, Hold.status == "held")} == {lasting}
    told = {row.resource_id: (row.user_id, row.tenant) for row in traces("hold_expired")}
    assert told == {lapsing[0]: (None, str(ada.id)), lapsing[1]: (None, str(bob.id))}
