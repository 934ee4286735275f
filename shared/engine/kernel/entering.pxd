cdef double stop_level(Desk desk, long long side, double price, Py_ssize_t signal) noexcept
cdef double target_level(Desk desk, Py_ssize_t number, long long side, double price, Py_ssize_t signal) noexcept
cdef long long fault(Desk desk, long long side, double fill, double average, Py_ssize_t signal) noexcept
cdef void protect(Desk desk, long long side, double fill, Py_ssize_t signal) noexcept
cdef void follow(Position position, long long side, double level) noexcept
cdef long long sized(Desk desk, long long side, double price, Py_ssize_t signal, bint resting) noexcept
cdef long long fill(Desk desk, long long lots, double price, Py_ssize_t signal, bint resting, bint first) noexcept
cdef double average_with(Position position, long long lots, double price) noexcept
