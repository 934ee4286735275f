"""The natural logarithm and the exponential, by the C library's functions: the same as in a program."""

import cython
from cython.cimports.libc.math import exp, log

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.undefined import NAN

LARGEST_POWER = cython.declare(cython.double, 709.78)  # the exponential of much more is beyond the numbers


def logarithm(x: Floats) -> Floats:
    """Undefined for 0 and below."""
    out = empty(x)
    _logarithm(column(x), column(out))
    return out


def exponential(x: Floats) -> Floats:
    """Undefined where it is beyond the numbers."""
    out = empty(x)
    _exponential(column(x), column(out))
    return out


def _logarithm(x: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(x.shape[0]):
        out[i] = log(x[i]) if x[i] > 0.0 else NAN


def _exponential(x: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(x.shape[0]):
        out[i] = exp(x[i]) if x[i] < LARGEST_POWER else NAN
