cdef void work_on_finer_bars(Desk first) noexcept
cdef long long never() noexcept nogil
cdef long long next_of(Desk desk) noexcept
cdef long long earliest(Desk first) noexcept
cdef void arrive_at(Desk desk) noexcept
cdef void _work_on(Desk first, long long time) noexcept
cdef void pass_on(Desk desk) noexcept
