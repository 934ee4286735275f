"""Numbers, bar by bar: what is beyond them (x / 0, log(0)) is undefined, as in a program."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from shared.engine.bars import Floats
from shared.engine.indicators.elementary import exponential, logarithm
from shared.engine.rules import masks
from shared.engine.rules.masks import Mask

Number = Floats | float
OPERATIONS: dict[str, Callable[..., Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "negate": np.negative,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": logarithm,
    "exp": exponential,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,  # half to even
    "min": lambda *values: reduce(np.minimum, values),
    "max": lambda *values: reduce(np.maximum, values),
}
BEYOND = {"+", "-", "*", "/"}  # may leave the numbers; the others cannot, or say so themselves


def calculated(name: str, values: Sequence[Number]) -> Floats:
    with np.errstate(all="ignore"):
        result = OPERATIONS[name](*values)
    if name in BEYOND:
        result[np.isinf(result)] = np.nan
    return result


def chosen(condition: Mask, a: Number, b: Number) -> Floats:
    """`where`: what is not chosen need not be defined."""
    true = masks.unpacked(condition.true, condition.bars)
    false = masks.unpacked(condition.false, condition.bars)
    return np.where(true, a, np.where(false, b, np.nan))
