@cython.final
cdef class Legs:
    cdef public list desks
    cdef public double stop, target
    cdef const double[::1] weights
    cdef double gross, paying
    cdef long long[::1] lots
    cdef double[::1] prices
    cdef long long side(self) noexcept
    cdef void enter(self, bint everyone) noexcept
    cdef void _forget(self) noexcept
    cdef void _trade(self, long long side) noexcept
    cdef long long _direction(self, Py_ssize_t leg, long long side) noexcept
    cdef bint _sized(self, long long side) noexcept
    cdef double _wanted(self, long long side) noexcept
    cdef bint _priced(self, long long side) noexcept
    cdef bint _split(self, double total) noexcept
    cdef double _less(self, double total, double needed) noexcept
    cdef double _needed(self, double power) noexcept
    cdef double _of_volume(self) noexcept
    cdef double profit(self) noexcept
    cdef void decide(self, bint halted) noexcept
    cdef long long _why_leave(self, long long side, long long wants) noexcept
    cdef long long _leaving(self) noexcept
    cdef void _leave(self, long long reason) noexcept
