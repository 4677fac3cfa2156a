#include "core/layers/category_codes.h"

#include "core/layers/dtype_policy.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/spec.h"

namespace lb {
namespace {

/// Where the codes of an id at a place stand.
struct Layout {
    Shape result;
    std::size_t outer = 1, reduced = 1, inner = 1; // ids are [outer, reduced, inner]
};

Layout layoutOf(Shape shape, OutputMode mode, std::int64_t depth)
{
    Layout layout;
    if (shape.empty())
        shape = {1};
    const auto product = [](std::span<const std::int64_t> sizes) {
        return static_cast<std::size_t>(elementCount(sizes));
    };
    if (mode == OutputMode::OneHot) {
        if (shape.size() > 1 && shape.back() == 1)
            shape.pop_back();
        layout.outer = product(shape);
        layout.result = shape;
    } else {
        const std::size_t axis = shape.size() > 2 ? 1 : shape.size() - 1;
        layout.outer = product(std::span(shape).first(axis));
        layout.reduced = static_cast<std::size_t>(shape[axis]);
        layout.inner = product(std::span(shape).subspan(axis + 1));
        layout.result = shape;
        layout.result.erase(layout.result.begin() + static_cast<std::ptrdiff_t>(axis));
    }
    layout.result.push_back(depth);
    return layout;
}

} // namespace

Result<Shape> codeShape(const Shape& ids, OutputMode mode, std::int64_t depth)
{
    if (mode == OutputMode::Int)
        return ids;
    if (mode == OutputMode::OneHot && ids.size() > 1 && ids.back() == kUnknown)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "the last dimension must be known for one_hot, shape is: %1"),
                      {text(ids)}}};
    Shape known = ids;
    for (std::int64_t& size : known) // a place for it, whatever it will be
        size = size == kUnknown ? 0 : size;
    Shape shape = layoutOf(known, mode, depth).result;
    if (mode == OutputMode::OneHot || ids.size() > 2)
        for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
            const bool behind = mode != OutputMode::OneHot && i >= 1; // axis 1 is gone
            shape[i] = ids.empty() ? shape[i] : ids[i + (behind ? 1 : 0)];
        }
    else
        for (std::size_t i = 0; i + 1 < shape.size(); ++i)
            shape[i] = ids[i];
    return shape;
}

Result<DType> codeDType(const Config& policy, OutputMode mode)
{
    const bool ids = mode == OutputMode::Int;
    if (policy.isNull())
        return ids ? DType::Int64 : DType::Float32;
    LB_TRY(name, policyName(ConfigObject{{"dtype", policy}}));
    const auto known = policyNamed(*name);
    const DType dtype = known ? known->variable : DType::Bool;
    const bool whole = dtype == DType::Int32 || dtype == DType::Int64;
    if (!known || (ids && (!whole || known->compute != dtype)))
        return Error{ErrorCode::BadParameter, "dtype",
                     ids ? LB_TR("Error", "must be int32 or int64 if output_mode is int")
                         : LB_TR("Error", "is not a known dtype")};
    if (!ids && mode != OutputMode::OneHot && !countsIn(dtype))
        return notComputedIn(dtype);
    return dtype;
}

bool countsIn(DType dtype)
{
    return dtype == DType::Int32 || dtype == DType::Int64 || dtype == DType::Float32
        || dtype == DType::Float64;
}

Tensor codesOf(const Shape& shape, std::span<const std::int64_t> ids, OutputMode mode,
               std::int64_t depth, DType dtype)
{
    if (mode == OutputMode::Int)
        return dispatch(dtype, [&]<typename T>(T) {
            return Tensor::make<T>(shape, [&](std::span<T> out) {
                std::ranges::transform(ids, out.begin(),
                                       [](std::int64_t id) { return static_cast<T>(id); });
            });
        });
    const Layout at = layoutOf(shape, mode, depth);
    const auto width = static_cast<std::size_t>(depth);
    return dispatch(dtype, [&]<typename T>(T) {
        return Tensor::make<T>(at.result, [&](std::span<T> out) {
            for (std::size_t i = 0; i < ids.size(); ++i) {
                if (ids[i] < 0 || ids[i] >= depth)
                    continue;
                const std::size_t outer = i / (at.reduced * at.inner);
                T& code = out[(outer * at.inner + i % at.inner) * width
                              + static_cast<std::size_t>(ids[i])];
                const bool counts = mode == OutputMode::Count || mode == OutputMode::TfIdf;
                code = counts ? static_cast<T>(code + T{1}) : T{1};
            }
        });
    });
}

Tensor codesOfRows(std::span<const std::size_t> offsets, std::span<const std::int64_t> ids,
                   OutputMode mode, std::int64_t depth, DType dtype)
{
    const std::size_t rows = offsets.size() - 1;
    const auto width = static_cast<std::size_t>(depth);
    return dispatch(dtype, [&]<typename T>(T) {
        return Tensor::make<T>({static_cast<std::int64_t>(rows), depth}, [&](std::span<T> out) {
            for (std::size_t row = 0; row < rows; ++row)
                for (std::size_t i = offsets[row]; i < offsets[row + 1]; ++i) {
                    if (ids[i] < 0 || ids[i] >= depth)
                        continue;
                    T& code = out[row * width + static_cast<std::size_t>(ids[i])];
                    const bool counts = mode == OutputMode::Count || mode == OutputMode::TfIdf;
                    code = counts ? static_cast<T>(code + T{1}) : T{1};
                }
        });
    });
}

} // namespace lb
