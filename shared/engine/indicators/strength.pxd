cdef void _relative(const double[::1] x, Py_ssize_t n, double[::1] out) noexcept nogil
cdef Py_ssize_t _relative_run(const double[::1] x, Py_ssize_t i, double stay, double gained, double moved, double[::1] out) noexcept nogil
cdef double strength(double gained, double moved) noexcept nogil
cdef void _kept(const double[::1] x, Py_ssize_t start, Py_ssize_t end, Py_ssize_t n, double[::1] out) noexcept nogil
cdef void _adaptive(const double[::1] x, Py_ssize_t n, double[:, ::1] ends, double[::1] moves, double[::1] out) noexcept nogil
cdef void _ways(const double[::1] moves, Py_ssize_t block, Py_ssize_t bars, Py_ssize_t n, double[:, ::1] ends, Py_ssize_t row, Py_ssize_t start, double[::1] out) noexcept nogil
cdef double _followed(const double[::1] x, Py_ssize_t start, Py_ssize_t end, double off, double[::1] out) noexcept nogil
cdef double _follow(const double[::1] x, Py_ssize_t i, double off, double[::1] out) noexcept nogil
