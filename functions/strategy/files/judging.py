"""Whether candles are candles: the first that is none is named."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from functions.strategy.files.columns import PRICES
from functions.strategy.files.table import Table
from functions.strategy.remarks import Remark, remark
from functions.strategy.saying import moment
from shared.engine.bars import Floats, Integers

Mask = NDArray[np.bool_]
RowOf = Callable[[Mask], int]  # of the first that is true, its row in the file


def judge(table: Table, rows: Integers | None) -> tuple[Integers, dict[str, Floats], tuple[Remark, ...]]:
    """Time and columns of these rows (None: of all), and what there is to know about them."""
    time = table.time if rows is None else table.time[rows]
    columns = {what: column if rows is None else column[rows] for what, column in table.numbers.items()}

    def row_of(mask: Mask) -> int:
        row = int(np.argmax(mask))
        return row if rows is None else int(rows[row])

    _in_order(table, time, row_of)
    _prices(table, columns, row_of)
    volume, notes = _volume(table, columns.get("volume"), len(time), row_of)
    return time, {**columns, "volume": volume}, notes


def _in_order(table: Table, time: Integers, row_of: RowOf) -> None:
    later = time[1:] > time[:-1]
    if later.all():
        return
    i = int(np.argmax(~later)) + 1
    row = row_of(np.arange(len(time)) == i)
    if time[i] == time[i - 1]:
        raise table.refuse(row, "time", f"{moment(time[i])} stands there twice")
    backwards = bool((time[1:] < time[:-1]).all())
    advice = "the newest stands first, turn the rows round" if backwards else "sort the rows by time"
    raise table.refuse(row, "time", f"{moment(time[i])} comes behind {moment(time[i - 1])}: {advice}")


def _prices(table: Table, columns: dict[str, Floats], row_of: RowOf) -> None:
    for price in PRICES:
        values = columns[price]
        wrong = ~(np.isfinite(values) & (values > 0))
        if wrong.any():
            raise table.refuse(row_of(wrong), price, _no_price(values[int(np.argmax(wrong))]))
    high, low = columns["high"], columns["low"]
    for what, wrong in (
        ("low", high < low),
        ("open", (columns["open"] > high) | (columns["open"] < low)),
        ("close", (columns["close"] > high) | (columns["close"] < low)),
    ):
        if wrong.any():
            i = int(np.argmax(wrong))
            value = columns[what][i]
            sentence = f"the low {value} lies above the high {high[i]}"
            if what != "low":
                sentence = f"the {what} {value} lies outside of low {low[i]} and high {high[i]}"
            raise table.refuse(row_of(wrong), what, sentence)


def _no_price(value: float) -> str:
    if np.isnan(value):
        return "no price stands here"
    return f"a price is a number above 0, not {value:g}"


def _volume(
    table: Table, volume: Floats | None, count: int, row_of: RowOf
) -> tuple[Floats, tuple[Remark, ...]]:
    if volume is None:
        return np.zeros(count), (remark("no_volume", file=table.name),)
    wrong = (volume < 0) | np.isinf(volume)
    if wrong.any():
        value = volume[int(np.argmax(wrong))]
        raise table.refuse(row_of(wrong), "volume", f"a volume is 0 or more, not {value:g}")
    empty = np.isnan(volume)
    if not empty.any():
        return volume, ()
    where = table.place(row_of(empty), "volume")
    note = remark("empty_volume", rows=int(empty.sum()), where=where)
    return np.where(empty, 0.0, volume), (note,)
