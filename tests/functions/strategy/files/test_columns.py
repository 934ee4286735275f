"""Columns are known by their names, in whatever words, or named in the refusal."""

import pytest

from functions.strategy.errors import Unreadable
from functions.strategy.files.columns import recognised
from functions.strategy.remarks import told
from functions.strategy.saying import Place

HEADER = Place("a.csv", "line", 1)


@pytest.mark.parametrize(
    ("header", "time", "prices", "volume", "symbol"),
    [
        ("timestamp,open,high,low,close,volume", (0,), (1, 2, 3, 4), 5, None),
        ("Date,Open,High,Low,Close,Adj Close,Volume", (0,), (1, 2, 3, 4), 6, None),  # Yahoo
        ("<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>", (2,), (3, 4, 5, 6), 7, 0),
        ("<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>", (0, 1), (2, 3, 4, 5), 6, None),  # MetaTrader
        ("Open time,Open,High,Low,Close,Volume,Close time", (0,), (1, 2, 3, 4), 5, None),  # Binance
        ("t,o,h,l,c,v", (0,), (1, 2, 3, 4), 5, None),  # Polygon
        ("Unix Timestamp,Date,Symbol,Open,High,Low,Close,Volume BTC", (1,), (3, 4, 5, 6), 7, 2),
        (",open,high,low,close", (0,), (1, 2, 3, 4), None, None),  # a data frame's rows
        ("CLOSE,LOW,HIGH,OPEN,datetime", (4,), (3, 2, 1, 0), None, None),
        ("date,time,open,high,low,close,VOL", (0, 1), (2, 3, 4, 5), 6, None),
        ("timestamp,date,open,high,low,close", (0,), (2, 3, 4, 5), None, None),
    ],
)
def test_usual_names_are_known(
    header: str,
    time: tuple[int, ...],
    prices: tuple[int, ...],
    volume: int | None,
    symbol: int | None,
) -> None:
    found = recognised(header.split(","), where=HEADER)
    assert (found.time, found.prices, found.volume, found.symbol) == (time, prices, volume, symbol)


def test_adjusted_prices_are_left_and_said_to_be() -> None:
    found = recognised(["Date", "Open", "High", "Low", "Close", "Adj Close"], where=HEADER)
    assert [told(note) for note in found.notes] == [
        "a.csv, line 1: the column `Adj Close` is not read: prices are those traded"
    ]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("timestamp,open,high,close", "no column for low; there are `timestamp`, `open`, `high` and `close`"),
        ("price", "no column for time, open, high, low and close; there are `price`"),
        (
            "1609459200,1,2,0.5,1.5,7",
            "line 1 names no columns: put a line such as `timestamp,open,high,low,close,volume` before",
        ),
        ("time,Open,open,high,low,close", "the columns `Open` and `open` say the same: keep one of them"),
        ("time,\x1b[31mred", "`time` and `?[31mred`"),
    ],
)
def test_what_is_not_known_is_named(header: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        recognised(header.split(","), where=HEADER)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("a.csv, line 1")
