#include "core/ops/image_op.h"
#include "core/ops/moved_lines.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// The part of images that begins at a pixel which is drawn. Args: height, width.
/// Shapes: images [batch, h, w, channels]; start [2] = [row, column], moved inside where the part
/// would reach beyond the image; result [batch, height, width, channels].
/// Source: Keras 3 `RandomCrop`.
struct CropAt : MovedLines<CropAt> {
    static constexpr std::string_view kName = "crop_at";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const std::int64_t height = intArg(query.args, "height");
        const std::int64_t width = intArg(query.args, "width");
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
    template <typename T, typename Visit>
    static void eachLine(const OpRun<T>& run, Visit&& visit)
    {
        const auto& x = run.in[0];
        const std::int64_t line = run.shape[2] * run.shape[3];
        const auto start = [&](std::size_t axis) {
            const T last = static_cast<T>(x.shape[axis + 1] - run.shape[axis + 1]);
            const T value = run.in[1].value[axis];
            return value > 0 ? static_cast<std::int64_t>(std::min(value, last)) : 0; // NaN is 0
        };
        const std::int64_t top = start(0);
        const std::int64_t left = start(1);
        std::int64_t to = 0;
        for (std::int64_t image = 0; image < x.shape[0]; ++image)
            for (std::int64_t row = 0; row < run.shape[1]; ++row, to += line)
                visit(((image * x.shape[1] + top + row) * x.shape[2] + left) * x.shape[3], to,
                      line);
    }
};

} // namespace

const Op& ops::cropAt()
{
    static constexpr Op op = opOf<CropAt>();
    return op;
}

} // namespace lb
