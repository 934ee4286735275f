"""From one currency to another over HTTP: a price for half a minute, used once, rounded once."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.financial import cron_purge_expired, ledger
from functions.financial.events import Exchanged
from functions.financial.tables import Account, Quote
from shared.db import house, system, transaction
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


def quoted(who: Person, wallet_id: Any, amount: str = "100", to: str = "GBP") -> dict[str, Any]:
    answer = who.post("quotes", {"wallet_id": str(wallet_id), "to_currency": to, "amount": amount})
    assert answer.status == 201, answer.text
    return dict(answer.json())


def of_the_house(kind: str) -> Decimal:
    with transaction("fn_system", system()) as db:
        return sum((a.balance for a in db.query(Account).where(Account.kind == kind)), Decimal(0))


def test_a_quote_tells_the_price_the_fee_and_where_the_price_comes_from(ada: Person) -> None:
    told = quoted(ada, ada.wallet("EUR", balance=100))
    assert (told["from_currency"], told["amount_from"]) == ("EUR", "100.00")
    assert (told["to_currency"], told["amount_to"], told["fee"]) == ("GBP", "83.49", "0.42")
    assert (told["rate"], told["rate_source"]) == ("0.8391", "test")


def test_an_exchange_gives_what_was_quoted_and_books_every_rest(ada: Person) -> None:
    """100 euros are 83.91 pounds: 83.49045 to Ada, 0.41955 to the house; each rounded, the rest not lost."""
    euros = ada.wallet("EUR", balance=150)
    offer = quoted(ada, euros)
    answer = ada.post("exchanges", {"quote_id": offer["id"]})
    told = answer.json()
    assert answer.status == 201
    same = ("id", "wallet_id", "amount_from", "amount_to", "fee", "rate")
    assert {name: told[name] for name in same} == {name: offer[name] for name in same}
    assert (ada.balance(euros), ada.balance(ledger.wallet_id(ada.id, "GBP"))) == ("50.00", "83.49")
    assert (of_the_house("fee_revenue"), of_the_house("rounding")) == (Decimal("0.42"), 0)
    facts = {"from_currency": "EUR", "to_currency": "GBP"}
    (event,) = stored.sent(Exchanged)
    amounts = {name: Decimal(event.pop(name)) for name in ("amount_from", "amount_to", "fee")}
    assert event == facts | {"user_id": str(ada.id), "quote_id": offer["id"]}
    assert amounts == {"amount_from": 100, "amount_to": Decimal("83.49"), "fee": Decimal("0.42")}
    (trace,) = stored.rows(house.audit_logs, house.audit_logs.c.action == "financial.exchanged")
    assert (trace.tenant, trace.resource_id) == (str(ada.id), offer["id"])


def test_a_quote_is_exchanged_once(ada: Person) -> None:
    euros = ada.wallet("EUR", balance=150)
    body = {"quote_id": quoted(ada, euros, "50")["id"]}
    first, again = (ada.post("exchanges", body, key="once") for _ in range(2))
    assert (first.status, again.text) == (201, first.text)
    assert refused(ada.post("exchanges", body, key="twice")) == (409, "quote_used", [])
    assert ada.balance(euros) == "100.00"


def test_a_quote_is_good_for_half_a_minute(ada: Person, database: Database) -> None:
    offer = quoted(ada, ada.wallet("EUR", balance=100))
    change(database, "update financial.quotes set expires_at = expires_at - interval '30 seconds'")
    assert refused(ada.post("exchanges", {"quote_id": offer["id"]})) == (409, "quote_expired", [])


def test_a_quote_sets_nothing_aside(ada: Person) -> None:
    euros = ada.wallet("EUR", balance=10)
    offer = quoted(ada, euros)
    assert refused(ada.post("exchanges", {"quote_id": offer["id"]})) == (409, "insufficient_funds", [])
    assert ada.balance(euros) == "10.00"


def test_somebody_else_s_quote_is_not_there(ada: Person, api: Api) -> None:
    offer = quoted(ada, ada.wallet("EUR", balance=100))
    bob = people.signed_in(api, "bob")
    assert refused(bob.post("exchanges", {"quote_id": offer["id"]})) == (404, "not_found", [])
    assert refused(ada.post("exchanges", {"quote_id": str(uuid4())})) == (404, "not_found", [])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"to_currency": "EUR"}, (422, "invalid", ["to_currency"])),
        ({"to_currency": "ABC"}, (422, "invalid", ["to_currency"])),
        ({"to_currency": "SEK"}, (503, "no_rate", [])),
        ({"amount": "0.001"}, (422, "invalid", ["amount"])),
        ({"amount": "0.01", "to_currency": "USD"}, (201, "", [])),
        ({"amount": "999999999999.99", "to_currency": "JPY"}, (422, "invalid", ["amount"])),
        ({"wallet_id": str(UUID(int=7))}, (404, "no_wallet", [])),
    ],
    ids=str,
)
def test_what_has_no_price_is_not_quoted(
    ada: Person, given: dict[str, Any], told: tuple[int, str, list[str]]
) -> None:
    body = {"wallet_id": str(ada.wallet("EUR", balance=100)), "to_currency": "GBP", "amount": "100"}
    answer = ada.post("quotes", body | given)
    assert (answer.status, "", []) == told if answer.status == 201 else refused(answer) == told


def test_the_market_is_told_by_the_pair(ada: Person) -> None:
    for pair, mid, source in (
        ("from=EUR&to=USD", "1.0812", "test"),
        ("from=USD&to=GBP", "0.776082130966", "test"),
        ("from=JPY&to=JPY", "1", "test"),
        ("from=EUR&to=EUR", "1", None),
    ):
        told = ada.get(f"rates?{pair}").json()
        assert (told["mid"], told["source"]) == (mid, source)
    assert refused(ada.get("rates?from=EUR&to=SEK")) == (503, "no_rate", [])
    assert refused(ada.get("rates?from=EUR&to=eur")) == (422, "invalid", ["to"])


def test_a_price_that_is_a_week_old_is_no_price(ada: Person, database: Database) -> None:
    change(database, "update financial.currency_exchange_rates set as_of = as_of - interval '7 days'")
    assert refused(ada.get("rates?from=EUR&to=USD")) == (503, "no_rate", [])


def test_a_quote_leaves_thirty_days_after_its_time_and_what_it_brought_stays(
    ada: Person, database: Database
) -> None:
    euros = ada.wallet("EUR", balance=150)
    taken, left = quoted(ada, euros), quoted(ada, euros)
    assert ada.post("exchanges", {"quote_id": taken["id"]}).status == 201
    change(database, "update financial.quotes set expires_at = now() - interval '30 days' + interval '1 min'")
    stored.run(cron_purge_expired.handle)
    assert {str(quote.id) for quote in stored.rows(Quote)} == {taken["id"], left["id"]}
    change(database, "update financial.quotes set expires_at = expires_at - interval '2 min'")
    stored.run(cron_purge_expired.handle)
    assert stored.rows(Quote) == []
    assert (ada.balance(euros), ada.balance(ledger.wallet_id(ada.id, "GBP"))) == ("50.00", "83.49")
    assert refused(ada.post("exchanges", {"quote_id": taken["id"]})) == (404, "not_found", [])
