#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <Eigen/LU>

namespace lb {
namespace {

/// The map that takes the corners of images to where they were: `end` to the corner itself.
/// Shapes: end [batch, 4, 2] = [x, y] of the top left, top right, bottom left and bottom right
/// corner; images [batch, height, width, channels] (asked for its size only), both sides at least 2;
/// result [batch, 8]. Source: Keras 3 `compute_homography_matrix` on TensorFlow.
struct PerspectiveMatrix {
    static constexpr std::string_view kName = "perspective_matrix";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& end = query.in[0].shape;
        if (end.size() != 3 || end[1] != 4 || end[2] != 2)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "needs [batch, 4, 2] numbers, shape is: %1"),
                          {text(end)}}};
        if (Result<> fits = needsImages(kName, query.in[1]); !fits.ok())
            return fits.error();
        const Shape& images = query.in[1].shape;
        if (images[1] == 1 || images[2] == 1)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "needs images of at least 2 x 2 pixels, shape is: %1"),
                          {text(images)}}};
        return Spec{query.in[0].dtype, {end[0], 8}, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto size = run.in[1].shape;
        const T right = static_cast<T>(size[2] - 1);
        const T bottom = static_cast<T>(size[1] - 1);
        const std::array<T, 8> start{0, 0, right, 0, 0, bottom, right, bottom};
        Eigen::Matrix<T, 8, 8> system;
        Eigen::Matrix<T, 8, 1> wanted;
        for (std::size_t image = 0; image * 8 < run.in[0].value.size(); ++image) {
            for (Eigen::Index corner = 0; corner < 4; ++corner) {
                const auto at = static_cast<std::size_t>(2 * corner);
                const T endX = run.in[0].value[image * 8 + at];
                const T endY = run.in[0].value[image * 8 + at + 1];
                const T startX = start[at];
                const T startY = start[at + 1];
                system.row(2 * corner) << endX, endY, 1, 0, 0, 0, -startX * endX, -startX * endY;
                system.row(2 * corner + 1) << 0, 0, 0, endX, endY, 1, -startY * endX,
                    -startY * endY;
                wanted(2 * corner) = startX;
                wanted(2 * corner + 1) = startY;
            }
            const Eigen::Matrix<T, 8, 1> map = system.partialPivLu().solve(wanted);
            std::copy_n(map.data(), 8, run.y.data() + image * 8);
        }
    }
};

} // namespace

const Op& ops::perspectiveMatrix()
{
    static constexpr Op op = opOf<PerspectiveMatrix>();
    return op;
}

} // namespace lb
