@cython.final
cdef class Stepper:
    cdef public list desks
    cdef readonly Desk first
    cdef public Account account
    cdef public Records records
    cdef public Terms terms
    cdef public Halts halts
    cdef public Legs legs
    cdef public const long long[::1] time
    cdef public object time_row
    cdef public Curve curve
    cdef public Py_ssize_t at
    cdef public long long carried
    cdef public bint opened, ended, in_legs, limited, alone, detailed
    cpdef object begin(self, long long cash)
    cpdef void step(self)
    cdef void trade_at_open(self) noexcept
    cdef void _turn(self) noexcept
    cdef void _arrive(self) noexcept
    cdef void _open(self) noexcept
    cdef bint _everyone_is_here(self) noexcept
    cdef void _inside(self) noexcept
    cdef void _close(self) noexcept
    cdef bint _is_exposed(self) noexcept
    cdef void decide(self, bint halted) noexcept
    cdef void _decide_entries(self, bint halted) noexcept
    cdef long long _places(self) noexcept
    cdef void _ruin(self) noexcept
    cdef void stop(self)
    cpdef void finish(self)
    cpdef object final(self)
