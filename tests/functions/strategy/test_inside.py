"""Finer candles from the option to the page, and what is said where there are none."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from functions.strategy.asking import Market, Terms, prepared
from functions.strategy.cli import app
from functions.strategy.pages import page
from functions.strategy.result import result
from functions.strategy.running import Run, Task, run
from functions.strategy.sweeping import space_of, sweep
from shared.engine.bars import Bars
from shared.engine.language import read_strategy, with_parameters
from shared.engine.rules import DataError
from tests.functions.strategy.make import MOMENTUM, file, lines, strategy

GUARDED = """
name = "Guarded"
[entry]
long = "close > close[1]"
[risk]
size = { quantity = 2 }
stop_loss = { percent = 0.05 }
take_profit = { percent = 0.05 }
"""
# Bought at 101 at 02:00; the bar of 03:00 meets the stop, 95.95, and the target, 106.05, which comes first.
HOURS = ("100,100,100,100", "100,101,100,101", "101,101,101,101", "101,108,95,101", "101,101,101,101")
HALVES = (
    *("100,100,100,100", "100,100,100,100", "100,101,100,101", "101,101,101,101", "101,101,101,101"),
    *("101,101,101,101", "101,108,101,102", "102,102,95,101", "101,101,101,101", "101,101,101,101"),
)


def candles(rows: tuple[str, ...], minutes: int) -> str:
    times = (divmod(i * minutes, 60) for i in range(len(rows)))
    return lines(*(f"2024-01-01T{h:02}:{m:02}:00Z,{row},10" for (h, m), row in zip(times, rows, strict=True)))


def ran(folder: Path, halves: tuple[str, ...] | None = HALVES, rules: str = GUARDED) -> Run:
    hours = file(folder, candles(HOURS, 60))
    detail = [str(file(folder, candles(halves, 30), "halves.csv"))] if halves else []
    task, notes = prepared(read_strategy(rules), Market([str(hours)], detail=detail), Terms(1000.0))
    return run(task, notes=notes)


def test_a_run_on_finer_candles_tells_what_they_changed(tmp_path: Path) -> None:
    done = ran(tmp_path)
    told = result(done)
    assert [(row["exit_reason"], row["exit_price"], row["pnl"]) for row in told["trades"]] == [
        ("take_profit", pytest.approx(106.05), "10.1")
    ]
    assert told["ambiguous_exits"] == {}
    assert told["detail"] == {
        "symbols": {
            "BTC": {"timeframe": "30m", "resolved_bars": 5, "missing_bars": 0, "differing_bars": 0},
        },
        "final_value_gap": "20.2",
        "without": {
            "digest": told["detail"]["without"]["digest"],
            "final_value": "989.9",
            "trade_count": 1,
            "ambiguous_exits": {"stop_or_target": 1},
        },
    }
    assert told["warnings"] == [
        "resolved on bars of 30m: the run ends with 1010.1, without them with 989.9; exits: 1 and 1"
    ]


def test_without_them_it_says_what_depends_on_the_order_of_prices(tmp_path: Path) -> None:
    told = result(ran(tmp_path, None))
    assert (told["metrics"]["final_value"], told["detail"]) == ("989.9", None)
    assert told["ambiguous_exits"] == {"stop_or_target": 1}
    assert told["warnings"] == [
        "1 exit depends on the order of prices inside a bar, which is not known (1 met stop and target in one"
        " bar): stops were filled first, and trailing stops moved at the close; finer bars would tell"
    ]


def test_bars_that_are_one_bar_nevertheless_are_counted(tmp_path: Path) -> None:
    told = result(ran(tmp_path, (*HALVES[:6], "101,109,101,102", *HALVES[7:8])))
    assert told["metrics"]["final_value"] == "989.9"
    assert told["warnings"][:2] == [
        "of 5 bars of BTC, 1 have no finer ones and 1 do not agree with theirs:"
        " inside those the worst case is taken first",
        "resolved on bars of 30m: every fill is what it is without them",
    ]


def test_where_nothing_fills_inside_a_bar_that_is_said(tmp_path: Path) -> None:
    told = result(ran(tmp_path, rules=GUARDED[: GUARDED.index("stop_loss")]))
    assert told["warnings"] == [
        "nothing of this strategy fills inside a bar: its bars of 30m tell nothing more"
    ]


def test_the_finer_candles_are_a_part_of_the_data(tmp_path: Path) -> None:
    runs = [ran(tmp_path, halves) for halves in (HALVES, None, (*HALVES[:-1], "101,101,101,101"))]
    assert runs[0].data_sha256 == runs[2].data_sha256 != runs[1].data_sha256


def test_finer_candles_of_what_the_strategy_does_not_read_are_passed_over(tmp_path: Path) -> None:
    names = ("BTC", "ETH", "XRP")
    hours = [str(file(tmp_path, candles(HOURS, 60), f"{name}.csv")) for name in names]
    halves = [f"{name}={file(tmp_path, candles(HALVES, 30), 'halves.csv')}" for name in names]
    of_two = read_strategy('universe = ["ETH", "XRP"]' + GUARDED)
    task, notes = prepared(of_two, Market(hours, detail=halves), Terms(1000.0))
    assert result(run(task, notes=notes))["metrics"]["final_value"] == "1020.2"
    of_none = halves[0].replace("BTC", "DOGE")
    task, _ = prepared(of_two, Market(hours, detail=[*halves, of_none]), Terms(1000.0))
    with pytest.raises(DataError, match="there are finer bars of `DOGE`, and the data is of `ETH` or `XRP`"):
        run(task)


@pytest.mark.parametrize("asked", [["ETH"], ["ETH", "XRP"]])
def test_finer_candles_of_what_is_not_asked_for_are_passed_over(asked: list[str], tmp_path: Path) -> None:
    names = ("BTC", "ETH", "XRP")
    hours = [str(file(tmp_path, candles(HOURS, 60), f"{name}.csv")) for name in names]
    halves = [f"{name}={file(tmp_path, candles(HALVES, 30), 'halves.csv')}" for name in names]
    task, notes = prepared(read_strategy(GUARDED), Market(hours, asked, detail=halves), Terms(1000.0))
    assert {bars.symbol for bars in run(task, notes=notes).task.detail} == set(asked)


def test_gaps_of_the_finer_candles_are_told_of_the_run_alone(tmp_path: Path) -> None:
    def gaps(*rows: str) -> int:
        hours, halves = file(tmp_path, candles(HOURS, 60)), file(tmp_path, "\n".join(rows), "halves.csv")
        market = Market([str(hours)], detail=[str(halves)])
        _, notes = prepared(read_strategy(GUARDED), market, Terms(1000.0))
        return sum(note.code == "gaps" for note in notes)

    rows = candles(HALVES, 30).splitlines()
    after_the_run = "2024-01-01T09:00:00Z,101,101,101,101,10"
    assert gaps(*rows, after_the_run) == 0
    assert gaps(*rows[:-2], rows[-1]) == 1


def test_the_page_shows_both(tmp_path: Path) -> None:
    with_halves, without = page(ran(tmp_path), "en"), page(ran(tmp_path, None), "es")
    assert "<dt>Resolved on bars of</dt><dd>30m</dd>" in with_halves
    assert "<dt>Final value with them</dt><dd>1\u202f010.10</dd>" in with_halves
    assert "<dt>Final value without</dt><dd>989.90</dd>" in with_halves
    assert "<dt>stop y objetivo en una vela</dt><dd>1</dd>" in without
    assert "Inside a bar" not in page(ran(tmp_path, None, GUARDED[: GUARDED.index("stop_loss")]), "en")


def command(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_option_takes_a_file(tmp_path: Path) -> None:
    rules, hours = strategy(tmp_path, GUARDED), file(tmp_path, candles(HOURS, 60))
    halves = file(tmp_path, candles(HALVES, 30), "halves.csv")
    words = ("backtest", rules, "--data", hours, "--json", "--cash", "1000")
    done = command(*words, "--detail", halves)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["metrics"]["final_value"] == "1010.1"
    named = command(*words, "--detail", f"BTC={halves}")
    assert named.stdout == done.stdout


@pytest.mark.parametrize(
    ("rows", "minutes", "sentence"),
    [
        (HOURS, 60, "BTC: bars of 1h are not finer than those of the run, of 1h"),
        (HALVES[::-1], 30, "the finer bars of BTC are of something else: "),
    ],
)
def test_candles_that_cannot_be_used_are_refused(
    tmp_path: Path, rows: tuple[str, ...], minutes: int, sentence: str
) -> None:
    rules, hours = strategy(tmp_path, GUARDED), file(tmp_path, candles(HOURS, 60))
    done = command(
        "backtest", rules, "--data", hours, "--detail", file(tmp_path, candles(rows, minutes), "d.csv")
    )
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_candles_of_another_symbol_are_refused(tmp_path: Path) -> None:
    rules, hours = strategy(tmp_path, GUARDED), file(tmp_path, candles(HOURS, 60))
    halves = file(tmp_path, candles(HALVES, 30), "halves.csv")
    other = command("backtest", rules, "--data", hours, "--detail", f"ETH={halves}")
    assert (other.exit_code, other.stderr) == (2, "--detail: `BTC` is not in the data: there are `ETH`\n")


def test_where_there_is_no_candle_of_what_is_traded_that_is_said(tmp_path: Path) -> None:
    rules = strategy(tmp_path, 'universe = ["ETH"]' + GUARDED)
    hours, halves = file(tmp_path, candles(HOURS, 60)), file(tmp_path, candles(HALVES, 30), "halves.csv")
    done = command("backtest", rules, "--data", hours, "--detail", halves)
    sentence = "--data: `ETH` is traded and not in the data: there are `BTC`\n"
    assert (done.exit_code, done.stderr) == (2, sentence)


def test_a_sweep_takes_them_in_every_process() -> None:
    definition = read_strategy(
        MOMENTUM + "[risk]\nsize = { quantity = 1 }\ntrailing_stop = { percent = 0.01 }\n"
    )
    task = Task(definition, (walked(60),), 10_000.0, detail=(walked(30),))
    _, space = space_of(definition, ["look=1:2:1", "wait=3"])
    alone = [run(task._replace(definition=with_parameters(definition, space.point(i)))) for i in range(2)]
    assert any(one.outcome.final != one.without.final for one in alone if one.without)
    for processes in (1, 2):
        found = sweep(task, space, processes=processes)
        assert found.figures["total_return"].tolist() == [one.metrics["total_return"] for one in alone]


def walked(minutes: int) -> Bars:
    """The same walk in bars of an hour, or in their halves."""
    random = np.random.default_rng(5)
    turns = 100 * np.exp(np.cumsum(random.normal(0, 0.006, 2 * 400 + 1)))
    opened, close = turns[:-1].copy(), turns[1:].copy()
    high, low = np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998
    halves = Bars("BTC", "30m", np.arange(800) * 1_800_000_000, opened, high, low, close, np.ones(800))
    if minutes == 30:
        return halves
    pairs = (np.maximum(high[::2], high[1::2]), np.minimum(low[::2], low[1::2]), close[1::2].copy())
    return replace(
        halves,
        timeframe="1h",
        time=halves.time[::2],
        open=opened[::2].copy(),
        volume=np.ones(400),
        **dict(zip(("high", "low", "close"), pairs, strict=True)),
    )
