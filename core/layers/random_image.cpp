#include "core/layers/random_image.h"

#include "core/ops/ops.h"

#include <cmath>

namespace lb {

Result<Outputs> emitWarp(const WarpParams& params, Emitter& emitter,
                         const std::function<ValueRef(const ImageFrame&)>& matrixOf,
                         const MoveBoxes& moveBoxes)
{
    const ValueRef x = emitter.floatInput(0);
    if (!emitter.training())
        return passedOn(emitter, x, params.dataFormat);
    const ImageFrame frame(emitter, x, params.dataFormat);
    const ValueRef matrix = matrixOf(frame);
    const ValueRef y = emitter.op(ops::projectiveTransform(), {frame.images(), matrix},
                                  {{"fill_mode", kerasName(params.fillMode)},
                                   {"interpolation", kerasName(params.interpolation)},
                                   {"fill_value", params.fillValue}});
    Annotations annotations(emitter, params.dataFormat);
    annotations.moveMasks([&](ValueRef masks) {
        return warpedMasks(emitter, masks, matrix, kerasName(params.fillMode), params.fillValue);
    });
    annotations.moveBoxes([&](BoxFrame& boxes) { moveBoxes(boxes, frame.images(), matrix); });
    return annotations.with(frame.restored(y));
}

ValueRef warpedMasks(Emitter& emitter, ValueRef masks, ValueRef matrix, std::string_view fillMode,
                     double fillValue)
{
    const bool whole = !isFloating(emitter.spec(masks).dtype);
    return emitter.op(ops::projectiveTransform(), {masks, matrix},
                      {{"fill_mode", std::string(fillMode)},
                       {"interpolation", "nearest"},
                       {"fill_value", whole ? std::trunc(fillValue) : fillValue}});
}

Result<Outputs> passedOn(const Emitter& emitter, ValueRef x, DataFormat format)
{
    LB_TRY(size, imageSizeOf(emitter.spec(x).shape, format));
    static_cast<void>(size);
    return Outputs{x};
}

Result<> checkFactor(std::string_view key, const Factor& factor, double least, double most)
{
    const bool outside = factor.scalar ? factor.low < least || factor.low > most
                                       : factor.low > most || factor.high < least;
    if (outside)
        return Error{ErrorCode::BadParameter,
                     std::string(key),
                     {LB_TR("Error", "must lie between %1 and %2"), {least, most}}};
    return std::monostate{};
}

Result<> checkEnds(std::string_view key, const Factor& factor, double least, double most, bool open)
{
    for (const double end : {factor.low, factor.high})
        if (end > most || end < least || (open && end == least))
            return Error{ErrorCode::BadParameter,
                         std::string(key),
                         {open ? LB_TR("Error", "must lie above %1 and not above %2, is: %3")
                               : LB_TR("Error", "must lie between %1 and %2, is: %3"),
                          {least, most, end}}};
    return std::monostate{};
}

Spec drawnSpec(std::int64_t batch, std::size_t tail, DType dtype)
{
    Shape shape(1 + tail, 1);
    shape[0] = batch;
    return {dtype, std::move(shape), {}};
}

Result<ImageSize> drawnImageSize(const DrawContext& context, DataFormat format)
{
    if (context.inputs.empty())
        return Error{ErrorCode::BadShape, "",
                     LB_TR("Error", "the size of the images is not known")};
    LB_TRY(size, imageSizeOf(context.inputs[0].shape, format));
    if (size.height == kUnknown || size.width == kUnknown)
        return Error{ErrorCode::BadShape, "",
                     LB_TR("Error", "the size of the images is not known")};
    return size;
}

} // namespace lb
