cdef Py_ssize_t CHUNK
cdef Py_ssize_t STRETCH
