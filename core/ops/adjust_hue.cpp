#include "core/ops/color.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

namespace lb {
namespace {

/// Turns the hue of each image; 1 is the whole circle. Args: least, most.
/// Shapes: images and result [batch, height, width, 3]; one turn for each image, or one for all.
/// Errors: BadShape for another number of channels. Source: Keras 3 `RandomHue`.
struct AdjustHue {
    static constexpr std::string_view kName = "adjust_hue";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsColor(kName, x, false); !fits.ok())
            return fits.error();
        const auto [least, most] = std::ranges::minmax(valueRangeArg(query.args));
        return Spec{x.dtype, x.shape, ValueRange::proven(least, most)};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const ValueMap<T> toUnit(valueRangeArg(run.args), kUnitRange);
        const ValueMap<T> back(kUnitRange, valueRangeArg(run.args));
        const bool moved = valueRangeArg(run.args) != kUnitRange; // into float32
        inSteps<T>(moved ? DType::Float32 : run.dtype, [&](const auto& round) {
            eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                const T turn = ofImage(run.in[1], image);
                for (std::size_t i = 0; i < x.size(); i += 3) {
                    std::array<T, 3> rgb{toUnit(x[i]), toUnit(x[i + 1]), toUnit(x[i + 2])};
                    Hsv<T> hsv = hsvOf(rgb.data(), round);
                    hsv.hue = round(hsv.hue + turn);
                    hsv.hue = hsv.hue > 1 ? round(hsv.hue - 1) : hsv.hue;
                    hsv.hue = hsv.hue < 0 ? round(hsv.hue + 1) : hsv.hue;
                    storeRgb(hsv, rgb.data(), round);
                    for (std::size_t c = 0; c < 3; ++c)
                        y[i + c] = back(std::max(std::min(rgb[c], T{1}), T{0}));
                }
            });
        });
    }
};

} // namespace

const Op& ops::adjustHue()
{
    static constexpr Op op = opOf<AdjustHue>();
    return op;
}

} // namespace lb
