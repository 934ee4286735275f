"""What rounding may do: inputs that are a little different.

A sum of many values is not the same in another order. Where a reading of inputs that are 1e-11 of the largest
off says something else, there the last digits decide, and not the page.
"""

import random
from collections.abc import Callable, Sequence

SMALL = 1e-11
Disturb = Callable[[float, float], float]  # a value, the largest of its series


def untouched(value: float, largest: float) -> float:
    return value


def by(share: float) -> Disturb:
    return lambda value, largest: value + share * SMALL * largest


def at_random(seed: int) -> Disturb:
    chance = random.Random(seed)
    return lambda value, largest: value + chance.uniform(-1, 1) * SMALL * largest


def disturbances() -> Sequence[Disturb]:
    return by(1), by(-1), *(at_random(seed) for seed in range(30))
