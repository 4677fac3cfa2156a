#include "core/ops/arithmetic.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// y = a * b. Shapes: NumPy's broadcasting. Source: NumPy.
struct Mul {
    static constexpr std::string_view kName = "mul";
    static constexpr const char* kOnnx = "Mul";

    static ValueRange range(const ValueRange& a, const ValueRange& b)
    {
        const auto ends
            = {a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most};
        return rangeOf(a, b, std::min(ends), std::max(ends));
    }
    template <typename T> static T value(T a, T b) { return a * b; }
    template <typename T> static T toA(T dy, T, T b) { return dy * b; }
    template <typename T> static T toB(T dy, T a, T) { return dy * a; }
};

} // namespace

const Op& ops::mul()
{
    static constexpr Op op = opOf<Arithmetic<Mul>>();
    return op;
}

} // namespace lb
