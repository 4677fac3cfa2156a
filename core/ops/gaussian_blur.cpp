#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

/// exp(-x²/2σ²) about the middle, with sum 1.
template <typename T> std::vector<T> bell(std::size_t size, T sigma)
{
    std::vector<T> weights(size);
    T sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const T x = static_cast<T>(i) - static_cast<T>(size - 1) / 2;
        weights[i] = std::exp(T{-0.5} * (x / sigma) * (x / sigma));
        sum += weights[i];
    }
    for (T& weight : weights)
        weight /= sum;
    return weights;
}

/// [height, width]. Keras lays the product out as [width, height] and reads it as the other, which
/// matters where they differ.
template <typename T> std::vector<T> kernelOf(const OpRun<T>& run)
{
    const auto sigma = run.in[2].value;
    const auto ofFirst = bell(static_cast<std::size_t>(intArg(run.args, "height")), sigma[0]);
    const auto ofSecond = bell(static_cast<std::size_t>(intArg(run.args, "width")), sigma[1]);
    std::vector<T> kernel;
    for (const T b : ofSecond)
        for (const T a : ofFirst)
            kernel.push_back(b * a);
    return kernel;
}

/// Blurs those images whose flag is set; beyond the border is 0. Args: height, width (odd).
/// Shapes: images and result [batch, height, width, channels]; one flag for each image, or one for
/// all; sigma [2]. Source: Keras 3 `RandomGaussianBlur`.
struct GaussianBlur {
    static constexpr std::string_view kName = "gaussian_blur";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        y.range = united(y.range, 0);
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const std::vector<T> kernel = kernelOf(run);
        eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
            if (ofImage(run.in[1], image) == 0)
                std::ranges::copy(x, y.begin());
            else
                blur<T>(run, kernel, x, y);
        });
    }

private:
    template <typename T>
    static void blur(const OpRun<T>& run, std::span<const T> kernel, std::span<const T> x,
                     std::span<T> y)
    {
        const std::int64_t rows = run.in[0].shape[1];
        const std::int64_t columns = run.in[0].shape[2];
        const std::int64_t channels = run.in[0].shape[3];
        const std::int64_t height = intArg(run.args, "height");
        const std::int64_t width = intArg(run.args, "width");
        std::ranges::fill(y, T{0});
        for (std::int64_t row = 0; row < rows; ++row)
            for (std::int64_t i = 0; i < height; ++i) {
                const std::int64_t from = row + i - height / 2;
                if (from < 0 || from >= rows)
                    continue;
                for (std::int64_t j = 0; j < width; ++j) {
                    const std::int64_t shift = j - width / 2;
                    const std::int64_t first = std::max<std::int64_t>(0, -shift);
                    const std::int64_t last = std::min(columns, columns - shift);
                    const T weight = kernel[static_cast<std::size_t>(i * width + j)];
                    const T* in = x.data() + (from * columns + first + shift) * channels;
                    T* out = y.data() + (row * columns + first) * channels;
                    for (std::int64_t k = 0; k < (last - first) * channels; ++k)
                        out[k] += weight * in[k];
                }
            }
    }
};

} // namespace

const Op& ops::gaussianBlur()
{
    static constexpr Op op = opOf<GaussianBlur>();
    return op;
}

} // namespace lb
