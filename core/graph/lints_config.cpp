#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/lint_tools.h"
#include "core/layers/known_keys.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

/// What a key that no class of that name knows does.
Message unknownKey(const std::string& key, const LayerType& layer)
{
    const std::string kerasClass(layer.kerasClass());
    const bool ours = kerasClass == flow::kBatch || kerasClass == flow::kOutput
        || kerasClass == flow::kInput; // Keras never sees it
    if (ours || takesAnyKey(layer))
        return {LB_TR("Problem", "%1 is no parameter of a %2: it is kept and changes nothing"),
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

std::int64_t wholeAt(const Config& config, std::string_view key, std::int64_t otherwise)
{
    const Config* value = config.find(key);
    const auto* whole = value ? value->as<std::int64_t>() : nullptr;
    return whole ? *whole : otherwise;
}

/// Bands are cut by frequency: with another rate than that of the sounds each is somewhere else.
void addRateLint(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    constexpr std::string_view kRate = "sampling_rate";
    constexpr std::int64_t kUsual = 16'000; ///< Keras'
    const Node* source = graph.context.document.source();
    const LayerDef* data = source ? graph.layerOf(*source) : nullptr;
    const LayerDef* layer = graph.layerOf(node);
    const Config* kind = data ? data->config.find("kind") : nullptr;
    if (!layer || !kind || *kind != Config("sound_folder"))
        return;
    const std::int64_t opened = graph.context.facts.samplingRate;
    const std::int64_t is = opened > 0 ? opened : wholeAt(data->config, kRate, 0);
    const std::int64_t set = wholeAt(layer->config, kRate, kUsual);
    if (is <= 0 || is == set || !graph.upstream(node.id).contains(source->id))
        return;
    problems.push_back(
        {Severity::Warning,
         "other_sampling_rate",
         node.id,
         "",
         std::string(kRate),
         {LB_TR("Problem", "is set for %1 samples a second, and the sounds have %2: the bands lie at "
                           "other frequencies than they are named for"),
          {set, is}},
         {fixes::setParam({LB_TR("Fix", "Set it to %1"), {is}}, layer->id, std::string(kRate),
                          Config(is))}});
}

} // namespace

void addConfigLints(const LintGraph& graph, const Node& node, std::vector<Problem>& problems)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto type = graph.context.registry.find(layer ? layer->kerasClass : "");
    if (!type.ok() || layer->kerasClass == flow::kSource)
        return; // a source's settings are ours
    if (layer->kerasClass == "MelSpectrogram")
        addRateLint(graph, node, problems);
    const auto* config = layer->config.as<ConfigObject>();
    for (const auto& [key, value] : config ? *config : ConfigObject{})
        if (!isKnownKey(*type.value(), key))
            problems.push_back(
                {Severity::Hint,
                 "unknown_parameter",
                 node.id,
                 "",
                 key,
                 unknownKey(key, *type.value()),
                 {{{LB_TR("Fix", "Take %1 away"), {key}},
                   [id = layer->id, key](const Document& document) {
                       return withoutKey(document, id, key);
                   },
                   {}}}});
}

} // namespace lb
