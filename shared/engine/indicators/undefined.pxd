cdef double NAN
