#include "core/kernels/elementwise.h"

#include "core/kernels/vectorized.h"

#include <algorithm>
#include <cstring>

namespace lb::kernels {
namespace {

#define LB_INLINE __attribute__((always_inline)) inline

struct Plus {
    static LB_INLINE float of(float a, float b) { return a + b; }
};
struct Minus {
    static LB_INLINE float of(float a, float b) { return a - b; }
};
struct Times {
    static LB_INLINE float of(float a, float b) { return a * b; }
};
struct Over {
    static LB_INLINE float of(float a, float b) { return a / b; }
};
struct First {
    static LB_INLINE float of(float a, float) { return a; }
};

// The four inner loops have fixed strides, so that each becomes vector code.
template <typename F>
LB_INLINE void row(std::int64_t n, const float* a, bool aMoves, const float* b, bool bMoves,
                   float* __restrict y)
{
    if (aMoves && bMoves) {
        for (std::int64_t i = 0; i < n; ++i)
            y[i] = F::of(a[i], b[i]);
    } else if (aMoves) {
        const float second = *b;
        for (std::int64_t i = 0; i < n; ++i)
            y[i] = F::of(a[i], second);
    } else if (bMoves) {
        const float first = *a;
        for (std::int64_t i = 0; i < n; ++i)
            y[i] = F::of(first, b[i]);
    } else {
        std::fill_n(y, n, F::of(*a, *b));
    }
}

template <typename F>
LB_INLINE void all(Table t, const float* a, Strides sa, const float* b, Strides sb, float* y)
{
    for (std::int64_t r = 0; r < t.rows; ++r)
        row<F>(t.columns, a + r * sa.row, sa.column != 0, b + r * sb.row, sb.column != 0,
               y + r * t.columns);
}

/// Sums in 16 lanes: fast, and always in the same order.
template <typename F>
LB_INLINE float summed(std::int64_t n, const float* dy, const float* factor, bool moves)
{
    float lanes[16] = {};
    std::int64_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; ++k)
            lanes[k] += F::of(dy[i + k], moves ? factor[i + k] : *factor);
    float sum = 0;
    for (; i < n; ++i)
        sum += F::of(dy[i], moves ? factor[i] : *factor);
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

template <typename F>
LB_INLINE void reduced(Table t, const float* dy, const float* factor, Strides sf, float sign,
                       float* target, Strides st)
{
    for (std::int64_t r = 0; r < t.rows; ++r) {
        const float* from = dy + r * t.columns;
        const float* by = factor + r * sf.row;
        float* __restrict into = target + r * st.row;
        if (st.column == 0) {
            *into += sign
                * (sf.column != 0 ? summed<F>(t.columns, from, by, true)
                                  : summed<F>(t.columns, from, by, false));
        } else if (sf.column != 0) {
            for (std::int64_t c = 0; c < t.columns; ++c)
                into[c] += sign * F::of(from[c], by[c]);
        } else {
            const float one = *by;
            for (std::int64_t c = 0; c < t.columns; ++c)
                into[c] += sign * F::of(from[c], one);
        }
    }
}

LB_VECTORIZED void addAll(Table t, const float* a, Strides sa, const float* b, Strides sb, float* y)
{
    all<Plus>(t, a, sa, b, sb, y);
}
LB_VECTORIZED void subtractAll(Table t, const float* a, Strides sa, const float* b, Strides sb,
                               float* y)
{
    all<Minus>(t, a, sa, b, sb, y);
}
LB_VECTORIZED void multiplyAll(Table t, const float* a, Strides sa, const float* b, Strides sb,
                               float* y)
{
    all<Times>(t, a, sa, b, sb, y);
}
LB_VECTORIZED void divideAll(Table t, const float* a, Strides sa, const float* b, Strides sb,
                             float* y)
{
    all<Over>(t, a, sa, b, sb, y);
}

} // namespace

void binary(Binary op, Table table, const float* a, Strides ofA, const float* b, Strides ofB,
            float* y)
{
    switch (op) {
    case Binary::Add:
        return addAll(table, a, ofA, b, ofB, y);
    case Binary::Subtract:
        return subtractAll(table, a, ofA, b, ofB, y);
    case Binary::Multiply:
        return multiplyAll(table, a, ofA, b, ofB, y);
    case Binary::Divide:
        return divideAll(table, a, ofA, b, ofB, y);
    }
}

LB_VECTORIZED void addReduced(Table table, const float* dy, float sign, float* target,
                              Strides ofTarget)
{
    reduced<First>(table, dy, dy, {0, 0}, sign, target, ofTarget);
}

LB_VECTORIZED void addProduct(Table table, const float* dy, const float* factor, Strides ofFactor,
                              float* target, Strides ofTarget)
{
    reduced<Times>(table, dy, factor, ofFactor, 1, target, ofTarget);
}

LB_VECTORIZED void addQuotient(Table table, const float* dy, const float* divisor,
                               Strides ofDivisor, float* target, Strides ofTarget)
{
    reduced<Over>(table, dy, divisor, ofDivisor, 1, target, ofTarget);
}

LB_VECTORIZED void addInto(std::span<const float> x, float* y)
{
    const float* __restrict from = x.data();
    const std::size_t count = x.size();
    for (std::size_t i = 0; i < count; ++i)
        y[i] += from[i];
}

LB_VECTORIZED void fromBytes(std::span<const std::uint8_t> bytes, float* y)
{
    const std::uint8_t* __restrict from = bytes.data();
    const std::size_t count = bytes.size();
    for (std::size_t i = 0; i < count; ++i)
        y[i] = static_cast<float>(from[i]);
}

LB_VECTORIZED bool allFinite(std::span<const float> x)
{
    // infinity and NaN have all bits of the exponent set
    std::uint32_t found = 0;
    const float* from = x.data();
    const std::size_t count = x.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, from + i, sizeof bits);
        found |= (bits & 0x7f80'0000u) == 0x7f80'0000u ? 1u : 0u;
    }
    return found == 0;
}

LB_VECTORIZED void meanOfMiddle(Middle at, const float* x, float* y)
{
    const float factor = 1.0f / static_cast<float>(at.middle);
    for (std::int64_t o = 0; o < at.outer; ++o) {
        float* __restrict into = y + o * at.inner;
        std::fill_n(into, at.inner, 0.0f);
        for (std::int64_t m = 0; m < at.middle; ++m) {
            const float* from = x + (o * at.middle + m) * at.inner;
            for (std::int64_t i = 0; i < at.inner; ++i)
                into[i] += from[i];
        }
        for (std::int64_t i = 0; i < at.inner; ++i)
            into[i] *= factor;
    }
}

LB_VECTORIZED void meanOfMiddleGradient(Middle at, const float* dy, float* dx)
{
    const float factor = 1.0f / static_cast<float>(at.middle);
    for (std::int64_t o = 0; o < at.outer; ++o) {
        const float* from = dy + o * at.inner;
        for (std::int64_t m = 0; m < at.middle; ++m) {
            float* __restrict into = dx + (o * at.middle + m) * at.inner;
            for (std::int64_t i = 0; i < at.inner; ++i)
                into[i] = from[i] * factor;
        }
    }
}

void argmax(Table table, const float* x, std::int64_t* y)
{
    for (std::int64_t r = 0; r < table.rows; ++r) {
        const float* row = x + r * table.columns;
        y[r] = std::max_element(row, row + table.columns) - row;
    }
}

} // namespace lb::kernels
