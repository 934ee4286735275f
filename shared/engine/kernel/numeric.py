"""Numbers as the core has them: what is not there, and what is as whole as can be."""

import cython

NAN = float("nan")


def half_even(x: cython.double) -> cython.double:
    """The nearest whole number, of two the even one: 2^52 leaves a float no room for a fraction."""
    if x >= 0.0:
        return (x + 4503599627370496.0) - 4503599627370496.0 if x < 4503599627370496.0 else x
    return -((4503599627370496.0 - x) - 4503599627370496.0) if x > -4503599627370496.0 else x


def lowest_bit(bits: cython.ulonglong) -> cython.Py_ssize_t:
    """The place of the lowest that is set; one is."""
    place: cython.Py_ssize_t = 0
    width: cython.Py_ssize_t = 32
    while width > 0:
        if (bits & ((cython.cast(cython.ulonglong, 1) << width) - 1)) == 0:
            bits >>= width
            place += width
        width >>= 1
    return place
