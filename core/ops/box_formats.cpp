#include "core/ops/box_op.h"
#include "core/ops/ops.h"

#include <cassert>

namespace lb {
namespace {

/// Boxes in another format. Args: from, to (Keras' names). Shapes: boxes and result [batch, n, 4];
/// images [batch, height, width, channels], asked for their size only.
/// Source: Keras 3 `convert_format`.
struct ConvertBoxes {
    static constexpr std::string_view kName = "convert_boxes";

    static Result<Spec> infer(const OpQuery& query)
    {
        return boxesSpec(kName, query.in[0], &query.in[1]);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const kernels::BoxFormat from = boxFormatArg(run.args, "from");
        const kernels::BoxFormat to = boxFormatArg(run.args, "to");
        const auto size = sizeOf(run, 1);
        eachBox(run, [&](const kernels::Box<T>& box, std::size_t) {
            return kernels::convertedBox(box, from, to, size);
        });
    }
};

/// Boxes [left, top, right, bottom], moved inside of the images, or with `relative` inside of
/// 0..1. Args: relative. Shapes: as convert_boxes. Source: Keras 3 `clip_to_image_size`.
struct ClipBoxes {
    static constexpr std::string_view kName = "clip_boxes";

    static Result<Spec> infer(const OpQuery& query)
    {
        return boxesSpec(kName, query.in[0], &query.in[1]);
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto size
            = boolArg(run.args, "relative") ? kernels::BoxSize<T>{1, 1} : sizeOf(run, 1);
        eachBox(run, [&](const kernels::Box<T>& box, std::size_t) {
            return kernels::keptInside(box, size);
        });
    }
};

/// Labels of boxes [left, top, right, bottom]; -1 where nothing is left of a box.
/// Shapes: labels and result [batch, n], boxes [batch, n, 4]. Source: Keras 3
/// `clip_to_image_size`.
struct KeptLabels {
    static constexpr std::string_view kName = "kept_labels";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& labels = query.in[0].shape;
        const Shape& boxes = query.in[1].shape;
        if (labels.size() != 2 || boxes.size() != 3 || boxes[2] != 4
            || !std::equal(labels.begin(), labels.end(), boxes.begin(),
                           [](auto a, auto b) { return a == b || a == kUnknown || b == kUnknown; }))
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "needs a label for each box, shapes are: %1 and %2"),
                          {text(labels), text(boxes)}}};
        return Spec{query.in[0].dtype, labels, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        for (std::size_t i = 0; i < run.y.size(); ++i) {
            const T* box = run.in[1].value.data() + 4 * i;
            const T area = (box[2] - box[0]) * (box[3] - box[1]);
            run.y[i] = area > 0 ? run.in[0].value[i] : T{-1};
        }
    }
};

/// Boxes whose four numbers in `given` are all 0 or all -1, which stand for none, become 0.
/// Shapes: boxes, given and result [batch, n, 4]. Source: Keras 3 `Resizing`.
struct BlankBoxes {
    static constexpr std::string_view kName = "blank_boxes";

    static Result<Spec> infer(const OpQuery& query) { return boxesSpec(kName, query.in[0]); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        for (std::size_t i = 0; i < run.y.size(); i += 4) {
            const auto given = run.in[1].value.subspan(i, 4);
            const bool none = std::ranges::all_of(given, [](T x) { return x == 0; })
                || std::ranges::all_of(given, [](T x) { return x == -1; });
            for (std::size_t k = i; k < i + 4; ++k)
                run.y[k] = none ? T{0} : run.in[0].value[k];
        }
    }
};

} // namespace

Result<Spec> boxesSpec(std::string_view op, const Spec& boxes, const Spec* images)
{
    const Shape& shape = boxes.shape;
    if (shape.size() != 3 || (shape[2] != 4 && shape[2] != kUnknown))
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "needs boxes [batch, boxes, 4], shape is: %1"),
                      {text(shape)}}};
    if (images && images->shape.size() != 4)
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "needs images [batch, height, width, channels], shape is: %1"),
                      {text(images->shape)}}};
    if (images && shape[0] != images->shape[0] && shape[0] != kUnknown
        && images->shape[0] != kUnknown)
        return Error{ErrorCode::BadShape,
                     std::string(op),
                     {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                      {text(shape), text(images->shape)}}};
    return Spec{boxes.dtype, shape, {}};
}

kernels::BoxFormat boxFormatArg(const Config& args, std::string_view key)
{
    const auto names = kernels::kerasNames(kernels::BoxFormat{});
    const auto found = std::ranges::find(names, textArg(args, key));
    assert(found != names.end());
    return static_cast<kernels::BoxFormat>(found - names.begin());
}

const Op& ops::convertBoxes()
{
    static constexpr Op op = opOf<ConvertBoxes>();
    return op;
}

const Op& ops::clipBoxes()
{
    static constexpr Op op = opOf<ClipBoxes>();
    return op;
}

const Op& ops::keptLabels()
{
    static constexpr Op op = opOf<KeptLabels>();
    return op;
}

const Op& ops::blankBoxes()
{
    static constexpr Op op = opOf<BlankBoxes>();
    return op;
}

} // namespace lb
