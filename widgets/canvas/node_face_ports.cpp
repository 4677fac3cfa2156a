#include "core/graph/column_ports.h"
#include "core/graph/flow.h"
#include "widgets/canvas/node_face.h"

#include <algorithm>
#include <limits>

namespace lb::canvas {

PortKind portKindOf(const Spec& spec)
{
    if (spec.dtype == DType::String)
        return PortKind::String;
    if (spec.shape.size() >= 4)
        return PortKind::Image;
    if (!isFloating(spec.dtype) && spec.dtype != DType::Bool && spec.shape.size() <= 2)
        return PortKind::Ids;
    return spec.shape.size() == 3 ? PortKind::Sequence : PortKind::Vector;
}

void FaceMaker::describeInputs(const Node& node, NodeFace& face)
{
    const bool isOutput = face.kerasClass == flow::kOutput;
    const ClassFacts fallback;
    const ClassFacts& known = face.composite ? fallback : classFacts(face.kerasClass);
    std::vector<std::string> names;
    const auto* called = std::get_if<LayerId>(&node.calls);
    const LayerDef* layer = called ? m_document->layer(*called) : nullptr;
    if (columnsLayer(m_registry, layer)) {
        // As the outputs that they come from stand, so that their wires do not cross.
        std::vector<PortWire> columns = portWires(node, layer, m_registry);
        std::ranges::stable_sort(columns, {}, [](const PortWire& column) {
            return column.wire ? column.wire->port : std::numeric_limits<int>::max();
        });
        for (const PortWire& column : columns)
            names.push_back(column.port);
    } else if (known.inputs > 1) {
        std::size_t count = known.inputs; // one more than is used, so that another one fits
        for (const Input& input : node.inputs)
            count = std::max<std::size_t>(count, std::strtoul(input.port.c_str(), nullptr, 10) + 2);
        for (std::size_t i = 0; i < std::min<std::size_t>(count, 64); ++i)
            names.push_back(std::to_string(i));
    } else if (known.inputs == 1) {
        names.emplace_back();
    }
    for (const Input& input : node.inputs) // what a file names shows, whatever the class takes
        if (std::ranges::count(names, input.port) == 0 && input.port != flow::kLabelPort)
            names.push_back(input.port);
    if (isOutput)
        names.emplace_back(flow::kLabelPort);
    for (const std::string& name : names) {
        const bool label = name == flow::kLabelPort;
        PortFace port{QString::fromStdString(name),
                      label ? PortKind::Label : known.kind,
                      false,
                      {}};
        const auto input = std::ranges::find(node.inputs, name, &Input::port);
        if (input != node.inputs.end())
            if (const auto* wire = std::get_if<PortRef>(&input->from)) {
                port.connected = true;
                if (const Spec* spec = m_analysis->spec(*wire)) {
                    port.spec = *spec;
                    port.kind = label ? PortKind::Label : portKindOf(*spec);
                }
            }
        face.inputs.push_back(std::move(port));
    }
    face.hasInput = face.inputs.empty() || face.inputs.front().connected;
}

void FaceMaker::describeOutputs(const Node& node, const NodeFacts* facts, NodeFace& face)
{
    const bool isSource = face.kerasClass == flow::kSource;
    const auto used = m_usedOutputs.find(face.id);
    std::size_t count = isSource ? 2 : 1;
    if (facts)
        count = std::max(count, facts->outputs.size());
    if (used != m_usedOutputs.end())
        count = std::max(count, used->second.size());
    std::vector<std::string> names;
    if (const LayerDef* layer = isSource ? m_document->layerOf(node.id) : nullptr) {
        for (const Column& column : sourceColumns(*layer, *m_facts))
            names.push_back(column.name);
        if (names.size() > 1)
            names.emplace_back(flow::kLabelPort);
        else
            names.clear(); // the only one says itself what it is
        count = std::max(count, names.size());
    }
    const PortKind through = face.inputs.empty() ? PortKind::Image : face.inputs.front().kind;
    for (std::size_t i = 0; i < count; ++i) {
        const bool label = isSource && i == (names.empty() ? 1 : names.size() - 1);
        PortFace port{i < names.size() ? QString::fromStdString(names[i]) : QString(),
                      label ? PortKind::Label : through,
                      false,
                      {}};
        if (facts && i < facts->outputs.size()) {
            port.spec = facts->outputs[i];
            if (port.kind != PortKind::Label)
                port.kind = portKindOf(facts->outputs[i]);
        }
        port.connected = used != m_usedOutputs.end() && i < used->second.size() && used->second[i];
        face.outputs.push_back(std::move(port));
    }
}

} // namespace lb::canvas
