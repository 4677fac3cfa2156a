#include "core/ops/box_op.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

using kernels::Box;
using kernels::BoxSize;

/// A scale and a shift for each axis.
template <typename T> struct Placing {
    T scaleX{}, scaleY{}, shiftX{}, shiftY{};
};

/// Floor division of numbers that are not whole, as Python's `//`.
template <typename T> T halfDown(T value)
{
    return std::floor(value / 2);
}

/// Boxes of images that get another size. Args: height, width; fit: "stretch", "crop" to the aspect
/// ratio or "pad" to it. Shapes: boxes and result [batch, n, 4], [left, top, right, bottom]; images
/// [batch, h, w, channels], asked for their size only. Source: Keras 3 `Resizing`, in whose
/// `crop` and `pad` offsets are rounded down while those of the pixels are not.
struct FitBoxes {
    static constexpr std::string_view kName = "fit_boxes";

    static Result<Spec> infer(const OpQuery& query)
    {
        return boxesSpec(kName, query.in[0], &query.in[1]);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const Placing<T> place = placing(
            sizeOf(run, 1),
            BoxSize<T>{static_cast<T>(intArg(run.args, "height")),
                       static_cast<T>(intArg(run.args, "width"))},
            textArg(run.args, "fit"));
        eachBox(run, [&](const Box<T>& box, std::size_t) {
            return Box<T>{box[0] * place.scaleX + place.shiftX,
                          box[1] * place.scaleY + place.shiftY,
                          box[2] * place.scaleX + place.shiftX,
                          box[3] * place.scaleY + place.shiftY};
        });
    }

private:
    template <typename T>
    static Placing<T> placing(const BoxSize<T>& from, const BoxSize<T>& to, const std::string& fit)
    {
        const T ratioX = to.width / from.width;
        const T ratioY = to.height / from.height;
        if (fit == "pad") {
            const T ratio = std::min(ratioX, ratioY);
            return {ratio, ratio, halfDown(to.width - from.width * ratio),
                    halfDown(to.height - from.height * ratio)};
        }
        if (fit == "crop") {
            const T aspect = from.width / from.height;
            const bool wider = aspect > to.width / to.height;
            const T width = wider ? to.height * aspect : to.width;
            const T height = wider ? to.height : to.width / aspect;
            return {width / from.width, height / from.height, -halfDown(width - to.width),
                    -halfDown(height - to.height)};
        }
        return {ratioX, ratioY, 0, 0};
    }
};

/// Boxes of images whose middle is kept. Args: height, width. Shapes: as fit_boxes.
/// An image with a shorter side is cut to the aspect ratio and enlarged. Source: Keras 3
/// `CenterCrop`.
struct CenterBoxes {
    static constexpr std::string_view kName = "center_boxes";

    static Result<Spec> infer(const OpQuery& query)
    {
        return boxesSpec(kName, query.in[0], &query.in[1]);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto shape = run.in[1].shape;
        const std::int64_t height = intArg(run.args, "height");
        const std::int64_t width = intArg(run.args, "width");
        const bool inside = shape[1] >= height && shape[2] >= width;
        const std::int64_t keptHeight
            = inside ? height : fitted(shape[2], height, width, shape[1]);
        const std::int64_t keptWidth = inside ? width : fitted(shape[1], width, height, shape[2]);
        const T left = static_cast<T>((shape[2] - keptWidth) / 2);
        const T top = static_cast<T>((shape[1] - keptHeight) / 2);
        const T fromWidth = static_cast<T>(keptWidth);
        const T fromHeight = static_cast<T>(keptHeight);
        eachBox(run, [&](const Box<T>& box, std::size_t) {
            const auto x = [&](T value) {
                const T kept = kernels::keptBetween(value, left, left + fromWidth) - left;
                return inside ? kept : kept / fromWidth * static_cast<T>(width);
            };
            const auto y = [&](T value) {
                const T kept = kernels::keptBetween(value, top, top + fromHeight) - top;
                return inside ? kept : kept / fromHeight * static_cast<T>(height);
            };
            return Box<T>{x(box[0]), y(box[1]), x(box[2]), y(box[3])};
        });
    }

private:
    /// How much of a side of `length` has the target's aspect ratio with the other side.
    static std::int64_t fitted(std::int64_t other, std::int64_t wanted, std::int64_t otherWanted,
                               std::int64_t length)
    {
        const double exact
            = static_cast<double>(other * wanted) / static_cast<double>(otherWanted);
        return std::max<std::int64_t>(std::min(length, static_cast<std::int64_t>(exact)), 1);
    }
};

} // namespace

const Op& ops::fitBoxes()
{
    static constexpr Op op = opOf<FitBoxes>();
    return op;
}

const Op& ops::centerBoxes()
{
    static constexpr Op op = opOf<CenterBoxes>();
    return op;
}

} // namespace lb
