#include "core/graph/flow.h"

#include "core/graph/flatten.h"

#include <algorithm>
#include <set>

namespace lb::flow {

bool isClass(const Document& document, const Node& node, std::string_view kerasClass)
{
    const LayerDef* layer = document.layerOf(node.id);
    return layer && layer->kerasClass == kerasClass;
}

bool isPipeline(const Document& document, const Node& node)
{
    return isClass(document, node, kSource)
        || (node.stage == Stage::Pipeline && !isClass(document, node, kBatch));
}

const PortRef* wireTo(const Node& node, std::string_view port)
{
    const auto input = std::ranges::find(node.inputs, port, &Input::port);
    return input == node.inputs.end() ? nullptr : std::get_if<PortRef>(&input->from);
}

const PortRef* firstWire(const Node& node)
{
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from))
            return wire;
    return nullptr;
}

std::vector<PortRef> dataWires(const Node& node)
{
    std::vector<PortRef> wires;
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from); wire && input.port != kLabelPort)
            wires.push_back(*wire);
    return wires;
}

Stage stageOfNew(const LayerRegistry& registry, std::string_view kerasClass)
{
    const auto type = registry.find(kerasClass);
    if (!type.ok() || kerasClass == kBatch)
        return Stage::Model;
    switch (type.value()->about().family) {
    case About::Family::Data:
    case About::Family::Image:
    case About::Family::RandomImage:
    case About::Family::Text:
    case About::Family::Numeric:
        return Stage::Pipeline;
    case About::Family::Layer:
    case About::Family::Sequence:
    case About::Family::Output:
        break;
    }
    return Stage::Model;
}

Result<PortRef> prediction(const Document& document)
{
    const Node* output = document.output();
    if (!output)
        return Error{ErrorCode::NotFound, "",
                     LB_TR("Error", "the project has no Output; add one and connect it")};
    const PortRef* last = wireTo(*output, "");
    if (!last)
        return Error{ErrorCode::NotFound, document.nameOf(output->id),
                     LB_TR("Error", "nothing leads to the prediction; connect it")};
    return *last;
}

} // namespace lb::flow

namespace lb {

Result<std::vector<PortRef>> boundaries(const Document& document)
{
    LB_TRY(last, flow::prediction(document));
    std::vector<PortRef> open{last}, found;
    std::set<NodeId> seen;
    while (!open.empty()) {
        const PortRef at = open.back();
        open.pop_back();
        const Node* node = document.node(at.node);
        if (node && flow::isPipeline(document, *node)) {
            if (std::ranges::find(found, at) == found.end())
                found.push_back(at);
            continue;
        }
        if (!node || !seen.insert(at.node).second)
            continue;
        for (auto input = node->inputs.rbegin(); input != node->inputs.rend(); ++input)
            if (const auto* wire = std::get_if<PortRef>(&input->from);
                wire && input->port != flow::kLabelPort)
                open.push_back(*wire);
    }
    if (found.empty())
        return Error{ErrorCode::NotFound, "",
                     LB_TR("Error", "no data leads to the output; connect a source")};
    return found;
}

Result<std::vector<Column>> boundaryColumns(const Document& document, std::vector<Spec> specs)
{
    LB_TRY(between, boundaries(document));
    std::vector<Column> columns;
    for (std::size_t i = 0; i < between.size() && i < specs.size(); ++i) {
        if (!specs[i].shape.empty())
            specs[i].shape.front() = kUnknown;
        std::string name = document.nameOf(between[i].node);
        if (between[i].port > 0)
            name += "_" + std::to_string(between[i].port);
        columns.push_back({std::move(name), std::move(specs[i])});
    }
    return columns;
}

} // namespace lb
