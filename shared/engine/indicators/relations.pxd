cdef extern from *:
    """
    #if defined(__AVX2__)
    #include <immintrin.h>
    /* Mostly all of both are known, and none is equal: then what is not greater is less. */
    static void relate_64(const double *a, const double *b, unsigned long long *greater,
                          unsigned long long *less, unsigned long long *known) {
        unsigned long long above = 0, below = 0, there = 0;
        __m256d apart = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
        for (int i = 0; i < 64; i += 4) {
            __m256d x = _mm256_loadu_pd(a + i), y = _mm256_loadu_pd(b + i);
            above |= (unsigned long long)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_GT_OQ)) << i;
            apart = _mm256_and_pd(apart, _mm256_cmp_pd(x, y, _CMP_NEQ_OQ));
        }
        if (_mm256_movemask_pd(apart) == 15) {
            *greater = above, *less = ~above, *known = ~0ULL;
            return;
        }
        above = 0;
        for (int i = 0; i < 64; i += 4) {
            __m256d x = _mm256_loadu_pd(a + i), y = _mm256_loadu_pd(b + i);
            above |= (unsigned long long)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_GT_OQ)) << i;
            below |= (unsigned long long)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_LT_OQ)) << i;
            there |= (unsigned long long)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_ORD_Q)) << i;
        }
        *greater = above, *less = below, *known = there;
    }
    #else
    static void relate_64(const double *a, const double *b, unsigned long long *greater,
                          unsigned long long *less, unsigned long long *known) {
        unsigned long long above = 0, below = 0, there = 0;
        for (int i = 0; i < 64; i++) {
            above |= (unsigned long long)(a[i] > b[i]) << i;
            below |= (unsigned long long)(a[i] < b[i]) << i;
            there |= (unsigned long long)(a[i] == a[i] && b[i] == b[i]) << i;
        }
        *greater = above, *less = below, *known = there;
    }
    #endif
    """
    void relate_64(const double *a, const double *b, unsigned long long *greater, unsigned long long *less, unsigned long long *known) noexcept nogil

cdef void _relate(const double[::1] a, const double[::1] b, Py_ssize_t bars, bint a_moves, bint b_moves, unsigned long long[::1] greater, unsigned long long[::1] less, unsigned long long[::1] known) noexcept nogil
cdef void _begin(const unsigned long long[::1] true, const unsigned long long[::1] known, unsigned long long[::1] begins, unsigned long long[::1] decided) noexcept nogil
