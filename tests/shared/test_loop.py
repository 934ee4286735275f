"""Continuous work: turn after turn while there is something to do, and out before the call is cut off."""

import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.handler import Context
from shared.loop import MARGIN, loop
from shared.steps import Steps
from tests.conftest import Database
from tests.shared import notes
from tests.shared.notes import ADA, stored


@dataclass
class Hurried:
    """A call that has fewer milliseconds left each time it is asked."""

    left: list[int]
    function_name: str = "notes-loop"
    aws_request_id: str = "test"
    asked: int = field(default=0)

    def get_remaining_time_in_millis(self) -> int:
        self.asked += 1
        return self.left[self.asked - 1] if self.asked <= len(self.left) else 0


def run(work: Any, context: Context, *, pause: float = 0) -> None:
    loop(work, pause=pause)({}, context)


def test_no_turn_begins_in_the_last_seconds_of_a_call() -> None:
    turns: list[int] = []
    context = Hurried([60_000, 30_000, MARGIN + 1, MARGIN, 1_000])

    def turn(_: Steps) -> bool:
        turns.append(context.asked)
        return True

    run(turn, context)
    assert turns == [1, 2, 3]


def test_it_rests_only_where_there_was_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    rested: list[float] = []
    monkeypatch.setattr(time, "sleep", rested.append)
    work = iter([True, True, False, True, False])
    run(lambda steps: next(work), Hurried([9_000] * 5), pause=0.25)
    assert rested == [0.25, 0.25]


def test_each_step_of_a_turn_is_committed_though_the_next_one_fails(database: Database) -> None:
    notes.add_tables(database)

    def fail(db: Session) -> None:
        notes.write(db, user_id=ADA, text="second")
        raise RuntimeError("broken")

    def turn(steps: Steps) -> bool:
        steps(notes.write, user_id=ADA, text="first")
        steps(fail)
        return True

    with pytest.raises(RuntimeError, match="broken"):
        run(turn, Hurried([60_000]))
    assert stored(database) == ["first"]


def test_the_trigger_says_that_there_is_one_at_a_time() -> None:
    trigger = loop(lambda steps: False, pause=1, memory=256).trigger
    assert (trigger.kind, trigger.concurrency, trigger.timeout) == ("loop", 1, 60)
    assert (trigger.system, trigger.memory) == (True, 256)
