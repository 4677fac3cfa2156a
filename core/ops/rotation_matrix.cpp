#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <cmath>
#include <numbers>

namespace lb {
namespace {

/// The map that turns images counter-clockwise about their centre ((w - 1) / 2, (h - 1) / 2).
/// Shapes: angle [batch] in degrees, images [batch, height, width, channels] (asked for its size
/// only), result [batch, 8]. Source: Keras 3 `_compute_affine_matrix`, in float32 as there.
struct RotationMatrix {
    static constexpr std::string_view kName = "rotation_matrix";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsImages(kName, query.in[1]); !fits.ok())
            return fits.error();
        return Spec{query.in[0].dtype, {query.in[1].shape[0], 8}, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto size = run.in[1].shape;
        const T centreX = static_cast<T>(0.5) * static_cast<T>(size[2] - 1);
        const T centreY = static_cast<T>(0.5) * static_cast<T>(size[1] - 1);
        T* out = run.y.data();
        for (const T degrees : run.in[0].value) {
            const T angle = degrees * static_cast<T>(std::numbers::pi / 180);
            const T cosine = std::cos(angle);
            const T sine = std::sin(angle);
            *out++ = cosine;
            *out++ = -sine;
            *out++ = centreX - centreX * cosine - centreY * -sine;
            *out++ = sine;
            *out++ = cosine;
            *out++ = centreY - centreX * sine - centreY * cosine;
            *out++ = 0;
            *out++ = 0;
        }
    }
};

} // namespace

const Op& ops::rotationMatrix()
{
    static constexpr Op op = opOf<RotationMatrix>();
    return op;
}

} // namespace lb
