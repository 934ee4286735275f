@cython.final
cdef class Terms:
    cdef public long long size, size_trades, targets, time_stop, positions, cooldown
    cdef public long long order, valid_bars, pyramiding, rungs, slippage
    cdef public double amount, size_most, leverage, margin, borrow_rate
    cdef public double taker, maker, minimum, funding_rate, slippage_amount, volume_limit
    cdef public bint all_taken, stopped, trailed, protected, halted
    cdef public const double[::1] shares
