#pragma once

#include "core/layers/codec.h"
#include "core/layers/emitter.h"

namespace lb {

/// Gives image ops [batch, height, width, channels] whatever the layer was called with: one image
/// or a batch, channels last or first; and gives the result the caller's form back.
class ImageFrame {
public:
    /// An input that has neither three nor four axes fails the emitter.
    ImageFrame(Emitter& emitter, ValueRef x, DataFormat format);

    ValueRef images() const { return m_images; }
    ValueRef restored(ValueRef y) const;
    std::int64_t batch() const; ///< 1 for a single image; may be kUnknown

private:
    Emitter& m_emitter;
    bool m_single;
    bool m_channelsFirst;
    ValueRef m_images;
};

/// The rows, columns and number of images in a shape of three or four axes.
struct ImageSize {
    std::int64_t batch = 1, height = 0, width = 0;
};
Result<ImageSize> imageSizeOf(const Shape& shape, DataFormat format); ///< Errors: BadShape

} // namespace lb
