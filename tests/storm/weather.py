"""What a queue, and whoever tells us news, may do: bring it twice, late, and in another order."""

import asyncio
import random
from dataclasses import dataclass, replace
from typing import Any

from infra.local.queues import Batch, Dispatcher
from infra.local.stripe.faults import Fault, Faults

QUICK = {"visibility": 2.0, "pause": 0.05, "longest_pause": 0.2}  # seconds


@dataclass
class Mood:
    """Calm until told otherwise; the seed makes a bad day repeatable."""

    seed: int
    twice: bool = False
    shuffled: bool = False
    late: float = 0.0  # seconds at most

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def calm(self) -> None:
        self.twice = self.shuffled = False
        self.late = 0.0

    def bad(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.twice = self.shuffled = True
        self.late = 0.3


class Weather(Dispatcher):
    def __init__(self, *given: Any, mood: Mood) -> None:
        super().__init__(*given, **QUICK)
        self._mood = mood

    async def deliver(self, batch: Batch) -> None:
        mood = self._mood
        if mood.late:
            await asyncio.sleep(mood.random.uniform(0, mood.late))
        if mood.shuffled:
            messages = mood.random.sample(batch.messages, len(batch.messages))
            batch = replace(batch, messages=messages)
        await super().deliver(batch)
        if mood.twice:
            await super().deliver(batch)


def astray(faults: Faults, *, seed: int) -> None:
    """Webhooks come twice, after their successors, or late: each of them, for longer than a run."""
    chance = random.Random(seed)
    for _ in range(300):
        kind = chance.choice(("duplicate", "reorder", "delay"))
        faults.add(Fault(kind, seconds=chance.uniform(0, 0.3)))
