"""The highest and the lowest of a series, and whether it rises or falls."""

from shared.engine.bars import Floats
from shared.engine.indicators.averages import of
from shared.engine.indicators.changes import streaks
from shared.engine.indicators.windows import highest, lowest


def rising(x: Floats, n: int) -> Floats:
    return streaks(x, n, up=True)


def falling(x: Floats, n: int) -> Floats:
    return streaks(x, n, up=False)


FUNCTIONS = {"highest": of(highest), "lowest": of(lowest), "rising": of(rising), "falling": of(falling)}
