cdef double fee_of(Desk desk, double value, long long lots, bint resting) noexcept
cdef bint trade(Desk desk, long long lots, double price, bint resting, long long reason) noexcept
cdef unsigned long long times(unsigned long long word, unsigned long long factor) noexcept
cdef void seal(Desk desk, long long lots, double price, double fee) noexcept
cdef void record(Desk desk, long long lots, double average, double price, long long reason) noexcept
cdef void left(Desk desk, long long side) noexcept
