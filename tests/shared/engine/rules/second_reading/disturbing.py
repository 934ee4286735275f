"""What rounding may do: inputs that are a little different.

A sum of many values is not the same in another order. Where a reading of inputs that are 1e-11 of the largest
off says something else, there the last digits decide, and not the page.
"""

import random
from collections.abc import Callable, Sequence
from math import floor

SMALL = 1e-11
Touch = Callable[[float, float], float]  # a value, the largest of its series
Disturb = Callable[[], Touch]  # for each part of a rule that rounds


def untouched() -> Touch:
    return lambda value, largest: value


def by(share: float) -> Disturb:
    return lambda: lambda value, largest: value + share * SMALL * largest


def snapped(grain: float) -> Disturb:
    """What is nearly the same becomes the same."""

    def touch(value: float, largest: float) -> float:
        width = grain * SMALL * largest
        return floor(value / width + 0.5) * width if width else value

    return lambda: touch


def at_random(seed: int) -> Disturb:
    """Some parts, and others not: one that is exact may stand beside one that is not."""
    chance = random.Random(seed)

    def part() -> Touch:
        size = chance.choice((0.0, SMALL))
        return lambda value, largest: value + chance.uniform(-1, 1) * size * largest

    return part


def disturbances() -> Sequence[Disturb]:
    return by(1), by(-1), snapped(10), snapped(37), *(at_random(seed) for seed in range(40))
