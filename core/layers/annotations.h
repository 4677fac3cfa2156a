#pragma once

#include "core/layers/image_frame.h"
#include "core/ops/op.h"

#include <functional>

namespace lb {

/// The key `bounding_box_format` of an image layer's config, in lower case; nothing where it is
/// missing or null. Errors: BadParameter where Keras knows no such format.
Result<std::optional<std::string_view>> boxFormatOf(const Config& config);

/// What a layer says that Keras does not call with a dictionary.
Error annotationsRefused();

/// Input `index` of a layer that leaves what belongs to images as it is: boxes become float32.
/// Errors: BadParameter for boxes where the layer does not say how they are told.
Result<ValueRef> passedAnnotation(Emitter& emitter, std::size_t index);

/// The boxes of a call on their way through a layer, with their labels.
class BoxFrame {
public:
    BoxFrame(Emitter& emitter, std::string format, ValueRef boxes, ValueRef labels);

    ValueRef boxes() const { return m_boxes; } ///< [batch, n, 4]
    ValueRef labels() const { return m_labels; } ///< [batch, n]
    void set(ValueRef boxes) { m_boxes = boxes; }
    void setLabels(ValueRef labels) { m_labels = labels; }

    /// boxes = op(boxes, more ...)
    void apply(const Op& op, std::vector<ValueRef> more, ConfigObject args = {});
    /// From the layer's format to `format`, and back; `images` [batch, height, width, channels]
    /// tell the size.
    void read(std::string_view format, ValueRef images);
    void write(std::string_view format, ValueRef images);
    /// Moves boxes inside of the images, or inside of 0..1; the label of one that has no area left
    /// becomes -1.
    void clip(ValueRef images, bool relative = false);

private:
    void convert(std::string_view from, std::string_view to, ValueRef images);

    Emitter& m_emitter;
    std::string m_format;
    ValueRef m_boxes, m_labels;
};

/// What belongs to the images of one call: tells how masks and boxes move, and gives the layer's
/// outputs, one for each input. Does nothing in a call with images alone.
class Annotations {
public:
    Annotations(Emitter& emitter, DataFormat format);

    /// `move` gets masks as [batch, height, width, channels]; `real`: as float32.
    void moveMasks(const std::function<ValueRef(ValueRef)>& move, bool real = false);
    void moveBoxes(const std::function<void(BoxFrame&)>& move);
    std::optional<std::size_t> find(Role role) const; ///< among the inputs
    void setMasks(ValueRef masks); ///< as they came in; there are masks
    void setBoxes(ValueRef boxes, ValueRef labels); ///< the same
    /// Errors: Unsupported where there are boxes, which Keras does not move here.
    Result<> refuseBoxes() const;
    /// The outputs, of which `images` is the first. Errors: BadParameter where boxes came and the
    /// layer does not say how they are told.
    Result<Outputs> with(ValueRef images) const;

private:
    Emitter& m_emitter;
    DataFormat m_dataFormat;
    std::vector<std::optional<ValueRef>> m_moved; ///< parallel to the inputs
    std::optional<Error> m_error;
};

} // namespace lb
