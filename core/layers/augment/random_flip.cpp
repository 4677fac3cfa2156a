#include "core/layers/random_image.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

enum class FlipMode : std::uint8_t { Horizontal, Vertical, Both };

constexpr auto kerasNames(FlipMode)
{
    return std::to_array<std::string_view>({"horizontal", "vertical", "horizontal_and_vertical"});
}

struct RandomFlipParams {
    FlipMode mode = FlipMode::Both;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandomFlipParams&) const = default;
};

/// Mirrors every second image, by chance and in training only. In mode horizontal_and_vertical one
/// draw decides about both axes, so that an image is left alone or turned by half a turn.
/// Draws `flips` [batch, 1, 1, 1]. Shapes: x [batch, height, width, channels] or one image; y as x,
/// float32. Source: Keras 3 `RandomFlip`.
class RandomFlip final : public RandomLayerOf<RandomFlip, RandomFlipParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomFlip";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        return std::tuple{
            field(&RandomFlipParams::mode, "mode", LB_TR("Layer", "Mode"))
                .initial(FlipMode::Horizontal)
                .help(LB_TR("Layer", "horizontal swaps left and right, vertical top and bottom.")),
            field(&RandomFlipParams::seed, "seed", LB_TR("Layer", "Seed"))
                .advanced()
                .help(LB_TR("Layer",
                            "Gives this layer draws of its own; empty: those of the project.")),
            field(&RandomFlipParams::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Mirrors every second image, by chance."),
                "y(i, j) = x(i, width − 1 − j) if u ≤ ½, else x(i, j); u ~ U(0, 1)", true};
    }
    static Result<Outputs> emit(const RandomFlipParams& p, Emitter& e)
    {
        e.takeAsGiven();
        const ValueRef x = e.floatInput(0);
        Annotations annotations(e, p.dataFormat);
        if (!e.training()) {
            LB_TRY(images, passedOn(e, x, p.dataFormat));
            annotations.moveMasks([](ValueRef masks) { return masks; }, true);
            return annotations.with(images.front());
        }
        const ImageFrame frame(e, x, p.dataFormat);
        const ValueRef flips = e.drawn("flips", drawnSpec(frame.batch(), 3, DType::Bool));
        const ConfigObject axes{{"horizontal", p.mode != FlipMode::Vertical},
                                {"vertical", p.mode != FlipMode::Horizontal}};
        const auto flipped
            = [&](ValueRef images) { return e.op(ops::flipWhere(), {images, flips}, axes); };
        annotations.moveMasks(flipped, true);
        annotations.moveBoxes([&](BoxFrame& boxes) {
            boxes.read("rel_xyxy", frame.images());
            boxes.apply(ops::flipBoxes(), {flips}, axes);
            boxes.clip(frame.images()); // Keras clips relative numbers to the size in pixels
            boxes.write("rel_xyxy", frame.images());
        });
        return annotations.with(frame.restored(flipped(frame.images())));
    }
    static Result<Transformation> drawn(const RandomFlipParams& p, const DrawContext& context)
    {
        const Tensor u = uniformDraw(context, p.seed, 0, 0, 1, 3);
        return Transformation{{"flips", Tensor::make<bool>(u.shape(), [&](std::span<bool> out) {
                                   std::ranges::transform(
                                       u.values<float>(), out.begin(),
                                       [](float value) { return value <= 0.5f; });
                               })}};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return drawnNumber(drawn, "flips", sample) != 0 ? "↔" : "–";
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"horizontal, one image", ConfigObject{{"mode", "horizontal"}}, {{4, 5, 1}}},
            {"vertical, channels first",
             ConfigObject{{"mode", "vertical"}, {"data_format", "channels_first"}},
             {{1, 3, 4, 5}}},
        };
    }
};

} // namespace

void registerRandomFlip(LayerRegistry& registry)
{
    registry.add<RandomFlip>();
}

} // namespace lb
