#include "core/ops/arithmetic.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// y = the larger of a and b; NaN if one of them is. Where both are equal, a gets the gradient.
/// Shapes: NumPy's broadcasting. Source: TensorFlow `maximum`.
struct Maximum {
    static constexpr std::string_view kName = "maximum";
    static constexpr const char* kOnnx = "Max";

    static ValueRange range(const ValueRange& a, const ValueRange& b)
    {
        return rangeOf(a, b, std::max(a.least, b.least), std::max(a.most, b.most));
    }
    template <typename T> static T value(T a, T b) { return a >= b || a != a ? a : b; }
    template <typename T> static T toA(T dy, T a, T b) { return a >= b ? dy : T{0}; }
    template <typename T> static T toB(T dy, T a, T b) { return a >= b ? T{0} : dy; }
};

} // namespace

const Op& ops::maximum()
{
    static constexpr Op op = opOf<Arithmetic<Maximum>>();
    return op;
}

} // namespace lb
