cdef void _relative(const double[::1] x, Py_ssize_t n, double stay, const double[::1] left, double[::1] out) noexcept nogil
cdef Py_ssize_t _relative_run(const double[::1] x, Py_ssize_t i, double stay, double gained, double lost, const double[::1] left, double[::1] out) noexcept nogil
cdef double strength(double gained, double moved) noexcept nogil
cdef void _adaptive(const double[::1] x, Py_ssize_t n, double[:, ::1] ends, double[::1] out) noexcept nogil
cdef void _apart(const double[::1] x, Py_ssize_t fast, Py_ssize_t slow, const double[::1] left_fast, const double[::1] left_slow, double[::1] out) noexcept nogil
cdef Py_ssize_t _apart_run(const double[::1] x, Py_ssize_t i, Py_ssize_t fast, Py_ssize_t slow, double fast_value, double slow_value, const double[::1] left_fast, const double[::1] left_slow, double[::1] out) noexcept nogil
