cdef bint leave(Desk desk, long long lots, double price, long long reason, bint resting) noexcept
cdef double liquidation_level(Desk desk) noexcept
cdef double stop_now(Desk desk) noexcept
cdef long long stop_reason(Desk desk, double level) noexcept
cdef Py_ssize_t target_now(Desk desk) noexcept
cdef long long target_lots(Desk desk, Py_ssize_t number) noexcept
