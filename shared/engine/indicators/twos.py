"""Recurrences that go on by two bars: the second goes on from the sum before both.

So what is carried on waits for its last value once in two bars, and the processor works at other things.
"""

import cython


def two_on(
    stay: cython.double, first: cython.double, second: cython.double, total: cython.double
) -> cython.double:
    """A sum of which a bar leaves `stay`, after both of two have come to it."""
    return (second + stay * first) + stay * stay * total
