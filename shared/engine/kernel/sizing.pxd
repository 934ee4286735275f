cdef long long whole_lots(double lots) noexcept
cdef double equity_at(Desk desk, double price) noexcept
cdef long long paid_by(Desk desk, double budget, double weight, double price, bint resting) noexcept
cdef double price_of(Desk desk, long long lots, double weight, double price, bint resting) noexcept
cdef long long within_power(Desk desk, long long lots, double price, bint resting) noexcept
cdef long long wanted(Desk desk, double price, double stop, Py_ssize_t signal, bint resting) noexcept
cdef long long _by_volatility(Desk desk, double equity, double price, Py_ssize_t signal) noexcept
cpdef double bet(Records records, Terms terms) noexcept
