#include "core/interop/onnx/onnx_node.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

#include <cmath>
#include <limits>

namespace lb {
namespace {

/// The least and the most of each column of a [rows, columns] block; NaN if one of them is.
template <typename T> struct Ends {
    std::vector<T> low, high;

    Ends(std::span<const T> values, std::size_t columns)
        : low(columns, std::numeric_limits<T>::infinity())
        , high(columns, -std::numeric_limits<T>::infinity())
    {
        for (std::size_t i = 0; i < values.size(); i += columns)
            for (std::size_t c = 0; c < columns; ++c) {
                const T v = values[i + c];
                low[c] = v < low[c] || v != v ? v : low[c];
                high[c] = v > high[c] || v != v ? v : high[c];
            }
    }
};

/// Stretches each image's values, for each index of the last axis, over the whole value range; what
/// has one value only stays as it is. Args: least, most.
/// Shapes: images and result [batch, height, width, channels]. Source: Keras 3 `AutoContrast`.
struct AutoContrast {
    static constexpr std::string_view kName = "auto_contrast";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsImages(kName, x); !fits.ok())
            return fits.error();
        return Spec{x.dtype, x.shape, spreadRange(x.range, valueRangeArg(query.args))};
    }
    static Result<> onnx(OnnxNode& node)
    {
        const auto [least, most] = valueRangeArg(node.args());
        const auto two = [&](const char* type, const std::string& a, const std::string& b) {
            return node.add(type, {a, b});
        };
        const std::string& x = node.input(0);
        const std::string axes = node.ints({1, 2});
        const OnnxAttributes kept{{"keepdims", std::int64_t{1}}};
        const std::string low = node.add("ReduceMin", {x, axes}, kept);
        const std::string high = node.add("ReduceMax", {x, axes}, kept);
        const std::string spread = two("Mul", two("Div", two("Sub", x, low), two("Sub", high, low)),
                                       node.scalar(most - least));
        const std::string y = node.add("Clip", {two("Add", spread, node.scalar(least)),
                                                node.scalar(least), node.scalar(most)});
        node.result(node.add("Where", {two("Greater", high, low), y, x}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        const auto columns = static_cast<std::size_t>(x.shape[3]);
        const auto size = static_cast<std::size_t>(x.shape[1] * x.shape[2]) * columns;
        const ValueMap<T> toBytes(valueRangeArg(run.args), kByteRange, run.dtype);
        const ValueMap<T> back(kByteRange, valueRangeArg(run.args), run.dtype);
        std::ranges::transform(x.value, run.y.begin(), toBytes);
        inSteps<T>(run.dtype, [&](const auto& round) {
            for (std::size_t at = 0; at + size <= run.y.size() && size > 0; at += size) {
                const std::span<T> y = run.y.subspan(at, size);
                const Ends<T> ends(y, columns);
                for (std::size_t i = 0; i < size; i += columns)
                    for (std::size_t c = 0; c < columns; ++c) {
                        const T scale = round(T{255} / round(ends.high[c] - ends.low[c]));
                        const T offset = round(-ends.low[c] * scale);
                        const T spread = round(round(y[i + c] * scale) + offset);
                        const T moved = back(std::max(std::min(spread, T{255}), T{0}));
                        y[i + c] = std::isnan(moved) ? x.value[at + i + c] : moved;
                    }
            }
        });
    }
};

} // namespace

const Op& ops::autoContrast()
{
    static constexpr Op op = opOf<AutoContrast>();
    return op;
}

} // namespace lb
