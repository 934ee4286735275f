cdef inline double two_on(double stay, double first, double second, double total) noexcept nogil
