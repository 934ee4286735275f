cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    static inline __m128i lower_halves(__m128d a, __m128d b) {
        return _mm_castps_si128(_mm_shuffle_ps(_mm_castpd_ps(a), _mm_castpd_ps(b), 0x88));
    }
    /* A truth of 64 bits for each of 16 values, made narrower until one instruction takes a bit of each. */
    static inline unsigned long long bits_of_16(const __m128d *t) {
        __m128i first = _mm_packs_epi32(lower_halves(t[0], t[1]), lower_halves(t[2], t[3]));
        __m128i last = _mm_packs_epi32(lower_halves(t[4], t[5]), lower_halves(t[6], t[7]));
        return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(first, last));
    }
    static void relate_64(const double *a, const double *b, unsigned long long *greater,
                          unsigned long long *less, unsigned long long *known) {
        unsigned long long above = 0, below = 0, there = 0;
        for (int i = 0; i < 64; i += 16) {
            __m128d more[8], fewer[8], ordered[8];
            for (int j = 0; j < 8; j++) {
                __m128d x = _mm_loadu_pd(a + i + 2 * j), y = _mm_loadu_pd(b + i + 2 * j);
                more[j] = _mm_cmpgt_pd(x, y), fewer[j] = _mm_cmplt_pd(x, y), ordered[j] = _mm_cmpord_pd(x, y);
            }
            above |= bits_of_16(more) << i, below |= bits_of_16(fewer) << i, there |= bits_of_16(ordered) << i;
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
