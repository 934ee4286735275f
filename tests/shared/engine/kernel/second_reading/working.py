"""Rules that read the position, worked off at the close of a bar; some of their parts are undefined."""

import math
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

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


class Held(NamedTuple):
    """What a rule reads of a position."""

    bars: int
    profit: int  # S54
    cost: int


def holds(desk: Desk, rule: Told) -> bool:
    position = desk.position
    if position is None:
        return holds_for(None, rule, desk.bar)
    profit = position.side * (desk.value - position.cost) - position.charges
    return holds_for(Held(desk.bar - position.bar, profit, position.cost), rule, desk.bar)


def holds_for(held: Held | None, rule: Told, bar: int) -> bool:
    return _worked_off(held, rule, bar) == 1 if isinstance(rule, Program) else rule[bar]


def _worked_off(held: Held | None, program: Program, bar: int) -> Number:
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
            stack.append(_read(held, program, word, operand, bar))
    (last,) = stack
    return last


def _read(held: Held | None, program: Program, word: str, operand: int, bar: int) -> Number:
    if word == "constant":
        return float(program.constants[operand])
    if word == "series":
        value = float(program.series[operand][bar])
        return None if math.isnan(value) else value
    if word == "in_position":
        return float(held is not None)
    if held is None:
        return None
    if word == "bars_held":
        return float(held.bars)
    return 100 * held.profit / held.cost if held.cost else None


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
