"""Files of candles: what is read of them, and what is told about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from functions.strategy.errors import Unreadable, WrongOption
from functions.strategy.files import Loaded, Source, load
from functions.strategy.remarks import listed, told
from shared.engine.bars import Bars, digest
from tests.functions.strategy.make import HEADER, ROWS, file, lines

MIDNIGHT = 1_704_067_200_000_000  # of 2024, µs
HOUR = 3_600_000_000


def read(path: Path, *symbols: str) -> Loaded:
    return load([Source(path)], symbols)


def only(path: Path) -> Bars:
    (bars,) = read(path).market
    return bars


def same(bars: Bars, other: Bars) -> bool:
    return digest((replace(bars, symbol=""),)) == digest((replace(other, symbol=""),))


@pytest.fixture
def plain(tmp_path: Path) -> Bars:
    return only(file(tmp_path, lines(*ROWS)))


def test_a_file_becomes_columns(plain: Bars) -> None:
    assert (plain.symbol, plain.timeframe, len(plain)) == ("BTC", "1h", 3)
    assert plain.time.tolist() == [MIDNIGHT, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR]
    assert plain.time.dtype == np.int64
    assert [column.tolist() for column in plain.prices] == [
        [10.0, 11.0, 12.0],
        [12.0, 13.0, 14.0],
        [9.0, 10.0, 11.0],
        [11.0, 12.0, 13.5],
        [100.0, 200.0, 300.0],
    ]
    assert all(column.dtype == np.float64 and column.flags.c_contiguous for column in plain.prices)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace(",", "|"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace(",10,", ", 10.0 ,"),
        lambda text: "\ufeff" + text.replace("timestamp", '"timestamp"'),
        lambda text: text.replace("2024-01-01T0", '"2024-01-01T0').replace(":00Z", ':00Z"'),
        lambda text: text.replace("open", "OPEN").replace("timestamp", " Date "),
    ],
)
def test_it_is_the_same_however_it_is_written(tmp_path: Path, plain: Bars, change: object) -> None:
    assert callable(change)
    assert same(only(file(tmp_path, change(lines(*ROWS)), "other.csv")), plain)


def test_what_metatrader_writes_as_utf_16_is_read(tmp_path: Path, plain: Bars) -> None:
    text = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\r\n"
    for i, row in enumerate(ROWS):
        text += "\t".join(["2024.01.01", f"0{i}:00:00", *row.split(",")[1:]]) + "\r\n"
    loaded = read(file(tmp_path, text.encode("utf-16")))
    assert same(loaded.market[0], plain)
    assert [told(note).rpartition(": ")[2] for note in loaded.notes] == [
        "the times name no zone and are taken as UTC"
    ]


NAMELESS = {
    "binance": "1704067200000,10,12,9,11,100,1704070799999,1,2,3,4,0\n"
    "1704070800000,11,13,10,12,200,1704074399999,1,2,3,4,0\n"
    "1704074400000,12,14,11,13.5,300,1704077999999,1,2,3,4,0\n",
    "kraken": "1704067200,10,12,9,11,100,7\n1704070800,11,13,10,12,200,7\n1704074400,12,14,11,13.5,300,7\n",
    "histdata": "20240101 000000;10;12;9;11;100\n20240101 010000;11;13;10;12;200\n"
    "20240101 020000;12;14;11;13.5;300\n",
    "metatrader": "2024.01.01,00:00,10,12,9,11,100\n2024.01.01,01:00,11,13,10,12,200\n"
    "2024.01.01,02:00,12,14,11,13.5,300\n",
    "plain": "\n".join(ROWS),
}


@pytest.mark.parametrize("text", NAMELESS.values(), ids=NAMELESS)
def test_columns_without_names_are_read_in_their_usual_order(tmp_path: Path, plain: Bars, text: str) -> None:
    loaded = read(file(tmp_path, text))
    assert same(loaded.market[0], plain)
    assert listed(loaded.notes)[0]["code"] == "no_header"
    assert told(loaded.notes[0]).endswith("they are read as time, open, high, low, close and volume")
    assert same(only(file(tmp_path, "\n\n" + text, "blank.csv")), plain)


def test_what_yfinance_writes_is_read_and_called_by_its_ticker(tmp_path: Path, plain: Bars) -> None:
    text = "Price,Close,High,Low,Open,Volume\nTicker,AAPL,AAPL,AAPL,AAPL,AAPL\nDatetime,,,,,\n"
    for time, opened, high, low, close, volume in (row.split(",") for row in ROWS):
        at = time.replace("T", " ").replace("Z", "+00:00")
        text += ",".join((at, close, high, low, opened, volume)) + "\n"
    loaded = read(file(tmp_path, text))
    assert (loaded.market[0].symbol, loaded.notes) == ("AAPL", ())
    assert same(loaded.market[0], plain)
    with pytest.raises(Unreadable, match="line 6, column Close: `abc` is no number"):
        read(file(tmp_path, text.replace("13.5", "abc")))


def table_of(plain: Bars) -> dict[str, object]:
    columns = {what: getattr(plain, what) for what in ("open", "high", "low", "close", "volume")}
    return {"timestamp": plain.time, **columns}


@pytest.mark.parametrize(
    ("kind", "naive"),
    [
        (pyarrow.timestamp("us", "UTC"), False),
        (pyarrow.timestamp("ns", "America/New_York"), False),
        (pyarrow.timestamp("ms"), True),
        (pyarrow.timestamp("s"), True),
        (pyarrow.int64(), False),
    ],
)
def test_parquet_is_read_as_csv_is(tmp_path: Path, plain: Bars, kind: object, naive: bool) -> None:
    columns = table_of(plain)
    stamps = pyarrow.array(plain.time).cast(pyarrow.timestamp("us"))
    columns["timestamp"] = plain.time if kind == pyarrow.int64() else stamps.cast(kind)
    path = tmp_path / "BTC.parquet"
    parquet.write_table(pyarrow.table(columns), path)
    loaded = read(path)
    assert same(loaded.market[0], plain)
    assert any("no zone" in told(note) for note in loaded.notes) == naive


def test_parquet_of_decimals_texts_and_dates_is_read(tmp_path: Path) -> None:
    days = pyarrow.array([19723, 19724, 19725], pyarrow.int32()).cast(pyarrow.date32())
    tens = pyarrow.array([10.0, 11.0, 12.0]).cast(pyarrow.decimal128(20, 2))
    columns = {"date": days} | dict.fromkeys(("open", "high", "low", "close"), tens)
    columns["symbol"] = pyarrow.array(["ETH"] * 3).dictionary_encode()
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    bars = only(tmp_path / "a.parquet")
    assert (bars.symbol, bars.timeframe, bars.open.tolist()) == ("ETH", "1d", [10.0, 11.0, 12.0])
    assert bars.time.tolist() == [MIDNIGHT, MIDNIGHT + 24 * HOUR, MIDNIGHT + 48 * HOUR]


def test_a_column_of_symbols_makes_bars_of_each(tmp_path: Path) -> None:
    rows = [row.replace(",", f",{symbol},", 1) for row in ROWS for symbol in ("ETH", "BTC")]
    path = file(tmp_path, lines(*rows, header="time,ticker,open,high,low,close,volume"))
    assert [(bars.symbol, len(bars)) for bars in read(path).market] == [("BTC", 3), ("ETH", 3)]
    assert [bars.symbol for bars in read(path, "ETH").market] == ["ETH"]
    with pytest.raises(WrongOption, match=r"--symbol: `ETHE` is not in the data, did you mean `ETH`\?"):
        read(path, "ETHE")


def test_only_the_symbols_asked_for_are_judged(tmp_path: Path) -> None:
    rows = [row.replace(",", ",ETH,", 1) for row in ROWS]
    rows += ["2024-01-01T00:00:00Z,BTC,0,0,0,0,0"]
    path = file(tmp_path, lines(*rows, header="time,symbol,open,high,low,close,volume"))
    assert len(read(path, "ETH").market) == 1
    with pytest.raises(Unreadable, match=r"line 5, column open: a price is a number above 0, not 0"):
        read(path)


def test_several_files_are_several_symbols(tmp_path: Path) -> None:
    one, two = file(tmp_path, lines(*ROWS), "one.csv"), file(tmp_path, lines(*ROWS), "two words.csv")
    loaded = load([Source.of(f"ETH={one}"), Source.of(str(two))])
    assert [bars.symbol for bars in loaded.market] == ["ETH", "two_words"]
    assert [bars.symbol for bars in load([Source(one)], ["XRP"]).market] == ["XRP"]
    with pytest.raises(
        Unreadable, match=r"one stands in .*one\.csv and in .*one\.csv: a symbol has one file"
    ):
        load([Source(one), Source(one)])


@pytest.mark.parametrize(
    ("step", "timeframe"), [(60, "1m"), (900, "15m"), (14400, "4h"), (86400, "1d"), (604800, "1w")]
)
def test_the_timeframe_is_the_step_that_most_bars_take(tmp_path: Path, step: int, timeframe: str) -> None:
    times = [1_700_000_000 + step * i for i in (0, 1, 2, 7, 8, 20)]
    loaded = read(file(tmp_path, lines(*[f"{time},1,1,1,1,0" for time in times])))
    assert loaded.market[0].timeframe == timeframe
    (note,) = loaded.notes
    assert told(note).startswith(f"BTC: 2 gaps between bars of {timeframe}, the longest of ")
    assert told(note).endswith("; nothing is filled in")


def test_a_gap_is_told_with_its_time(tmp_path: Path) -> None:
    rows = [*ROWS, "2024-01-01T07:00:00Z,1,1,1,1,1", "2024-01-01T07:20:00Z,1,1,1,1,1"]
    assert [told(note) for note in read(file(tmp_path, lines(*rows))).notes] == [
        "BTC: 1 gap between bars of 1h, the longest of 5 hours after 2024-01-01 02:00; nothing is filled in",
        "BTC: 1 bar comes sooner than 1h after the one before",
    ]


def test_the_same_gaps_of_several_symbols_are_told_once(tmp_path: Path) -> None:
    late = [*ROWS, "2024-01-01T07:00:00Z,1,1,1,1,1"]
    files = [Source.of(f"S{number}={file(tmp_path, lines(*late), f'{number}.csv')}") for number in range(7)]
    later = file(tmp_path, lines(*ROWS, "2024-01-01T09:00:00Z,1,1,1,1,1"), "later.csv")
    loaded = load([*files, Source.of(f"LATER={later}")])
    assert [told(note).partition(" between")[0] for note in loaded.notes] == [
        "LATER: 1 gap",
        "S0, S1, S2, S3, S4 and 2 others: 1 gap",
    ]
    assert told(loaded.notes[1], "es").startswith("S0, S1, S2, S3, S4 y 2 más: 1 hueco entre velas de 1h")
    assert listed(loaded.notes)[1]["values"]["symbols"] == [f"S{number}" for number in range(7)]
    assert told(load(files[:6]).notes[0]).startswith("S0, S1, S2, S3, S4, S5: 1 gap")


def test_of_many_symbols_that_differ_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    hours = range(5, 12)
    files = [
        file(tmp_path, lines(*ROWS, f"2024-01-01T{hour:02}:00:00Z,1,1,1,1,1"), f"S{hour}.csv")
        for hour in hours
    ]
    notes = load([Source(path) for path in files]).notes
    assert [note.code for note in notes] == ["gaps"] * 5 + ["further_notes"]
    assert told(notes[-1]) == "2 further notes of this kind about other symbols"


def test_a_market_that_closes_every_week_leaves_no_gaps_but_its_holidays_do(tmp_path: Path) -> None:
    """Hours from 14:30 to 20:30 of New York's weekdays, an hour earlier from 10 March: no 29 March."""
    days = (datetime(2024, 2, 19, tzinfo=UTC) + timedelta(days=day) for day in range(63))
    open_days = [day for day in days if day.weekday() < 5 and (day.month, day.day) != (3, 29)]
    opens = [
        day + timedelta(hours=hour - (day >= datetime(2024, 3, 10, tzinfo=UTC)), minutes=30)
        for day in open_days
        for hour in range(14, 21)
    ]
    (note,) = read(file(tmp_path, lines(*[f"{at.isoformat()},1,1,1,1,1" for at in opens]))).notes
    assert told(note) == (
        "BTC: 1 gap between bars of 1h, the longest of 90 hours after 2024-03-28 19:30; nothing is filled in"
    )
    daily = read(file(tmp_path, lines(*[f"{at:%Y-%m-%d},1,1,1,1,1" for at in open_days])))
    assert [told(note).partition(",")[0] for note in daily.notes if note.code == "gaps"] == [
        "BTC: 1 gap between bars of 1d"
    ]


