#include "core/ops/box_op.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <Eigen/LU>

#include <cmath>
#include <limits>
#include <vector>

namespace lb {
namespace {

using kernels::Box;

/// The boxes' spec, if `numbers` has `count` of them for each image, or one row for all.
Result<Spec> withNumbers(std::string_view op, const OpQuery& query, std::size_t index,
                         std::int64_t count)
{
    const Shape& boxes = query.in[0].shape;
    const Shape& numbers = query.in[index].shape;
    const std::int64_t rows = numbers.empty() ? 1 : numbers[0];
    std::int64_t each = 1;
    for (std::size_t axis = 1; axis < numbers.size(); ++axis)
        each *= numbers[axis];
    if (each != count
        || (!boxes.empty() && rows != 1 && rows != kUnknown && boxes[0] != kUnknown
            && rows != boxes[0]))
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                      {text(boxes), text(numbers)}}};
    return boxesSpec(op, query.in[0]);
}

/// Boxes of parts that begin at a pixel which is drawn. Shapes: boxes and result [batch, n, 4];
/// start [2] = [row, column]. Source: Keras 3 `RandomCrop`, which takes the row from x and the
/// column from y, keeps boxes from going below 0 only, and drops none.
struct CropBoxesAt {
    static constexpr std::string_view kName = "crop_boxes_at";

    static Result<Spec> infer(const OpQuery& query) { return boxesSpec(kName, query.in[0]); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto start = run.in[1].value;
        eachBox(run, [&](const Box<T>& box, std::size_t) {
            Box<T> moved;
            for (std::size_t i = 0; i < 4; ++i)
                moved[i] = std::max(box[i] - start[i % 2], T{0});
            return moved;
        });
    }
};

/// Boxes of images that are mirrored. Args: horizontal, vertical. Shapes: boxes and result
/// [batch, n, 4], relative; flips one for each image, or one for all. Source: Keras 3 `RandomFlip`.
struct FlipBoxes {
    static constexpr std::string_view kName = "flip_boxes";

    static Result<Spec> infer(const OpQuery& query) { return withNumbers(kName, query, 1, 1); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const bool horizontal = boolArg(run.args, "horizontal");
        const bool vertical = boolArg(run.args, "vertical");
        eachBox(run, [&](Box<T> box, std::size_t image) {
            if (ofImage(run.in[1], image) == 0)
                return box;
            if (horizontal)
                box = {1 - box[2], box[1], 1 - box[0], box[3]};
            if (vertical)
                box = {box[0], 1 - box[3], box[2], 1 - box[1]};
            return box;
        });
    }
};

/// Boxes of images that are moved. Shapes: boxes and result [batch, n, 4]; translations [batch, 2]
/// = [right, down] in pixels. Source: Keras 3 `RandomTranslation`.
struct ShiftBoxes {
    static constexpr std::string_view kName = "shift_boxes";

    static Result<Spec> infer(const OpQuery& query) { return withNumbers(kName, query, 1, 2); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto moves = run.in[1].value;
        eachBox(run, [&](const Box<T>& box, std::size_t image) {
            const std::size_t at = moves.size() == 2 ? 0 : 2 * image;
            return Box<T>{box[0] + moves[at], box[1] + moves[at + 1], box[2] + moves[at],
                          box[3] + moves[at + 1]};
        });
    }
};

/// Boxes of images that are zoomed about their centre, as parts of what is shown.
/// Shapes: boxes and result [batch, n, 4]; zooms one for each image, or one for all; images
/// [batch, h, w, channels], asked for their size only. Source: Keras 3 `RandomZoom`.
struct ZoomBoxes {
    static constexpr std::string_view kName = "zoom_boxes";

    static Result<Spec> infer(const OpQuery& query)
    {
        if (auto fits = withNumbers(kName, query, 1, 1); !fits.ok())
            return fits;
        if (auto fits = withNumbers(kName, query, 2, 1); !fits.ok())
            return fits;
        return boxesSpec(kName, query.in[0], &query.in[3]);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto size = sizeOf(run, 3);
        const auto shown = [](T value, T length, T zoom) {
            const T start = (length - 1) / 2 * (1 - zoom);
            const T end = zoom * length + start;
            return (kernels::keptBetween(value, start, end) - start) / (end - start);
        };
        eachBox(run, [&](const Box<T>& box, std::size_t image) {
            const T down = ofImage(run.in[1], image);
            const T across = ofImage(run.in[2], image);
            return Box<T>{shown(box[0], size.width, across), shown(box[1], size.height, down),
                          shown(box[2], size.width, across), shown(box[3], size.height, down)};
        });
    }
};

