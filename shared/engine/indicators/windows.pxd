cdef void _means(const double[::1] x, Py_ssize_t n, bint whole, double[:, ::1] ends, double[::1] out) noexcept nogil
cdef void _highest(const double[::1] x, Py_ssize_t n, double[:, ::1] ends, double[::1] out) noexcept nogil
cdef void _lowest(const double[::1] x, Py_ssize_t n, double[:, ::1] ends, double[::1] out) noexcept nogil
cdef void _known(const double[::1] x, Py_ssize_t n, Py_ssize_t end, double[::1] out) noexcept nogil
