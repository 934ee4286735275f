cdef void _true_ranges(const double[::1] high, const double[::1] low, const double[::1] close, double[::1] out) noexcept nogil
cdef void _percentages(const double[::1] close, double[::1] out) noexcept nogil
