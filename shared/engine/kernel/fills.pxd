cpdef double value_of(double price, long long lots, double scale) noexcept nogil
cpdef double commission(double value, long long lots, double rate, double per_lot, double minimum) noexcept nogil
cpdef bint triggers(bint falling, double level, double high, double low) noexcept nogil
cpdef double fill_price(bint falling, double level, double since) noexcept nogil
cpdef bint nearer(bint falling, double level, double other) noexcept nogil
cpdef double slipped(double price, long long direction, double fraction, double amount) noexcept nogil
cpdef double on_tick(double price, bint up, double tick, double per_unit) noexcept nogil
cpdef long long part_of(long long whole, long long lots, long long held) noexcept nogil
cpdef bint fits(double amount) noexcept nogil
cpdef bint book(Account account, Position position, long long lots, double price, double value, double fee) noexcept
cdef bint _close(Account account, Position position, long long lots, long long worth, long long charge) noexcept
