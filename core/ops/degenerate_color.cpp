#include "core/ops/color.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// y = x + factor * (gray - x). Shapes: images and result [batch, height, width, 3 or 1]; one
/// factor for each image, or one for all. Errors: BadShape for another number of channels.
/// Source: Keras 3 `RandomColorDegeneration`.
struct DegenerateColor {
    static constexpr std::string_view kName = "degenerate_color";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsColor(kName, x, true); !fits.ok())
            return fits.error();
        return Spec{x.dtype, x.shape, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto channels = static_cast<std::size_t>(run.in[0].shape[3]);
        inSteps<T>(run.dtype, [&](const auto& round) {
            eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                const T factor = ofImage(run.in[1], image);
                for (std::size_t i = 0; i < x.size(); i += channels) {
                    const T gray = channels == 3 ? grayOf(x.data() + i, round) : x[i];
                    for (std::size_t c = i; c < i + channels; ++c)
                        y[c] = round(x[c] + round(factor * round(gray - x[c])));
                }
            });
        });
    }
};

} // namespace

const Op& ops::degenerateColor()
{
    static constexpr Op op = opOf<DegenerateColor>();
    return op;
}

} // namespace lb
