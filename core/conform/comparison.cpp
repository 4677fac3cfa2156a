#include "core/conform/comparison.h"

#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/spec.h"

#include <cmath>

namespace lb {
namespace {

std::string place(std::size_t index, const Shape& shape)
{
    Shape at(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto size = static_cast<std::size_t>(shape[axis]);
        at[axis] = static_cast<std::int64_t>(index % size);
        index /= size;
    }
    return text(at);
}

std::string number(double value)
{
    return writeJson(value, JsonStyle::Compact);
}

} // namespace

Comparison compared(const Tensor& answer, const Tensor& expected, double tolerance)
{
    if (answer.shape() != expected.shape())
        return {false, INFINITY,
                "shape " + text(answer.shape()) + " instead of " + text(expected.shape())};
    if (answer.dtype() != expected.dtype())
        return {false, INFINITY,
                "dtype " + std::string(nameOf(answer.dtype())) + " instead of "
                    + std::string(nameOf(expected.dtype()))};
    Comparison result;
    if (expected.dtype() == DType::String) {
        const auto a = answer.values<std::string>();
        const auto b = expected.values<std::string>();
        for (std::size_t i = 0; i < b.size(); ++i)
            if (a[i] != b[i])
                return {false, INFINITY,
                        writeJson(a[i], JsonStyle::Compact) + " instead of "
                            + writeJson(b[i], JsonStyle::Compact) + " at "
                            + place(i, expected.shape())};
        return result;
    }
    dispatch(expected.dtype(), [&]<typename Number>(Number) {
        const auto a = answer.values<Number>();
        const auto b = expected.values<Number>();
        for (std::size_t i = 0; i < b.size(); ++i) {
            if (a[i] == b[i])
                continue;
            const auto x = static_cast<double>(a[i]);
            const auto y = static_cast<double>(b[i]);
            if (std::isnan(x) && std::isnan(y))
                continue;
            double error = std::abs(x - y) / (1 + std::abs(y));
            if (std::isnan(error))
                error = INFINITY;
            result.worst = std::max(result.worst, error);
            const bool close = std::floating_point<Number> && error <= tolerance;
            if (!close && result.equal) {
                result.equal = false;
                result.difference
                    = number(x) + " instead of " + number(y) + " at " + place(i, expected.shape());
            }
        }
    });
    return result;
}

} // namespace lb
