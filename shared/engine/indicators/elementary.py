"""The natural logarithm and the exponential, by the C library's functions: the same as in a program."""

import cython
import numpy as np
from cython.cimports.libc.math import exp, log

from shared.engine.bars import Floats

LARGEST_POWER = 709.78  # the exponential of much more is beyond the numbers


def logarithm(values: Floats) -> Floats:
    """Undefined for 0 and below."""
    result = np.full(len(values), np.nan)
    given: cython.double[::1] = np.ascontiguousarray(values)
    found: cython.double[::1] = result
    i: cython.Py_ssize_t
    for i in range(given.shape[0]):
        if given[i] > 0.0:
            found[i] = log(given[i])
    return result


def exponential(values: Floats) -> Floats:
    """Undefined where it is beyond the numbers."""
    result = np.full(len(values), np.nan)
    given: cython.double[::1] = np.ascontiguousarray(values)
    found: cython.double[::1] = result
    i: cython.Py_ssize_t
    for i in range(given.shape[0]):
        if given[i] < LARGEST_POWER:
            found[i] = exp(given[i])
    return result
