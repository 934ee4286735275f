@cython.final
cdef class Finer:
    cdef const double[::1] open, high, low, close
    cdef const long long[::1] time, first, last
    cdef public Py_ssize_t at, end
    cdef public bint whole
    cdef void begin(self, Py_ssize_t row) noexcept
