cdef extern from *:
    """
    /* A processor that has AVX rounds so in one step. */
    static double nearest(double x) {
    #if defined(__AVX__)
        return __builtin_rint(x);
    #else
        if (x >= 0.0)
            return x < 4503599627370496.0 ? (x + 4503599627370496.0) - 4503599627370496.0 : x;
        return x > -4503599627370496.0 ? -((4503599627370496.0 - x) - 4503599627370496.0) : x;
    #endif
    }
    """
    double nearest(double x) noexcept nogil

cdef double NAN

cpdef double half_even(double x) noexcept nogil
cdef Py_ssize_t lowest_bit(unsigned long long bits) noexcept nogil
