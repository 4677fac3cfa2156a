#include "core/ops/image_op.h"

#include <array>
#include <cassert>

namespace lb {
namespace {

template <typename E, std::size_t kCount>
E named(const std::array<std::string_view, kCount>& names, const std::string& name)
{
    const auto found = std::ranges::find(names, name);
    assert(found != names.end());
    return static_cast<E>(found - names.begin());
}

} // namespace

Result<> needsImages(std::string_view op, const Spec& images)
{
    if (images.shape.size() != 4)
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "needs images [batch, height, width, channels], shape is: %1"),
                      {text(images.shape)}}};
    return std::monostate{};
}

Result<> needsKnownSize(std::string_view op, const Shape& images)
{
    if (images.size() != 4 || images[1] == kUnknown || images[2] == kUnknown)
        return Error{ErrorCode::Unsupported,
                     std::string(op),
                     {LB_TR("Error", "needs images of a known size in an ONNX file, shape is: %1"),
                      {text(images)}}};
    return std::monostate{};
}

Window keptWindow(std::int64_t fromHeight, std::int64_t fromWidth, std::int64_t height,
                  std::int64_t width, bool aspect)
{
    if (!aspect)
        return {(fromHeight - height) / 2, (fromWidth - width) / 2, height, width};
    const auto fitted = [](std::int64_t other, std::int64_t wanted, std::int64_t otherWanted,
                           std::int64_t size) { // float32, as TensorFlow computes it
        const float exact = static_cast<float>(other * wanted) / static_cast<float>(otherWanted);
        return std::max<std::int64_t>(std::min(size, static_cast<std::int64_t>(exact)), 1);
    };
    const std::int64_t keptHeight = fitted(fromWidth, height, width, fromHeight);
    const std::int64_t keptWidth = fitted(fromHeight, width, height, fromWidth);
    return {(fromHeight - keptHeight) / 2, (fromWidth - keptWidth) / 2, keptHeight, keptWidth};
}

ValueRange united(const ValueRange& range, double value)
{
    if (!range.known())
        return {};
    return {range.trust, std::min(range.least, value), std::max(range.most, value)};
}

kernels::FillMode fillModeArg(const Config& args)
{
    return named<kernels::FillMode>(
        std::to_array<std::string_view>({"reflect", "wrap", "constant", "nearest"}),
        textArg(args, "fill_mode"));
}

kernels::Sampling samplingArg(const Config& args)
{
    return named<kernels::Sampling>(std::to_array<std::string_view>({"nearest", "bilinear"}),
                                    textArg(args, "interpolation"));
}

} // namespace lb