/// Boxes around what sheared boxes hold. Shapes: boxes and result [batch, n, 4], relative;
/// shear_factor [batch, 2] = [x, y]. Source: Keras 3 `RandomShear`, which shears relative numbers
/// by factors of pixels, and along y those that were sheared along x.
struct ShearBoxes {
    static constexpr std::string_view kName = "shear_boxes";

    static Result<Spec> infer(const OpQuery& query) { return withNumbers(kName, query, 1, 2); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto factors = run.in[1].value;
        eachBox(run, [&](Box<T> box, std::size_t image) {
            const std::size_t at = factors.size() == 2 ? 0 : 2 * image;
            const T a = factors[at];
            const T b = factors[at + 1];
            box = {box[0] - a * (a < 0 ? box[1] : box[3]), box[1],
                   box[2] - a * (a < 0 ? box[3] : box[1]), box[3]};
            return Box<T>{box[0], box[1] - b * (b > 0 ? box[2] : box[0]), box[2],
                          box[3] - b * (b > 0 ? box[0] : box[2])};
        });
    }
};

/// Boxes around where the corners of boxes come to when images are looked at through a map, which
/// takes a pixel of the result to one of the image. Shapes: boxes and result [batch, n, 4]; matrix
/// [batch, 8], as projective_transform takes it. A map that has no inverse gives NaN.
/// Source: Keras 3 `RandomRotation` and `RandomPerspective`.
struct WarpBoxes {
    static constexpr std::string_view kName = "warp_boxes";

    static Result<Spec> infer(const OpQuery& query) { return withNumbers(kName, query, 1, 8); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto maps = run.in[1].value;
        std::vector<Eigen::Matrix3d> inverses;
        for (std::size_t at = 0; at < maps.size(); at += 8) {
            Eigen::Matrix3d map;
            for (Eigen::Index i = 0; i < 8; ++i)
                map(i / 3, i % 3) = static_cast<double>(maps[at + static_cast<std::size_t>(i)]);
            map(2, 2) = 1;
            inverses.push_back(map.inverse());
        }
        eachBox(run, [&](const Box<T>& box, std::size_t image) {
            const Eigen::Matrix3d& inverse = inverses[inverses.size() == 1 ? 0 : image];
            constexpr double most = std::numeric_limits<double>::infinity();
            double left = most, top = most, right = -most, bottom = -most;
            bool finite = true;
            for (const auto& [x, y] :
                 {std::pair{0, 1}, std::pair{2, 1}, std::pair{2, 3}, std::pair{0, 3}}) {
                const Eigen::Vector3d corner
                    = inverse
                    * Eigen::Vector3d(static_cast<double>(box[static_cast<std::size_t>(x)]),
                                      static_cast<double>(box[static_cast<std::size_t>(y)]), 1);
                const double atX = corner[0] / corner[2];
                const double atY = corner[1] / corner[2];
                finite = finite && std::isfinite(atX) && std::isfinite(atY);
                left = std::min(left, atX);
                right = std::max(right, atX);
                top = std::min(top, atY);
                bottom = std::max(bottom, atY);
            }
            if (!finite) {
                constexpr T none = std::numeric_limits<T>::quiet_NaN();
                return Box<T>{none, none, none, none};
            }
            return Box<T>{static_cast<T>(left), static_cast<T>(top), static_cast<T>(right),
                          static_cast<T>(bottom)};
        });
    }
};

} // namespace

const Op& ops::cropBoxesAt()
{
    static constexpr Op op = opOf<CropBoxesAt>();
    return op;
}

const Op& ops::flipBoxes()
{
    static constexpr Op op = opOf<FlipBoxes>();
    return op;
}

const Op& ops::shiftBoxes()
{
    static constexpr Op op = opOf<ShiftBoxes>();
    return op;
}

const Op& ops::zoomBoxes()
{
    static constexpr Op op = opOf<ZoomBoxes>();
    return op;
}

const Op& ops::shearBoxes()
{
    static constexpr Op op = opOf<ShearBoxes>();
    return op;
}

const Op& ops::warpBoxes()
{
    static constexpr Op op = opOf<WarpBoxes>();
    return op;
}

} // namespace lb
