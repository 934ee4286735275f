"""Two series side by side, and conditions that begin: bit i % 64 of word i // 64 is bar i."""

import cython
import numpy as np

from shared.engine.bars import Floats, Words
from shared.engine.indicators.columns import column, words

BITS = 64


def related(a: Floats | float, b: Floats | float, bars: int) -> tuple[Words, Words, Words]:
    """Where the first is greater, where it is less, and where both have a value."""
    count = (bars + BITS - 1) // BITS
    greater, less, known = np.empty(count, np.uint64), np.empty(count, np.uint64), np.empty(count, np.uint64)
    first, second = column(_row(a)), column(_row(b))
    moves, also = not isinstance(a, float), not isinstance(b, float)
    _relate(first, second, bars, moves, also, words(greater), words(less), words(known))
    return greater, less, known


def beginnings(true: Words, known: Words) -> tuple[Words, Words]:
    """Where a condition holds that did not one bar before, and where both are known."""
    begins, decided = np.empty_like(true), np.empty_like(true)
    _begin(words(true), words(known), words(begins), words(decided))
    return begins, decided


def _row(x: Floats | float) -> Floats:
    """A number stands beside every bar of a word, and is not moved on."""
    return np.full(BITS, x) if isinstance(x, float) else x


def _relate(
    a: Floats,
    b: Floats,
    bars: cython.Py_ssize_t,
    a_moves: cython.bint,
    b_moves: cython.bint,
    greater: Words,
    less: Words,
    known: Words,
) -> None:
    i: cython.Py_ssize_t
    word: cython.Py_ssize_t
    for word in range(greater.shape[0]):
        start: cython.Py_ssize_t = word << 6
        of_a: cython.Py_ssize_t = start if a_moves else 0
        of_b: cython.Py_ssize_t = start if b_moves else 0
        if cython.compiled and start + 64 <= bars:
            relate_64(  # type: ignore[name-defined]  # noqa: F821 (relations.pxd)
                cython.address(a[of_a]),
                cython.address(b[of_b]),
                cython.address(greater[word]),
                cython.address(less[word]),
                cython.address(known[word]),
            )
            continue
        above: cython.ulonglong = 0
        below: cython.ulonglong = 0
        there: cython.ulonglong = 0
        for i in range(min(64, bars - start)):
            x: cython.double = a[of_a + i]
            y: cython.double = b[of_b + i]
            bit: cython.ulonglong = cython.cast(cython.ulonglong, 1) << i
            above |= bit if x > y else 0
            below |= bit if x < y else 0
            there |= bit if x == x and y == y else 0
        greater[word], less[word], known[word] = above, below, there


def _begin(true: Words, known: Words, begins: Words, decided: Words) -> None:
    word: cython.Py_ssize_t
    most: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    was_false: cython.ulonglong = 0  # the last bar of the word before, as a bit 0
    was_known: cython.ulonglong = 0
    for word in range(true.shape[0]):
        holds: cython.ulonglong = true[word]
        here: cython.ulonglong = known[word]
        fails: cython.ulonglong = here & (holds ^ most)
        begins[word] = holds & (((fails << 1) & most) | was_false)
        decided[word] = here & (((here << 1) & most) | was_known)
        was_false = fails >> 63
        was_known = here >> 63
