cdef void _since_midnight(const double[::1] typical, const double[::1] volume, const double[::1] opens, double[::1] out) noexcept nogil
cdef void _balance(const double[::1] close, const double[::1] volume, double[::1] out) noexcept nogil
cdef void _signed(const double[::1] close, const double[::1] volume, Py_ssize_t start, Py_ssize_t end, double[::1] out) noexcept nogil
cdef void _accumulation(const double[::1] high, const double[::1] low, const double[::1] close, const double[::1] volume, double[::1] flows, double[::1] out) noexcept nogil
cdef void _money_flows(const double[::1] high, const double[::1] low, const double[::1] close, const double[::1] volume, double[::1] out) noexcept nogil
cdef inline double _money_flow(double high, double low, double close, double volume) noexcept nogil
cdef double _accumulate(Py_ssize_t start, Py_ssize_t end, double total, double[::1] flow) noexcept nogil
