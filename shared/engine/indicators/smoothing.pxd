cdef void _smoothed(const double[::1] x, Py_ssize_t n, double stay, double[::1] out) noexcept nogil
cdef Py_ssize_t begun(const double[::1] x, Py_ssize_t i, Py_ssize_t n, double[::1] out) noexcept nogil
cdef Py_ssize_t _run(const double[::1] x, Py_ssize_t i, double stay, double off, double[::1] out) noexcept nogil
cdef inline double _stretch(const double[::1] x, Py_ssize_t start, Py_ssize_t bars, double stay, double off, double[::1] out) noexcept nogil
cdef Py_ssize_t gap(const double[::1] x, Py_ssize_t i) noexcept nogil
