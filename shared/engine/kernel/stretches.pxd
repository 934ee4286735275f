cdef extern from *:
    """
    static void fetch(const double *place) { __builtin_prefetch(place); }
    static double larger(double a, double b) { return a > b ? a : b; }
    static double smaller(double a, double b) { return a < b ? a : b; }
    #if defined(__AVX2__)
    #include <immintrin.h>
    static void extremes_of(const double *x, Py_ssize_t length, double *high, double *low) {
        double tops[4], bottoms[4];
        Py_ssize_t i = 0;
        *high = *low = x[0];
        if (length >= 4) {
            __m256d first = _mm256_loadu_pd(x), top = first, bottom = first;
            for (i = 4; i + 4 <= length; i += 4) {
                __m256d each = _mm256_loadu_pd(x + i);
                top = _mm256_max_pd(top, each), bottom = _mm256_min_pd(bottom, each);
            }
            _mm256_storeu_pd(tops, top), _mm256_storeu_pd(bottoms, bottom);
            *high = larger(larger(tops[0], tops[1]), larger(tops[2], tops[3]));
            *low = smaller(smaller(bottoms[0], bottoms[1]), smaller(bottoms[2], bottoms[3]));
        }
        for (; i < length; i++)
            *high = larger(*high, x[i]), *low = smaller(*low, x[i]);
    }
    #else
    static void extremes_of(const double *x, Py_ssize_t length, double *high, double *low) {
        *high = *low = x[0];
        for (Py_ssize_t i = 1; i < length; i++)
            *high = larger(*high, x[i]), *low = smaller(*low, x[i]);
    }
    #endif
    """
    void extremes_of(const double *x, Py_ssize_t length, double *high, double *low) noexcept nogil
    void fetch(const double *place) noexcept nogil

cdef void soon(const double[::1] column, Py_ssize_t row) noexcept nogil
cdef Py_ssize_t filled(const double[::1] close, double[::1] equity, Py_ssize_t start, Py_ssize_t until, long long cash, double size) noexcept nogil
cdef Py_ssize_t untouched(const double[::1] low, const double[::1] high, Py_ssize_t row, Py_ssize_t until, double below, double above) noexcept nogil
cdef bint small(const double[::1] close, double[::1] equity, Py_ssize_t start, Py_ssize_t until, double cash, double size) noexcept nogil
cdef void hold_level(double[::1] equity, Py_ssize_t start, Py_ssize_t until, double value) noexcept nogil
cdef void expose(unsigned char[::1] exposed, Py_ssize_t start, Py_ssize_t until) noexcept nogil
