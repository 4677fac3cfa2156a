#pragma once

#include "core/kernels/warp.h"
#include "core/ops/op.h"

namespace lb {

/// What image ops say of their first input. Errors: BadShape unless it is
/// [batch, height, width, channels], naming `op`.
Result<> needsImages(std::string_view op, const Spec& images);

/// What an ONNX recipe with constant sizes asks for. Errors: Unsupported, naming `op`.
Result<> needsKnownSize(std::string_view op, const Shape& images);

/// A window of an image, in pixels.
struct Window {
    std::int64_t top = 0, left = 0, height = 0, width = 0;
};

/// The centred part that a crop keeps; known sizes only. With `aspect` it is the largest part that
/// has the aspect ratio of `height` x `width`, else exactly that size. Source: Keras 3
/// `CenterCrop`, `smart_resize`.
Window keptWindow(std::int64_t fromHeight, std::int64_t fromWidth, std::int64_t height,
                  std::int64_t width, bool aspect);

/// Runs visit(image, x, y) over the images of the first input, which y resembles.
template <typename T, typename Visit> void eachImage(const OpRun<T>& run, Visit&& visit)
{
    const auto& x = run.in[0];
    const auto size = static_cast<std::size_t>(x.shape[1] * x.shape[2] * x.shape[3]);
    for (std::size_t image = 0; image < static_cast<std::size_t>(x.shape[0]) && size > 0; ++image)
        visit(image, x.value.subspan(image * size, size), run.y.subspan(image * size, size));
}

/// The number that an input has for an image: one each, or one for all.
template <typename T> T ofImage(const OpInput<T>& input, std::size_t image)
{
    return input.value[input.value.size() == 1 ? 0 : image];
}

/// Both ranges together, with the lesser trust.
ValueRange united(const ValueRange& range, double value);

/// The arguments fill_mode and interpolation, which hold Keras' names.
kernels::FillMode fillModeArg(const Config& args);
kernels::Sampling samplingArg(const Config& args);

} // namespace lb
