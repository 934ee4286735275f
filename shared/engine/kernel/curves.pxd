cdef class Curve:
    cdef void level(self, Py_ssize_t start, Py_ssize_t until, long long cash) noexcept
    cdef Py_ssize_t held(self, Py_ssize_t start, Py_ssize_t until, long long cash, double size) noexcept
    cpdef void close(self, Py_ssize_t row, long long equity, bint exposed) noexcept

@cython.final
cdef class Rows(Curve):
    cdef public object equity_row, exposed_row
    cdef double[::1] equity
    cdef unsigned char[::1] exposed
    cdef const double[::1] worths
