#include "core/layers/finite_rows.h"

#include "core/tensor/dispatch.h"
#include "core/tensor/spec.h"

#include <algorithm>
#include <cmath>

namespace lb {

std::optional<OddNumber> firstNotFinite(const Tensor& block)
{
    if (!isFloating(block.dtype()))
        return {};
    return dispatch(block.dtype(), [&]<typename Number>(Number) -> std::optional<OddNumber> {
        if constexpr (RealNumber<Number>) {
            const auto x = block.values<Number>();
            const auto odd = std::ranges::find_if(x, [](Number value) {
                return !std::isfinite(static_cast<float>(value)); // layers learn in float32
            });
            if (odd == x.end())
                return {};
            const std::int64_t rows = block.shape().empty() ? 1 : block.shape().front();
            const std::int64_t width = std::ssize(x) / std::max<std::int64_t>(rows, 1);
            return OddNumber{(odd - x.begin()) / width, static_cast<double>(*odd)};
        }
        return {};
    });
}

Error notFinite(const OddNumber& odd, const std::string& place)
{
    if (place.empty())
        return {ErrorCode::BadParameter,
                "",
                {LB_TR("Error", "row %1 of the data holds %2, from which nothing is learned: leave "
                                "such rows out, or put a number in its place"),
                 {odd.row, odd.value}}};
    return {ErrorCode::BadParameter,
            "",
            {LB_TR("Error", "row %1 of the data (%3) holds %2, from which nothing is learned: leave "
                            "such rows out, or say what stands for missing values"),
             {odd.row, odd.value, place}}};
}

} // namespace lb
