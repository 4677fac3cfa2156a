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
/// each step is rounded: bytes are cut off from the result. The ends come from Python through
/// TensorFlow, which makes float32 of them, in float64 too.
/// Source: Keras 3 `_transform_value_range`.
template <std::floating_point T> class ValueMap {
public:
    ValueMap(std::array<double, 2> from, std::array<double, 2> to, DType dtype = DType::Float32)
        : m_same(from == to)
        , m_rounds(is16Bit(dtype))
        , m_dtype(dtype)
        , m_from(single(from[0]))
        , m_width(single(from[1]) - single(from[0]))
        , m_to(single(to[0]))
        , m_scale(single(to[1]) - single(to[0]))
    {
    }
    T operator()(T x) const
    {
        if (m_same)
            return x;
        if (!m_rounds)
            return (x - m_from) / m_width * m_scale + m_to;
        const T part = rounded(rounded(x - rounded(m_from)) / rounded(m_width));
        return rounded(rounded(part * rounded(m_scale)) + rounded(m_to));
    }

private:
    static T single(double end) { return static_cast<T>(static_cast<float>(end)); }
    T rounded(T x) const
    {
        roundTo<T>(m_dtype, {&x, 1});
        return x;
    }

    bool m_same, m_rounds;
    DType m_dtype;
    T m_from, m_width, m_to, m_scale;
};

/// The range of an op that spreads values over `valueRange` and leaves images of one value alone.
/// Where nothing is known of x, the layer's word for it is taken.
ValueRange spreadRange(const ValueRange& x, std::array<double, 2> valueRange);

} // namespace lb
