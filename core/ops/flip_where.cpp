#include "core/ops/image_op.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Mirrors those images whose flag is set. Args: horizontal, vertical.
/// Shapes: images and result [batch, height, width, channels]; flips has one flag for each image,
/// or one for all. Source: Keras 3 `RandomFlip`.
struct FlipWhere {
    static constexpr std::string_view kName = "flip_where";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsImages(kName, query.in[0]); !fits.ok())
            return fits.error();
        return query.in[0];
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        const auto& flips = run.in[1].value;
        const bool horizontal = boolArg(run.args, "horizontal");
        const bool vertical = boolArg(run.args, "vertical");
        const std::int64_t line = x.shape[2] * x.shape[3];
        for (std::int64_t image = 0; image < x.shape[0]; ++image) {
            const bool flip = flips[flips.size() == 1 ? 0 : static_cast<std::size_t>(image)] != 0;
            for (std::int64_t row = 0; row < x.shape[1]; ++row) {
                const std::int64_t from = flip && vertical ? x.shape[1] - 1 - row : row;
                const T* in = x.value.data() + (image * x.shape[1] + from) * line;
                T* out = run.y.data() + (image * x.shape[1] + row) * line;
                if (flip && horizontal)
                    mirror(in, x.shape[2], x.shape[3], out);
                else
                    std::copy_n(in, line, out);
            }
        }
    }

private:
    /// Pixels from right to left; for three channels, known here, no copy needs a call.
    template <typename T>
    static void mirror(const T* in, std::int64_t width, std::int64_t channels, T* out)
    {
        if (channels == 3)
            for (std::int64_t column = width; column-- > 0; out += 3)
                std::copy_n(in + column * 3, 3, out);
        else
            for (std::int64_t column = width; column-- > 0; out += channels)
                std::copy_n(in + column * channels, channels, out);
    }
};

} // namespace

const Op& ops::flipWhere()
{
    static constexpr Op op = opOf<FlipWhere>();
    return op;
}

} // namespace lb
