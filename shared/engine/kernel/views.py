"""Columns as the core reads them: typed where it is compiled, Python's own numbers where it is not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def view(column: NDArray[Any]) -> Any:
    return memoryview(column)  # type: ignore[arg-type]


def zeros(*shape: int) -> Any:
    return view(np.zeros(shape))


def whole_zeros(*shape: int) -> Any:
    return view(np.zeros(shape, dtype=np.int64))


# The compiled core reads the form of what it is given: where one stands in several places, it is given once
# and copied from there.
NONE = zeros(0)
