#include "core/ops/fourier.h"

#include <algorithm>
#include <bit>
#include <numbers>
#include <utility>

namespace lb {
namespace {

using Complex = std::complex<double>;

std::vector<Complex> rootsOf(std::size_t length)
{
    std::vector<Complex> roots(length / 2);
    for (std::size_t k = 0; k < roots.size(); ++k)
        roots[k] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k)
                                  / static_cast<double>(length));
    return roots;
}

/// Length a power of two. Source: Cooley & Tukey 1965.
void radix2(std::span<Complex> x, std::span<const Complex> roots)
{
    const std::size_t length = x.size();
    for (std::size_t i = 1, j = 0; i < length; ++i) {
        std::size_t bit = length >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j)
            std::swap(x[i], x[j]);
    }
    for (std::size_t half = 1; half < length; half *= 2) {
        const std::size_t step = length / (2 * half);
        for (std::size_t start = 0; start < length; start += 2 * half)
            for (std::size_t k = 0; k < half; ++k) {
                const Complex low = x[start + k];
                const Complex high = x[start + k + half] * roots[k * step];
                x[start + k] = low + high;
                x[start + k + half] = low - high;
            }
    }
}

} // namespace

Fourier::Fourier(std::size_t length)
    : m_length(length)
{
    if (std::has_single_bit(length)) {
        m_roots = rootsOf(length);
        return;
    }
    const std::size_t padded = std::bit_ceil(2 * length);
    m_roots = rootsOf(padded);
    m_chirp.resize(length);
    m_kernel.assign(padded, Complex{});
    m_work.resize(padded);
    for (std::size_t k = 0; k < length; ++k) {
        const std::size_t square = k * k % (2 * length); // keeps the angle exact
        m_chirp[k] = std::polar(1.0, -std::numbers::pi * static_cast<double>(square)
                                    / static_cast<double>(length));
        m_kernel[k] = std::conj(m_chirp[k]);
        m_kernel[(padded - k) % padded] = m_kernel[k];
    }
    radix2(m_kernel, m_roots);
}

void Fourier::transform(std::span<Complex> x)
{
    if (m_chirp.empty())
        return radix2(x, m_roots);
    std::ranges::fill(m_work, Complex{});
    for (std::size_t k = 0; k < m_length; ++k)
        m_work[k] = x[k] * m_chirp[k];
    radix2(m_work, m_roots);
    for (std::size_t k = 0; k < m_work.size(); ++k)
        m_work[k] = std::conj(m_work[k] * m_kernel[k]); // the way back, by conjugates
    radix2(m_work, m_roots);
    const auto scale = static_cast<double>(m_work.size());
    for (std::size_t k = 0; k < m_length; ++k)
        x[k] = std::conj(m_work[k]) / scale * m_chirp[k];
}

} // namespace lb
