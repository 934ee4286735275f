cdef void _supertrend(const double[::1] high, const double[::1] low, const double[::1] close, const double[::1] reach, double factor, Py_ssize_t start, double[::1] line, double[::1] direction) noexcept nogil
cdef inline double _below(double stop, double bottom, double last) noexcept nogil
cdef void _parabolic(const double[::1] high, const double[::1] low, double step, double most, double[::1] line) noexcept nogil
