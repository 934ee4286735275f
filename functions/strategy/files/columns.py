"""Which column of a file is which, by the names that exchanges, brokers and data frames give them."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn

from functions.strategy.errors import Unreadable
from functions.strategy.remarks import Remark, remark
from functions.strategy.saying import Place

Price = Literal["open", "high", "low", "close"]
PRICES: tuple[Price, ...] = ("open", "high", "low", "close")
# In small letters and digits alone; where a file has several of a row, the first of the row is read.
NAMES: dict[str, tuple[str, ...]] = {
    "time": ("timestamp", "datetime", "dateandtime", "opentime", "timeopen", "starttime", "bartime"),
    "date": ("date", "day", "dt", "gmttime", "localtime"),
    "clock": ("time", "t", "hour"),
    "open": ("open", "o", "openprice", "priceopen", "bidopen", "midopen"),
    "high": ("high", "h", "highprice", "pricehigh", "bidhigh", "midhigh", "max"),
    "low": ("low", "l", "lowprice", "pricelow", "bidlow", "midlow", "min"),
    "close": ("close", "c", "closeprice", "priceclose", "bidclose", "midclose", "closelast"),
    "volume": ("volume", "vol", "v", "basevolume", "volumebase", "volumetraded", "tickvolume", "tickvol"),
    "symbol": ("symbol", "ticker", "instrument", "pair", "asset", "sym", "tic"),
}
INDEX = ("", "index", "indexlevel0", "unnamed0")  # what a data frame calls its rows
ADJUSTED = ("adjclose", "adjustedclose", "closeadj")


class Columns(NamedTuple):
    """Positions, from 0."""

    time: tuple[int, ...]  # two, where the day and the clock stand apart
    prices: tuple[int, int, int, int]  # open, high, low, close
    volume: int | None
    symbol: int | None
    notes: tuple[Remark, ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        prices: dict[str, int] = dict(zip(PRICES, self.prices, strict=True))
        return prices if self.volume is None else {**prices, "volume": self.volume}


def recognised(names: Sequence[str], *, where: Place) -> Columns:
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    found = {what: _position(plain, names, known, where) for what, known in NAMES.items()}
    if found["volume"] is None:  # "Volume BTC"
        found["volume"] = next((i for i, name in enumerate(plain) if name.startswith("volume")), None)
    time = _time(plain, found)
    missing = ["time"] if not time else []
    prices = [found[price] for price in PRICES]
    missing += [price for price, position in zip(PRICES, prices, strict=True) if position is None]
    if missing:
        _refuse(names, missing, where)
    first, highest, lowest, last = (position for position in prices if position is not None)
    adjusted = [names[i] for i, name in enumerate(plain) if name in ADJUSTED]
    notes = tuple(remark("column_not_read", where=where, column=name) for name in adjusted)
    return Columns(time, (first, highest, lowest, last), found["volume"], found["symbol"], notes)


def _position(plain: list[str], names: Sequence[str], known: tuple[str, ...], where: Place) -> int | None:
    for name in known:
        if plain.count(name) > 1:
            twice = [names[i] for i, other in enumerate(plain) if other == name]
            raise Unreadable(f"{where}: the columns {quoted(twice)} say the same: keep one of them")
        if name in plain:
            return plain.index(name)
    return None


def _time(plain: list[str], found: dict[str, int | None]) -> tuple[int, ...]:
    whole, day, clock = found["time"], found["date"], found["clock"]
    if whole is not None:
        return (whole,)
    if day is not None and clock is not None:
        return (day, clock)
    alone = day if day is not None else clock
    if alone is None:
        alone = next((plain.index(name) for name in INDEX if name in plain), None)
    return () if alone is None else (alone,)


def _refuse(names: Sequence[str], missing: list[str], where: Place) -> NoReturn:
    if all(re.fullmatch(r"[-+\d.eE:TZ/ ]*", name.strip()) for name in names):
        example = "timestamp,open,high,low,close,volume"
        raise Unreadable(f"{where} names no columns: put a line such as `{example}` before the numbers")
    raise Unreadable(f"{where}: no column for {listed(missing)}; there are {quoted(names)}")


def listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def quoted(names: Sequence[str], *, most: int = 20) -> str:
    shown = [f"`{printable(name)}`" for name in names[:most]]
    return listed(shown) if len(names) <= most else f"{', '.join(shown)} and others"


def printable(text: str, *, most: int = 40) -> str:
    """What stands in a file may be anything: cut, and without what a terminal would obey."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])
