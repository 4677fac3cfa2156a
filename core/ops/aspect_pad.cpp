#include "core/interop/onnx/onnx_node.h"
#include "core/ops/image_op.h"
#include "core/ops/moved_lines.h"
#include "core/ops/ops.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

/// Widens images with `fill_value` until they have about the aspect ratio of `height` x `width`:
/// both sides get half of what is missing, rounded down.
/// Shapes: x [batch, h, w, channels]. Source: Keras 3 `ops.image.resize(pad_to_aspect_ratio)`.
struct AspectPad : MovedLines<AspectPad> {
    static constexpr std::string_view kName = "aspect_pad";

    static std::pair<std::int64_t, std::int64_t> borders(const Config& args,
                                                         std::span<const std::int64_t> x)
    {
        const auto half = [](std::int64_t other, std::int64_t wanted, std::int64_t otherWanted,
                             std::int64_t size) { // float32, as TensorFlow computes it
            const float exact
                = static_cast<float>(other * wanted) / static_cast<float>(otherWanted);
            return (std::max(size, static_cast<std::int64_t>(exact)) - size) / 2;
        };
        const std::int64_t height = intArg(args, "height");
        const std::int64_t width = intArg(args, "width");
        return {half(x[2], height, width, x[1]), half(x[1], width, height, x[2])};
    }
    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const bool known = y.shape[1] != kUnknown && y.shape[2] != kUnknown;
        const auto [above, beside]
            = known ? borders(query.args, y.shape) : std::pair<std::int64_t, std::int64_t>();
        y.shape[1] = known ? y.shape[1] + 2 * above : kUnknown;
        y.shape[2] = known ? y.shape[2] + 2 * beside : kUnknown;
        if (!known || above + beside > 0)
            y.range = united(y.range, realArg(query.args, "fill_value"));
        return y;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const Spec& x = node.inputSpec(0);
        if (Result<> known = needsKnownSize(kName, x.shape); !known.ok())
            return known;
        const auto [above, beside] = borders(node.args(), x.shape);
        const double fill = realArg(node.args(), "fill_value");
        const std::string value = dispatch(x.dtype, [&]<typename Number>(Number) {
            return node.initializer(Tensor::of<Number>({}, {static_cast<Number>(fill)}));
        });
        const std::string pads = node.ints({0, above, beside, 0, 0, above, beside, 0});
        node.result(
            node.add("Pad", {node.input(0), pads, value}, {{"mode", std::string("constant")}}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::fill(run.y, static_cast<T>(realArg(run.args, "fill_value")));
        MovedLines<AspectPad>::reference(run);
    }
    template <typename T, typename Visit>
    static void eachLine(const OpRun<T>& run, Visit&& visit)
    {
        const auto x = run.in[0].shape;
        const auto [above, beside] = borders(run.args, x);
        std::int64_t from = 0;
        for (std::int64_t image = 0; image < x[0]; ++image)
            for (std::int64_t row = 0; row < x[1]; ++row, from += x[2] * x[3])
                visit(from, ((image * run.shape[1] + above + row) * run.shape[2] + beside) * x[3],
                      x[2] * x[3]);
    }
};

} // namespace

const Op& ops::aspectPad()
{
    static constexpr Op op = opOf<AspectPad>();
    return op;
}

} // namespace lb
