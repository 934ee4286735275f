cdef void _places(const double[::1] x, const double[::1] zero, const double[::1] bottom, const double[::1] top, double[::1] out) noexcept nogil
cdef void _flows(const double[::1] typical, const double[::1] volume, double[::1] rising, double[::1] falling) noexcept nogil
cdef void _shares(double[::1] part, const double[::1] rest) noexcept nogil
cdef void _distances(const double[::1] x, Py_ssize_t n, double[::1] spreads, double[::1] out) noexcept nogil
