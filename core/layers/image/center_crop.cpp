#include "core/layers/annotations.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct CenterCropParams {
    std::int64_t height = 0;
    std::int64_t width = 0;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const CenterCropParams&) const = default;
};

/// Keeps the middle of images. An image that is smaller than that is cut to the target's aspect
/// ratio and enlarged with bilinear interpolation.
/// Shapes: x [batch, h, w, channels] or one image; y the same with height and width, float32.
/// Source: Keras 3 `CenterCrop`.
class CenterCrop final : public LayerOf<CenterCrop, CenterCropParams> {
public:
    static constexpr std::string_view kKerasClass = "CenterCrop";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        return std::tuple{
            field(&CenterCropParams::height, "height", LB_TR("Layer", "Height"))
                .required(224)
                .least(1)
                .slider(1, 512)
                .help(LB_TR("Layer", "Rows that are kept, in pixels.")),
            field(&CenterCropParams::width, "width", LB_TR("Layer", "Width"))
                .required(224)
                .least(1)
                .slider(1, 512)
                .help(LB_TR("Layer", "Columns that are kept, in pixels.")),
            field(&CenterCropParams::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Image, LB_TR("Layer", "Cuts the middle out of every image."),
                "y = x[top : top + height, left : left + width], top = ⌊(h − height) / 2⌋"};
    }
    static Result<Outputs> emit(const CenterCropParams& p, Emitter& e)
    {
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        const Shape shape = e.spec(frame.images()).shape;
        const auto smaller = [&](std::size_t axis, std::int64_t wanted) {
            return shape.size() == 4 && shape[axis] != kUnknown && shape[axis] < wanted;
        };
        const bool enlarge = smaller(1, p.height) || smaller(2, p.width);
        const auto middle = [&](ValueRef images) {
            const ValueRef part
                = e.op(ops::crop(), {images},
                       {{"height", p.height}, {"width", p.width}, {"aspect", enlarge}});
            return enlarge ? e.op(ops::resize(), {part},
                                  {{"height", p.height},
                                   {"width", p.width},
                                   {"interpolation", "bilinear"},
                                   {"antialias", false},
                                   {"bytes", false}})
                           : part;
        };
        const ValueRef y = middle(frame.images());
        Annotations annotations(e, p.dataFormat);
        annotations.moveMasks(middle, true);
        annotations.moveBoxes([&](BoxFrame& boxes) {
            boxes.read("xyxy", frame.images());
            boxes.apply(ops::centerBoxes(), {frame.images()},
                        {{"height", p.height}, {"width", p.width}});
            boxes.clip(y);
            boxes.write("xyxy", y);
        });
        return annotations.with(frame.restored(y));
    }
    static std::vector<Example> examples()
    {
        const Config config = ConfigObject{{"height", 3}, {"width", 2}};
        return {
            {"smaller", config, {{2, 5, 7, 3}}},
            {"enlarged", ConfigObject{{"height", 4}, {"width", 6}}, {{2, 5, 3, 3}}},
            {"one image", config, {{5, 7, 1}}},
            {"channels first",
             ConfigObject{{"height", 3}, {"width", 2}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }
};

} // namespace

void registerCenterCrop(LayerRegistry& registry)
{
    registry.add<CenterCrop>();
}

} // namespace lb
