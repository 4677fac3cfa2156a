#include "core/kernels/tokenizer_wide.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define LB_WIDE_TEXT 1
#include <immintrin.h>
#endif

#include <bit>

namespace lb::kernels {

#ifdef LB_WIDE_TEXT

namespace {

#define LB_WIDE __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt")))

/// Which bytes lie between `first` and `last`.
LB_WIDE __mmask64 between(__m512i bytes, char first, char last)
{
    const __m512i from = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first));
    return _mm512_cmple_epu8_mask(from, _mm512_set1_epi8(static_cast<char>(last - first)));
}

/// Writes the places of the bits that are set, and more behind them; how many there are decides
/// nothing for the first eight.
LB_WIDE std::size_t writePlaces(std::uint64_t bits, std::size_t offset, std::uint32_t* to)
{
    const auto count = static_cast<std::size_t>(std::popcount(bits));
    for (std::size_t done = 0; done < count; done += 8)
        for (std::size_t i = 0; i < 8; ++i) {
            to[done + i] = static_cast<std::uint32_t>(offset + _tzcnt_u64(bits));
            bits &= bits - 1;
        }
    return count;
}

} // namespace

bool splitsWide()
{
    static const bool can
        = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2")
        && __builtin_cpu_supports("bmi2");
    return can;
}

LB_WIDE WideCut cutWide(std::string_view text, bool lower, bool stripPunctuation, char* out,
                        std::uint32_t* ends)
{
    WideCut cut;
    for (std::size_t at = 0; at < text.size(); at += 64) {
        const std::size_t rest = text.size() - at;
        const __mmask64 given = rest >= 64 ? ~__mmask64{0} : (__mmask64{1} << rest) - 1;
        __m512i bytes = _mm512_maskz_loadu_epi8(given, text.data() + at);
        const __mmask64 space
            = given & (_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) | between(bytes, '\t', '\r'));
        __mmask64 kept = given;
        if (stripPunctuation)
            kept &= ~(between(bytes, '!', '/') | between(bytes, ':', '@') | between(bytes, '[', '`')
                      | between(bytes, '{', '~'));
        if (lower)
            bytes = _mm512_mask_add_epi8(bytes, between(bytes, 'A', 'Z'), bytes,
                                         _mm512_set1_epi8('a' - 'A'));
        _mm512_storeu_si512(out + cut.size, _mm512_maskz_compress_epi8(kept, bytes));
        cut.spaces += writePlaces(_pext_u64(space, kept), cut.size, ends + cut.spaces);
        cut.size += static_cast<std::size_t>(std::popcount(static_cast<std::uint64_t>(kept)));
    }
    return cut;
}

#else

bool splitsWide()
{
    return false;
}

WideCut cutWide(std::string_view, bool, bool, char*, std::uint32_t*)
{
    return {};
}

#endif

} // namespace lb::kernels
