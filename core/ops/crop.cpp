#include "core/interop/onnx/onnx_node.h"
#include "core/ops/image_op.h"
#include "core/ops/moved_lines.h"
#include "core/ops/open_size.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Keeps the middle of images: `height` x `width` pixels, or with `aspect` the largest part of that
/// aspect ratio. Shapes: x [batch, h, w, channels], y the same with the kept size.
/// Errors: BadShape if x has not four axes or is smaller. Source: Keras 3 `CenterCrop`.
struct Crop : MovedLines<Crop> {
    static constexpr std::string_view kName = "crop";

    static Window windowOf(const Config& args, std::span<const std::int64_t> x)
    {
        return keptWindow(x[1], x[2], intArg(args, "height"), intArg(args, "width"),
                          boolArg(args, "aspect"));
    }
    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const std::int64_t height = intArg(query.args, "height");
        const std::int64_t width = intArg(query.args, "width");
        const bool known = y.shape[1] != kUnknown && y.shape[2] != kUnknown;
        if (boolArg(query.args, "aspect")) {
            const Window kept = known ? windowOf(query.args, y.shape) : Window{};
            y.shape[1] = known ? kept.height : kUnknown;
            y.shape[2] = known ? kept.width : kUnknown;
            return y;
        }
        if ((y.shape[1] != kUnknown && y.shape[1] < height)
            || (y.shape[2] != kUnknown && y.shape[2] < width))
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "cannot cut %1 x %2 pixels out of images %3"),
                          {height, width, text(y.shape)}}};
        y.shape[1] = height;
        y.shape[2] = width;
        return y;
    }
    static Result<> onnx(OnnxNode& node)
    {
        const Shape& x = node.inputSpec(0).shape;
        if (x[1] == kUnknown || x[2] == kUnknown)
            return open_size::cropped(node, intArg(node.args(), "height"),
                                      intArg(node.args(), "width"),
                                      boolArg(node.args(), "aspect"));
        const Window kept = windowOf(node.args(), x);
        node.result(node.add("Slice",
                             {node.input(0), node.ints({kept.top, kept.left}),
                              node.ints({kept.top + kept.height, kept.left + kept.width}),
                              node.ints({1, 2})}));
        return std::monostate{};
    }
    template <typename T, typename Visit>
    static void eachLine(const OpRun<T>& run, Visit&& visit)
    {
        const auto x = run.in[0].shape;
        const Window kept = windowOf(run.args, x);
        const std::int64_t line = kept.width * x[3];
        std::int64_t to = 0;
        for (std::int64_t image = 0; image < x[0]; ++image)
            for (std::int64_t row = 0; row < kept.height; ++row, to += line)
                visit(((image * x[1] + kept.top + row) * x[2] + kept.left) * x[3], to, line);
    }
};

} // namespace

const Op& ops::crop()
{
    static constexpr Op op = opOf<Crop>();
    return op;
}

} // namespace lb
