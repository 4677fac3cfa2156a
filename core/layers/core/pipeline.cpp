#include "core/layers/nested_layer.h"
#include "core/layers/registry.h"

#include <charconv>

namespace lb {
namespace {

struct PipelineParams {
    Config layers = ConfigList{};

    bool operator==(const PipelineParams&) const = default;
};

/// Calls layers one after the other, as a Sequential that is one layer.
///
/// `layers` holds them as Keras serialises them. What they draw is named by their place in the
/// list, "1/angle"; a transformation is a list with an entry for each layer. Shapes: as the layers.
/// Errors: BadParameter at "layers" or at a layer's own parameter ("layers/1/factor"); UnknownLayer;
/// those of the layers' ops. Source: Keras 3 `Pipeline`.
class Pipeline final : public RandomLayerOf<Pipeline, PipelineParams> {
public:
    static constexpr std::string_view kKerasClass = "Pipeline";
    static constexpr bool kWithoutBoxFormat = true; ///< its layers say it
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        return std::tuple{
            field(&PipelineParams::layers, "layers", LB_TR("Layer", "Layers"))
                .required(ConfigList{serialized("RandomFlip", ConfigObject{{"mode", "horizontal"}}),
                                     serialized("RandomRotation", ConfigObject{{"factor", 0.1}})})
                .help(LB_TR("Layer", "The layers in their order, each {class_name, config}."))};
    }
    static Result<> validate(const PipelineParams& p)
    {
        const Result<std::vector<NestedLayer>> layers = layersOf(p);
        return layers.ok() ? Result<>(std::monostate{}) : Result<>(layers.error());
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Calls several layers one after the other."), "y = fₙ(… f₂(f₁(x)))"};
    }
    static Result<Outputs> emit(const PipelineParams& p, Emitter& e)
    {
        LB_TRY(layers, layersOf(p));
        Outputs values;
        for (std::size_t i = 0; i < e.inputCount(); ++i)
            values.push_back(e.input(i));
        for (const NestedLayer& layer : layers) {
            if (e.isAnnotated() && e.passesBeside() && !layer.type->movesAnnotations()) {
                LB_TRY(images, emitNested(layer, e, {values[0]}, {}, {}, std::vector{Role::Images}));
                values[0] = images.front();
                continue;
            }
            LB_TRY(outputs, emitNested(layer, e, values));
            values = std::move(outputs);
        }
        return values;
    }
    static Result<Transformation> drawn(const PipelineParams& p, const DrawContext& context);
    Config completed(const Config& config, const Config& transformation) const final;
    bool needs(const Config& config, const Config& transformation,
               std::string_view draw) const final;
    static std::string shownDraw(const Transformation& drawn, std::size_t sample);
    static std::vector<Example> examples()
    {
        return {
            {"two random layers",
             ConfigObject{
                 {"layers",
                  ConfigList{serialized("RandomRotation", ConfigObject{{"factor", 0.1}}),
                             serialized("RandomTranslation", ConfigObject{{"height_factor", 0.2},
                                                                          {"width_factor", 0.1}}),
                             serialized("Rescaling", ConfigObject{{"scale", 0.5}})}}},
             {{2, 6, 5, 3}}},
            {"another size on the way",
             ConfigObject{
                 {"layers",
                  ConfigList{serialized("Resizing", ConfigObject{{"height", 4}, {"width", 7}}),
                             serialized("RandomTranslation", ConfigObject{{"height_factor", 0.2},
                                                                          {"width_factor", 0.1}})}}},
             {{2, 6, 5, 3}}},
        };
    }

private:
    static Config serialized(const char* kerasClass, ConfigObject config)
    {
        return ConfigObject{{"class_name", kerasClass}, {"config", std::move(config)}};
    }
    static Result<std::vector<NestedLayer>> layersOf(const PipelineParams& p);
    /// The layer that a draw belongs to, and the rest of the draw's name.
    static std::optional<std::pair<std::size_t, std::string_view>> placeOf(std::string_view draw);
};

Result<std::vector<NestedLayer>> Pipeline::layersOf(const PipelineParams& p)
{
    const auto* list = p.layers.as<ConfigList>();
    if (!list || list->empty())
        return Error{ErrorCode::BadParameter, "layers",
                     LB_TR("Error", "must be a list of at least one layer")};
    std::vector<NestedLayer> layers;
    for (std::size_t i = 0; i < list->size(); ++i) {
        Result<NestedLayer> layer = nestedLayer(std::to_string(i), (*list)[i]);
        if (!layer.ok()) {
            layer.error().where.insert(0, "layers/");
            return std::move(layer.error());
        }
        layers.push_back(std::move(layer.value()));
    }
    return layers;
}

/// Follows the specs through the layers: what a layer draws may depend on the size it gets.
Result<Transformation> Pipeline::drawn(const PipelineParams& p, const DrawContext& context)
{
    LB_TRY(layers, layersOf(p));
    std::vector<Spec> specs(context.inputs.begin(), context.inputs.begin() + 1); // the images
    Transformation result;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        LB_TRY(inner, drawNested(layers[i], context, {}, i, specs));
        result.merge(inner);
        if (i + 1 == layers.size())
            break;
        LB_TRY(graph, describedBy(*layers[i].type, layers[i].config, specs, Phase::Training));
        specs.clear();
        for (const ValueId output : graph.outputs)
            specs.push_back(graph.nodes[output].spec);
    }
    return result;
}

