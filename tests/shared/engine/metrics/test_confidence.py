"""What luck may have moved: seeded draws of blocks of days."""

import numpy as np
import pytest

from shared.engine.metrics import confidence as module
from shared.engine.metrics.confidence import Interval, confidence
from shared.engine.metrics.performance import annualized_return, sharpe_ratio
from tests.shared.engine.metrics.make import daily

RUN = daily(np.random.default_rng(1).normal(0.0008, 0.01, 504), years=2)


def test_a_seed_gives_the_same_intervals_and_another_gives_others() -> None:
    first = confidence(RUN, seed=3, resamples=200)
    assert confidence(RUN, seed=3, resamples=200) == first
    assert confidence(RUN, seed=4, resamples=200) != first


def test_the_figures_of_the_run_lie_within_and_a_higher_level_is_wider() -> None:
    wide, narrow = confidence(RUN, seed=1), confidence(RUN, seed=1, level=0.5)
    own = {
        "sharpe_ratio": sharpe_ratio(RUN),
        "annualized_return": annualized_return(float(RUN.equity[-1]) / RUN.initial - 1, RUN.years),
    }
    for name, value in own.items():
        assert wide[name].low < narrow[name].low < value < narrow[name].high < wide[name].high
    assert wide["max_drawdown"].low < wide["max_drawdown"].high < 0


def test_the_interval_of_a_ratio_is_as_wide_as_theory_says() -> None:
    """Of independent normal returns, a ratio's standard error is √((1 + S²/2)/n) a day (Lo 2002)."""
    low, high = confidence(RUN, seed=1, resamples=4000)["sharpe_ratio"]
    a_day = sharpe_ratio(RUN) / 252**0.5
    error = ((1 + a_day**2 / 2) / 504) ** 0.5 * 252**0.5
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_days_that_follow_each_other_stay_together() -> None:
    """Gains and losses in turns: single days drawn at random would make falls that blocks never have."""
    turns = daily([0.05, -0.04] * 250)
    found = confidence(turns, seed=1, resamples=200)["max_drawdown"]
    assert found.low > -0.5
    chance = np.random.default_rng(1)
    alone = np.cumprod(1 + chance.choice(turns.returns, (200, 500)), axis=1)
    fallen = (alone / np.maximum(np.maximum.accumulate(alone, axis=1), 1)).min(axis=1) - 1
    assert np.quantile(fallen, 0.025) < found.low - 0.2


@pytest.mark.parametrize("at_once", [1, 5_000, 1 << 22])
def test_how_many_are_drawn_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    expected = confidence(RUN, seed=9, resamples=101)
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    assert confidence(RUN, seed=9, resamples=101) == expected


def test_what_never_moves_has_no_ratio_and_no_width() -> None:
    grown = 1.000001**400 - 1
    found = confidence(daily([1e-6] * 400), seed=1, resamples=7)
    assert found["annualized_return"] == Interval(pytest.approx(grown), pytest.approx(grown))
    assert found["max_drawdown"] == Interval(0, 0)
    assert found["sharpe_ratio"] is None


def test_a_few_days_say_nothing() -> None:
    assert confidence(daily([0.01] * 19), seed=1) == {
        "sharpe_ratio": None,
        "annualized_return": None,
        "max_drawdown": None,
    }
