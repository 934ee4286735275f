"""The candles that are shipped: small, attributed, and good enough to see every strategy on."""

import csv
from pathlib import Path

import pytest

from functions.strategy import library
from functions.strategy.files import Source, load
from functions.strategy.report.sheet_of import rows_of
from functions.strategy.running import Task, run
from functions.strategy.trades import columns
from shared.engine import rules
from shared.engine.costs import Costs, Slippage
from shared.engine.kernel.carrying import carried, resumed
from shared.engine.kernel.reading import read
from shared.engine.kernel.run import concluded, run_every_bar
from shared.engine.kernel.run import run as simulated
from shared.engine.plan import Plan
from tests.shared.engine.kernel.make import same

FILES = sorted(library.DATA.glob("*/*.csv"))
SMALL = 150_000  # bytes
SEEN_ELSEWHERE = {"session_vwap_reversion"}  # no shipped candles of minutes have volumes


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_sample_is_small_in_order_and_attributed(file: Path) -> None:
    assert file.stat().st_size <= SMALL
    assert f"  {file.parent.name}/{file.name} " in (library.DATA / "NOTICE").read_text()
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["timestamp", "open", "high", "low", "close", "volume"]
    times = [row["timestamp"] for row in rows]
    assert times == sorted(set(times))
    for row in rows:
        opened, high, low, close = (float(row[name]) for name in ("open", "high", "low", "close"))
        assert 0 < low <= min(opened, close) <= max(opened, close) <= high, row


def test_a_strategy_finds_candles_of_its_symbols_and_timeframe() -> None:
    def seen_on(name: str) -> list[str]:
        return [str(path.relative_to(library.DATA)) for path in library.sample(library.read(name))]

    assert seen_on("sma_cross") == ["1d/BTCUSD.csv"]
    assert seen_on("zscore_pairs") == seen_on("dual_momentum") == ["1d/XAUUSD.csv", "1d/EURUSD.csv"]
    assert seen_on("grid") == ["1h/EURUSD.csv"]
    assert seen_on("momentum_scalping") == ["5m/EURUSD.csv"]
    without = library.read("sma_cross")._replace(timeframe="15m")
    assert library.sample(without) == ()


@pytest.mark.parametrize("name", [name for name in library.names() if name not in SEEN_ELSEWHERE])
def test_every_strategy_trades_on_what_is_shipped(name: str) -> None:
    definition = library.read(name)
    market = load([Source(path) for path in library.sample(definition)]).market
    done = run(Task(definition, market, cash=100_000.0))
    assert len(done.outcome.trades) >= 5
    assert done.outcome.ended == ""
    assert done.metrics["max_drawdown"] < 0
    assert done.metrics["trade_count"] == len(done.outcome.trades)
    assert done.metrics["average_mae"] <= 0 <= done.metrics["average_mfe"]


@pytest.mark.parametrize("name", sorted(SEEN_ELSEWHERE))
def test_what_needs_volumes_stays_out_where_there_are_none(name: str) -> None:
    definition = library.read(name)
    market = load([Source(path) for path in library.sample(definition)]).market
    assert not market[0].volume.any()
    assert len(run(Task(definition, market, cash=100_000.0)).outcome.trades) == 0


def planned(name: str) -> Plan:
    definition = library.read(name)
    market = load([Source(path) for path in library.sample(definition)]).market
    costs = Costs(taker=0.0005, maker=0.0002, slippage=Slippage("percent", 0.0002))
    return rules.plan(definition, market, instruments={}, costs=costs, cash=100_000.0)


@pytest.mark.parametrize("name", library.names())
def test_on_what_is_shipped_the_batch_loop_is_the_stepper_also_in_pieces(name: str) -> None:
    plan = planned(name)
    whole = simulated(plan)
    same(whole, run_every_bar(plan))
    stepper = read(plan)
    bars = len(stepper.time)
    for cut in (bars // 3, bars // 2, bars):
        while not stepper.ended and stepper.at < cut:
            stepper.step()
        if not stepper.ended and cut < bars:
            stepper = resumed(plan, carried(stepper))
    assert concluded(plan, stepper).digest == whole.digest


def test_trades_are_held_for_bars_of_their_own_symbol() -> None:
    """Gold and the euro rest on different days: each of them has fewer bars than there are times."""
    definition = library.read("zscore_pairs")
    market = load([Source(path) for path in library.sample(definition)]).market
    done = run(Task(definition, market, cash=100_000.0))
    told = columns(done).bars_held
    assert len(done.outcome.time) > max(map(len, market))
    every = done.outcome.trades.exit_bar - done.outcome.trades.entry_bar
    assert (told <= every).all()
    assert (told < every).any()
    assert rows_of(done.outcome, market).bars_held.tolist() == told.tolist()
    assert done.metrics["average_bars_held"] == told.mean()
