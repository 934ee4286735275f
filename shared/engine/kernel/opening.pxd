cdef void take_open(Desk desk, Py_ssize_t row) noexcept
cdef long long volume_of(Desk desk, Py_ssize_t row) noexcept
cdef void exit_at_open(Desk desk) noexcept
cdef void enter_at_open(Desk desk) noexcept
cdef void _enter(Desk desk, Orders orders, bint first) noexcept
