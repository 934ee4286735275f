cdef void _spread(const double[::1] x, Py_ssize_t n, bint banded, double factor, double[:, ::1] ends, double[:, ::1] squares, double[::1] middle, double[::1] upper, double[::1] lower) noexcept nogil
cdef void _weighted(const double[::1] x, Py_ssize_t n, double rising, double level, double[:, ::1] ends, double[::1] out) noexcept nogil
cdef void _block(const double[::1] x, Py_ssize_t start, Py_ssize_t n, bint squared, double[:, ::1] ends, double[:, ::1] squares, Py_ssize_t row, double[::1] mean, double[::1] deviation) noexcept nogil
cdef void _bands(Py_ssize_t start, Py_ssize_t end, double factor, double[::1] middle, double[::1] upper, double[::1] lower) noexcept nogil
cdef inline double _root(double variance) noexcept nogil
