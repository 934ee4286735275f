"""Numbers and times as they are written for programs: exact where they are, undefined as null."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Integers

DECIMALS = 8  # of money: a unit of the grid is 1e-8


def money(units: int) -> str:
    return plain(Decimal(units).scaleb(-DECIMALS))


def quantity(lots: int, lot: float) -> str:
    return plain(lots * Decimal(repr(lot)))


def plain(number: Decimal) -> str:
    """Without an exponent, without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def instants(time: Integers) -> list[str]:
    """ISO 8601, in UTC, to the second where all are whole seconds."""
    unit: Literal["us", "s"] = "us" if len(time) and (time % 1_000_000).any() else "s"
    stamps: NDArray[np.datetime64] = time.astype("datetime64[us]")
    written = np.datetime_as_string(stamps, unit=unit)
    return [f"{text}Z" for text in written.tolist()]


def ready(value: Any) -> Any:
    """The same for JSON: plain numbers, and null for what is not one."""
    if isinstance(value, Mapping):
        return {str(key): ready(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [ready(inner) for inner in value]
    if isinstance(value, np.ndarray | np.generic):
        return ready(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
