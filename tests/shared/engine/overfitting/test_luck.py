"""The best of many trials: against its authors' worked example, and every choice written out."""

from itertools import combinations

import numpy as np
import pytest

from shared.engine.metrics.performance import per_day, sharpe_ratio
from shared.engine.overfitting.luck import (
    deflated_sharpe_ratio,
    expected_maximum,
    probabilistic_sharpe_ratio,
    probability_of_overfitting,
)
from tests.shared.engine.metrics.make import daily


def test_the_example_of_bailey_and_lopez_de_prado() -> None:
    """Five years of 250 days, 2.5 a year, skew -3, kurtosis 10; 100 trials, variance 1/2 a year."""
    by_luck = expected_maximum(100, 0.5 / 250)
    assert by_luck == pytest.approx(0.1132, abs=5e-5)
    found = probabilistic_sharpe_ratio(2.5 / 250**0.5, by_luck, days=1250, skew=-3, kurtosis=10)
    assert found == pytest.approx(0.9004, abs=5e-5)
    alone = probabilistic_sharpe_ratio(2.5 / 250**0.5, 0, days=1250, skew=-3, kurtosis=10)
    assert alone is not None
    assert alone > 0.99


def test_more_trials_leave_less_of_the_best() -> None:
    rng = np.random.default_rng(5)
    run = daily(rng.normal(0.001, 0.01, 500))
    own = sharpe_ratio(run)
    found = [
        deflated_sharpe_ratio(run, trials=[own, *rng.normal(0, 1, count)]) for count in (1, 10, 100, 1000)
    ]
    one = deflated_sharpe_ratio(run, trials=[own])
    assert [one, *found] == sorted([one, *found], reverse=True)
    assert found[-1] < 0.5 < one
    undefined = deflated_sharpe_ratio(run, trials=[own, None, None])
    assert undefined == deflated_sharpe_ratio(run, trials=[own, 0, 0])


def test_what_is_earned_without_risk_is_no_merit() -> None:
    run = daily(np.random.default_rng(5).normal(0.001, 0.01, 500))
    trials = [1.0, 0.5, 1.5]
    beyond = run._replace(returns=run.returns - per_day(0.05, run))
    found = deflated_sharpe_ratio(run, trials=trials, risk_free=0.05)
    assert found == deflated_sharpe_ratio(beyond, trials=trials)
    assert found < deflated_sharpe_ratio(run, trials=trials)


def test_without_a_ratio_nothing_is_deflated() -> None:
    assert deflated_sharpe_ratio(daily([0.0] * 50), trials=[1.0, 2.0]) is None
    assert deflated_sharpe_ratio(daily([0.01, 0.02, -0.01]), trials=[]) is None


def every_choice(returns: np.ndarray, blocks: int) -> float:
    length = len(returns) // blocks
    cut = returns[len(returns) - length * blocks :].reshape(blocks, length, -1)
    lost = []
    for chosen in combinations(range(blocks), blocks // 2):
        others = [block for block in range(blocks) if block not in chosen]
        inside, outside = np.concatenate(cut[list(chosen)]), np.concatenate(cut[others])
        best = (inside.mean(axis=0) / inside.std(axis=0, ddof=1)).argmax()
        ratios = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        rank = (ratios < ratios[best]).sum() + 1
        lost.append(np.log(rank / (len(ratios) + 1) / (1 - rank / (len(ratios) + 1))) <= 0)
    return float(np.mean(lost))


@pytest.mark.parametrize(("blocks", "days", "trials"), [(4, 40, 3), (6, 65, 10), (8, 100, 25)])
def test_every_choice_of_half_the_blocks_is_tried(blocks: int, days: int, trials: int) -> None:
    returns = np.random.default_rng(blocks).normal(0.0003, 0.01, (days, trials))
    assert probability_of_overfitting(returns, blocks=blocks) == every_choice(returns, blocks)


def test_a_trial_that_is_better_all_the_time_is_not_overfitted() -> None:
    returns = np.random.default_rng(2).normal(0, 0.01, (320, 20))
    returns[:, 7] += 0.01
    assert probability_of_overfitting(returns) == 0


def test_noise_is_overfitted_as_often_as_not() -> None:
    found = [
        probability_of_overfitting(np.random.default_rng(seed).normal(0, 0.01, (240, 40)), blocks=8)
        for seed in range(30)
    ]
    assert 0.35 < np.mean(found) < 0.65


def test_what_is_best_in_one_half_and_worst_in_the_other_is_overfitted() -> None:
    """Each trial earns in one of four blocks and loses in the next."""
    noise = np.random.default_rng(3).normal(0, 0.0001, (40, 4))
    returns = noise + np.kron(np.eye(4) - 1 / 4, np.ones((10, 1))) * 0.01
    assert probability_of_overfitting(returns, blocks=4) == 1


def test_a_trial_that_never_trades_has_a_ratio_of_nothing() -> None:
    """Both lose, so the one that stays out is the best in either half."""
    losing = np.random.default_rng(4).normal(-0.01, 0.001, (40, 2))
    returns = np.column_stack((losing[:, 0], np.zeros(40), losing[:, 1]))
    assert probability_of_overfitting(returns, blocks=4) == 0


def test_too_little_to_compare_is_undefined() -> None:
    assert probability_of_overfitting(np.zeros((100, 1))) is None
    assert probability_of_overfitting(np.zeros((15, 5))) is None
    assert probability_of_overfitting(np.zeros((100, 5)), blocks=3) is None


def test_trials_that_are_all_alike_say_nothing_for_the_best() -> None:
    """Equals share the middle rank, and the middle is no better than the median."""
    one = np.random.default_rng(6).normal(0.001, 0.01, (40, 1))
    assert probability_of_overfitting(np.repeat(one, 4, axis=1), blocks=4) == 1
