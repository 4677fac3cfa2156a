#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

#include <cmath>

namespace lb {
namespace {

/// A byte of a number, cut off towards 0; what is none wraps, as it does there.
template <typename T> unsigned byteOf(T value)
{
    constexpr T kMost = 2'147'483'648.0;
    return std::abs(value) < kMost ? static_cast<unsigned>(static_cast<std::int64_t>(value)) & 0xFF
                                   : 0;
}

/// Sets the lowest bits of each image's bytes to 0. Args: least, most.
/// Shapes: images and result [batch, height, width, channels]; the number of bits for each image,
/// or one for all, of which more than 7 count as 7. Source: Keras 3 `RandomPosterization`.
struct Posterize {
    static constexpr std::string_view kName = "posterize";

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
        eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
            const unsigned kept = 0xFFu << std::min(byteOf(ofImage(run.in[1], image)), 7u);
            for (std::size_t i = 0; i < x.size(); ++i)
                y[i] = back(static_cast<T>(byteOf(toBytes(x[i])) & kept));
        });
    }
};

} // namespace

const Op& ops::posterize()
{
    static constexpr Op op = opOf<Posterize>();
    return op;
}

} // namespace lb
