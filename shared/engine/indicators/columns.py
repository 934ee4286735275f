"""Columns of numbers as the compiled functions take them."""

from typing import Any, cast

import numpy as np

from shared.engine.bars import Floats, Words


def column(x: Floats) -> Floats:
    """A view of it. Where the sources run, it gives Python's floats: numpy's are slow, and warn of NaN."""
    whole: Any = np.ascontiguousarray(x, dtype=np.float64)
    view: Any = memoryview(whole)
    return cast(Floats, view)


def words(bits: Words) -> Words:
    whole: Any = bits
    view: Any = memoryview(whole)
    return cast(Words, view)


def empty(like: Floats) -> Floats:
    return np.empty(len(like))
