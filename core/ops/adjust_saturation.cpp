#include "core/ops/broadcast.h"
#include "core/ops/color.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

namespace lb {
namespace {

/// Multiplies the saturation of each image and keeps it in least..most, which may be more than 1:
/// then a channel falls below 0. The images are not rescaled. Args: least, most.
/// Shapes: images and result [batch, height, width, 3]; one factor for each image, or one for all.
/// y has the wider dtype of both: that
/// of the images is that in which saturations are taken.
/// Errors: BadShape for another number of channels. Source: Keras 3 `RandomSaturation`.
struct AdjustSaturation {
    static constexpr std::string_view kName = "adjust_saturation";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsColor(kName, x, false); !fits.ok())
            return fits.error();
        return Spec{promoted(x.dtype, query.in[1].dtype), x.shape,
                    rangeAfter(x.range, query.in[1].range, query.args)};
    }
    /// Of a pixel with values in 0..v a channel becomes (1 - s)v at least, and v at most.
    static ValueRange rangeAfter(const ValueRange& x, const ValueRange& factor, const Config& args)
    {
        const auto [least, most] = valueRangeArg(args);
        const double strongest = factor.known() ? std::max(factor.most, 0.0) : most;
        const double saturation = std::clamp(strongest, least, std::max(least, most));
        if (!x.known() || x.least < 0 || least < 0)
            return {};
        return {x.trust, std::min(0.0, (1 - saturation) * x.most), x.most};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const T least = static_cast<T>(realArg(run.args, "least"));
        const T most = static_cast<T>(realArg(run.args, "most"));
        inSteps<T>(run.in[0].dtype, [&](const auto& rounded) {
            inSteps<T>(run.dtype, [&](const auto& round) {
                eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                    const T factor = ofImage(run.in[1], image);
                    for (std::size_t i = 0; i < x.size(); i += 3) {
                        Hsv<T> hsv = hsvOf(x.data() + i, rounded);
                        const T scaled = round(hsv.saturation * factor);
                        hsv.saturation = round(std::max(std::min(scaled, most), least));
                        storeRgb(hsv, y.data() + i, round);
                    }
                });
            });
        });
    }
};

} // namespace

const Op& ops::adjustSaturation()
{
    static constexpr Op op = opOf<AdjustSaturation>();
    return op;
}

} // namespace lb