def test_a_weekend_that_is_missing_once_is_a_gap_and_so_is_a_month(tmp_path: Path) -> None:
    """Of a market that never closes."""
    for lost, days in (((19, 20), "3 days"), (range(10, 40), "31 days")):
        rows = [f"{MIDNIGHT // 1_000_000 + 86_400 * day},1,1,1,1,1" for day in range(60) if day not in lost]
        (note,) = read(file(tmp_path, lines(*rows))).notes
        assert told(note).startswith(f"BTC: 1 gap between bars of 1d, the longest of {days} after")


def test_of_a_part_of_the_data_only_its_own_gaps_are_told(tmp_path: Path) -> None:
    hours = (0, 1, 2, 5, 6, 7, 8, 12, 13)
    path = file(tmp_path, lines(*[f"2024-01-01T{hour:02}:00:00Z,1,1,1,1,1" for hour in hours]))

    def gaps(start: int, end: int | None = None) -> list[str]:
        until = None if end is None else MIDNIGHT + end * HOUR
        notes = load([Source(path)], start=MIDNIGHT + start * HOUR, end=until).notes
        return [told(note).partition(" between")[0] for note in notes]

    assert gaps(0) == ["BTC: 2 gaps"]
    assert gaps(6) == ["BTC: 1 gap"]
    assert gaps(6, 12) == gaps(13) == []


