cdef void doubt_stop(Desk desk, bint falling, double stop) noexcept
cdef bint may_have_moved(Desk desk, bint falling, double stop) noexcept
cdef void doubt_waiting(Desk desk) noexcept
