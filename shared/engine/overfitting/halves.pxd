cdef double ENDLESS

@cython.final
cdef class Halves:
    cdef Py_ssize_t half, blocks, trials
    cdef const double[:, ::1] sums, squares
    cdef const double[::1] least, level
    cdef double[:, :, ::1] added, added_squares
    cdef double[:, ::1] ratios
    cdef readonly long long lost
    cdef void _choose(self, Py_ssize_t block, Py_ssize_t chosen, Py_ssize_t left) noexcept
    cdef void _take(self, Py_ssize_t side, Py_ssize_t number, Py_ssize_t block) noexcept
    cdef void _judge(self) noexcept

cdef void add(const double[::1] a, const double[::1] b, double[::1] out) noexcept
cdef void rate(const double[::1] sums, const double[::1] squares, const double[::1] least, const double[::1] level, double[::1] ratios) noexcept
cdef bint is_lost(const double[::1] inside, const double[::1] outside) noexcept
cdef Py_ssize_t first_best(const double[::1] ratios) noexcept
