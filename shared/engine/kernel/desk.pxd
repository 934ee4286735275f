@cython.final
cdef class Desk:
    cdef public Py_ssize_t index, row, length
    cdef public Desk next
    cdef public Finer finer
    cdef public Account account
    cdef public Records records
    cdef public Terms terms
    cdef public Position position
    cdef public Orders orders
    cdef public const double[::1] open, high, low, close, volume
    cdef public const long long[::1] time
    cdef public long long duration, wants, volume_left
    cdef public double scale, lot, tick, per_unit, fee_per_lot, mark, since, whole_profit
    cdef public bint converted
    cdef public double rate
    cdef public const double[::1] opening_rate, closing_rate, worths
    cdef public double inner_open, inner_high, inner_low
    cdef public const unsigned long long[::1] no_words, rules, long_entry, long_exit, short_entry, short_exit
    cdef public list programs, targets
    cdef public bint here, programmed, inside, targets_wait, in_legs, resolved
    cdef public Distance stop, trail, rung_step
    cdef public const double[::1] limit_long, limit_short, highest, lowest, ranges, volatility
    cpdef void begin(self) noexcept
    cdef object _take_bars(self, object bars)
    cdef object _take_grid(self, object instrument)
    cpdef object convert(self, object rates)
    cdef double value(self, double price, long long lots) noexcept
    cdef double lot_worth(self, double price) noexcept
    cdef void refuse(self, Py_ssize_t why) noexcept
    cdef bint says_something(self) noexcept
    cdef bint holds(self, long long rule) noexcept
    cdef bint _works_out(self, long long rule) noexcept
    cdef double profit_percent(self) noexcept
    cpdef void mark_at_close(self) noexcept
    cdef void mark_at_open(self) noexcept
    cpdef void mark_at(self, double price) noexcept
    cdef double worsened(self, long long direction, double price, long long lots) noexcept
    cdef double _range(self) noexcept
    cdef double _impact(self, long long lots) noexcept
