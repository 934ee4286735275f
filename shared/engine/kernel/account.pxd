@cython.final
cdef class Account:
    cdef public long long cash, turnover, turnovers, fills, gained, charged, recovered, at
    cdef public unsigned long long digest
    cdef public bint beyond, ruined
    cdef long long[::1] worth
    cdef double[::1] shown
    cdef unsigned long long[::1] bits
    cpdef void begin(self, long long cash) noexcept
    cdef double gross(self) noexcept
    cdef double beside(self, Py_ssize_t index) noexcept
    cpdef long long equity(self) noexcept
    cdef void count(self, double value) noexcept
    cdef void seal(self, unsigned long long word) noexcept
    cdef unsigned long long bits_of(self, double price) noexcept

@cython.final
cdef class Position:
    cdef public long long lots, cost, fees, entry_row, entry_at, entries, largest, done
    cdef public double price, stop, trail, best
    cdef readonly double[::1] targets
    cpdef void clear(self) noexcept
    cpdef long long side(self) noexcept
    cdef void grow(self, long long lots, double price, long long value, long long fee) noexcept
    cdef void shrink(self, long long lots, long long cost, long long fees) noexcept

@cython.final
cdef class Orders:
    cdef public long long leave, enter, signal, planned, left_row
    cdef public long long resting, resting_signal, until, rung, parts
    cdef public double level
    cpdef void begin(self) noexcept
    cpdef void drop_entry(self) noexcept
    cpdef void drop_resting(self) noexcept
