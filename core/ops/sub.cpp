#include "core/ops/arithmetic.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = a - b. Shapes: NumPy's broadcasting. Source: NumPy.
struct Sub {
    static constexpr std::string_view kName = "sub";
    static constexpr const char* kOnnx = "Sub";

    static ValueRange range(const ValueRange& a, const ValueRange& b)
    {
        return rangeOf(a, b, a.least - b.most, a.most - b.least);
    }
    template <typename T> static T value(T a, T b) { return a - b; }
    template <typename T> static T toA(T dy, T, T) { return dy; }
    template <typename T> static T toB(T dy, T, T) { return -dy; }
};

} // namespace

const Op& ops::sub()
{
    static constexpr Op op = opOf<Arithmetic<Sub>>();
    return op;
}

} // namespace lb
