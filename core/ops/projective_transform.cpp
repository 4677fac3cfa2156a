#include "core/ops/image_op.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Images seen through one projective map each; kernels/warp.h says how.
/// Args: fill_mode, interpolation (Keras' names), fill_value. Shapes: images and result
/// [batch, height, width, channels], matrix [batch, 8] or [1, 8].
/// Source: Keras 3 `ops.image.affine_transform` on TensorFlow.
struct ProjectiveTransform {
    static constexpr std::string_view kName = "projective_transform";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        if (textArg(query.args, "fill_mode") == "constant")
            y.range = united(y.range, realArg(query.args, "fill_value"));
        return y;
    }
    static std::int64_t macs(const OpQuery& query, const Spec& y)
    {
        const bool nearest = textArg(query.args, "interpolation") == "nearest";
        return elementCount(y.shape) * (nearest ? 1 : 6);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto& x = run.in[0];
        const auto& matrix = run.in[1];
        const kernels::FillMode mode = fillModeArg(run.args);
        const kernels::Sampling sampling = samplingArg(run.args);
        kernels::Warp<T> work{.height = x.shape[1], .width = x.shape[2], .channels = x.shape[3]};
        work.fill = static_cast<T>(realArg(run.args, "fill_value"));
        const std::int64_t image = x.shape[1] * x.shape[2] * x.shape[3];
        const bool shared = matrix.value.size() == work.matrix.size();
        for (std::int64_t i = 0; i < x.shape[0]; ++i) {
            work.image = x.value.data() + i * image;
            work.out = run.y.data() + i * image;
            std::copy_n(matrix.value.begin() + (shared ? 0 : i * 8), 8, work.matrix.begin());
            kernels::warp(work, mode, sampling);
        }
    }
};

} // namespace

const Op& ops::projectiveTransform()
{
    static constexpr Op op = opOf<ProjectiveTransform>();
    return op;
}

} // namespace lb
