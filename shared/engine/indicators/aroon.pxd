cdef void _recency(const double[::1] x, Py_ssize_t n, double sign, double[::1] top, double[::1] age, double[::1] next_top, double[::1] next_age, double[::1] out) noexcept nogil
cdef void _widen(const double[::1] top, const double[::1] age, Py_ssize_t width, Py_ssize_t more, Py_ssize_t bars, double[::1] next_top, double[::1] next_age) noexcept nogil
