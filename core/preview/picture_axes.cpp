#include "core/preview/picture_axes.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"

#include <set>

namespace lb {
namespace {

bool exchangesAxes(const LayerDef& layer)
{
    return layer.kerasClass == "Permute" || layer.kerasClass == "Reshape";
}

/// What the value of a node was made of: through its first wire, out of groups too.
NodeId madeOf(const Document& document, const Node& node)
{
    if (flow::isClass(document, node, flow::kInput)) {
        const auto calls = groups::callers(document, node.id);
        const PortRef* wire = calls && !calls->empty() ? flow::firstWire(*calls->back()) : nullptr;
        return wire ? wire->node : NodeId{};
    }
    const PortRef* wire = flow::firstWire(node);
    return wire ? wire->node : NodeId{};
}

} // namespace

PictureAxes axesOf(std::string_view kerasClass, const Config& config)
{
    if (kerasClass == "MelSpectrogram")
        return PictureAxes::PitchFirst;
    if (kerasClass != "STFTSpectrogram")
        return PictureAxes::AsTheyLie;
    const Config* format = config.find("data_format");
    const bool channelsFirst = format && *format == Config("channels_first");
    const Config* images = config.find("expand_dims");
    const bool expanded = images && *images == Config(true);
    return !channelsFirst ? PictureAxes::TimeFirst
        : expanded        ? PictureAxes::AsTheyLie // the first axis is the channels'
                          : PictureAxes::PitchFirst;
}

PictureAxes axesAt(const Document& document, NodeId id, const std::map<NodeId, Shape>& shapes)
{
    const auto own = shapes.find(id);
    std::set<NodeId> seen; // a file may hold a circle
    while (const Node* node = document.node(id)) {
        const auto shape = shapes.find(id);
        if (!seen.insert(id).second
            || (own != shapes.end() && shape != shapes.end()
                && shape->second.size() != own->second.size()))
            break;
        if (const LayerDef* layer = document.layerOf(id); layer && !node->muted) {
            if (const PictureAxes axes = axesOf(layer->kerasClass, layer->config);
                axes != PictureAxes::AsTheyLie)
                return axes;
            if (exchangesAxes(*layer))
                break;
        }
        id = madeOf(document, *node);
    }
    return PictureAxes::AsTheyLie;
}

} // namespace lb
