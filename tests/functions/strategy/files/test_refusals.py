"""Files that hold no candles: each refused in a sentence, with its place."""

import os
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyarrow import parquet

from functions.strategy.errors import Unreadable
from functions.strategy.files import Loaded
from shared.engine.bars import Bars
from tests.functions.strategy.files.test_reading import read, table_of
from tests.functions.strategy.make import HEADER, ROWS, file, hourly, lines


@pytest.fixture
def plain(tmp_path: Path) -> Bars:
    return read(file(tmp_path, lines(*ROWS))).market[0]


def changed(old: str, new: str) -> str:
    assert old in lines(*ROWS)
    return lines(*ROWS).replace(old, new)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "BTC.csv is empty"),
        ("\n \n", "BTC.csv is empty"),
        (HEADER, "names its columns and holds no row"),
        (HEADER + "\n\n", "names its columns and holds no row"),
        ("a,b\n1,2\n", "line 1: no column for time, open, high, low and close; there are `a` and `b`"),
        ("2024-01-01T00:00:00Z,10,12\n", "line 1 names no columns: put a line such as `timestamp,open,"),
        (ROWS[0] + "\n", "BTC has one bar"),
        (ROWS[0] + "\n2024-01-01T01:00:00Z,11,13\n", "line 2 has 3 cells where the first row has 6 columns"),
        (
            "1704067200,9,12,10,11,1\n1704070800,10,13,11,12,1\n",  # time, low, high, open, close
            "BTC.csv, line 1, column open: the open 9.0 lies outside of low 10.0 and high 12.0",
        ),
        (
            "Price,Close,Close\nTicker,AAPL,MSFT\nDate,,\n2024-01-02,1,2\n",
            "BTC.csv has `AAPL` and `MSFT` side by side: write a file for each",
        ),
        ("Price,Close\nTicker,AAPL\n", "line 1: no column for time, open, high and low"),
        (lines(ROWS[0]), "BTC has one bar"),
        (changed("11,13,10", "11,13,abc"), "line 3, column low: `abc` is no number"),
        (changed("11,13,10", "11,13,1_0"), "line 3, column low: `1_0` is no number"),
        (changed("11,13,10", "11,$13,10"), "line 3, column high: `$13` is no number"),
        (changed("11,13,10", "11,13,"), "line 3, column low: no price stands here"),
        (changed("11,13,10", "11,13,NaN"), "line 3, column low: no price stands here"),
        (changed("11,13,10", "11,inf,10"), "line 3, column high: a price is a number above 0, not inf"),
        (changed("11,13,10", "11,1e400,10"), "line 3, column high: a price is a number above 0, not inf"),
        (changed("11,13,10", "0,13,10"), "line 3, column open: a price is a number above 0, not 0"),
        (changed("11,13,10", "11,13,-10"), "line 3, column low: a price is a number above 0, not -10"),
        (changed("11,13,10", "11,9,10"), "line 3, column low: the low 10.0 lies above the high 9.0"),
        (changed("11,13,10", "14,13,10"), "line 3, column open: the open 14.0 lies outside of low 10.0"),
        (
            changed("13.5", "15"),
            "line 4, column close: the close 15.0 lies outside of low 11.0 and high 14.0",
        ),
        (changed(",200", ",-200"), "line 3, column volume: a volume is 0 or more, not -200"),
        (changed("T01", "T00"), "line 3, column timestamp: 2024-01-01 stands there twice"),
        (
            changed("T01", "T03"),
            "line 4, column timestamp: 2024-01-01 02:00 comes behind 2024-01-01 03:00: sort the rows by time",
        ),
        (lines(*reversed(ROWS)), "the newest stands first, turn the rows round"),
        (
            changed("2024-01-01T01:00:00Z", "soon"),
            "line 3, column timestamp: `soon` is no time that is known",
        ),
        (
            changed("2024-01-01T01", "2024-02-30T01"),
            "line 3, column timestamp: `2024-02-30T01:00:00Z` is no day",
        ),
        (changed("11,13,10", "11,13,10,10"), "line 3 has 7 cells where the header names 6 columns"),
        (changed("11,13,10,12,200", "11"), "line 3 has 2 cells where the header names 6 columns"),
        (changed("11,13,10", "11,13,5,10,5"), "a decimal comma are not read, write 1.5 for 1,5"),
        (changed("11,13,10", '11,"13,5",10'), "line 3, column high: `13,5` has a decimal comma"),
        (
            lines(*ROWS).replace(",", ";").replace("13.5", "13,5"),
            "line 4, column close: `13,5` has a decimal comma: write 1.5 for 1,5",
        ),
        (changed("11,13,10", '11,"13,10'), "line 3: a quotation mark is not closed"),
        (lines(*ROWS).encode().replace(b",200", b",\xff"), "line 3 is no text in UTF-8"),
        (b"\xff\xfe\x00", "begins as UTF-16 and does not go on so"),
        (b"PK\x03\x04....", "is neither CSV nor Parquet"),
        (b"a\0b", "is neither CSV nor Parquet"),
        (b"PAR1....", "is no Parquet that can be read"),
        (
            lines(*[f"{1_700_000_000 + 180 * i},1,1,1,1,1" for i in range(5)]),
            "the bars of BTC are 3 minutes apart: timeframes are `1m`, `5m`",
        ),
        (lines("01/02/2024,1,1,1,1,1", "02/02/2024,1,1,1,1,1"), "may be in January or in February"),
        (
            lines("2024-01-01,a b,1,1,1,1", header="time,symbol,open,high,low,close"),
            "line 2, column symbol: `a b` is no symbol",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(file(tmp_path, text))
    assert sentence in str(refused.value)
    assert "BTC" in str(refused.value)


def test_the_place_is_a_line_of_the_file_whatever_is_empty(tmp_path: Path) -> None:
    text = "\n\n" + lines(ROWS[0], "", "", ROWS[1], "", ROWS[2].replace("14", "x"))
    with pytest.raises(Unreadable, match=r"line 9, column high: `x` is no number"):
        read(file(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"none\.csv cannot be read: No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(Unreadable, match=r"cannot be read: Is a directory"):
        read(tmp_path)
    if os.getuid():
        path = file(tmp_path, lines(*ROWS))
        path.chmod(0)
        with pytest.raises(Unreadable, match="cannot be read: Permission denied"):
            read(path)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("open", ["1", "2", "3"], "column open: numbers stand here, not string"),
        ("open", [1.0, None, 3.0], "row 2, column open: no price stands here"),
        ("timestamp", [1.5, 2.5, 3.5], "is no time that is known"),
        ("timestamp", [None, 1_700_000_000, 1_700_003_600], "row 1, column timestamp: no time stands here"),
        ("timestamp", [True, False, True], "is no time that is known"),
        ("timestamp", ["2024-01-01", "2024-01-02", "soon"], "row 3, column timestamp: `soon` is no time"),
    ],
)
def test_parquet_is_refused_by_row(
    tmp_path: Path, plain: Bars, name: str, value: list[object], sentence: str
) -> None:
    parquet.write_table(pyarrow.table({**table_of(plain), name: value}), tmp_path / "BTC.parquet")
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "BTC.parquet")
    assert sentence in str(refused.value)


