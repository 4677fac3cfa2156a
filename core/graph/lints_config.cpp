#include "core/graph/flow.h"
#include "core/graph/lint_tools.h"
#include "core/layers/known_keys.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

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
        if (!isKnownKey(*type.value(), key))
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
