#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/tensor/rounded.h"

namespace lb {
namespace {

/// Adds up three rows of an image, of which those outside are 0.
template <typename T>
void addRows(std::span<const T> image, std::size_t row, std::size_t line, std::span<T> sums)
{
    const std::size_t rows = image.size() / line;
    const auto add = [&](std::size_t from) {
        for (std::size_t i = 0; i < line; ++i)
            sums[i] += image[from * line + i];
    };
    std::ranges::fill(sums, T{0});
    if (row > 0)
        add(row - 1);
    add(row);
    if (row + 1 < rows)
        add(row + 1);
}

/// y = x + (1 - 2 * factor) * (smooth - x); smooth is the mean of 3 x 3 pixels in which the middle
/// one counts five times and those beyond the border are 0.
/// Shapes: images and result [batch, height, width, channels]; one factor for each image, or one
/// for all. Source: Keras 3 `RandomSharpness`.
struct AdjustSharpness {
    static constexpr std::string_view kName = "adjust_sharpness";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsImages(kName, x); !fits.ok())
            return fits.error();
        return Spec{x.dtype, x.shape, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto channels = static_cast<std::size_t>(run.in[0].shape[3]);
        const auto line = static_cast<std::size_t>(run.in[0].shape[2]) * channels;
        std::vector<T> sums(line + 2 * channels); // a pixel of 0 at both ends
        inSteps<T>(run.dtype, [&](const auto& round) {
            const T outer = round(T{1} / T{13});
            // in 16 bits the middle is not five times the others
            const T middle = is16Bit(run.dtype) ? round(T{5} / T{13}) - outer : 4 * outer;
            eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                const T share = round(1 - ofImage(run.in[1], image) * 2);
                for (std::size_t row = 0; row * line < x.size(); ++row) {
                    addRows<T>(x, row, line, std::span(sums).subspan(channels, line));
                    for (std::size_t i = 0; i < line; ++i) {
                        const T v = x[row * line + i];
                        const T sum = sums[i] + sums[i + channels] + sums[i + 2 * channels];
                        const T smooth = round(sum * outer + v * middle);
                        y[row * line + i] = round(v + round(share * round(smooth - v)));
                    }
                }
            });
        });
    }
};

} // namespace

const Op& ops::adjustSharpness()
{
    static constexpr Op op = opOf<AdjustSharpness>();
    return op;
}

} // namespace lb