std::optional<std::pair<std::size_t, std::string_view>> Pipeline::placeOf(std::string_view draw)
{
    const std::size_t end = draw.find('/');
    std::size_t index = 0;
    if (end == std::string_view::npos
        || std::from_chars(draw.data(), draw.data() + end, index).ec != std::errc())
        return std::nullopt;
    return std::pair{index, draw.substr(end + 1)};
}

Config Pipeline::completed(const Config& config, const Config& transformation) const
{
    const auto params = decoded(config);
    const auto* list = transformation.as<ConfigList>();
    if (!params.ok() || !list)
        return transformation;
    const auto layers = layersOf(params.value());
    ConfigList result = *list;
    for (std::size_t i = 0; layers.ok() && i < std::min(result.size(), layers.value().size()); ++i)
        if (const auto* random = layers.value()[i].random(); random && !result[i].isNull())
            result[i] = random->completed(layers.value()[i].config, result[i]);
    return result;
}

bool Pipeline::needs(const Config& config, const Config& transformation,
                     std::string_view draw) const
{
    const auto params = decoded(config);
    const auto* list = transformation.as<ConfigList>();
    const auto place = placeOf(draw);
    if (!params.ok() || !list || !place || place->first >= list->size())
        return true;
    const auto layers = layersOf(params.value());
    if (!layers.ok() || place->first >= layers.value().size())
        return true;
    const NestedLayer& layer = layers.value()[place->first];
    return !layer.random()
        || layer.random()->needs(layer.config, (*list)[place->first], place->second);
}

/// The first number of a sample of every draw that has few of them.
std::string Pipeline::shownDraw(const Transformation& drawn, std::size_t sample)
{
    constexpr int most = 3;
    std::string text;
    int shown = 0;
    for (const auto& [name, tensor] : drawn) {
        const std::int64_t rows = tensor.shape().empty() ? 1 : tensor.shape()[0];
        const std::int64_t count = elementCount(tensor.shape());
        if (count == 0 || count > 2 * rows) // masks and noise
            continue;
        if (++shown > most)
            return text + " …";
        const auto row = std::min(static_cast<std::int64_t>(sample), rows - 1);
        const auto at = static_cast<std::size_t>(row * (count / rows));
        text += (text.empty() ? "" : " · ") + shownNumber(drawnNumber(drawn, name, at), 2, false);
    }
    return text.empty() ? "–" : text;
}

} // namespace

void registerPipeline(LayerRegistry& registry)
{
    registry.add<Pipeline>();
}

} // namespace lb
