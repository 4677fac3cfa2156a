#include "core/tensor/rows.h"

#include "core/tensor/dispatch.h"

namespace lb {

Result<Tensor> batchOf(std::span<const Tensor> rows)
{
    if (rows.empty())
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no row")};
    const Tensor& first = rows.front();
    for (const Tensor& row : rows)
        if (row.shape() != first.shape() || row.dtype() != first.dtype())
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(first.shape()), text(row.shape())}}};
    Shape shape = first.shape();
    shape.insert(shape.begin(), std::ssize(rows));
    return dispatchAny(first.dtype(), [&]<typename T>(const T&) -> Result<Tensor> {
        return Tensor::make<T>(std::move(shape), [&](std::span<T> out) {
            auto at = out.begin();
            for (const Tensor& row : rows)
                at = std::ranges::copy(row.values<T>(), at).out;
        });
    });
}

Tensor rowOf(const Tensor& batch, std::int64_t index)
{
    assert(!batch.shape().empty() && index >= 0 && index < batch.shape().front());
    Shape shape(batch.shape().begin() + 1, batch.shape().end());
    return dispatchAny(batch.dtype(), [&]<typename T>(const T&) {
        return Tensor::make<T>(std::move(shape), [&](std::span<T> out) {
            // from pointers it is one memmove
            std::copy_n(batch.values<T>().data() + static_cast<std::size_t>(index) * out.size(),
                        out.size(), out.data());
        });
    });
}

} // namespace lb
