cdef void take_close(Desk desk) noexcept
cdef void carry(Desk desk) noexcept
cdef void trail(Desk desk) noexcept
cdef void trail_by(Desk desk, double high, double low, double close, Py_ssize_t row) noexcept
cdef void decide_exits(Desk desk) noexcept
cdef bint asks(Desk desk) noexcept
cdef void expire(Desk desk) noexcept
cdef void _cancel(Desk desk, Orders orders) noexcept
cdef bint ended(Desk desk, long long side) noexcept
cdef bint takes_a_place(Desk desk) noexcept
cdef void decide_entry(Desk desk, bint halted, long long places) noexcept
cdef void rest(Desk desk, long long side) noexcept
