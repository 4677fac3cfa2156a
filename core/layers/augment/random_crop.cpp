#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomCropParams {
    std::int64_t height = 0;
    std::int64_t width = 0;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandomCropParams&) const = default;
};

/// Cuts one part out of all images of a batch, in training only; at inference images pass as they
/// are, in their own size and dtype.
///
/// Draws `start` [2] = [row, column] once a batch, where both sides of the images are longer than
/// the part. Otherwise the part begins where that of the target's aspect ratio would stand in the
/// middle, and what is shorter than the target is stretched with bilinear interpolation.
/// Shapes: x [batch, h, w, channels] or one image; y the same with height and width, float32.
/// Masks are cut at inference too; then, and where nothing is drawn, from the middle. Boxes: see
/// crop_boxes_at. Errors: BadShape in training unless h and w are known. Source: Keras 3
/// `RandomCrop`.
class RandomCrop final : public RandomLayerOf<RandomCrop, RandomCropParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomCrop";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandomCropParams;
        return std::tuple_cat(
            std::tuple{field(&P::height, "height", LB_TR("Layer", "Height"))
                           .required(24)
                           .least(1)
                           .slider(1, 512)
                           .help(LB_TR("Layer", "Rows that are kept, in pixels.")),
                       field(&P::width, "width", LB_TR("Layer", "Width"))
                           .required(24)
                           .least(1)
                           .slider(1, 512)
                           .help(LB_TR("Layer",
                                       "Columns that are kept, in pixels. At inference images "
                                       "are not cut: put CenterCrop or Resizing before layers "
                                       "that need one size."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Cuts the same part, placed by chance, out of all images of a batch."),
                "y = x[top : top + height, left : left + width], top = ⌊U(0, h − height + 1)⌋, "
                "left = ⌊U(0, w − width + 1)⌋",
                true, true};
    }
    static Result<Outputs> emit(const RandomCropParams& p, Emitter& e)
    {
        e.takeAsGiven();
        Annotations annotations(e, p.dataFormat);
        if (!e.training() && !e.isAnnotated())
            return passedOn(e, e.input(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        LB_TRY(cut, cutter(p, e, frame.images()));
        annotations.moveMasks(cut.part, true); // at inference too
        if (!e.training()) {
            LB_TRY(images, passedOn(e, e.input(0), p.dataFormat));
            return annotations.with(images.front());
        }
        const ValueRef y = cut.part(frame.images());
        annotations.moveBoxes([&](BoxFrame& boxes) { // by the size of the part, both ways
            boxes.read("xyxy", y);
            boxes.apply(ops::cropBoxesAt(), {cut.start});
            boxes.write("xyxy", y);
        });
        return annotations.with(frame.restored(y));
    }
    static Result<Transformation> drawn(const RandomCropParams& p, const DrawContext& context)
    {
        LB_TRY(size, drawnImageSize(context, p.dataFormat));
        if (!isDrawn(p, size.height, size.width))
            return Transformation{};
        const auto start = [&](std::uint32_t number, std::int64_t places) {
            const float u = batchUniform(context, p.seed, number, 0, static_cast<double>(places));
            return static_cast<std::int32_t>(
                std::min(static_cast<std::int64_t>(u), places - 1)); // float32 may round up
        };
        return Transformation{
            {"start", Tensor::of<std::int32_t>({2}, {start(0, size.height - p.height + 1),
                                                     start(1, size.width - p.width + 1)})}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t)
    {
        if (drawn.empty())
            return "–";
        return shownNumber(drawnNumber(drawn, "start", 0), 0, true) + ", "
            + shownNumber(drawnNumber(drawn, "start", 1), 0, true) + " px";
    }
    static std::vector<Example> examples()
    {
        const Config config = ConfigObject{{"height", 3}, {"width", 2}};
        return {
            {"smaller", config, {{2, 5, 7, 3}}},
            {"as high as the images", ConfigObject{{"height", 5}, {"width", 3}}, {{2, 5, 7, 3}}},
            {"larger", ConfigObject{{"height", 8}, {"width", 6}}, {{2, 5, 3, 1}}},
            {"one image", config, {{5, 7, 1}}},
            {"channels first",
             ConfigObject{{"height", 3}, {"width", 2}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }

private:
    struct Cutter {
        ValueRef start; ///< [row, column]
        std::function<ValueRef(ValueRef)> part; ///< of images or masks
    };
    static Result<Cutter> cutter(const RandomCropParams& p, Emitter& e, ValueRef images)
    {
        LB_TRY(h, e.knownDim(images, 1));
        LB_TRY(w, e.knownDim(images, 2));
        if (e.training() && isDrawn(p, h, w)) {
            const ValueRef start = e.drawn("start", {DType::Int32, {2}, {}});
            return Cutter{start, [&e, start, p](ValueRef x) {
                              return e.op(ops::cropAt(), {x, start},
                                          {{"height", p.height}, {"width", p.width}});
                          }};
        }
        const std::int64_t top = middleStart(h, w, p.height, p.width);
        const std::int64_t left = middleStart(w, h, p.width, p.height);
        const ValueRef start
            = e.constant(Tensor::of<std::int32_t>({2}, {static_cast<std::int32_t>(top),
                                                        static_cast<std::int32_t>(left)}));
        const std::int64_t height = std::min(p.height, h - top);
        const std::int64_t width = std::min(p.width, w - left);
        return Cutter{start, [&e, start, p, height, width](ValueRef x) {
                          const ValueRef part = e.op(ops::cropAt(), {x, start},
                                                     {{"height", height}, {"width", width}});
                          return e.op(ops::resize(), {part},
                                      {{"height", p.height},
                                       {"width", p.width},
                                       {"interpolation", "bilinear"},
                                       {"antialias", false},
                                       {"bytes", false}});
                      }};
    }
    static bool isDrawn(const RandomCropParams& p, std::int64_t h, std::int64_t w)
    {
        return h > p.height && w > p.width;
    }
    /// Where the part of the target's aspect ratio begins on the axis of `length`, in the middle.
    static std::int64_t middleStart(std::int64_t length, std::int64_t other, std::int64_t wanted,
                                    std::int64_t otherWanted)
    {
        const double exact
            = static_cast<double>(other * wanted) / static_cast<double>(otherWanted);
        const std::int64_t part = std::max<std::int64_t>(
            std::min(length, static_cast<std::int64_t>(exact)), 1);
        return (length - part) / 2;
    }
};

} // namespace

void registerRandomCrop(LayerRegistry& registry)
{
    registry.add<RandomCrop>();
}

} // namespace lb
