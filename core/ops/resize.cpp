#include "core/kernels/resize.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <array>
#include <functional>

namespace lb {
namespace {

using kernels::Interpolation;
using kernels::Taps;

/// Images of another size. Args: height, width, interpolation (Keras' name), antialias.
/// Shapes: x [batch, h, w, channels], y [batch, height, width, channels]; y is float32 unless it is
/// a choice of x's pixels (nearest, or the size that x has). Source: TensorFlow `tf.image.resize`.
struct Resize {
    static constexpr std::string_view kName = "resize";

    static Interpolation interpolationOf(const Config& args)
    {
        static constexpr std::array<std::string_view, 6> names{"nearest", "bilinear", "bicubic",
                                                               "area",    "lanczos3", "lanczos5"};
        const auto found = std::ranges::find(names, textArg(args, "interpolation"));
        assert(found != names.end());
        return static_cast<Interpolation>(found - names.begin());
    }
    static Taps tapsOf(const Config& args, std::int64_t from, std::int64_t to)
    {
        return kernels::tapsOf(interpolationOf(args), boolArg(args, "antialias"), from, to);
    }
    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const std::int64_t height = intArg(query.args, "height");
        const std::int64_t width = intArg(query.args, "width");
        if (y.shape[1] == height && y.shape[2] == width)
            return y;
        if (interpolationOf(query.args) != Interpolation::Nearest) {
            y.dtype = isFloating(y.dtype) ? y.dtype : DType::Float32;
            y.range = rangeAfter(query, y.range);
        }
        y.shape[1] = height;
        y.shape[2] = width;
        return y;
    }
    static std::int64_t macs(const OpQuery& query, const Spec& y)
    {
        const Shape& x = query.in[0].shape;
        const Taps rows = tapsOf(query.args, x[1], y.shape[1]);
        const Taps columns = tapsOf(query.args, x[2], y.shape[2]);
        return y.shape[0] * x[3]
            * (x[1] * std::ssize(columns.weights) + y.shape[2] * std::ssize(rows.weights));
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].shape;
        if (x[1] == run.shape[1] && x[2] == run.shape[2]) {
            std::ranges::copy(run.in[0].value, run.y.begin());
            return;
        }
        const Taps rows = tapsOf(run.args, x[1], run.shape[1]);
        const Taps columns = tapsOf(run.args, x[2], run.shape[2]);
        const bool pairs = std::same_as<T, float> && !boolArg(run.args, "antialias")
            && interpolationOf(run.args) == Interpolation::Bilinear;
        for (std::int64_t image = 0; image < x[0]; ++image) {
            const T* from = run.in[0].value.data() + image * x[1] * x[2] * x[3];
            T* to = run.y.data() + image * run.shape[1] * run.shape[2] * x[3];
            if (pairs)
                kernels::resizeBilinear(from, x[2], x[3], rows, columns, to);
            else
                kernels::resize(from, x[1], x[2], x[3], rows, columns, to);
        }
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto x = run.in[0].shape;
        const auto into = run.in[0].gradient;
        if (into.empty())
            return;
        if (x[1] == run.shape[1] && x[2] == run.shape[2]) {
            std::ranges::transform(run.dy, into, into.begin(), std::plus<>());
            return;
        }
        const Taps rows = tapsOf(run.args, x[1], run.shape[1]);
        const Taps columns = tapsOf(run.args, x[2], run.shape[2]);
        for (std::int64_t image = 0; image < x[0]; ++image)
            kernels::resizeGradient(run.dy.data() + image * run.shape[1] * run.shape[2] * x[3],
                                    x[2], x[3], rows, columns,
                                    into.data() + image * x[1] * x[2] * x[3]);
    }

private:
    /// Cubic and Lanczos kernels overshoot: by how much follows from their weights.
    static ValueRange rangeAfter(const OpQuery& query, const ValueRange& range)
    {
        const Interpolation interpolation = interpolationOf(query.args);
        if (interpolation == Interpolation::Bilinear || interpolation == Interpolation::Area)
            return range;
        const Shape& x = query.in[0].shape;
        if (!range.known() || x[1] == kUnknown || x[2] == kUnknown)
            return {};
        const double gain = double{tapsOf(query.args, x[1], intArg(query.args, "height")).gain()}
            * double{tapsOf(query.args, x[2], intArg(query.args, "width")).gain()};
        const double middle = (range.least + range.most) / 2;
        const double half = (range.most - range.least) / 2 * std::max(gain, 1.0);
        return {range.trust, middle - half, middle + half};
    }
};

} // namespace

const Op& ops::resize()
{
    static constexpr Op op = opOf<Resize>();
    return op;
}

} // namespace lb
