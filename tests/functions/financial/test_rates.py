"""Exchange rates: read with care, fetched without a transaction, kept where they are credible."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from functions.financial import cron_update_rates, job_update_rates, reference_rates
from functions.financial.operations import rates
from functions.financial.reference_rates import SHIPPED, Sheet
from functions.financial.tables import ExchangeRate
from shared import clock
from shared.currencies import CURRENCIES
from shared.db import house, work
from shared.settings import settings
from tests.calls import Api
from tests.conftest import NOON, Database
from tests.functions.auth import stored
from tests.functions.financial import people
from tests.queues import deliver

TODAY = date(2026, 3, 2)


def document(
    cubes: str = "<Cube currency='USD' rate='1.0812'/>", day: str = "2026-03-02", head: str = ""
) -> bytes:
    space = "xmlns='http://www.ecb.int/vocabulary/2002-08-01/eurofxref'"
    return f"{head}<Envelope {space}><Cube><Cube time='{day}'>{cubes}</Cube></Cube></Envelope>".encode()


@contextmanager
def telling(body: bytes, status: int = 200) -> Iterator[str]:
    """Somebody who tells rates, at the address given."""

    class Teller(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Teller) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/eurofxref-daily.xml"
        server.shutdown()


@pytest.fixture
def told_by(database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    def point(url: str) -> None:
        monkeypatch.setenv("RATES_URL", url)
        settings.cache_clear()

    return point


def updated() -> list[str]:
    """By the schedule and the job that it asks for; the ids of what failed."""
    stored.run(cron_update_rates.handle)
    return deliver(job_update_rates.handler)


def sheet(day: date = TODAY, source: str = "ecb", **euros: str) -> Sheet:
    return Sheet(day, {code: Decimal(price) for code, price in euros.items()}, source)


def kept(db: Session) -> dict[str, Decimal]:
    """The newest price of each currency."""
    rows = db.query(ExchangeRate).order_by(ExchangeRate.as_of)
    return {row.to_currency: row.rate for row in rows}


def alarms(db: Session) -> list[tuple[str, Any]]:
    return [(row["event_type"], row["details"]) for row in work(db).closing.get(house.system_events, [])]


def test_the_file_that_comes_along_names_its_day_and_its_source() -> None:
    text = SHIPPED.read_text()
    told = reference_rates.read(SHIPPED.read_bytes(), source="shipped")
    assert (told.day, len(told.euros)) == (date(2026, 10, 6), 29)
    assert (told.euros["USD"], told.euros["JPY"]) == (Decimal("1.1269"), Decimal("178.15"))
    assert set(told.euros) <= set(CURRENCIES)
    assert "6 October 2026" in text
    assert "European Central Bank" in text


def test_only_currencies_that_we_know_are_read() -> None:
    cubes = (
        "<Cube currency='USD' rate='1.0812'/><Cube currency='XAU' rate='2'/><Cube currency='EUR' rate='1'/>"
    )
    assert reference_rates.read(document(cubes), source="ecb") == sheet(USD="1.0812")


@pytest.mark.parametrize("rate", ["0", "0.000", "-1", "1e3", "NaN", "inf", "", "1,08", "١", "1" * 12])
def test_what_is_no_price_spoils_the_whole_list(rate: str) -> None:
    with pytest.raises(ValueError, match="is no price"):
        reference_rates.read(document(f"<Cube currency='USD' rate='{rate}'/>"), source="ecb")


@pytest.mark.parametrize(
    "text",
    [
        document(head="<!DOCTYPE a [<!ENTITY b 'bbbb'>]>"),
        document(head="<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'>"),
        document(head="<!DOCTYPE a>").decode().encode("utf-16"),
        document(day="2026-02-30"),
        document(""),
        document().replace(b"</Cube></Cube>", b"</Cube><Cube time='2026-03-01'/></Cube>"),
        document()[:-3],
        b"",
        b"\xff\xfe",
        b"{}",
    ],
)
def test_what_is_no_list_of_one_day_is_refused(text: bytes) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        reference_rates.read(text, source="ecb")


def test_on_one_machine_the_shipped_prices_stand_for_today_and_say_so(api: Api) -> None:
    assert updated() == []
    ada = people.signed_in(api)
    told = ada.get("rates?from=EUR&to=USD").json()
    assert (told["mid"], told["source"]) == ("1.1269", "shipped")
    assert told["as_of"] == f"{clock.now():%Y-%m-%d}T00:00:00Z"
    euros = ada.wallet("EUR", balance=100)
    quote = ada.post("quotes", {"wallet_id": str(euros), "to_currency": "USD", "amount": "10"}).json()
    assert quote["rate_source"] == "shipped"


def test_rates_are_fetched_where_they_are_told(api: Api, told_by: Any) -> None:
    with telling(document(day=f"{clock.now():%Y-%m-%d}")) as url:
        told_by(url)
        assert updated() == []
    told = people.signed_in(api).get("rates?from=EUR&to=USD").json()
    assert (told["mid"], told["source"]) == ("1.0812", "127.0.0.1")


@pytest.mark.parametrize("status", [404, 500])
def test_where_nobody_answers_the_last_rates_stay(database: Database, told_by: Any, status: int) -> None:
    people.rates(USD="1.1")
    with telling(b"", status) as url:
        told_by(url)
        assert updated() == []
    assert updated() == []  # nor is anybody there now
    assert [row.rate for row in stored.rows(ExchangeRate)] == [Decimal("1.1")]


def test_a_list_that_cannot_be_read_or_has_no_end_is_a_fault(database: Database, told_by: Any) -> None:
    for body in (b"<html>", b" " * reference_rates.MOST_BYTES + document()):
        with telling(body) as url:
            told_by(url)
            assert len(updated()) >= 1
    assert stored.rows(ExchangeRate) == []


def test_after_three_days_without_news_a_person_is_told(db: Session) -> None:
    work(db).now = NOON
    rates.ask(db, now=NOON)
    assert alarms(db) == []  # nothing was ever heard
    rates.store(sheet(USD="1.08"), db)
    for passed, told in ((timedelta(days=3, seconds=-1), 0), (timedelta(days=3), 1)):
        rates.ask(db, now=NOON + passed)
        assert alarms(db) == [("rates_not_updated", {"last_heard_at": NOON.isoformat()})] * told


def test_a_price_that_leaps_is_kept_out_and_told(db: Session) -> None:
    work(db).now = NOON
    rates.store(sheet(USD="1.00", GBP="0.80", JPY="100", TRY="40"), db)
    rates.store(sheet(TODAY + timedelta(1), USD="1.20", GBP="0.64", JPY="120.01", TRY="31.99", SEK="11"), db)
    assert kept(db) == {
        code: Decimal(price)
        for code, price in {"USD": "1.20", "GBP": "0.64", "JPY": "100", "TRY": "40", "SEK": "11"}.items()
    }
    assert alarms(db) == [("rates_leapt", {"currencies": ["JPY", "TRY"], "day": "2026-03-03"})]


def test_a_price_leaps_only_from_a_fresh_one_of_the_same_source(db: Session) -> None:
    """Where nothing else came for a week, the market has gone there; and the shipped file is no market."""
    work(db).now = NOON
    rates.store(sheet(source="shipped", USD="1.00"), db)
    rates.store(sheet(USD="1.50"), db)
    work(db).now = NOON + timedelta(days=8)
    rates.store(sheet(TODAY + timedelta(8), USD="2.50"), db)
    assert kept(db) == {"USD": Decimal("2.50")}
    assert alarms(db) == []


def test_the_same_day_again_says_the_last_that_was_told(db: Session) -> None:
    work(db).now = NOON
    for price in ("1.08", "1.09"):
        rates.store(sheet(USD=price), db)
    (row,) = db.query(ExchangeRate)
    assert (row.rate, row.as_of.isoformat()) == (Decimal("1.09"), "2026-03-02T00:00:00+00:00")
