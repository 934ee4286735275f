cdef void _logarithm(const double[::1] x, double[::1] out) noexcept nogil
cdef void _exponential(const double[::1] x, double[::1] out) noexcept nogil