def test_a_cut_parquet_is_refused(tmp_path: Path, plain: Bars) -> None:
    path = tmp_path / "BTC.parquet"
    parquet.write_table(pyarrow.table(table_of(plain)), path)
    whole = path.read_bytes()
    for length in (4, 8, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Unreadable, match="is no Parquet that can be read"):
            read(path)


def attempted(path: Path) -> tuple[Loaded | None, str]:
    try:
        return read(path), ""
    except Unreadable as refused:
        return None, str(refused)


SHORT = hourly().encode()[:2000]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(some.tuples(some.integers(0, len(SHORT) - 1), some.integers(0, 255)), max_size=4),
    some.integers(0, len(SHORT)),
    some.sampled_from([b"", b"\n", b",", b'"', b"\xff\xfe", b"PAR1"]),
)
def test_any_file_is_read_or_refused_in_a_sentence(
    tmp_path: Path, changes: list[tuple[int, int]], end: int, front: bytes
) -> None:
    data = bytearray(SHORT)
    for place, value in changes:
        data[place] = value
    loaded, said = attempted(file(tmp_path, front + bytes(data[:end])))
    assert said.isprintable()
    if loaded is None:
        assert 10 < len(said) < 2000
        return
    bars = loaded.market[0]
    assert (np.diff(bars.time) > 0).all()
    prices = np.array(bars.prices[:4])
    assert (np.isfinite(prices) & (prices > 0)).all()
    assert (bars.low <= prices.min(axis=0)).all()
    assert (bars.high >= prices.max(axis=0)).all()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.binary(max_size=300) | some.text(max_size=300).map(str.encode))
def test_noise_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(file(tmp_path, data))
    assert str(refused.value).isprintable()
