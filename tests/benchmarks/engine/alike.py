"""The same trades as three peers on five strategies and six markets, three of them real."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from functions.strategy import library
from functions.strategy.files import Source, load
from shared.engine.bars import Bars, Floats
from tests.benchmarks.engine import market, ours, signals
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.engine.signals import Signals

SHIPPED = Path(library.__file__).parent / "data"
PEERS = ("phasor_trader", "vectorbt_on_rust", "backtesting_py")
PRICES, SIZES = 1e-9, 1e-6  # relative: ours are whole lots, and of money that is rounded to its grid


class Strategy(NamedTuple):
    name: str
    entry: str
    leave: str
    signals: Callable[[Bars], Signals]


STRATEGIES = (
    Strategy(
        "SMA cross",
        "crosses_above(sma(close, 20), sma(close, 50))",
        "crosses_below(sma(close, 20), sma(close, 50))",
        signals.averages,
    ),
    Strategy(
        "EMA cross",
        "crosses_above(ema(close, 12), ema(close, 40))",
        "crosses_below(ema(close, 12), ema(close, 40))",
        signals.exponential,
    ),
    Strategy(
        "RSI reversion",
        "crosses_above(rsi(close, 14), 30)",
        "crosses_above(rsi(close, 14), 60)",
        signals.oversold,
    ),
    Strategy("channel", "close > highest(high, 30)[1]", "close < lowest(low, 15)[1]", signals.channel),
    # A rule to leave and a stop in one bar are where rules differ: this one has stop and target alone.
    Strategy("stop and target", "crosses_above(sma(close, 10), sma(close, 30))", "", signals.never_left),
)


class Market(NamedTuple):
    name: str
    bars: Bars
    stop: float  # so far that no bar meets it from its own open: peers look from the next one on


def markets() -> tuple[Market, ...]:
    return (
        Market("minutes", market.walk(20_000), 0.02),
        Market("hours with gaps", market.walk(10_000, seed=11, deviation=0.003, gaps=0.002), 0.06),
        Market("days with gaps", market.walk(5_000, seed=23, deviation=0.01, gaps=0.005), 0.2),
        Market("bitcoin by the day", shipped("1d", "BTCUSD"), 0.25),
        Market("gold by the day", shipped("1d", "XAUUSD"), 0.05),
        Market("the euro by the hour", shipped("1h", "EURUSD"), 0.01),
    )


def shipped(timeframe: str, symbol: str) -> Bars:
    (bars,) = load([Source(SHIPPED / timeframe / f"{symbol}.csv")]).market
    return bars


def check(desk: Desk) -> int:
    """How many trades were compared; an error where two differ."""
    compared = 0
    for place in markets():
        for strategy in STRATEGIES:
            entries, exits = strategy.signals(place.bars)
            name = f"{place.name}-{strategy.name}".replace(" ", "-")
            file = market.saved(place.bars, desk.folder, name, entries=entries, exits=exits)
            risk = {} if strategy.leave else {"stop": place.stop, "target": 2 * place.stop}
            for peer in PEERS:
                theirs = desk.peer(peer).ask("trades", file, risk=risk).value
                mine = _ours(strategy, place.bars, risk, of=_reference(peer))
                compared += _same(f"{strategy.name} on {place.name}, {peer}", mine, theirs, place.bars)
    _differ_as_stated(desk)
    return compared


def _reference(peer: str) -> str:
    return "signal_close" if peer == "backtesting_py" else "fill"


def _ours(strategy: Strategy, bars: Bars, risk: dict[str, float], *, of: str) -> Floats:
    text = f'name = "{strategy.name}"\n[entry]\nlong = "{strategy.entry}"\n'
    if strategy.leave:
        text += f'[exit]\nlong = "{strategy.leave}"\n'
    if risk:
        text += f'[risk]\nstop_loss = {{ percent = {risk["stop"]}, of = "{of}" }}\n'
        text += f'take_profit = {{ percent = {risk["target"]}, of = "{of}" }}\n'
    outcome = ours.whole(text, bars).outcome
    trades, lot = outcome.trades, outcome.lots[0]
    columns = (
        trades.entry_bar,
        trades.exit_bar,
        trades.entry_price,
        trades.exit_price,
        trades.quantity * lot,
    )
    return np.column_stack(columns)


def _same(where: str, mine: Floats, theirs: list[list[float]], bars: Bars) -> int:
    other = np.array(theirs).reshape(-1, 5)
    last = len(bars) - 1  # what is open there, some close at that price, and some do not
    mine, other = mine[mine[:, 1] < last], other[other[:, 1] < last]
    if len(mine) == 0 or len(mine) != len(other):
        raise RuntimeError(f"{where}: {len(mine)} trades of ours, {len(other)} of theirs")
    columns = 4 if "backtesting" in where else 5  # it holds whole units, and not quite all of the money
    for column, bound in zip(range(columns), (0, 0, PRICES, PRICES, SIZES), strict=False):
        apart = np.abs(mine[:, column] / other[:, column] - 1)
        if apart.max() > bound:
            row = int(apart.argmax())
            raise RuntimeError(f"{where}: trade {row} is {mine[row]} of ours, {other[row]} of theirs")
    return len(mine)


def _differ_as_stated(desk: Desk) -> None:
    """Of the semantics page: their stop comes before the bar's own order, ours after it (S20)."""
    rows = [
        (100.0, 101, 99, 100),
        (100, 101, 99, 100),
        (100, 101, 99, 100),
        (100, 101, 94, 96),
        (96, 97, 95, 96),
    ]
    opened, high, low, close = np.array(rows).T.copy()
    time = market.START + np.arange(len(rows)) * market.MINUTE
    volume = np.array([1.0, 0, 2, 0, 0])  # what the rules of ours read
    bars = Bars("CASE", "1m", time, opened, high, low, close, volume)
    file = market.saved(bars, desk.folder, "case", entries=volume == 1, exits=volume == 2)
    text = 'name = "case"\n[entry]\nlong = "volume == 1"\n[exit]\nlong = "volume == 2"\n'
    outcome = ours.whole(text + "[risk]\nstop_loss = { percent = 0.05 }\n", bars).outcome
    sold = {"ours": float(outcome.trades.exit_price[0])}
    for peer in PEERS[:2]:
        theirs = desk.peer(peer).ask("trades", file, risk={"stop": 0.05, "target": 1.0}).value
        sold[peer] = theirs[0][3]
    if sold != {"ours": 100.0, PEERS[0]: 95.0, PEERS[1]: 95.0}:
        raise RuntimeError(f"the stated difference (S20) is another one: {sold}")
