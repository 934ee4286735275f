cdef void _recency(const double[::1] x, Py_ssize_t n, double sign, double[:, ::1] ends, double[:, ::1] places, double[::1] out) noexcept nogil
