cdef void _lines(const double[::1] high, const double[::1] low, const double[::1] close, Py_ssize_t n, double[::1] plus, double[::1] minus) noexcept nogil
cdef void _average(const double[::1] high, const double[::1] low, Py_ssize_t n, double[::1] average) noexcept nogil
