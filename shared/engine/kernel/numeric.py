"""Numbers as the core has them: what is not there, and what is as whole as can be."""

import cython

NAN = float("nan")


def half_even(x: cython.double) -> cython.double:
    """The nearest whole number, of two the even one: 2^52 leaves a float no room for a fraction."""
    if cython.compiled:
        return nearest(x)  # type: ignore[name-defined]  # noqa: F821 (numeric.pxd)
    if x >= 0.0:
        return (x + 4503599627370496.0) - 4503599627370496.0 if x < 4503599627370496.0 else x
    return -((4503599627370496.0 - x) - 4503599627370496.0) if x > -4503599627370496.0 else x


def lowest_bit(bits: cython.ulonglong) -> cython.Py_ssize_t:
    """The place of the lowest that is set, which one is: counted are the bits below it."""
    ones: cython.ulonglong = 0x5555555555555555
    twos: cython.ulonglong = 0x3333333333333333
    fours: cython.ulonglong = 0x0F0F0F0F0F0F0F0F
    below: cython.ulonglong = (bits & (~bits + 1)) - 1
    below = below - ((below >> 1) & ones)
    below = (below & twos) + ((below >> 2) & twos)
    below = (below + (below >> 4)) & fours
    below = below + (below >> 8)
    below = below + (below >> 16)
    return cython.cast(cython.Py_ssize_t, (below + (below >> 32)) & 127)
