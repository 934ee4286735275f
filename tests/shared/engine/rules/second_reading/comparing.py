"""Two readings of a rule beside each other, and what only rounding decides."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from shared.engine.bars import Bars
from shared.engine.language import parse
from shared.engine.rules import Cache, evaluate
from tests.shared.engine.rules.second_reading.disturbing import disturbances
from tests.shared.engine.rules.second_reading.reading import Reading
from tests.shared.engine.rules.second_reading.values import Value

CLOSE = 1e-9
AMPLE = 10  # times what the disturbed readings move


class Difference(NamedTuple):
    bar: int
    evaluated: float
    read: Value


def differences(text: str, market: Sequence[Bars], symbol: str) -> list[Difference]:
    evaluated = evaluate(parse(text), Cache(market, enough=False), symbol=symbol).tolist()
    read = Reading(market).values(parse(text), symbol)
    assert len(evaluated) == len(read)
    both = enumerate(zip(evaluated, read, strict=True))
    return [Difference(bar, value, other) for bar, (value, other) in both if not agree(value, other)]


def agree(evaluated: float, read: Value, room: float = 0.0) -> bool:
    if read is None or math.isnan(evaluated):
        return read is None and math.isnan(evaluated)
    return evaluated == read or abs(evaluated - number(read)) <= CLOSE * abs(number(read)) + room


def number(value: Value) -> float:
    return math.nan if value is None else float(value)


def rounded(found: Sequence[Difference], text: str, market: Sequence[Bars], symbol: str) -> bool:
    """All that differs would be read otherwise if inputs were a hundred-billionth off."""
    disturbed = [Reading(market, disturb=disturb).values(parse(text), symbol) for disturb in disturbances()]
    return all(_undecided(each, [values[each.bar] for values in disturbed]) for each in found)


def _undecided(found: Difference, disturbed: Sequence[Value]) -> bool:
    """What was said has to be said by one of them; of numbers, something as far off as they are."""
    if any(agree(found.evaluated, value) for value in disturbed):
        return True
    if math.isnan(found.evaluated):
        return False
    if found.read is None:
        return any(value is not None for value in disturbed)
    moved = [abs(number(value) - number(found.read)) for value in disturbed if value is not None]
    return agree(found.evaluated, found.read, room=AMPLE * max(moved, default=0.0))
