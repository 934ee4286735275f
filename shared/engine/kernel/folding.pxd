@cython.final
cdef class Folded(Curve):
    cdef const double[::1] worths
    cdef const long long[::1] ends
    cdef public object day_row
    cdef double[::1] days
    cdef Py_ssize_t bars, day
    cdef readonly Py_ssize_t exposed
    cdef double initial, peak, last
    cdef readonly double left
    cdef bint holds
    cpdef void begin(self) noexcept
    cpdef void conclude(self) noexcept
    cdef void _end_day(self, double value) noexcept
    cdef Py_ssize_t _through(self, Py_ssize_t start, Py_ssize_t until, long long cash, double size) noexcept
    cdef bint _meet(self, double high, double low) noexcept

cdef double equity_of(double worth, long long cash, double size) noexcept
