#include "core/kernels/elastic.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

constexpr double kMostSigma = 1e5; // a transformation that somebody wrote down may hold any number

/// Images that a smooth random field bends. Keras draws the field of rows and that of columns from
/// one seed, so that both are the same and every pixel moves along the diagonal.
/// Args: fill_mode, interpolation (Keras' names), fill_value. Shapes: images and result
/// [batch, height, width, channels]; noise [batch, height, width], standard normal;
/// distortion_factor, one number for all, 0 to 1. Source: Keras 3 `elastic_transform`.
struct ElasticTransform {
    static constexpr std::string_view kName = "elastic_transform";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const Shape& noise = query.in[1].shape;
        if (noise != Shape(y.shape.begin(), y.shape.begin() + 3))
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(y.shape), text(noise)}}};
        if (textArg(query.args, "fill_mode") == "constant")
            y.range = united(y.range, realArg(query.args, "fill_value"));
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        const std::int64_t height = x.shape[1];
        const std::int64_t width = x.shape[2];
        const kernels::FillMode mode = fillModeArg(run.args);
        const kernels::Sampling sampling = samplingArg(run.args);
        const T factor = run.in[2].value[0];
        const T alpha = static_cast<T>(std::max(height, width)) * (static_cast<T>(0.1) * factor);
        const T sigma = static_cast<T>(std::min(height, width)) * (static_cast<T>(0.05) * factor);
        const auto whole = static_cast<std::int64_t>(std::min(sigma, static_cast<T>(kMostSigma)));
        const auto plane = static_cast<std::size_t>(height * width);
        const std::size_t image = plane * static_cast<std::size_t>(x.shape[3]);
        std::vector<T> shift(plane);
        for (std::size_t i = 0; i < static_cast<std::size_t>(x.shape[0]); ++i) {
            const T* noise = run.in[1].value.data() + i * plane;
            std::transform(noise, noise + plane, shift.begin(), [&](T z) { return z * sigma; });
            if (sigma > 0) // else nothing moves
                kernels::blurred<T>(shift, height, width, (6 * whole) | 1, sigma);
            for (T& by : shift)
                by *= alpha;
            kernels::displaced<T>({.image = x.value.data() + i * image,
                                   .shift = shift.data(),
                                   .out = run.y.data() + i * image,
                                   .height = height,
                                   .width = width,
                                   .channels = x.shape[3],
                                   .fill = static_cast<T>(realArg(run.args, "fill_value"))},
                                  mode, sampling);
        }
    }
};

} // namespace

const Op& ops::elasticTransform()
{
    static constexpr Op op = opOf<ElasticTransform>();
    return op;
}

} // namespace lb
