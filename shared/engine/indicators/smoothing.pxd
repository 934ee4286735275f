cdef void _smoothed(const double[::1] x, Py_ssize_t n, double weight, const double[::1] left, double[::1] out) noexcept nogil
cdef Py_ssize_t begun(const double[::1] x, Py_ssize_t i, Py_ssize_t n, double[::1] out) noexcept nogil
cdef Py_ssize_t _run(const double[::1] x, Py_ssize_t start, double weight, const double[::1] left, double[::1] out) noexcept nogil
cdef Py_ssize_t gap(const double[::1] x, Py_ssize_t i) noexcept nogil
