cdef void _averages(const double[::1] x, Py_ssize_t n, double weight, bint thrice, double[::1] off, double[::1] out) noexcept nogil
cdef Py_ssize_t _all_begun(const double[::1] x, Py_ssize_t i, Py_ssize_t n, double weight, bint thrice, double[::1] off) noexcept nogil
cdef Py_ssize_t _averages_run(const double[::1] x, Py_ssize_t i, double weight, bint thrice, double[::1] off, double[::1] out) noexcept nogil
cdef inline double _away(double once, double twice, double third, double weight, bint thrice) noexcept nogil
