#include "core/layers/random_image.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandomZoomParams : WarpParams {
    Factor heightFactor;
    std::optional<Factor> widthFactor;

    bool operator==(const RandomZoomParams&) const = default;
};

/// Zooms every image about its centre, in training only; a positive factor shows more of it.
/// Draws `height_zoom` and `width_zoom` [batch, 1]; without a width factor both are the same.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Source: Keras 3 `RandomZoom`.
class RandomZoom final : public RandomLayerOf<RandomZoom, RandomZoomParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomZoom";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        return std::tuple_cat(
            std::tuple{
                field(&RandomZoomParams::heightFactor, "height_factor",
                      LB_TR("Layer", "Height factor"))
                    .required(Factor::between(-0.1, 0.1))
                    .least(-1.0)
                    .most(1.0)
                    .slider(-0.5, 0.5)
                    .help(LB_TR("Layer",
                                "How far images zoom: 0.2 shows 20 % more rows, -0.2 shows "
                                "20 % fewer. One number means both ways.")),
                field(&RandomZoomParams::widthFactor, "width_factor",
                      LB_TR("Layer", "Width factor"))
                    .least(-1.0)
                    .most(1.0)
                    .slider(-0.5, 0.5)
                    .help(LB_TR("Layer", "The same for columns; empty keeps the aspect ratio."))},
            warpFields<RandomZoomParams>());
    }
    static Result<> validate(const RandomZoomParams& p)
    {
        if (Result<> fits = checkEnds("height_factor", p.heightFactor, -1, 1, true); !fits.ok())
            return fits;
        return p.widthFactor ? checkEnds("width_factor", *p.widthFactor, -1, 1, true)
                             : Result<>(std::monostate{});
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Zooms every image by a factor of its own."),
                "y(p) = x(zoom · (p − c) + c), zoom ~ U(1 + low, 1 + high)", true};
    }
    static Result<Outputs> emit(const RandomZoomParams& p, Emitter& e)
    {
        ValueRef height, width;
        return emitWarp(
            p, e,
            [&](const ImageFrame& frame) {
                height = e.drawnAsIs("height_zoom", drawnSpec(frame.batch(), 1));
                width = e.drawnAsIs("width_zoom", drawnSpec(frame.batch(), 1));
                return e.op(ops::zoomMatrix(), {height, width, frame.images()});
            },
            [&](BoxFrame& boxes, ValueRef images, ValueRef) {
                boxes.read("xyxy", images);
                boxes.apply(ops::zoomBoxes(), {height, width, images});
                boxes.clip(images, true);
                boxes.write("rel_xyxy", images);
            });
    }
    static Result<Transformation> drawn(const RandomZoomParams& p, const DrawContext& context)
    {
        const auto zoom = [&](const Factor& factor, std::uint32_t number) {
            const auto [low, high] = endsOf(factor, -1);
            return uniformDraw(context, p.seed, number, 1 + low, 1 + high, 1);
        };
        const Tensor height = zoom(p.heightFactor, 0);
        return Transformation{{"height_zoom", height},
                              {"width_zoom", p.widthFactor ? zoom(*p.widthFactor, 1) : height}};
    }
    Config completed(const Config& config, const Config& transformation) const final
    {
        const auto params = decoded(config);
        const Config* height = transformation.find("height_zoom");
        if (!params.ok() || params.value().widthFactor || !height
            || transformation.find("width_zoom"))
            return transformation;
        ConfigObject more = *transformation.as<ConfigObject>();
        more.emplace("width_zoom", *height);
        return more;
    }
    static std::optional<DrawnRange> drawnRange(const RandomZoomParams& p)
    {
        if (p.widthFactor)
            return std::nullopt; // two numbers
        const auto [low, high] = endsOf(p.heightFactor, -1);
        return DrawnRange{{"height_zoom", "width_zoom"}, 1 + low, 1 + high};
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        const auto zoom = [&](const char* name) {
            return shownNumber(drawnNumber(drawn, name, sample), 2, false);
        };
        const std::string height = zoom("height_zoom");
        const std::string width = zoom("width_zoom");
        return height == width ? "×" + height : "×" + height + " ×" + width;
    }
    static std::vector<Example> examples()
    {
        return {
            {"aspect kept", ConfigObject{{"height_factor", 0.2}}, {{2, 6, 5, 3}}},
            {"one image, both factors, wrapped",
             ConfigObject{{"height_factor", ConfigList{-0.3, 0.1}},
                          {"width_factor", 0.2},
                          {"fill_mode", "wrap"}},
             {{6, 5, 1}}},
            {"channels first",
             ConfigObject{{"height_factor", 0.5}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }
};

} // namespace

void registerRandomZoom(LayerRegistry& registry)
{
    registry.add<RandomZoom>();
}

} // namespace lb
