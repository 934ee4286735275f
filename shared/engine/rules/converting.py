"""Prices in another currency than the account's: what a unit of it cost, as it was known at each bar."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from shared.engine.bars import Bars
from shared.engine.costs import Instrument
from shared.engine.language.errors import quoted
from shared.engine.plan import Rates
from shared.engine.rules.coarser import closes
from shared.engine.rules.errors import DataError


def converted(
    market: Iterable[Bars], instruments: Mapping[str, Instrument], rates: Iterable[Bars]
) -> dict[str, Rates]:
    """By symbol, for those in another currency. The symbol of a rate is the currency that it prices."""
    known = {rate.symbol: rate for rate in rates}
    found: dict[str, Rates] = {}
    for bars in market:
        currency = instruments.get(bars.symbol, Instrument()).currency
        if not currency:
            continue
        if currency not in known:
            there_is = f": there is {quoted(sorted(known))}" if known else ""
            raise DataError("rate", f"{bars.symbol} is in {currency}, and there is no rate of it{there_is}")
        found[bars.symbol] = rates_of(bars, known[currency])
    return found


def rates_of(bars: Bars, rate: Bars) -> Rates:
    """Of the newest bar of the rate that closed no later than this one opens, and than it closes.

    Nothing fills on the first bar: what is not known when it opens is taken from its close.
    """
    known = closes(rate)
    newest = np.searchsorted(known, closes(bars), side="right") - 1
    if not len(known) or newest[0] < 0:
        raise DataError("rate", _too_late(bars, rate))
    before = np.searchsorted(known, bars.time, side="right") - 1
    before[0] = newest[0] if before[0] < 0 else before[0]
    rates = Rates(rate.close[before], rate.close[newest])
    _carried(bars, rates, rate.symbol)
    return rates


def _carried(bars: Bars, rates: Rates, currency: str) -> None:
    """Each price is a number, and so is each rate: their product may be none, or nothing."""
    with np.errstate(over="ignore", under="ignore"):
        most = bars.high.max() * max(column.max() for column in rates)
        least = bars.low.min() * min(column.min() for column in rates)
    if not (least > 0 and np.isfinite(most)):
        raise DataError(
            "rate", f"{bars.symbol} has prices that are too large or small at the rate of {currency}"
        )


def _too_late(bars: Bars, rate: Bars) -> str:
    if not len(rate):
        return f"the rate of {rate.symbol} has no bar"
    first, needed = (
        str(np.datetime64(int(closes(each)[0]), "us"))[:16].replace("T", " ") for each in (rate, bars)
    )
    known = f"whose rate is known from {first} on"
    return f"{bars.symbol} is in {rate.symbol}, {known}: it is needed from {needed} on"


def in_the_accounts(bars: Bars, rates: Rates) -> Bars:
    """The same in the account's currency, as somebody would see it who holds one."""
    opening, closing = bars.open * rates.opening, bars.close * rates.closing
    high = np.maximum(np.maximum(opening, closing), bars.high * np.minimum(rates.opening, rates.closing))
    low = np.minimum(np.minimum(opening, closing), bars.low * np.maximum(rates.opening, rates.closing))
    return replace(bars, open=opening, high=high, low=low, close=closing)
