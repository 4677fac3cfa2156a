#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/tensor/rounded.h"

namespace lb {
namespace {

/// y = (x - mean) * factor + mean, with the mean of each channel of each image.
/// Shapes: images and result [batch, height, width, channels]; one factor for each image, or one
/// for all. Source: Keras 3 `RandomContrast`.
struct AdjustContrast {
    static constexpr std::string_view kName = "adjust_contrast";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsImages(kName, query.in[0]); !fits.ok())
            return fits.error();
        return Spec{query.in[0].dtype, query.in[0].shape, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        if (is16Bit(run.dtype))
            return stepwise(run);
        const auto& x = run.in[0];
        const auto& factors = run.in[1].value;
        const auto channels = static_cast<std::size_t>(x.shape[3]);
        const auto pixels = static_cast<std::size_t>(x.shape[1] * x.shape[2]);
        std::vector<double> mean(channels);
        for (std::size_t image = 0; image < static_cast<std::size_t>(x.shape[0]); ++image) {
            const T* in = x.value.data() + image * pixels * channels;
            T* out = run.y.data() + image * pixels * channels;
            std::ranges::fill(mean, 0.0);
            for (std::size_t i = 0; i < pixels; ++i)
                for (std::size_t c = 0; c < channels; ++c)
                    mean[c] += static_cast<double>(in[i * channels + c]);
            for (double& sum : mean)
                sum /= static_cast<double>(pixels);
            const T factor = factors[factors.size() == 1 ? 0 : image];
            for (std::size_t i = 0; i < pixels; ++i) {
                for (std::size_t c = 0; c < channels; ++c) {
                    const T middle = static_cast<T>(mean[c]);
                    out[i * channels + c] = (in[i * channels + c] - middle) * factor + middle;
                }
            }
        }
    }
    /// As Keras in 16 bits: means of the columns, then their mean, each rounded like what follows.
    template <typename T> static void stepwise(const OpRun<T>& run)
    {
        const RoundedTo<T> round(run.dtype);
        const auto channels = static_cast<std::size_t>(run.in[0].shape[3]);
        const auto line = static_cast<std::size_t>(run.in[0].shape[2]) * channels;
        eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
            const T factor = ofImage(run.in[1], image);
            for (std::size_t c = 0; c < channels; ++c) {
                double sum = 0;
                for (std::size_t column = c; column < line; column += channels) {
                    double below = 0;
                    for (std::size_t i = column; i < x.size(); i += line)
                        below += static_cast<double>(x[i]);
                    const auto rows = static_cast<double>(x.size() / line);
                    sum += static_cast<double>(round(static_cast<T>(below / rows)));
                }
                const T mean
                    = round(static_cast<T>(sum / static_cast<double>(run.in[0].shape[2])));
                for (std::size_t i = c; i < x.size(); i += channels)
                    y[i] = round(round(round(x[i] - mean) * factor) + mean);
            }
        });
    }
};

} // namespace

const Op& ops::adjustContrast()
{
    static constexpr Op op = opOf<AdjustContrast>();
    return op;
}

} // namespace lb
