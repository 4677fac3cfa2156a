#include "core/training/plan_work.h"

#include "core/tensor/dispatch.h"

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

std::int64_t product(std::span<const std::int64_t> sizes)
{
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

/// An operand with y's rank: missing axes in front are 1.
Shape extended(const Shape& shape, std::size_t rank)
{
    Shape result(rank - std::min(rank, shape.size()), 1);
    result.insert(result.end(), shape.begin(), shape.end());
    return result;
}

/// Number of trailing (or leading) elements that the operand has, the rest of its axes being 1;
/// 0 if it lies otherwise.
std::int64_t suffix(const Shape& operand, const Shape& y)
{
    std::size_t axis = y.size();
    while (axis > 0 && operand[axis - 1] == y[axis - 1])
        --axis;
    const auto rest = std::span(operand).first(axis);
    return std::ranges::all_of(rest, [](std::int64_t size) { return size == 1; })
        ? product(std::span(y).subspan(axis))
        : 0;
}

std::int64_t prefix(const Shape& operand, const Shape& y)
{
    std::size_t axis = 0;
    while (axis < y.size() && operand[axis] == y[axis])
        ++axis;
    const auto rest = std::span(operand).subspan(axis);
    return std::ranges::all_of(rest, [](std::int64_t size) { return size == 1; })
        ? product(std::span(y).first(axis))
        : 0;
}

} // namespace

std::optional<BinaryLayout> binaryLayout(const Shape& a, const Shape& b, const Shape& y)
{
    const std::int64_t all = product(y);
    if (all == 0)
        return std::nullopt;
    const Shape operands[] = {extended(a, y.size()), extended(b, y.size())};
    std::int64_t columns = 0;
    for (const Shape& operand : operands) { // the operand that repeats decides
        const std::int64_t size = product(operand);
        if (size == all || size == 1)
            continue;
        const std::int64_t behind = suffix(operand, y);
        const std::int64_t before = prefix(operand, y);
        const std::int64_t wanted = behind > 0 ? behind : before > 0 ? all / before : -1;
        if (wanted < 0 || (columns != 0 && columns != wanted))
            return std::nullopt;
        columns = wanted;
    }
    if (columns == 0)
        columns = all;
    const auto strides = [&](const Shape& operand) -> kernels::Strides {
        const std::int64_t size = product(operand);
        if (size == all)
            return {columns, 1};
        if (size == 1)
            return {0, 0};
        return suffix(operand, y) == columns ? kernels::Strides{0, 1} : kernels::Strides{1, 0};
    };
    return BinaryLayout{{all / columns, columns}, strides(operands[0]), strides(operands[1])};
}

std::optional<kernels::Middle> middleOf(const OpGraph& graph, const OpNode& mean)
{
    const Shape& x = graph.nodes[mean.inputs[0]].spec.shape;
    std::vector<std::int64_t> axes = intsArg(mean.args, "axes");
    for (std::int64_t& axis : axes)
        axis += axis < 0 ? std::ssize(x) : 0;
    std::ranges::sort(axes);
    for (std::size_t i = 1; i < axes.size(); ++i)
        if (axes[i] != axes[i - 1] + 1)
            return std::nullopt;
    if (axes.empty() || product(x) == 0)
        return std::nullopt;
    const auto first = static_cast<std::size_t>(axes.front());
    return kernels::Middle{product(std::span(x).first(first)),
                           product(std::span(x).subspan(first, axes.size())),
                           product(std::span(x).subspan(first + axes.size()))};
}

void toFloats(const Tensor& tensor, std::span<float> into)
{
    if (tensor.dtype() == DType::UInt8)
        return kernels::fromBytes(tensor.values<std::uint8_t>(), into.data());
    if (tensor.dtype() == DType::Float32) {
        const auto values = tensor.values<float>();
        std::copy_n(values.data(), values.size(), into.data()); // from pointers it is one memmove
        return;
    }
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        std::ranges::transform(tensor.values<Number>(), into.begin(),
                               [](Number x) { return static_cast<float>(x); });
    });
}

Tensor toTensor(const Spec& spec, std::span<const float> from)
{
    return dispatch(spec.dtype, [&]<typename Number>(Number) {
        return Tensor::make<Number>(spec.shape, [&](std::span<Number> out) {
            std::ranges::transform(from, out.begin(),
                                   [](float x) { return static_cast<Number>(x); });
        });
    });
}

} // namespace lb
