"""A market and a strategy to sweep over."""

import math

import numpy as np

from functions.strategy.running import Task
from functions.strategy.sweeping import Swept, space_of, sweep
from shared.engine.bars import Bars
from shared.engine.language import read_strategy
from tests.functions.strategy.make import MOMENTUM

DEFINITION = read_strategy(MOMENTUM)
WALK = tuple(100 * math.exp(x) for x in np.cumsum(np.random.default_rng(5).normal(0, 0.01, 2000)).tolist())


def bars_of(closes: tuple[float, ...]) -> Bars:
    close = np.array(closes)
    opened = np.concatenate((close[:1], close[:-1]))
    time = np.arange(len(close)) * 3_600_000_000
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return Bars("BTC", "1h", time, opened, high, low, close, np.ones(len(close)))


TASK = Task(DEFINITION, (bars_of(WALK),), 10_000.0)


def swept(processes: int = 1, method: str = "", objective: str = "sharpe_ratio") -> Swept:
    _, space = space_of(DEFINITION, [])
    return sweep(TASK, space, objective=objective, processes=processes, method=method)
