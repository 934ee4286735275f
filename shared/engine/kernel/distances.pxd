@cython.final
cdef class Distance:
    cdef public long long kind
    cdef public double amount
    cdef public bint of_signal
    cdef public const double[::1] long, short
    cdef double level(self, long long side, long long away, double fill, double signal_close, Py_ssize_t row) noexcept
    cdef double from_price(self, double start, long long direction, Py_ssize_t row) noexcept
