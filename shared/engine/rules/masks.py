"""Conditions as bits: bit i % 64 of word i // 64 is bar i. `and`, `or` and `not` as Kleene has them."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Floats, Words
from shared.engine.indicators import relations

Flags = NDArray[np.bool_]
BITS = 64
ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


class Mask(NamedTuple):
    """What is true is defined as well; bits behind the last bar are 0."""

    true: Words
    defined: Words
    bars: int

    @property
    def false(self) -> Words:
        return self.defined & ~self.true


class Relation(NamedTuple):
    """Of one series to another."""

    greater: Words
    less: Words
    known: Words  # where both have a value
    bars: int


def packed(flags: Flags) -> Words:
    whole = np.zeros((len(flags) + BITS - 1) // BITS * 8, np.uint8)
    octets = np.packbits(flags, bitorder="little")
    whole[: len(octets)] = octets
    return whole.view("<u8").astype(np.uint64, copy=False)


def unpacked(words: Words, bars: int) -> Flags:
    octets = words.astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(octets, count=bars, bitorder="little").view(np.bool_)


def everywhere(bars: int) -> Words:
    words = np.full((bars + BITS - 1) // BITS, ALL)
    if bars % BITS:
        words[-1] = ALL >> np.uint64(BITS - bars % BITS)
    return words


def constant(value: bool, bars: int) -> Mask:
    whole = everywhere(bars)
    return Mask(whole if value else np.zeros_like(whole), whole, bars)


def relation(a: Floats | float, b: Floats | float, bars: int) -> Relation:
    for each in (a, b):  # the compiled core does not look where a column ends
        if not isinstance(each, float) and len(each) != bars:
            raise ValueError(f"a series of {len(each)} rows, and there are {bars} bars")
    return Relation(*relations.related(a, b, bars), bars)


def compared(sign: str, of: Relation) -> Mask:
    return Mask(COMPARISONS[sign](of), of.known, of.bars)


COMPARISONS: dict[str, Callable[[Relation], Words]] = {
    "<": lambda of: of.less,
    "<=": lambda of: of.known & ~of.greater,
    ">": lambda of: of.greater,
    ">=": lambda of: of.known & ~of.less,
    "==": lambda of: of.known & ~(of.greater | of.less),
    "!=": lambda of: of.greater | of.less,
}


def from_floats(values: Floats) -> Mask:
    """1.0 is true, 0.0 false, NaN undefined."""
    return compared(">", relation(values, 0.5, len(values)))


def as_floats(mask: Mask) -> Floats:
    values = unpacked(mask.true, mask.bars).astype(np.float64)
    values[~unpacked(mask.defined, mask.bars)] = np.nan
    return values


def opposite(mask: Mask) -> Mask:
    return mask._replace(true=mask.false)


def all_of(masks: Sequence[Mask]) -> Mask:
    """One that is false is enough to know."""
    return reduce(_both, masks)


def any_of(masks: Sequence[Mask]) -> Mask:
    """One that is true is enough to know."""
    return reduce(_either, masks)


def _both(a: Mask, b: Mask) -> Mask:
    return Mask(a.true & b.true, (a.defined & b.defined) | a.false | b.false, a.bars)


def _either(a: Mask, b: Mask) -> Mask:
    true = a.true | b.true
    return Mask(true, (a.defined & b.defined) | true, a.bars)


def lagged(mask: Mask, bars: int) -> Mask:
    """As it was so many bars before: undefined on the first ones."""
    return Mask(later(mask.true, bars, mask.bars), later(mask.defined, bars, mask.bars), mask.bars)


def later(words: Words, by: int, bars: int) -> Words:
    """Each bit moved to the bar that is so many later."""
    moved = np.zeros_like(words)
    over, rest = divmod(by, BITS)
    if over < len(words):
        moved[over:] = words[: len(words) - over] << np.uint64(rest)
        if rest:
            moved[over + 1 :] |= words[: len(words) - over - 1] >> np.uint64(BITS - rest)
        if bars % BITS:
            moved[-1] &= ALL >> np.uint64(BITS - bars % BITS)
    return moved


def begun(mask: Mask) -> Mask:
    """It holds, and is known not to have held one bar before."""
    return Mask(*relations.beginnings(mask.true, mask.defined), mask.bars)
