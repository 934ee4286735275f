"""Where a CSV names its columns: on a line, on three as yfinance does, or nowhere, as exchanges often do."""

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from functions.strategy.errors import Unreadable
from functions.strategy.files.columns import quoted
from functions.strategy.remarks import Remark, remark
from functions.strategy.saying import Place

SEPARATORS = (",", ";", "\t", "|")
LINES = re.compile(rb"\r\n|\n|\r")
BEGINNING = 1 << 16  # bytes
NUMBER = re.compile(r"\d+(\.\d*)?([eE][-+]?\d+)?")
CLOCK = re.compile(r"\d\d?:\d\d(:\d\d)?")
USUAL = ("open", "high", "low", "close", "volume")


class Header(NamedTuple):
    where: Place  # of the names; of the first row, where there are none
    line: int  # from 1: the rows begin behind it
    separator: str
    names: list[str]
    symbol: str = ""  # of all rows, where the names say so
    notes: tuple[Remark, ...] = ()

    @property
    def named(self) -> bool:
        return self.line >= self.where.number


def header_of(data: bytes, name: str) -> Header:
    numbered = enumerate(LINES.split(data[:BEGINNING]), start=1)
    lines = [(number, line) for number, line in numbered if line.strip()][:3] or [(1, b"")]
    where = Place(name, "line", lines[0][0])
    try:
        text = lines[0][1].decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{where} is no text in UTF-8") from None
    separator = max(SEPARATORS, key=text.count)
    names, *below = (cells(line.decode(errors="replace"), separator) or [""] for _, line in lines)
    if assumed := _assumed(names):
        return Header(where, where.number - 1, separator, assumed, notes=(remark("no_header", file=name),))
    if names[0] == "Price" and len(below) == 2 and below[0][0] == "Ticker":
        symbol = _of_all(below[0][1:], name)
        return Header(where, lines[2][0], separator, [below[1][0], *names[1:]], symbol)
    return Header(where, where.number, separator, names)


def cells(line: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _assumed(row: Sequence[str]) -> list[str]:
    """The names of a first line that is a row already. In another order, prices would be no candle."""
    time = ["date", "time"] if len(row) > 1 and CLOCK.fullmatch(row[1].strip()) else ["timestamp"]
    prices = row[len(time) : len(time) + 4]
    if len(prices) < 4 or not all(NUMBER.fullmatch(price.strip()) for price in prices):
        return []
    names = [*time, *USUAL][: len(row)]
    return [*names, *(f"column {position}" for position in range(len(names) + 1, len(row) + 1))]


def _of_all(tickers: Sequence[str], name: str) -> str:
    symbols = list(dict.fromkeys(tickers))
    if len(symbols) != 1:
        raise Unreadable(f"{name} has {quoted(symbols)} side by side: write a file for each")
    return symbols[0]
