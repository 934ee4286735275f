cdef void work_inside(Desk desk) noexcept
cdef bint waits(Desk desk) noexcept
cdef void meet(Desk desk) noexcept
cdef void at_the_open(Desk desk) noexcept
cdef Py_ssize_t target_at_the_open(Desk desk) noexcept
cdef bint opens_beyond(Desk desk, bint falling, double level) noexcept
cdef bint falls_to_entry(Desk desk) noexcept
cdef void against(Desk desk, long long way) noexcept
cdef void along(Desk desk, long long way) noexcept
cdef bint reached(Desk desk, bint falling, double level) noexcept
cdef void take_target(Desk desk, Py_ssize_t number, double price) noexcept
cdef double entry_level(Desk desk, bint falling) noexcept
cdef bint enter_inside(Desk desk, bint falling, double level) noexcept
cdef double asked(Desk desk, long long side, double price, long long lots) noexcept
cdef long long part_of_ladder(long long parts, long long rung, long long rungs) noexcept
