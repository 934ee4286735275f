@cython.final
cdef class Halts:
    cdef public const double[::1] limits
    cdef public long long[::1] first, period, on
    cdef public long long last
    cdef bint judge(self, long long time, long long equity) noexcept

cpdef long long month_of(long long day) noexcept
