"""Whatever happens to its messages, to the processor's answers, or to a worker: money moves once."""

import pytest

from infra.local.stripe import Fault
from tests.storm import money
from tests.storm.machine import KillPoint, Machine
from tests.storm.runs import one_of_each, part, play, sample, strike, untold
from tests.storm.weather import astray

PARTS = 12  # of all kill points, so that they run side by side
TRIES = 3  # in which the processor's SDK asks: it gives up, and the fault is ours to bear
ASKED = [
    *(("POST", "customers"), ("POST", "payment_intents"), ("POST", "refunds"), ("POST", "payouts")),
    *(("GET", "payment_intents"), ("GET", "refunds"), ("GET", "payouts"), ("GET", "disputes")),
]
PASSING = ("timeout_before", "timeout_after", "429", "503")
DEAD = "platform.dead_letters"
MONEY = ("financial-payments-api", "financial-job-send-payout", "financial-job-process-stripe-event")
ASKED_BY_PEOPLE = ("financial-api", "financial-payments-api")


def test_news_and_messages_brought_twice_late_and_shuffled_move_no_money(stormy: Machine) -> None:
    calm = play(stormy, money.life)
    for seed in (1, 2):
        stormy.mood.bad(seed)
        astray(stormy.processor.server.faults, seed=seed)
        assert play(stormy, money.life) == calm


def test_what_nobody_told_us_is_asked_for_in_time(stormy: Machine) -> None:
    calm = play(stormy, money.life)
    stormy.processor.server.faults.add(Fault("drop", times=1_000))
    assert play(stormy, money.life) == calm


def test_an_answer_that_is_lost_or_refused_moves_no_money(stormy: Machine) -> None:
    lost = Fault("timeout_after", "POST", "/v1/payment_intents", TRIES)
    refused = Fault("500_after", "POST", "/v1/payouts")
    unanswered(stormy, [lost, refused])


def unanswered(stormy: Machine, faults: list[Fault]) -> None:
    """Each of these is met, and changes nothing."""
    calm = play(stormy, money.life)
    for fault in faults:
        stormy.processor.server.faults.add(fault)
        assert play(stormy, money.life) == calm, fault
        assert fault.times == 0, f"{fault} was not met"


@pytest.mark.soak
@pytest.mark.parametrize("kind", PASSING)
def test_any_answer_that_is_lost_or_refused_moves_no_money(stormy: Machine, kind: str) -> None:
    unanswered(stormy, [Fault(kind, method, f"/v1/{what}", TRIES) for method, what in ASKED])


@pytest.mark.soak
def test_what_was_done_and_yet_answered_by_a_500_moves_no_money(stormy: Machine) -> None:
    unanswered(stormy, [Fault("500_after", method, f"/v1/{what}") for method, what in ASKED])


@pytest.mark.soak
@pytest.mark.parametrize("what", ["refunds", "payouts"])
def test_a_500_that_is_remembered_for_a_day_is_outlived(stormy: Machine, what: str) -> None:
    """Until then the message dies, and each that asks in its place."""
    calm = play(stormy, money.life)
    stormy.processor.server.faults.add(Fault("500", "POST", f"/v1/{what}"))
    outlived = play(stormy, money.life)
    assert outlived.pop(DEAD) != calm.pop(DEAD)
    assert outlived == calm


def test_a_worker_killed_at_a_message_moves_no_money(stormy: Machine) -> None:
    strike(stormy, money.life, chosen)


def chosen(points: list[KillPoint]) -> list[KillPoint]:
    answered = one_of_each(*ASKED_BY_PEOPLE, seed=1)(untold(points))
    return answered + one_of_each(*MONEY, seed=0)(points)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(PARTS))
def test_a_worker_killed_at_any_message_moves_no_money(stormy: Machine, number: int) -> None:
    strike(stormy, money.life, part(number, PARTS, functions="financial"))


def test_the_database_killed_at_a_message_moves_no_money(fragile: Machine) -> None:
    strike(fragile, money.life, sample(2, seed=1, of="financial"))


@pytest.mark.soak
def test_the_database_killed_at_many_messages_moves_no_money(fragile: Machine) -> None:
    strike(fragile, money.life, sample(40, seed=2, of="financial"))
