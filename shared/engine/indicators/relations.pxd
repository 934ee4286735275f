cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #define OF_64(name, compare, plain)                                                         \
        static unsigned long long name(const double *a, const double *b) {                      \
            unsigned long long bits = 0;                                                        \
            for (int i = 0; i < 64; i += 2) {                                                   \
                __m128d pair = compare(_mm_loadu_pd(a + i), _mm_loadu_pd(b + i));               \
                bits |= (unsigned long long)_mm_movemask_pd(pair) << i;                         \
            }                                                                                   \
            return bits;                                                                        \
        }
    #else
    #define OF_64(name, compare, plain)                                                         \
        static unsigned long long name(const double *a, const double *b) {                      \
            unsigned long long bits = 0;                                                        \
            for (int i = 0; i < 64; i++) bits |= (unsigned long long)(plain) << i;              \
            return bits;                                                                        \
        }
    #endif
    OF_64(greater_of_64, _mm_cmpgt_pd, a[i] > b[i])
    OF_64(known_of_64, _mm_cmpord_pd, a[i] == a[i] && b[i] == b[i])
    """
    unsigned long long greater_of_64(const double *a, const double *b) noexcept nogil
    unsigned long long known_of_64(const double *a, const double *b) noexcept nogil

cdef void _relate(const double[::1] a, const double[::1] b, Py_ssize_t bars, bint a_moves, bint b_moves, unsigned long long[::1] greater, unsigned long long[::1] less, unsigned long long[::1] known) noexcept nogil
cdef void _begin(const unsigned long long[::1] true, const unsigned long long[::1] known, unsigned long long[::1] begins, unsigned long long[::1] decided) noexcept nogil
