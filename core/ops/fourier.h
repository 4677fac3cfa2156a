#pragma once

#include <complex>
#include <span>
#include <vector>

namespace lb {

/// The discrete Fourier transform of one length, in double: y(k) = sum x(t) exp(-2 pi i k t / n).
/// Any length: powers of two directly, others as a convolution (Bluestein 1970). One thread.
class Fourier {
public:
    explicit Fourier(std::size_t length); ///< at least 1

    /// `x` has that length and is replaced.
    void transform(std::span<std::complex<double>> x);

private:
    std::size_t m_length;
    std::vector<std::complex<double>> m_roots; ///< of the power of two that is used
    std::vector<std::complex<double>> m_chirp, m_kernel, m_work; ///< other lengths only
};

} // namespace lb
