"""Rules that read the position, worked off at the close of a bar; some of their parts are undefined."""

import math
import operator
from collections.abc import Callable
from typing import Any

from shared.engine.kernel.programs import WORDS
from shared.engine.plan import Program
from tests.shared.engine.kernel.second_reading.books import Desk
from tests.shared.engine.kernel.second_reading.market import Told

Number = float | None  # a truth is 1 or 0; what is undefined makes undefined what is made of it (S11)
ALONE: dict[str, Callable[[float], float]] = {
    "negate": operator.neg,
    "not": lambda x: float(not x),
    "abs": abs,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "round": lambda x: float(round(x)),  # half to even
}
TWO: dict[str, Callable[[float, float], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "min": min,
    "max": max,
}


def holds(desk: Desk, rule: Told) -> bool:
    if isinstance(rule, Program):
        return _worked_off(desk, rule) == 1
    return rule[desk.bar]


def _worked_off(desk: Desk, program: Program) -> Number:
    stack: list[Number] = []
    for code, operand in zip(program.codes.tolist(), program.operands.tolist(), strict=True):
        word = WORDS[code]
        if word in ALONE:
            stack.append(_known(ALONE[word], stack.pop()))
        elif word == "where":
            other, one, truth = (stack.pop() for _ in range(3))
            stack.append(None if truth is None else one if truth else other)
        elif word in TWO or word in ("and", "or"):
            left, right = stack.pop(-2), stack.pop()
            stack.append(
                _joined(word, left, right) if word in ("and", "or") else _known(TWO[word], left, right)
            )
        else:
            stack.append(_read(desk, program, word, operand))
    (last,) = stack
    return last


def _read(desk: Desk, program: Program, word: str, operand: int) -> Number:
    position = desk.position
    if word == "constant":
        return float(program.constants[operand])
    if word == "series":
        value = float(program.series[operand][desk.bar])
        return None if math.isnan(value) else value
    if word == "in_position":
        return float(position is not None)
    if position is None:
        return None
    if word == "bars_held":
        return float(desk.bar - position.bar)
    profit = position.side * (desk.value - position.cost) - position.charges  # S54
    return 100 * profit / position.cost if position.cost else None


def _known(work: Callable[..., Any], *operands: Number) -> Number:
    """What is beyond the numbers, as 1 / 0 or the root of -1, is undefined."""
    if any(operand is None for operand in operands):
        return None
    try:
        value = float(work(*operands))
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _joined(word: str, left: Number, right: Number) -> Number:
    """One that is false is enough for `and`, one that is true for `or`."""
    enough = float(word == "or")
    if enough in (left, right):
        return enough
    return None if left is None or right is None else 1 - enough
