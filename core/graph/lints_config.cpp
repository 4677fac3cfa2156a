#include "core/graph/flow.h"
#include "core/graph/lint_tools.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

/// What Keras' Layer takes whatever its class, and what it writes for every layer.
constexpr std::array<std::string_view, 7> kOfEveryLayer{
    "name", "dtype", "trainable", "autocast", "activity_regularizer", "input_dim", "input_shape"};
/// What its image layers take beside that, used or not.
constexpr std::array<std::string_view, 3> kOfImageLayers{"factor", "bounding_box_format",
                                                         "data_format"};

/// What single classes take and no field shows, because it changes no number here.
bool isKnownOf(std::string_view kerasClass, std::string_view key)
{
    struct Known {
        std::string_view kerasClass, key;
    };
    static constexpr std::array kKnown{
        Known{"BatchNormalization", "renorm"},
        Known{"BatchNormalization", "renorm_clipping"},
        Known{"BatchNormalization", "renorm_momentum"},
        Known{"Conv2D", "lora_alpha"},
        Known{"Conv2D", "lora_rank"},
        Known{"Dense", "lora_alpha"},
        Known{"Dense", "lora_rank"},
        Known{"Dense", "quantization_config"},
        Known{"Embedding", "input_length"},
        Known{"Embedding", "lora_alpha"},
        Known{"Embedding", "lora_rank"},
        Known{"Embedding", "quantization_config"},
        Known{"Embedding", "weights"},
        Known{"IntegerLookup", "vocabulary_size"},
        Known{"StringLookup", "oov_method"},
        Known{"StringLookup", "vocabulary_dtype"},
        Known{"StringLookup", "vocabulary_size"},
        Known{"TextVectorization", "vocabulary_size"},
    };
    return std::ranges::any_of(kKnown, [&](const Known& known) {
        return known.kerasClass == kerasClass && known.key == key;
    });
}

bool isKnown(const LayerType& type, std::string_view key)
{
    const About::Family family = type.about().family;
    const bool image = family == About::Family::Image || family == About::Family::RandomImage;
    return std::ranges::find(type.specs(), key, &ParamSpec::key) != type.specs().end()
        || std::ranges::find(kOfEveryLayer, key) != kOfEveryLayer.end()
        || (image && std::ranges::find(kOfImageLayers, key) != kOfImageLayers.end())
        || isKnownOf(type.kerasClass(), key);
}

/// What a key that no class of that name knows does.
Message unknownKey(const std::string& key, const std::string& kerasClass)
{
    for (const std::string_view own : {flow::kBatch, flow::kOutput, flow::kInput})
        if (kerasClass == own) // Keras never sees it
            return {LB_TR("Problem",
                          "%1 is no parameter of a %2: it is kept and changes nothing"),
                    {key, kerasClass}};
    return {LB_TR("Problem", "%1 is no parameter of a %2: it is kept and changes nothing here, and "
                             "Keras would refuse the layer"),
            {key, kerasClass}};
}

Result<Document> withoutKey(const Document& document, LayerId id, const std::string& key)
{
    Document edited = document;
    for (auto& layer : edited.layers)
        if (layer->id == id)
            if (const auto* config = layer->config.as<ConfigObject>()) {
                ConfigObject rest = *config;
                rest.erase(key);
                LayerDef copy = *layer;
                copy.config = Config(std::move(rest));
                layer = std::make_shared<const LayerDef>(std::move(copy));
            }
    return edited;
}

} // namespace

void addConfigLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto type = graph.context.registry.find(layer ? layer->kerasClass : "");
    if (!type.ok() || layer->kerasClass == flow::kSource)
        return; // a source's settings are ours
    const auto* config = layer->config.as<ConfigObject>();
    for (const auto& [key, value] : config ? *config : ConfigObject{})
        if (!isKnown(*type.value(), key))
            problems.push_back(
                {Severity::Hint,
                 "unknown_parameter",
                 node.id,
                 "",
                 key,
                 unknownKey(key, layer->kerasClass),
                 {{{LB_TR("Fix", "Take %1 away"), {key}},
                   [id = layer->id, key](const Document& document) {
                       return withoutKey(document, id, key);
                   },
                   {}}}});
}

} // namespace lb
