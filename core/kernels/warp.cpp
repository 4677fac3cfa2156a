#include "core/kernels/warp.h"

#include "core/kernels/warp_lines.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace lb::kernels {
namespace {

/// Beyond this no image has pixels, and the conversion to an integer would not be defined.
constexpr double kFar = 1e15;

/// Where a coordinate outside 0..size - 1 is read; the result is inside.
template <FillMode kMode, typename T> T reentered(T coordinate, std::int64_t size)
{
    const T last = static_cast<T>(size - 1);
    if (size <= 1 || !(std::abs(coordinate) < static_cast<T>(kFar)))
        return 0;
    const auto turns = [](T value) { return static_cast<T>(static_cast<std::int64_t>(value)); };
    T c = coordinate;
    if constexpr (kMode == FillMode::Reflect) {
        const T twice = static_cast<T>(2 * size);
        if (c < 0) {
            c = twice * turns(-c / twice) + c;
            c = c < -static_cast<T>(size) ? c + twice : -c - 1;
        } else {
            c -= twice * turns(c / twice);
            c = c >= static_cast<T>(size) ? twice - c - 1 : c;
        }
    } else if constexpr (kMode == FillMode::Wrap) {
        if (c < 0)
            c += static_cast<T>(size) * (turns(-c / last) + 1);
        else
            c -= static_cast<T>(size) * turns(c / last);
    }
    return std::clamp(c, T{0}, last);
}

/// Reads one pixel; `kChannels` is 0 where the number is known at run time only.
template <typename T, FillMode kMode, Sampling kSampling, int kChannels> class Reader {
public:
    explicit Reader(const Warp<T>& work)
        : m_work(work)
        , m_channels(kChannels ? kChannels : work.channels)
        , m_row(work.width * m_channels)
        , m_lastX(static_cast<T>(work.width - 1))
        , m_lastY(static_cast<T>(work.height - 1))
    {
    }

    void read(T x, T y, T* out) const
    {
        if constexpr (kMode == FillMode::Constant) {
            // a neighbour is inside only if the point is less than one pixel away
            if (!(x > -1 && y > -1 && x < m_lastX + 1 && y < m_lastY + 1))
                std::fill_n(out, channels(), m_work.fill);
            else if (x >= 0 && y >= 0 && x < m_lastX && y < m_lastY)
                readInside(x, y, out);
            else
                readAtBorder(x, y, out);
        } else {
            if (!(x >= 0 && x <= m_lastX))
                x = reentered<kMode>(x, m_work.width);
            if (!(y >= 0 && y <= m_lastY))
                y = reentered<kMode>(y, m_work.height);
            readInside(x, y, out);
        }
    }
    std::int64_t channels() const { return kChannels ? kChannels : m_channels; }

private:
    const T* pixel(std::int64_t x, std::int64_t y) const
    {
        return m_work.image + y * m_row + x * channels();
    }

    void readInside(T x, T y, T* out) const // 0 <= x <= last, and y as well
    {
        if constexpr (kSampling == Sampling::Nearest) {
            const auto rounded
                = [](T value) { return static_cast<std::int64_t>(std::round(value)); };
            std::copy_n(pixel(rounded(x), rounded(y)), channels(), out);
        } else {
            const auto left = static_cast<std::int64_t>(x);
            const auto top = static_cast<std::int64_t>(y);
            const T right = x - static_cast<T>(left); // weights
            const T below = y - static_cast<T>(top);
            const T* upper = pixel(left, top);
            const T* lower = top + 1 < m_work.height ? upper + m_row : upper; // its weight is 0
            const std::int64_t step = left + 1 < m_work.width ? channels() : 0;
            for (std::int64_t c = 0; c < channels(); ++c) {
                const T above = (1 - right) * upper[c] + right * upper[c + step];
                const T under = (1 - right) * lower[c] + right * lower[c + step];
                out[c] = (1 - below) * above + below * under;
            }
        }
    }

    void readAtBorder(T x, T y, T* out) const // each neighbour is inside or reads as fill
    {
        const auto at = [&](T px, T py, std::int64_t c) {
            const auto column = static_cast<std::int64_t>(px);
            const auto row = static_cast<std::int64_t>(py);
            const bool inside
                = column >= 0 && row >= 0 && column < m_work.width && row < m_work.height;
            return inside ? pixel(column, row)[c] : m_work.fill;
        };
        for (std::int64_t c = 0; c < channels(); ++c) {
            if constexpr (kSampling == Sampling::Nearest) {
                out[c] = at(std::round(x), std::round(y), c);
            } else {
                const T left = std::floor(x);
                const T top = std::floor(y);
                const T right = x - left;
                const T below = y - top;
                const T above = (1 - right) * at(left, top, c) + right * at(left + 1, top, c);
                const T under
                    = (1 - right) * at(left, top + 1, c) + right * at(left + 1, top + 1, c);
                out[c] = (1 - below) * above + below * under;
            }
        }
    }

    const Warp<T>& m_work;
    std::int64_t m_channels, m_row;
    T m_lastX, m_lastY;
};

template <typename T, FillMode kMode, Sampling kSampling, int kChannels>
void warpAll(const Warp<T>& work)
{
    const Reader<T, kMode, kSampling, kChannels> reader(work);
    const auto& m = work.matrix;
    const bool affine = m[6] == 0 && m[7] == 0;
    T* out = work.out;
    for (std::int64_t row = 0; row < work.height; ++row) {
        const T y = static_cast<T>(row);
        const T fromX = m[1] * y;
        const T fromY = m[4] * y;
        for (std::int64_t column = 0; column < work.width; ++column, out += reader.channels()) {
            const T x = static_cast<T>(column);
            T inX = m[0] * x + fromX + m[2];
            T inY = m[3] * x + fromY + m[5];
            if (!affine) {
                const T k = m[6] * x + m[7] * y + 1;
                if (k == 0) {
                    std::fill_n(out, reader.channels(), work.fill);
                    continue;
                }
                inX /= k;
                inY /= k;
            }
            reader.read(inX, inY, out);
        }
    }
}

template <typename T, FillMode kMode, Sampling kSampling> void warpChannels(const Warp<T>& work)
{
    if (work.channels == 3)
        warpAll<T, kMode, kSampling, 3>(work);
    else if (work.channels == 1)
        warpAll<T, kMode, kSampling, 1>(work);
    else
        warpAll<T, kMode, kSampling, 0>(work);
}

template <typename T, FillMode kMode> void warpSampled(const Warp<T>& work, Sampling sampling)
{
    if (sampling == Sampling::Nearest)
        warpChannels<T, kMode, Sampling::Nearest>(work);
    else
        warpChannels<T, kMode, Sampling::Bilinear>(work);
}

template <typename T> void eachPixel(const Warp<T>& work, FillMode mode, Sampling sampling)
{
    switch (mode) {
    case FillMode::Reflect:
        return warpSampled<T, FillMode::Reflect>(work, sampling);
    case FillMode::Wrap:
        return warpSampled<T, FillMode::Wrap>(work, sampling);
    case FillMode::Constant:
        return warpSampled<T, FillMode::Constant>(work, sampling);
    case FillMode::Nearest:
        return warpSampled<T, FillMode::Nearest>(work, sampling);
    }
}

} // namespace

void warpPixels(const Warp<float>& work, FillMode mode, Sampling sampling)
{
    eachPixel(work, mode, sampling);
}

template <typename T> void warp(const Warp<T>& work, FillMode mode, Sampling sampling)
{
    if constexpr (std::is_same_v<T, float>)
        if (sampling == Sampling::Bilinear && warpLines(work, mode))
            return;
    eachPixel(work, mode, sampling);
}

template void warp(const Warp<float>&, FillMode, Sampling);
template void warp(const Warp<double>&, FillMode, Sampling);

} // namespace lb::kernels
