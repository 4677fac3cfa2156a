#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

namespace lb {
namespace {

/// Adds a number to each image and turns what then reaches a threshold into its negative; both
/// numbers are in 0..255. Args: least, most.
/// Shapes: images and result [batch, height, width, channels]; one addition and one threshold for
/// each image, or one for all. Source: Keras 3 `Solarization`.
struct Solarize {
    static constexpr std::string_view kName = "solarize";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsImages(kName, x); !fits.ok())
            return fits.error();
        const auto [least, most] = std::ranges::minmax(valueRangeArg(query.args));
        return Spec{x.dtype, x.shape, ValueRange::proven(least, most)};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const ValueMap<T> toBytes(valueRangeArg(run.args), kByteRange, run.dtype);
        const ValueMap<T> back(kByteRange, valueRangeArg(run.args), run.dtype);
        inSteps<T>(run.dtype, [&](const auto& round) {
            eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                const T addition = ofImage(run.in[1], image);
                const T threshold = ofImage(run.in[2], image);
                for (std::size_t i = 0; i < x.size(); ++i) {
                    const T moved
                        = std::max(std::min(round(toBytes(x[i]) + addition), T{255}), T{0});
                    y[i] = back(moved < threshold ? moved : round(T{255} - moved));
                }
            });
        });
    }
};

} // namespace

const Op& ops::solarize()
{
    static constexpr Op op = opOf<Solarize>();
    return op;
}

} // namespace lb
