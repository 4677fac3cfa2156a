#include "core/layers/annotations.h"

#include "core/kernels/boxes.h"
#include "core/ops/ops.h"

#include <cctype>

namespace lb {
namespace {

constexpr const char* kFormatKey = "bounding_box_format";

Error formatMissing()
{
    return {ErrorCode::BadParameter, kFormatKey,
            LB_TR("Error", "is needed where bounding boxes come, such as \"xyxy\"")};
}

/// Boxes are float32 in every policy, which casts them first as all inputs.
ValueRef boxesOf(Emitter& emitter, std::size_t index)
{
    return emitter.cast(emitter.autocastInput(index), DType::Float32);
}

} // namespace

Result<std::optional<std::string_view>> boxFormatOf(const Config& config)
{
    const Config* stored = config.find(kFormatKey);
    if (!stored || stored->isNull())
        return std::optional<std::string_view>();
    const auto* text = stored->as<std::string>();
    std::string name = text ? *text : "";
    for (char& letter : name)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    static constexpr auto names = kernels::kerasNames(kernels::BoxFormat{});
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        std::string known;
        for (const std::string_view each : names)
            known += (known.empty() ? "" : ", ") + std::string(each);
        return Error{ErrorCode::BadParameter,
                     kFormatKey,
                     {LB_TR("Error", "must be one of %1"), {known}}};
    }
    return std::optional(*found);
}

Error annotationsRefused()
{
    return {ErrorCode::Unsupported, "",
            LB_TR("Error",
                  "takes no dictionary of images with masks, boxes or labels; call it with the "
                  "images alone")};
}

Result<ValueRef> passedAnnotation(Emitter& emitter, std::size_t index)
{
    if (emitter.roles()[index] != Role::Boxes)
        return emitter.autocastInput(index);
    if (!emitter.boxFormat())
        return formatMissing();
    return boxesOf(emitter, index);
}

BoxFrame::BoxFrame(Emitter& emitter, std::string format, ValueRef boxes, ValueRef labels)
    : m_emitter(emitter)
    , m_format(std::move(format))
    , m_boxes(boxes)
    , m_labels(labels)
{
}

void BoxFrame::apply(const Op& op, std::vector<ValueRef> more, ConfigObject args)
{
    more.insert(more.begin(), m_boxes);
    m_boxes = m_emitter.op(op, std::move(more), std::move(args));
}

void BoxFrame::convert(std::string_view from, std::string_view to, ValueRef images)
{
    if (from != to)
        apply(ops::convertBoxes(), {images},
              {{"from", std::string(from)}, {"to", std::string(to)}});
}

void BoxFrame::read(std::string_view format, ValueRef images)
{
    convert(m_format, format, images);
}

void BoxFrame::write(std::string_view format, ValueRef images)
{
    convert(format, m_format, images);
}

void BoxFrame::clip(ValueRef images, bool relative)
{
    apply(ops::clipBoxes(), {images}, {{"relative", relative}});
    m_labels = m_emitter.op(ops::keptLabels(), {m_labels, m_boxes});
}

Annotations::Annotations(Emitter& emitter, DataFormat format)
    : m_emitter(emitter)
    , m_dataFormat(format)
    , m_moved(emitter.roles().size())
{
}

std::optional<std::size_t> Annotations::find(Role role) const
{
    const auto roles = m_emitter.roles();
    const auto found = std::ranges::find(roles, role);
    if (found == roles.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - roles.begin());
}

void Annotations::setMasks(ValueRef masks)
{
    m_moved[find(Role::SegmentationMasks).value()] = masks;
}

void Annotations::setBoxes(ValueRef boxes, ValueRef labels)
{
    m_moved[find(Role::Boxes).value()] = boxes;
    m_moved[find(Role::BoxLabels).value()] = labels;
}

void Annotations::moveMasks(const std::function<ValueRef(ValueRef)>& move, bool real)
{
    const auto at = find(Role::SegmentationMasks);
    if (!at)
        return;
    const ValueRef masks = real ? m_emitter.floatInput(*at) : m_emitter.autocastInput(*at);
    const ImageFrame frame(m_emitter, masks, m_dataFormat);
    m_moved[*at] = frame.restored(move(frame.images()));
}

void Annotations::moveBoxes(const std::function<void(BoxFrame&)>& move)
{
    const auto at = find(Role::Boxes);
    const auto labels = find(Role::BoxLabels);
    if (!at || !labels)
        return;
    const std::optional<std::string> format = m_emitter.boxFormat();
    if (!format) {
        m_error = formatMissing();
        return;
    }
    const auto expanded = [&](ValueRef x, bool single) {
        return single ? m_emitter.op(ops::expandDims(), {x}, {{"axis", 0}}) : x;
    };
    const auto restored = [&](ValueRef x, bool single) {
        return single ? m_emitter.op(ops::squeeze(), {x}, {{"axis", 0}}) : x;
    };
    const ValueRef given = boxesOf(m_emitter, *at);
    const bool single = m_emitter.rank(given) == 2; // of one image
    BoxFrame boxes(m_emitter, *format, expanded(given, single),
                   expanded(m_emitter.autocastInput(*labels), single));
    move(boxes);
    m_moved[*at] = restored(boxes.boxes(), single);
    m_moved[*labels] = restored(boxes.labels(), single);
}

Result<> Annotations::refuseBoxes() const
{
    if (find(Role::Boxes))
        return Error{ErrorCode::Unsupported, "",
                     LB_TR("Error",
                           "cannot move bounding boxes, as Keras' layer; take it away where images "
                           "have boxes")};
    return std::monostate{};
}

Result<Outputs> Annotations::with(ValueRef images) const
{
    if (m_error)
        return *m_error;
    Outputs outputs{images};
    for (std::size_t i = 1; i < m_moved.size(); ++i) {
        if (m_moved[i]) {
            outputs.push_back(*m_moved[i]);
            continue;
        }
        LB_TRY(passed, passedAnnotation(m_emitter, i));
        outputs.push_back(passed);
    }
    return outputs;
}

} // namespace lb
