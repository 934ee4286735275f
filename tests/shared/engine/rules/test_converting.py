"""The rate that is known at each bar of what is quoted in another currency."""

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.costs import Instrument
from shared.engine.plan import Rates
from shared.engine.rules import DataError, converted

HOUR = 3_600_000_000
EURO = {"SAP": Instrument(currency="EUR")}


def bars(symbol: str, first: int, closes: list[float], *, timeframe: str = "1h", hours: int = 1) -> Bars:
    close = np.array(closes)
    time = (first + hours * np.arange(len(close))) * HOUR
    return Bars(symbol, timeframe, time, *[close] * 4, np.zeros(len(close)))


def rates(market: Bars, rate: Bars) -> Rates:
    return converted([market], EURO, [rate])["SAP"]


def test_a_bar_opens_at_the_close_before_it_and_closes_at_its_own():
    found = rates(bars("SAP", 0, [100] * 3), bars("EUR", 0, [1.1, 1.2, 1.3]))
    assert found.opening.tolist() == [1.1, 1.1, 1.2]  # nothing fills on the first
    assert found.closing.tolist() == [1.1, 1.2, 1.3]


def test_a_rate_that_began_before_is_known_at_the_first_open():
    found = rates(bars("SAP", 2, [100, 100]), bars("EUR", 0, [1.1, 1.2, 1.3, 1.4]))
    assert (found.opening.tolist(), found.closing.tolist()) == ([1.2, 1.3], [1.3, 1.4])


def test_a_days_rate_is_unknown_before_the_day_has_ended():
    days = bars("EUR", -24, [1.1, 1.2], timeframe="1d", hours=24)
    found = rates(bars("SAP", 22, [100] * 3), days)
    assert (found.opening.tolist(), found.closing.tolist()) == ([1.1, 1.1, 1.2], [1.1, 1.2, 1.2])


def test_a_rate_that_pauses_stays_and_one_that_went_on_over_a_pause_is_known():
    time = np.array([0, 1, 50]) * HOUR  # a weekend between
    close = np.array([100.0] * 3)
    market = Bars("SAP", "1h", time, *[close] * 4, np.zeros(3))
    assert rates(market, bars("EUR", 0, [1.1, 1.2])).closing.tolist() == [1.1, 1.2, 1.2]
    whole = bars("EUR", 0, [1 + hour / 100 for hour in range(60)])
    assert rates(market, whole).opening.tolist() == [1.0, 1.0, 1.49]


def test_symbols_in_the_accounts_currency_have_none():
    found = converted([bars("SAP", 0, [1]), bars("IBM", 0, [1])], EURO, [bars("EUR", 0, [1.1])])
    assert list(found) == ["SAP"]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ([], "SAP is in EUR, and there is no rate of it"),
        ([bars("GBP", 0, [1])], "SAP is in EUR, and there is no rate of it: there is `GBP`"),
        (
            [bars("EUR", 1, [1])],
            "SAP is in EUR, whose rate is known from 1970-01-01 02:00 on: "
            "it is needed from 1970-01-01 01:00 on",
        ),
        ([bars("EUR", 0, [])], "the rate of EUR has no bar"),
    ],
)
def test_a_currency_without_a_rate_is_refused(known: list[Bars], said: str):
    with pytest.raises(DataError) as refused:
        converted([bars("SAP", 0, [1, 1])], EURO, known)
    assert str(refused.value) == said


@pytest.mark.parametrize(("price", "rate"), [(1e200, 1e200), (1e-200, 1e-200), (1.0, np.inf), (1.0, np.nan)])
def test_a_product_that_is_no_number_is_refused(price: float, rate: float):
    with pytest.raises(DataError, match="SAP has prices that are too large or small at the rate of EUR"):
        rates(bars("SAP", 0, [price, price]), bars("EUR", 0, [rate, rate]))
