@cython.final
cdef class Machine:
    cdef const long long[::1] codes
    cdef const long long[::1] operands
    cdef const double[::1] constants
    cdef const double[:, ::1] series
    cdef double[::1] stack
    cpdef double result(self, Py_ssize_t row, double held, double bars, double profit) noexcept
    cdef double _read(self, long long code, Py_ssize_t i, Py_ssize_t row, double held, double bars, double profit) noexcept

cdef double finite(double x) noexcept nogil
cdef double of_one(long long code, double x) noexcept nogil
cdef double of_two(long long code, double a, double b) noexcept nogil
cdef double calculated(long long code, double a, double b) noexcept nogil
cdef bint compared(long long code, double a, double b) noexcept nogil
cdef double chosen(double truth, double a, double b) noexcept nogil
