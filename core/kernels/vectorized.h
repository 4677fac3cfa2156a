#pragma once

/// Functions marked so are compiled for the AVX-512 of Skylake servers, for AVX2 (which later
/// processors with AVX-512 take as well) and for the least common machine, and chosen when the program
/// starts. Off under sanitizers, which cannot run the choosing.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)                                \
    && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define LB_VECTORIZED __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define LB_VECTORIZED
#endif
