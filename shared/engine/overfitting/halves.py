"""Every choice of half of the blocks of a table of trials, against the blocks that it leaves."""

import cython
import numpy as np

from shared.engine.bars import Floats

ENDLESS: cython.double = float("inf")


class Halves:
    """A row of `sums` and `squares` for each block, a column for each trial.

    What a path of choices has added up is kept for all that go on from it.
    """

    def __init__(self, sums: Floats, squares: Floats, least: Floats, level: Floats) -> None:
        """A trial whose spread is not above `least` does not move; `level` is added to the sum of a half."""
        blocks, trials = sums.shape
        self.half, self.blocks, self.trials = blocks // 2, blocks, trials
        self.sums, self.squares, self.least, self.level = sums, squares, least, level
        # Of those chosen (0) and of those left (1), by their number.
        self.added = np.zeros((2, self.half + 1, trials))
        self.added_squares = np.zeros((2, self.half + 1, trials))
        self.ratios = np.empty((2, trials))
        self.lost = 0

    def count(self) -> int:
        """How often the best of one half is no better than the median in the other. The first is chosen."""
        self._take(0, 0, 0)
        self._choose(1, 1, 0)
        return int(self.lost)

    def _choose(self, block: cython.Py_ssize_t, chosen: cython.Py_ssize_t, left: cython.Py_ssize_t) -> None:
        if block == self.blocks:
            self._judge()
            return
        if chosen < self.half:
            self._take(0, chosen, block)
            self._choose(block + 1, chosen + 1, left)
        if left < self.half:
            self._take(1, left, block)
            self._choose(block + 1, chosen, left + 1)

    def _take(self, side: cython.Py_ssize_t, number: cython.Py_ssize_t, block: cython.Py_ssize_t) -> None:
        add(self.added[side, number], self.sums[block], self.added[side, number + 1])
        add(self.added_squares[side, number], self.squares[block], self.added_squares[side, number + 1])

    def _judge(self) -> None:
        side: cython.Py_ssize_t
        for side in range(2):
            rate(
                self.added[side, self.half],
                self.added_squares[side, self.half],
                self.least,
                self.level,
                self.ratios[side],
            )
        for side in range(2):
            self.lost += is_lost(self.ratios[side], self.ratios[1 - side])


def add(a: Floats, b: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(out.shape[0]):
        out[i] = a[i] + b[i]


def rate(sums: Floats, squares: Floats, least: Floats, level: Floats, ratios: Floats) -> None:
    """Sharpe ratios squared, with their signs, times a number, the same for all: only ranks are asked."""
    i: cython.Py_ssize_t
    for i in range(ratios.shape[0]):
        spread: cython.double = squares[i] - sums[i] * sums[i]
        earned: cython.double = sums[i] + level[i]
        ratios[i] = earned * abs(earned) / (spread if spread > least[i] else ENDLESS)


def is_lost(inside: Floats, outside: Floats) -> cython.bint:
    """Whether the best inside stands in the lower half outside; equals share their ranks."""
    i: cython.Py_ssize_t
    own: cython.double = outside[first_best(inside)]
    below: cython.longlong = 0
    equal: cython.longlong = 0
    for i in range(outside.shape[0]):
        below += outside[i] < own
        equal += outside[i] == own
    return 2 * below + equal + 1 <= outside.shape[0] + 1


def first_best(ratios: Floats) -> cython.Py_ssize_t:
    """Four at a time: each waits for itself alone."""
    i: cython.Py_ssize_t
    a: cython.double = ratios[0]
    b: cython.double = a
    c: cython.double = a
    d: cython.double = a
    for i in range(0, ratios.shape[0] - 3, 4):
        a = ratios[i] if ratios[i] > a else a
        b = ratios[i + 1] if ratios[i + 1] > b else b
        c = ratios[i + 2] if ratios[i + 2] > c else c
        d = ratios[i + 3] if ratios[i + 3] > d else d
    for i in range(ratios.shape[0] - ratios.shape[0] % 4, ratios.shape[0]):
        a = ratios[i] if ratios[i] > a else a
    a = a if a > b else b
    c = c if c > d else d
    a = a if a > c else c
    i = 0
    while ratios[i] != a:
        i += 1
    return i
