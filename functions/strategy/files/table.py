"""What one file holds, read and not yet judged: columns, and where each of their cells stands."""

from collections.abc import Callable
from typing import NamedTuple

from functions.strategy.errors import Unreadable
from functions.strategy.remarks import Remark
from functions.strategy.saying import Place
from shared.engine.bars import Floats, Integers


class Table(NamedTuple):
    name: str  # of the file, for sentences
    time: Integers
    numbers: dict[str, Floats]  # open, high, low, close, volume
    symbols: tuple[str, ...]  # of its column, in the order of their first rows; empty where it has none
    symbol: Integers | None  # of each row, an index into them
    place: Callable[[int, str], Place]  # of a row's cell, by the column's meaning
    notes: tuple[Remark, ...]

    def refuse(self, row: int, what: str, sentence: str) -> Unreadable:
        return Unreadable(f"{self.place(int(row), what)}: {sentence}")
