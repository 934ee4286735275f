@cython.final
cdef class Records:
    cdef public Py_ssize_t length
    cdef public object whole_columns, price_columns, refused, doubted
    cdef long long[:, ::1] whole
    cdef double[:, ::1] prices
    cdef long long[::1] refusals, doubts
    cpdef object begin(self)
    cpdef object _look(self)
    cpdef Py_ssize_t next(self) except -1
    cdef void refuse(self, Py_ssize_t why) noexcept
    cdef void doubt(self, Py_ssize_t why) noexcept
    cdef long long pnl(self, Py_ssize_t row) noexcept
