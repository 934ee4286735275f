cdef void _ranges(const double[::1] high, const double[::1] low, const double[::1] close, Py_ssize_t n, bint percent, double[::1] out) noexcept nogil
cdef Py_ssize_t _ranges_run(const double[::1] high, const double[::1] low, const double[::1] close, Py_ssize_t i, double stay, double part, double total, bint percent, double[::1] out) noexcept nogil
cdef inline double _true_range(const double[::1] high, const double[::1] low, const double[::1] close, Py_ssize_t i) noexcept nogil
