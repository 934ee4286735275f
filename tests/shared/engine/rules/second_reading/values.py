"""What a part of a rule is worth on a bar. None is undefined."""

from collections.abc import Callable
from math import fsum
from typing import TypeVar

Value = float | bool | str | None
At = Callable[[int], Value]  # by the number of the bar
Numbers = Callable[[int], float | None]
Truths = Callable[[int], bool | None]
T = TypeVar("T")


def remembered(definition: Callable[[int], T | None]) -> Callable[[int], T | None]:
    """Bar after bar, each of them once: a definition may ask for what it said one bar ago.

    Before the first bar nothing is defined.
    """
    known: list[T | None] = []

    def at(bar: int) -> T | None:
        if bar < 0:
            return None
        while len(known) <= bar:
            known.append(definition(len(known)))
        return known[bar]

    return at


def over(x: Numbers, n: int, what: Callable[[list[float]], T | None]) -> Callable[[int], T | None]:
    """Of the last n values, the oldest first: undefined where one of them is."""

    def at(bar: int) -> T | None:
        window = [x(each) for each in range(bar - n + 1, bar + 1)]
        values = [value for value in window if value is not None]
        return what(values) if len(values) == n else None

    return remembered(at)


def mean(values: list[float]) -> float:
    return fsum(values) / len(values)
