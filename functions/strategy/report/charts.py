"""Scales, ticks and paths: numbers → places in a drawing that stretches to whatever width there is."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats, Integers

PIXELS = 45  # between two words of a scale, about
CLOSEST = 0.4  # of that, between any two of a logarithmic one
MANIFOLD = 4  # times the least: from there on a linear scale hides what went on at its foot
FACTORS = ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8))
WIDTH = 1000.0  # of a drawing, stretched; heights are pixels


class Scale(NamedTuple):
    """Values → pixels from the top."""

    low: float
    high: float
    height: float
    log: bool = False

    def place(self, values: Floats) -> Floats:
        low, high = self._bent(np.array([self.low, self.high]))
        part: Floats = (self._bent(values) - low) / (high - low)
        return self.height * (1.0 - part)

    def at(self, value: float) -> float:
        return float(self.place(np.array([value]))[0])

    def _bent(self, values: Floats) -> Floats:
        bent: Floats = np.log(values) if self.log else values
        return bent


class Span(NamedTuple):
    """Times → places across, from 0 to 1."""

    start: int
    end: int

    def part(self, time: Integers | Floats) -> Floats:
        across: Floats = (time - self.start) / max(self.end - self.start, 1)
        return across

    def place(self, time: Integers | Floats) -> Floats:
        return self.part(time) * WIDTH


def scale(columns: Iterable[Floats], height: float, *, log: bool = False, zero: bool = False) -> Scale:
    """One that holds all that is finite, with a little air; `zero` is always in it."""
    whole = np.concatenate([np.asarray(column, dtype=float) for column in columns])
    finite = whole[np.isfinite(whole)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if log:
        air = max((high / low) ** 0.04, 1.001)
        return Scale(low / air, high * air, height, log=True)
    if 0 <= low < high / 4:
        low = 0.0  # as good as there: a scale from zero says more
    air = (high - low) * 0.04 or abs(high) * 0.01 or 1.0
    return Scale(low - air * (low != 0), high + air * (high != 0 or low == 0), height)


def both_scales(columns: Sequence[Floats], height: float) -> dict[str, Scale]:
    """By name, the one to be seen at first at the head; a logarithmic one where all is above zero."""
    linear = scale(columns, height)
    whole = np.concatenate(columns) if columns else np.zeros(0)
    if not len(whole) or not (whole > 0).all():
        return {"linear": linear}
    log = scale(columns, height, log=True)
    if float(whole.max()) >= MANIFOLD * float(whole.min()):
        return {"log": log, "linear": linear}
    return {"linear": linear, "log": log}


def nice_step(rough: float) -> float:
    """The next greater of 1, 2, 2.5 and 5 times a power of ten."""
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))


def ticks(low: float, high: float, most: int) -> list[float]:
    step = nice_step((high - low) / most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """The most of them that are not too near each other: of each power of ten the same few multiples.

    Over very many powers each second or third of them; over less than one the ticks of a linear scale.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = -(-(last - first + 1) // most)
    tried = [[10.0**power for power in range(-(-first // step) * step, last + 1, step)]]
    tried += [[10.0**power * each for power in range(first, last + 1) for each in few] for few in FACTORS]
    tried += [ticks(low, high, most), ticks(low, high, most - 1)]  # the first may be one too many
    best: list[float] = []
    for values in tried:
        inside = [value for value in values if low <= value <= high]
        if len(best) < len(inside) <= most and _apart(inside, low, high) * most >= CLOSEST:
            best = inside
    return best


def _apart(values: list[float], low: float, high: float) -> float:
    """The least distance between two, as a part of the whole."""
    steps = (math.log(above / below) for below, above in pairwise(values))
    return min(steps, default=math.inf) / math.log(high / low)


def scale_ticks(of: Scale) -> list[float]:
    most = round(of.height / PIXELS)
    return log_ticks(of.low, of.high, most) if of.log else ticks(of.low, of.high, most)


def path(across: Floats, down: Floats) -> str:
    """A line through all that is finite, broken where it is not."""
    pieces, pen = [], "M"
    for x, y in zip(across.tolist(), down.tolist(), strict=True):
        if math.isfinite(y):
            pieces.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(pieces)


def area(across: Floats, down: Floats, floor: float) -> str:
    """The line, closed along the floor. All of it must be finite."""
    if len(across) == 0:
        return ""
    return f"{path(across, down)}L{across[-1]:.1f} {floor:.1f}L{across[0]:.1f} {floor:.1f}Z"


def telling(columns: Sequence[Floats], buckets: int) -> Integers:
    """Few rows that draw the same: the least and the greatest of each column in each part, and both ends."""
    count = len(columns[0])
    if count <= 2 * buckets * len(columns):
        return np.arange(count)
    size = -(-count // buckets)
    starts = np.arange(0, count, size)
    kept = [np.array([0, count - 1])]
    for column in columns:
        for beyond, extreme in ((np.inf, np.argmin), (-np.inf, np.argmax)):
            padded = np.full(len(starts) * size, beyond)
            padded[:count] = np.where(np.isfinite(column), column, beyond)
            kept.append(starts + extreme(padded.reshape(len(starts), size), axis=1))
    return np.unique(np.concatenate(kept))
