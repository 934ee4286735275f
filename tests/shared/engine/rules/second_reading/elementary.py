"""What is made of values of one bar: arithmetic, comparisons, and conditions that may be undefined."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from tests.shared.engine.rules.second_reading.values import Value


def divided(a: float, b: float) -> float | None:
    return None if b == 0 else a / b


CALCULATIONS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divided,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def conjunction(values: Sequence[Value]) -> bool | None:
    """`false and` undefined is false."""
    if False in values:
        return False
    return None if None in values else True


def disjunction(values: Sequence[Value]) -> bool | None:
    """`true or` undefined is true."""
    if True in values:
        return True
    return None if None in values else False


def root(x: float) -> float | None:
    return None if x < 0 else math.sqrt(x)


def logarithm(x: float) -> float | None:
    return None if x <= 0 else math.log(x)


def exponential(x: float) -> float | None:
    try:
        return math.exp(x)
    except OverflowError:  # what is too large is undefined
        return None


def sign(x: float) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0


OF_NUMBERS: dict[str, Callable[..., float | None]] = {
    "abs": abs,
    "sqrt": root,
    "log": logarithm,
    "exp": exponential,
    "sign": sign,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,  # half to even
    "min": min,
    "max": max,
}
