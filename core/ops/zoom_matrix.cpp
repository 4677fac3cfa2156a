#include "core/ops/image_op.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// The map that zooms images about their centre; a zoom above 1 shows more of the image.
/// Shapes: height_zoom and width_zoom [batch, 1], images [batch, height, width, channels] (asked
/// for its size only), result [batch, 8]. Source: Keras 3 `RandomZoom`.
struct ZoomMatrix {
    static constexpr std::string_view kName = "zoom_matrix";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (Result<> fits = needsImages(kName, query.in[2]); !fits.ok())
            return fits.error();
        return Spec{query.in[0].dtype, {query.in[2].shape[0], 8}, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto size = run.in[2].shape;
        const T centreX = static_cast<T>(size[2] - 1) / 2;
        const T centreY = static_cast<T>(size[1] - 1) / 2;
        T* out = run.y.data();
        for (std::size_t i = 0; i < run.in[0].value.size(); ++i) {
            const T zoomY = run.in[0].value[i];
            const T zoomX = run.in[1].value[i];
            *out++ = zoomX;
            *out++ = 0;
            *out++ = centreX * (1 - zoomX);
            *out++ = 0;
            *out++ = zoomY;
            *out++ = centreY * (1 - zoomY);
            *out++ = 0;
            *out++ = 0;
        }
    }
};

} // namespace

const Op& ops::zoomMatrix()
{
    static constexpr Op op = opOf<ZoomMatrix>();
    return op;
}

} // namespace lb
