"""Combinations that differ in their rules alone are told in brief: each figure as of a run in full."""

import random

import pytest

from functions.strategy import library
from functions.strategy.files import Source, load
from functions.strategy.running import Task
from functions.strategy.sweeping import Space, space_of
from functions.strategy.sweeping.trying import Trial, Trier, Work
from shared.engine.costs import Costs
from shared.engine.language import read_strategy
from tests.functions.strategy.sweeping.make import DEFINITION, TASK

TRIED = 12
# What the others vary is read by prices, levels, sizes or the position, or they trade several symbols.
IN_BRIEF = frozenset(
    [
        *("adx_trend", "bollinger_breakout", "bollinger_reversion", "ema_cross", "engulfing_reversal"),
        *("ichimoku", "keltner_squeeze", "macd_signal", "parabolic_sar", "rsi_reversion", "sma_cross"),
        *("stochastic_pullback", "supertrend", "triple_screen", "vwap_reversion"),
    ]
)


def tried_of(name: str) -> tuple[Trier, list[int]]:
    definition = library.read(name)
    market = load([Source(path) for path in library.sample(definition)]).market
    definition, space = space_of(definition, [])
    task = Task(definition, market, 100_000.0, Costs(taker=0.0005, minimum=0.01))
    numbers = sorted(random.Random(name).sample(range(len(space)), min(TRIED, len(space))))
    return Trier(Work(task, space, "sharpe_ratio", judged=range(len(space)))), numbers


def in_full(trier: Trier, number: int) -> Trial:
    """By a process that has tried nothing before."""
    return next(Trier(trier.work).trials([number]))


@pytest.mark.parametrize("name", library.names())
def test_a_trial_in_brief_is_a_trial_in_full(name: str) -> None:
    trier, numbers = tried_of(name)
    found = list(trier.trials(numbers))
    assert (trier.briefly is not None) == (name in IN_BRIEF)
    for number, trial in zip(numbers, found, strict=True):
        assert repr(trial) == repr(in_full(trier, number))


@pytest.mark.parametrize("objective", ["sharpe_ratio", "exposure_pct", "sqn"])
def test_whatever_figure_is_asked_for(objective: str) -> None:
    """The last is none of the few that are told in brief."""
    trier = Trier(Work(TASK, space_of(DEFINITION, [])[1], objective))
    for trial in list(trier.trials(range(12))):
        assert repr(trial) == repr(in_full(trier, trial.number))
    assert (trier.briefly is None) == (objective == "sqn")


def test_a_combination_that_cannot_be_run_says_why_as_in_full() -> None:
    text = 'name = "X"\n[parameters]\nlook = 2\n[entry]\nlong = "close > sma(close, $look)"\n'
    definition = read_strategy(text)
    looks = (2001.0, 3.0, 0.0, 2.5, 20_000.0, 4.0)
    trier = Trier(Work(TASK._replace(definition=definition), Space(("look",), (looks,)), "sharpe_ratio"))
    found = list(trier.trials(range(len(looks))))
    assert trier.briefly is not None
    assert [repr(trial) for trial in found] == [repr(in_full(trier, number)) for number in range(len(looks))]
    assert [bool(trial.failure) for trial in found] == [True, False, True, True, True, False]
