#pragma once

#include "core/ops/op.h"
#include "core/tensor/rounded.h"

#include <array>

namespace lb {

/// The value range of a layer, in the order of its config: args least, most.
std::array<double, 2> valueRangeArg(const Config& args);

/// What bytes have, and Keras computes colours in.
inline constexpr std::array<double, 2> kByteRange{0, 255};
inline constexpr std::array<double, 2> kUnitRange{0, 1};

/// Moves values from one range into another, and not at all where both are the same. In 16 bits
/// each step is rounded, and so are the ends before their difference is taken. The ends come from
/// Python through TensorFlow, which makes float32 of them, in float64 too.
/// Source: Keras 3 `_transform_value_range`.
template <std::floating_point T> class ValueMap {
public:
    ValueMap(std::array<double, 2> from, std::array<double, 2> to, DType dtype = DType::Float32)
        : m_same(from == to)
        , m_rounds(is16Bit(dtype))
        , m_rounded(dtype)
        , m_from(end(from[0]))
        , m_width(step(end(from[1]) - m_from))
        , m_to(end(to[0]))
        , m_scale(step(end(to[1]) - m_to))
    {
    }
    T operator()(T x) const
    {
        if (m_same)
            return x;
        if (!m_rounds)
            return (x - m_from) / m_width * m_scale + m_to;
        const T part = m_rounded(m_rounded(x - m_from) / m_width);
        return m_rounded(m_rounded(part * m_scale) + m_to);
    }

private:
    T step(T x) const { return m_rounds ? m_rounded(x) : x; }
    T end(double number) const { return step(static_cast<T>(static_cast<float>(number))); }

    bool m_same, m_rounds;
    RoundedTo<T> m_rounded;
    T m_from, m_width, m_to, m_scale;
};

/// The range of an op that spreads values over `valueRange` and leaves images of one value alone.
/// Where nothing is known of x, the layer's word for it is taken.
ValueRange spreadRange(const ValueRange& x, std::array<double, 2> valueRange);

} // namespace lb
