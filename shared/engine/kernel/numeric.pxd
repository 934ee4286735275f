cdef double NAN

cpdef double half_even(double x) noexcept nogil
cdef Py_ssize_t lowest_bit(unsigned long long bits) noexcept nogil
