#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomPerspectiveParams {
    Factor factor = Factor::of(1);
    double scale = 1;
    kernels::Sampling interpolation = kernels::Sampling::Bilinear;
    Seed seed;
    double fillValue = 0;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandomPerspectiveParams&) const = default;
};

constexpr std::size_t kNumbers = 8; // x and y of four corners

/// Looks at images as if from the side, by chance and in training only: three corners move, the top
/// left one stays, as a corner moves by a part of its own coordinates.
/// Draws `apply_perspective` [batch] and `end_points` [batch, 4, 2], the pixels [x, y] that the
/// corners top left, top right, bottom left and bottom right come to; `start_points` follow from
/// the images. Shapes: x [batch, height, width, channels] or one image; y as x, float32. Errors:
/// BadShape in training where a side has one pixel. In training boxes come out as xyxy, whatever their
/// format was. Source: Keras 3 `RandomPerspective`.
class RandomPerspective final : public RandomLayerOf<RandomPerspective, RandomPerspectiveParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomPerspective";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandomPerspectiveParams;
        return std::tuple_cat(
            std::tuple{
                chanceField(&P::factor),
                field(&P::scale, "scale", LB_TR("Layer", "Scale"))
                    .initial(0.5)
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer", "How far corners move, as a part of the image: half of "
                                         "it either way.")),
                field(&P::interpolation, "interpolation", LB_TR("Layer", "Interpolation"))
                    .help(LB_TR("Layer", "How pixels between pixels are made.")),
                field(&P::fillValue, "fill_value", LB_TR("Layer", "Fill value"))
                    .slider(0.0, 255.0)
                    .help(LB_TR("Layer",
                                "The value beyond the border, in the units of the images."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static Result<> validate(const RandomPerspectiveParams& p)
    {
        return checkFactor("factor", p.factor, 0, 1);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Looks at some of the images as if from the side."),
                "corner′ = corner · (1 + U(−scale/2, scale/2)) if u < p; u ~ U(0, 1), "
                "p ~ U(low, high)",
                true};
    }
    static Result<Outputs> emit(const RandomPerspectiveParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, p.dataFormat);
        const ValueRef applied
            = e.drawn("apply_perspective", drawnSpec(frame.batch(), 0, DType::Bool));
        const ValueRef ends = e.drawn("end_points", {DType::Float32, {frame.batch(), 4, 2}, {}});
        const ValueRef matrix = e.op(ops::perspectiveMatrix(), {ends, frame.images()});
        // images are mapped in float32 whatever the policy, of corners that it rounded
        const ValueRef mapped = e.compute() == DType::Float32
            ? matrix
            : e.op(ops::perspectiveMatrix(), {e.cast(ends, DType::Float32), frame.images()});
        const ValueRef y = e.op(ops::projectiveTransform(), {frame.images(), mapped},
                                {{"fill_mode", "constant"},
                                 {"interpolation", kerasName(p.interpolation)},
                                 {"fill_value", p.fillValue}});
        const auto chosen = [&](ValueRef moved, ValueRef given) {
            return e.op(ops::chooseRows(), {applied, moved, given});
        };
        Annotations annotations(e, p.dataFormat);
        annotations.moveMasks([&](ValueRef masks) {
            return chosen(warpedMasks(e, masks, mapped, "constant", p.fillValue), masks);
        });
        annotations.moveBoxes([&](BoxFrame& boxes) {
            boxes.read("xyxy", frame.images());
            const ValueRef given = boxes.boxes();
            boxes.apply(ops::warpBoxes(), {matrix});
            boxes.set(chosen(boxes.boxes(), given));
            boxes.clip(frame.images());
        });
        return annotations.with(frame.restored(chosen(y, frame.images())));
    }
    static Result<Transformation> drawn(const RandomPerspectiveParams& p,
                                        const DrawContext& context)
    {
        LB_TRY(size, drawnImageSize(context, p.dataFormat));
        const auto right = static_cast<float>(size.width - 1);
        const auto bottom = static_cast<float>(size.height - 1);
        const std::array<float, kNumbers> start{0, 0, right, 0, 0, bottom, right, bottom};
        const auto scale = static_cast<float>(p.scale);
        const Tensor ends = Tensor::make<float>(
            {std::ssize(context.sampleIds), 4, 2}, [&](std::span<float> out) {
                for (std::size_t i = 0; i < out.size(); ++i) {
                    const std::size_t k = i % kNumbers;
                    const float u
                        = sampleStream(context, p.seed, i / kNumbers).uniform(2, k) - 0.5f;
                    out[i] = start[k] + start[k] * (scale * u);
                }
            });
        return Transformation{{"apply_perspective", flagDraw(context, p.seed, 0, p.factor)},
                              {"end_points", ends}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        if (drawnNumber(drawn, "apply_perspective", sample) == 0)
            return "–";
        const auto corner = [&](std::size_t k) {
            const auto number = [&](std::size_t axis) {
                return shownNumber(
                    drawnNumber(drawn, "end_points", kNumbers * sample + 2 * k + axis), 0, false);
            };
            return number(0) + "," + number(1);
        };
        return corner(1) + " " + corner(2) + " " + corner(3) + " px";
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 6, 5, 3}}},
            {"one image, always, filled",
             ConfigObject{{"factor", ConfigList{1.0, 1.0}},
                          {"scale", 0.4},
                          {"fill_value", 0.5},
                          {"interpolation", "nearest"}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{{"scale", 0.3}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }
};

} // namespace

void registerRandomPerspective(LayerRegistry& registry)
{
    registry.add<RandomPerspective>();
}

} // namespace lb
