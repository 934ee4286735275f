"""One plan by other rules again and again: what is told of each is what the whole run has."""

from collections.abc import Iterator

import numpy as np
import pytest

from shared.engine import metrics
from shared.engine.kernel.repeating import Repeated
from shared.engine.kernel.run import run
from shared.engine.language.risk import Halt
from shared.engine.outcome import Brief, Outcome
from shared.engine.plan import Plan, Side
from tests.shared.engine.kernel.random_grid import near_the_grid
from tests.shared.engine.kernel.random_plans import random_plan, side

SEEDS = 400


def repeatable(plan: Plan) -> bool:
    sides = (plan.traded[0].long, plan.traded[0].short)
    programmed = any(rule.program for each in sides for rule in (each.entry, each.exit))
    return len(plan.traded) == 1 and plan.risk.halt == Halt() and not programmed


def plans(first: int) -> Iterator[Plan]:
    for seed in range(first, first + SEEDS):
        plan = random_plan(seed, 2 + seed % 259)
        for each in (plan, near_the_grid(plan, seed)):
            if repeatable(each):
                yield each


def others(plan: Plan, seed: int) -> tuple[Side, Side]:
    """Other rules on the same bars."""
    random, bars = np.random.default_rng(seed), plan.traded[0].bars
    long, short = (side(random, bars, 0, way, programmed=False) for way in (1, -1))
    return long, short


def repeated(plan: Plan) -> Repeated:
    time = plan.traded[0].bars.time
    return Repeated(plan, metrics.last_rows(metrics.days_of(time).start, len(time)))


def agree(brief: Brief, outcome: Outcome) -> None:
    assert (brief.initial, brief.final, brief.bars) == (outcome.initial, outcome.final, len(outcome.time))
    assert brief.pnl.tolist() == outcome.trades.pnl.tolist()
    assert brief.exposed == np.count_nonzero(outcome.exposed)
    days = metrics.days_of(outcome.time)
    daily = metrics.daily_from(brief.equity, days, initial=brief.initial)
    assert repr(metrics.figures_of_brief(brief, daily)) == repr(metrics.key_figures(outcome))
    assert daily.equity.tolist() == metrics.daily_of(outcome).equity.tolist()


@pytest.mark.parametrize("first", range(0, 5 * SEEDS, SEEDS))
def test_a_run_that_is_told_in_brief_is_the_whole_run(first: int) -> None:
    ended = set()
    for seed, plan in enumerate(plans(first)):
        again = repeated(plan)
        long, short = others(plan, seed)
        traded = plan.traded[0]
        other = plan._replace(
            traded=(
                traded._replace(
                    long=long._replace(prices=traded.long.prices),
                    short=short._replace(prices=traded.short.prices),
                ),
            )
        )
        for one in (plan, other, plan):
            outcome = run(one)
            ended.add(outcome.ended)
            agree(again.run(one.traded[0].long, one.traded[0].short), outcome)
    assert ended == {"", "ruined", "beyond_the_grid"}
