#include "core/ops/arithmetic.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = a + b. Shapes: NumPy's broadcasting. Source: NumPy.
struct Add {
    static constexpr std::string_view kName = "add";
    static constexpr const char* kOnnx = "Add";

    static ValueRange range(const ValueRange& a, const ValueRange& b)
    {
        return rangeOf(a, b, a.least + b.least, a.most + b.most);
    }
    template <typename T> static T value(T a, T b) { return a + b; }
    template <typename T> static T toA(T dy, T, T) { return dy; }
    template <typename T> static T toB(T dy, T, T) { return dy; }
};

} // namespace

const Op& ops::add()
{
    static constexpr Op op = opOf<Arithmetic<Add>>();
    return op;
}

} // namespace lb
