cdef void _percent(const double[::1] x, Py_ssize_t n, double[::1] out) noexcept nogil
cdef void _logarithmic(const double[::1] x, double[::1] out) noexcept nogil
cdef void _streaks(const double[::1] x, Py_ssize_t n, bint up, double[::1] out) noexcept nogil
