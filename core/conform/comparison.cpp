#include "core/conform/comparison.h"

#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/spec.h"

#include <algorithm>
#include <array>
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

Comparison otherShape(const Tensor& answer, const Tensor& expected)
{
    return {false, INFINITY,
            "shape " + text(answer.shape()) + " instead of " + text(expected.shape())};
}

Comparison otherDType(const Tensor& answer, std::string_view expected)
{
    return {false, INFINITY,
            "dtype " + std::string(nameOf(answer.dtype())) + " instead of "
                + std::string(expected)};
}

std::vector<double> doubles(const Tensor& tensor)
{
    std::vector<double> result;
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        for (const Number x : tensor.values<Number>())
            result.push_back(static_cast<double>(x));
    });
    return result;
}

/// NaN agrees with NaN and an infinity with itself.
bool same(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// Relative to numbers above one, absolute below.
double errorOf(double a, double b)
{
    const double error = std::abs(a - b) / (1 + std::abs(b));
    return std::isnan(error) ? INFINITY : error;
}

/// {"dtype": "float16", "roundings": 3}; nothing if it is not that.
std::optional<Roundings> roundingsOf(const Config& config)
{
    struct Type {
        std::string_view name;
        int digits, leastExponent;
    };
    static constexpr std::array<Type, 4> types{{{"bfloat16", 8, -126},
                                                {"float16", 11, -14},
                                                {"float32", 24, -126},
                                                {"float64", 53, -1022}}};
    const Config* dtype = config.find("dtype");
    const Config* roundings = config.find("roundings");
    const auto* name = dtype ? dtype->as<std::string>() : nullptr;
    const auto* count = roundings ? roundings->as<std::int64_t>() : nullptr;
    const auto type = std::ranges::find_if(types, [&](const Type& each) {
        return name && each.name == *name;
    });
    if (type == types.end() || !count || *count < 0 || *count > 1'000'000)
        return {};
    return Roundings{static_cast<int>(*count), type->digits, type->leastExponent};
}

} // namespace

Comparison compared(const Tensor& answer, const Tensor& expected, double tolerance)
{
    if (answer.shape() != expected.shape())
        return otherShape(answer, expected);
    if (answer.dtype() != expected.dtype())
        return otherDType(answer, nameOf(expected.dtype()));
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
            if (same(x, y))
                continue;
            const double error = errorOf(x, y);
            result.worst = std::max(result.worst, error);
            const bool close = RealNumber<Number> && error <= tolerance;
            if (!close && result.equal) {
                result.equal = false;
                result.difference
                    = number(x) + " instead of " + number(y) + " at " + place(i, expected.shape());
            }
        }
    });
    return result;
}

double Roundings::apart(double scale) const
{
    const int exponent = scale > 0 ? std::max(std::ilogb(scale), leastExponent) : leastExponent;
    return count * std::ldexp(1.0, exponent - digits + 1);
}

Result<std::vector<Expectation>> expectationsOf(const Config& json)
{
    std::vector<Expectation> result;
    const Config* dtypes = json.find("dtypes");
    const Config* precision = json.find("precision");
    if (!dtypes && !precision)
        return result;
    const auto* names = dtypes ? dtypes->as<ConfigList>() : nullptr;
    const auto* roundings = precision ? precision->as<ConfigList>() : nullptr;
    if (!names || !roundings || names->size() != roundings->size())
        return Error{ErrorCode::BadFile, "precision",
                     LB_TR("Error", "needs one entry for each of dtypes")};
    for (std::size_t i = 0; i < names->size(); ++i) {
        const auto* name = (*names)[i].as<std::string>();
        const auto rounded = roundingsOf((*roundings)[i]);
        if (!name || (!rounded && !(*roundings)[i].isNull()))
            return Error{ErrorCode::BadFile, "precision",
                         LB_TR("Error", "needs a floating dtype and how often was rounded in it")};
        result.push_back({*name, rounded});
    }
    return result;
}

Comparison compared(const Tensor& answer, const Tensor& expected, const Expectation& expectation)
{
    if (answer.shape() != expected.shape())
        return otherShape(answer, expected);
    if (nameOf(answer.dtype()) != expectation.dtype)
        return otherDType(answer, expectation.dtype);
    if (!isFloating(answer.dtype()) || !isFloating(expected.dtype()))
        return compared(answer, expected, 0);
    const std::vector<double> a = doubles(answer);
    const std::vector<double> b = doubles(expected);
    double scale = 0;
    for (const double y : b)
        if (std::isfinite(y))
            scale = std::max(scale, std::abs(y));
    const double most = expectation.roundings ? expectation.roundings->apart(scale) : 0;
    Comparison result;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (same(a[i], b[i]))
            continue;
        result.worst = std::max(result.worst, errorOf(a[i], b[i]));
        if (std::abs(a[i] - b[i]) <= most || !result.equal)
            continue;
        result.equal = false;
        result.difference = number(a[i]) + " instead of " + number(b[i]) + " at "
            + place(i, expected.shape()) + ", more than " + number(most) + " apart";
    }
    return result;
}

} // namespace lb
