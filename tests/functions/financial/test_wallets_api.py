"""Wallets over HTTP: opened, looked into, and money sent from one person to another."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from functions.auth.tables import User
from functions.financial import ledger, queries
from functions.financial.events import LimitBreached, TransferReceived, TransferSent
from shared.db import house, work
from shared.ids import new_id
from tests.calls import Api
from tests.conftest import NOON
from tests.functions.auth import stored
from tests.functions.financial import make, people
from tests.functions.financial.people import Person, refused


@pytest.fixture
def ada(api: Api) -> Person:
    people.rates()
    return people.signed_in(api)


@pytest.fixture
def bob(api: Api) -> Person:
    return people.signed_in(api, "bob")


def to_bob(wallet_id: UUID, amount: str = "30.50", **given: Any) -> dict[str, Any]:
    return {"wallet_id": str(wallet_id), "to": "bob", "amount": amount} | given


def traces(action: str) -> list[Any]:
    return stored.rows(house.audit_logs, house.audit_logs.c.action == action)


def test_a_wallet_is_opened_once_a_currency(ada: Person) -> None:
    first, again = (ada.post("wallets", {"currency": "EUR"}) for _ in range(2))
    assert (first.status, again.status, again.json()) == (201, 201, first.json())
    told = first.json()
    assert (told["currency"], told["balance"], told["held"]) == ("EUR", "0.00", "0.00")
    assert UUID(told["id"]) == ledger.wallet_id(ada.id, "EUR")
    assert [row.tenant for row in traces("financial.wallet_opened")] == [str(ada.id)]


def test_a_wallet_s_amounts_have_its_currency_s_decimals(ada: Person) -> None:
    for currency, balance, told in (("JPY", 1200, "1200"), ("KWD", "1.5", "1.500"), ("USD", "7", "7.00")):
        assert ada.balance(ada.wallet(currency, balance=balance)) == told
    listed = ada.get("wallets").json()["items"]
    assert {item["currency"]: item["balance"] for item in listed} == {
        "JPY": "1200",
        "KWD": "1.500",
        "USD": "7.00",
    }


@pytest.mark.parametrize("currency", ["usd", "ABC", "", "US", "BTC\0"])
def test_what_is_no_currency_opens_no_wallet(ada: Person, currency: str) -> None:
    assert refused(ada.post("wallets", {"currency": currency})) == (422, "invalid", ["currency"])


def test_a_transfer_moves_money_and_tells_both(ada: Person, bob: Person) -> None:
    purse = ada.wallet(balance=100)
    answer = ada.post("transfers", to_bob(purse, note="Dinner"))
    told = answer.json()
    theirs = ledger.wallet_id(bob.id, "USD")
    assert answer.status == 201
    assert (told["amount"], told["currency"], told["to"], told["note"]) == ("30.50", "USD", "bob", "Dinner")
    assert (ada.balance(purse), bob.balance(theirs)) == ("69.50", "30.50")
    facts = {"transfer_id": told["id"], "currency": "USD", "amount": "30.50"}
    sent = facts | {"user_id": str(ada.id), "wallet_id": str(purse), "receiver_id": str(bob.id)}
    received = facts | {"user_id": str(bob.id), "wallet_id": str(theirs), "sender_id": str(ada.id)}
    assert (stored.sent(TransferSent), stored.sent(TransferReceived)) == ([sent], [received])
    (trace,) = traces("financial.transferred")
    assert (trace.tenant, trace.user_id, trace.resource_id) == (str(ada.id), ada.id, str(purse))
    assert trace.new_values == facts | {"receiver": str(bob.id)}
    assert bob.get(f"wallets/{theirs}/movements").json()["items"][0]["note"] == "Dinner"


def test_a_name_is_found_however_it_is_written(ada: Person, bob: Person) -> None:
    assert ada.post("transfers", to_bob(ada.wallet(balance=100), to="BOB")).status == 201


def test_one_key_is_one_transfer(ada: Person, bob: Person) -> None:
    purse = ada.wallet(balance=100)
    first, again = (ada.post("transfers", to_bob(purse), key="dinner") for _ in range(2))
    assert (first.status, again.text) == (201, first.text)
    assert ada.balance(purse) == "69.50"
    assert len(stored.sent(TransferSent)) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"to": "carol"}, (422, "invalid", ["to"])),
        ({"to": "ada"}, (422, "invalid", ["to"])),
        ({"amount": "30.501"}, (422, "invalid", ["amount"])),
        ({"amount": 30.5}, (422, "invalid", ["amount"])),
        ({"amount": "0.00"}, (422, "invalid", ["amount"])),
        ({"amount": "-1"}, (422, "invalid", ["amount"])),
        ({"amount": "1e2"}, (422, "invalid", ["amount"])),
        ({"amount": "100.01"}, (409, "insufficient_funds", [])),
        ({"wallet_id": str(UUID(int=7))}, (404, "no_wallet", [])),
        ({"note": ""}, (422, "invalid", ["note"])),
        ({"fee": "1"}, (422, "invalid", ["fee"])),
    ],
    ids=str,
)
def test_a_transfer_that_cannot_be_moves_nothing(
    ada: Person, bob: Person, given: dict[str, Any], told: tuple[int, str, list[str]]
) -> None:
    purse = ada.wallet(balance=100)
    assert refused(ada.post("transfers", to_bob(purse) | given)) == told
    assert ada.balance(purse) == "100.00"
    assert stored.sent(TransferSent) == []


def test_nobody_spends_somebody_else_s_money(ada: Person, bob: Person) -> None:
    purse = ada.wallet(balance=100)
    answer = bob.post("transfers", to_bob(purse, to="ada"))
    assert refused(answer) == (404, "no_wallet", [])
    assert refused(bob.get(f"wallets/{purse}")) == (404, "no_wallet", [])
    assert refused(bob.get(f"wallets/{purse}/movements")) == (404, "no_wallet", [])
    assert ada.balance(purse) == "100.00"


@pytest.mark.parametrize("status", ["pending", "suspended", "deleted"])
def test_who_is_not_active_receives_nothing(ada: Person, bob: Person, status: str) -> None:
    stored.change(User, User.id == bob.id, status=status)
    answer = ada.post("transfers", to_bob(ada.wallet(balance=100)))
    assert refused(answer) == (422, "invalid", ["to"])


def test_a_key_that_only_reads_moves_nothing(ada: Person, bob: Person) -> None:
    purse = ada.wallet(balance=100)
    for scopes, status in ((["read"], 403), (["transfer"], 201)):
        made = ada.api.post("/v1/auth/api-keys", {"name": "bot", "scopes": scopes}).json()
        bot = Person(ada.id, "bot", Api(token=f"{made['key']}.{made['secret']}"))
        assert bot.post("transfers", to_bob(purse)).status == status
        assert bot.get("wallets").status == (200 if scopes == ["read"] else 403)
    assert ada.balance(purse) == "69.50"


@pytest.mark.parametrize(
    ("before", "amount", "limit", "most"),
    [
        ([], "2000.01", "single", "2000.00"),
        (["2000", "2000"], "1000.01", "daily", "5000.00"),
    ],
)
def test_a_transfer_over_a_limit_is_refused_and_leaves_its_trace(
    ada: Person, bob: Person, before: list[str], amount: str, limit: str, most: str
) -> None:
    purse = ada.wallet(balance=20_000)
    assert [ada.post("transfers", to_bob(purse, spent)).status for spent in before] == [201] * len(before)
    had = ada.balance(purse)
    answer, again = (ada.post("transfers", to_bob(purse, amount), key="much") for _ in range(2))
    told = answer.json()
    assert (answer.status, again.text) == (409, answer.text)
    assert (told["code"], told["limit"], told["most"], told["currency"]) == ("over_limit", limit, most, "USD")
    assert ada.balance(purse) == had
    facts = {"limit": limit, "currency": "USD", "amount": amount}
    assert stored.sent(LimitBreached) == [facts | {"user_id": str(ada.id)}]
    (trace,) = traces("financial.limit_breached")
    assert (trace.event_status, trace.new_values) == ("refused", facts | {"most": most})
    (noticed,) = stored.rows(house.security_events)
    assert (noticed.event_code, noticed.user_id) == ("financial.limit_breached", ada.id)
    assert (str(noticed.ip_address), noticed.raw_data) == ("203.0.113.7", facts | {"most": most})


def test_without_a_price_in_dollars_nothing_is_sent(ada: Person, bob: Person) -> None:
    """Nobody could say whether it is over a limit; the key stays free for another try."""
    purse = ada.wallet("SEK", balance=100)
    assert refused(ada.post("transfers", to_bob(purse), key="soon")) == (503, "no_rate", [])
    people.rates(SEK="11.2")
    assert ada.post("transfers", to_bob(purse), key="soon").status == 201


def test_movements_are_paged_newest_first(ada: Person, bob: Person) -> None:
    purse = ada.wallet(balance=100)
    for amount in ("1", "2", "3"):
        ada.post("transfers", to_bob(purse, amount))
    first = ada.get(f"wallets/{purse}/movements?limit=2").json()
    rest = ada.get(f"wallets/{purse}/movements?limit=2&cursor={first['next_cursor']}").json()
    moved = [(line["type"], line["amount"], line["balance"]) for line in first["items"] + rest["items"]]
    sent = [("transfer", "-3.00", "94.00"), ("transfer", "-2.00", "97.00"), ("transfer", "-1.00", "99.00")]
    assert moved == [*sent, ("deposit", "100.00", "100.00")]
    assert rest["next_cursor"] is None


def test_limits_tell_what_is_used_of_them(ada: Person, bob: Person) -> None:
    euros = ada.wallet("EUR", balance=1000)
    assert ada.post("transfers", to_bob(euros, "100")).status == 201
    told = ada.get("limits").json()
    assert (told["single"], told["daily"], told["monthly"]) == ("2000.00", "5000.00", "20000.00")
    assert (told["used_today"], told["used_this_month"]) == ("108.12", "108.12")
    assert (told["time_zone"], told["next_time_zone"], told["next_from"]) == ("UTC", None, None)


def test_days_and_months_are_those_of_the_time_zone_that_counts(db: Session) -> None:
    """In Auckland it is the 3rd of March already when it is noon of the 2nd in Greenwich."""
    make.rates(db, as_of=NOON - timedelta(days=5))
    ada, bob = make.person(db), make.person(db)
    purse = make.wallet(db, ada, balance=100)
    for days, amount in ((3, 40), (1, 20), (0, 7)):
        sent = make.asks(db, ada, "transfer", new_id(), purse, bob, amount, None, NOON - timedelta(days=days))
        assert sent == "done"
    assert make.asks(db, ada, "set_time_zone", "Pacific/Auckland", NOON) is True
    in_greenwich, in_auckland = NOON - timedelta(hours=12), NOON - timedelta(hours=25)
    for at, zone, used, coming, begins in (
        (NOON, "UTC", (7, 27), "Pacific/Auckland", in_greenwich),
        (NOON - timedelta(days=1), "UTC", (27, 27), "Pacific/Auckland", in_greenwich),
        (NOON + timedelta(days=30), "Pacific/Auckland", (0, 0), None, in_auckland),
    ):
        work(db).now = at
        make.rates(db, as_of=at - timedelta(hours=1))
        with make.acting_as(db, ada):
            told = queries.limits(db)
            assert (told.time_zone, told.next_time_zone) == (zone, coming)
            assert (told.used_today, told.used_this_month) == used
            assert queries.beginnings(db, NOON.date()) == [begins]


def test_limits_begin_with_the_first_wallet(ada: Person) -> None:
    assert refused(ada.get("limits")) == (404, "no_wallet", [])
    assert refused(ada.put("limits/time-zone", {"time_zone": "Asia/Tokyo"})) == (404, "no_wallet", [])


def test_another_time_zone_counts_from_the_next_month_on(ada: Person) -> None:
    ada.wallet()
    told = ada.put("limits/time-zone", {"time_zone": "Asia/Tokyo"}).json()
    assert (told["time_zone"], told["next_time_zone"]) == ("UTC", "Asia/Tokyo")
    assert told["next_from"].endswith("-01T00:00:00Z")
    (trace,) = traces("financial.time_zone_changed")
    assert (trace.old_values, trace.new_values) == ({"time_zone": "UTC"}, {"time_zone": "Asia/Tokyo"})
    bad = ada.put("limits/time-zone", {"time_zone": "Mars/Olympus"})
    assert refused(bad) == (422, "invalid", ["time_zone"])
    assert ada.get("limits").json() == told
