"""Ours in a fresh process, with no more of us than it needs: `ours.py whole FILE`, `sweep FILE PAIRS`."""

import sys

import numpy as np

CROSS = """
name = "SMA cross"
[parameters]
fast = 20
slow = 50
[entry]
long = "crosses_above(sma(close, $fast), sma(close, $slow))"
[exit]
long = "crosses_below(sma(close, $fast), sma(close, $slow))"
"""


def bars(file: str):  # type: ignore[no-untyped-def]
    from shared.engine.bars import Bars

    with np.load(file) as columns:
        prices = [columns[name] for name in ("open", "high", "low", "close", "volume")]
        return Bars("WALK", "1m", columns["time"] // 1000, *prices)


def whole(file: str) -> None:
    from shared.engine import metrics, rules
    from shared.engine.costs import Costs
    from shared.engine.kernel.run import run
    from shared.engine.language import read_strategy

    market = (bars(file),)
    plan = rules.plan(read_strategy(CROSS), market, instruments={}, costs=Costs(taker=0.001), cash=1e6)
    sys.stdout.write(f"{metrics.measure(run(plan))['trade_count']}\n")


def sweep(file: str, count: str) -> None:
    from functions.strategy.running import Task, run
    from functions.strategy.sweeping import Space, sweep
    from shared.engine.costs import Costs
    from shared.engine.language import read_strategy

    task = Task(read_strategy(CROSS), (bars(file),), 1e6, Costs(taker=0.001))
    run(task)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    fasts = tuple(float(4 + i) for i in range(25))
    slows = tuple(float(30 + 5 * i) for i in range(int(count) // 25))
    sweep(task, Space(("fast", "slow"), (fasts, slows)), objective="total_return")


if __name__ == "__main__":
    {"whole": whole, "sweep": sweep}[sys.argv[1]](*sys.argv[2:])
