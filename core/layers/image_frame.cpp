#include "core/layers/image_frame.h"

#include "core/ops/ops.h"

namespace lb {
namespace {

constexpr std::array<std::int64_t, 4> kToLast{0, 2, 3, 1};
constexpr std::array<std::int64_t, 4> kToFirst{0, 3, 1, 2};

Error notImages(const Shape& shape)
{
    return {ErrorCode::BadShape,
            "",
            {LB_TR("Error", "needs an image (3 axes) or a batch of images (4 axes), shape is: %1"),
             {text(shape)}}};
}

} // namespace

ImageFrame::ImageFrame(Emitter& emitter, ValueRef x, DataFormat format)
    : m_emitter(emitter)
    , m_single(emitter.rank(x) == 3)
    , m_channelsFirst(format == DataFormat::ChannelsFirst)
    , m_images(x)
{
    if (!m_single && emitter.rank(x) != 4)
        emitter.fail(notImages(emitter.spec(x).shape));
    if (m_single)
        m_images = emitter.op(ops::expandDims(), {m_images}, {{"axis", 0}});
    if (m_channelsFirst)
        m_images = emitter.op(ops::transpose(), {m_images}, {{"perm", intsConfig(kToLast)}});
}

ValueRef ImageFrame::restored(ValueRef y) const
{
    if (m_channelsFirst)
        y = m_emitter.op(ops::transpose(), {y}, {{"perm", intsConfig(kToFirst)}});
    if (m_single)
        y = m_emitter.op(ops::squeeze(), {y}, {{"axis", 0}});
    return y;
}

std::int64_t ImageFrame::batch() const
{
    const Shape& shape = m_emitter.spec(m_images).shape;
    return shape.empty() ? kUnknown : shape[0];
}

Result<ImageSize> imageSizeOf(const Shape& shape, DataFormat format)
{
    if (shape.size() != 3 && shape.size() != 4)
        return notImages(shape);
    const std::size_t first = shape.size() - 3 + (format == DataFormat::ChannelsFirst ? 1 : 0);
    return ImageSize{shape.size() == 4 ? shape[0] : 1, shape[first], shape[first + 1]};
}

} // namespace lb
