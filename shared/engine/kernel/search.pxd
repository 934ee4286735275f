@cython.final
cdef class Search:
    cdef Stepper stepper
    cdef Desk desk
    cdef Terms terms
    cdef bint limited, carries, every_bar, steady
    cdef double below, above, floor, ceiling
    cdef long long[:, ::1] asked
    cpdef object to_end(self)
    cdef void _wait(self, Py_ssize_t bars)
    cdef void _hold(self, Py_ssize_t bars)
    cdef void _decide(self, Py_ssize_t bars)
    cdef Py_ssize_t _next_of_held(self, Py_ssize_t bars) noexcept
    cdef void _fetch(self, Py_ssize_t until, long long side, Py_ssize_t bars) noexcept
    cdef long long _entered_at(self, Py_ssize_t row) noexcept
    cdef Py_ssize_t next_signal(self, long long side, Py_ssize_t start, Py_ssize_t bars) noexcept
    cdef Py_ssize_t _scan(self, long long side, Py_ssize_t start, Py_ssize_t bars) noexcept
    cdef unsigned long long _asked(self, long long side, Py_ssize_t word) noexcept
    cdef void _held(self, Py_ssize_t until) noexcept
    cdef Py_ssize_t _untouched(self, Py_ssize_t row, Py_ssize_t until) noexcept
    cdef bint _meets(self, Py_ssize_t row) noexcept
    cdef void _look(self) noexcept
    cdef Py_ssize_t _fill(self, Py_ssize_t start, Py_ssize_t until) noexcept
    cdef void _be_at(self, Py_ssize_t row) noexcept
