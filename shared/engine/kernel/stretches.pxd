cdef extern from *:
    """
    static void fetch(const double *place) { __builtin_prefetch(place); }
    """
    void fetch(const double *place) noexcept nogil

cdef void soon(const double[::1] column, Py_ssize_t row) noexcept nogil
cdef Py_ssize_t filled(const double[::1] close, double[::1] equity, Py_ssize_t start, Py_ssize_t until, long long cash, double size) noexcept nogil
cdef Py_ssize_t untouched(const double[::1] low, const double[::1] high, Py_ssize_t row, Py_ssize_t until, double below, double above) noexcept nogil
cdef bint small(const double[::1] close, double[::1] equity, Py_ssize_t start, Py_ssize_t until, double cash, double size) noexcept nogil
cdef void hold_level(double[::1] equity, Py_ssize_t start, Py_ssize_t until, double value) noexcept nogil
cdef void expose(unsigned char[::1] exposed, Py_ssize_t start, Py_ssize_t until) noexcept nogil