def test_a_day_of_25_hours_is_no_gap(tmp_path: Path) -> None:
    days = ["2024-11-02T00:00:00-04:00", "2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00"]
    days.append("2024-11-05T00:00:00-05:00")
    loaded = read(file(tmp_path, lines(*[f"{day},1,1,1,1,1" for day in days])))
    assert (loaded.market[0].timeframe, loaded.notes) == ("1d", ())


def test_a_day_of_23_hours_is_no_bar_too_soon(tmp_path: Path) -> None:
    days = ["2024-03-09T00:00:00-05:00", "2024-03-10T00:00:00-05:00", "2024-03-11T00:00:00-04:00"]
    days.append("2024-03-12T00:00:00-04:00")
    loaded = read(file(tmp_path, lines(*[f"{day},1,1,1,1,1" for day in days])))
    assert (loaded.market[0].timeframe, loaded.notes) == ("1d", ())


def test_an_empty_volume_is_0_and_told(tmp_path: Path) -> None:
    loaded = read(file(tmp_path, lines(*ROWS[:2], ROWS[2].replace("300", ""))))
    assert loaded.market[0].volume.tolist() == [100, 200, 0]
    (note,) = loaded.notes
    assert told(note).startswith("1 row has no volume, the first is ")
    assert told(note).endswith("line 4, column volume: it is taken as 0")
    bare = read(file(tmp_path, lines(*[row.rpartition(",")[0] for row in ROWS], header=HEADER[:-7])))
    assert bare.market[0].volume.tolist() == [0, 0, 0]
    assert "has no volume: it is taken as 0" in told(bare.notes[0])
