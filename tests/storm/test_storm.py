"""Whatever is brought twice, late, in another order, or killed: the books end as on a calm day."""

import pytest

from tests.storm import account
from tests.storm.machine import Machine
from tests.storm.runs import part, play, sample, strike

PARTS = 8  # of all kill points, so that they run side by side


def test_two_calm_days_end_alike(stormy: Machine) -> None:
    assert play(stormy, account.life) == play(stormy, account.life)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_messages_brought_twice_late_and_shuffled_change_nothing(stormy: Machine, seed: int) -> None:
    calm = play(stormy, account.life)
    stormy.mood.bad(seed)
    assert play(stormy, account.life) == calm


def test_a_worker_killed_at_a_message_changes_nothing(stormy: Machine) -> None:
    strike(stormy, account.life, sample(8, seed=0))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(PARTS))
def test_a_worker_killed_at_any_message_changes_nothing(stormy: Machine, number: int) -> None:
    strike(stormy, account.life, part(number, PARTS))


def test_the_database_killed_at_a_message_changes_nothing(fragile: Machine) -> None:
    strike(fragile, account.life, sample(3, seed=1))


@pytest.mark.soak
def test_the_database_killed_at_many_messages_changes_nothing(fragile: Machine) -> None:
    strike(fragile, account.life, sample(40, seed=2))
