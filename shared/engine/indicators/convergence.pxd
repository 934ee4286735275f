cdef void _converging(const double[::1] x, Py_ssize_t fast, Py_ssize_t slow, Py_ssize_t smooth, double[::1] off, double[::1] line, double[::1] signal, double[::1] histogram) noexcept nogil
cdef Py_ssize_t _signal_begun(const double[::1] x, Py_ssize_t i, Py_ssize_t fast, Py_ssize_t slow, Py_ssize_t smooth, double[::1] off, double[::1] line) noexcept nogil
cdef Py_ssize_t _converging_run(const double[::1] x, Py_ssize_t i, Py_ssize_t fast, Py_ssize_t slow, Py_ssize_t smooth, double[::1] off, double[::1] line, double[::1] signal, double[::1] histogram) noexcept nogil
cdef void _show(Py_ssize_t start, Py_ssize_t end, double weight, double[::1] line, double[::1] signal, double[::1] histogram) noexcept nogil
