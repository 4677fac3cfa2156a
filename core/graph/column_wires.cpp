#include "core/graph/column_wires.h"

#include <algorithm>

namespace lb {
namespace {

/// Where an output went; nothing if its column is gone.
std::optional<int> movedPort(int port, const std::vector<std::string>& before,
                             const std::vector<std::string>& after)
{
    if (port < 0 || port >= std::ssize(before))
        return static_cast<int>(after.size()); // the label
    const auto found = std::ranges::find(after, before[static_cast<std::size_t>(port)]);
    return found == after.end() ? std::nullopt
                                : std::optional(static_cast<int>(found - after.begin()));
}

/// The inputs of one node, with those that come back and without those that are lost.
class NodeWires {
public:
    NodeWires(const Node& node, NodeId source, const std::vector<std::string>& before,
              const std::vector<std::string>& after)
        : m_node(node)
        , m_source(source)
        , m_before(before)
        , m_after(after)
    {
    }

    void move()
    {
        for (std::size_t i = 0; i < m_node.inputs.size(); ++i) {
            Input input = m_node.inputs[i];
            auto* wire = std::get_if<PortRef>(&input.from);
            if (wire && wire->node == m_source) {
                const auto port = movedPort(wire->port, m_before, m_after);
                if (!port) {
                    m_lost.push_back({m_before[static_cast<std::size_t>(wire->port)], m_node.id, i,
                                      input.port});
                    continue;
                }
                wire->port = *port;
            }
            m_inputs.push_back(std::move(input));
        }
    }

    /// Wires that were lost by this node, in their order.
    void restore(const std::vector<ColumnWire>& wires)
    {
        for (const ColumnWire& wire : wires) {
            if (std::ranges::find(m_node.inputs, wire.port, &Input::port) != m_node.inputs.end())
                continue; // something else stands there by now
            const auto column = std::ranges::find(m_after, wire.column);
            if (column == m_after.end()) {
                m_lost.push_back(wire);
                continue;
            }
            const auto place = std::min(wire.place, m_inputs.size());
            m_inputs.insert(m_inputs.begin() + static_cast<std::ptrdiff_t>(place),
                            Input{wire.port, PortRef{m_source, static_cast<int>(
                                                                   column - m_after.begin())}});
        }
        std::ranges::stable_sort(m_lost, {}, &ColumnWire::place);
    }

    const std::vector<Input>& inputs() const { return m_inputs; }
    const std::vector<ColumnWire>& lost() const { return m_lost; }

private:
    const Node& m_node;
    NodeId m_source;
    const std::vector<std::string>& m_before;
    const std::vector<std::string>& m_after;
    std::vector<Input> m_inputs;
    std::vector<ColumnWire> m_lost;
};

std::vector<ColumnWire> wiresOf(const std::vector<ColumnWire>& all, NodeId node)
{
    std::vector<ColumnWire> own;
    std::ranges::copy_if(all, std::back_inserter(own),
                         [&](const ColumnWire& wire) { return wire.node == node; });
    return own;
}

} // namespace

Document withColumnWires(const Document& document, NodeId source,
                         const std::vector<std::string>& before,
                         const std::vector<std::string>& after, std::vector<ColumnWire>* lost)
{
    Document result = document;
    auto body = std::make_shared<Body>(document.root());
    const std::vector<ColumnWire> earlier = lost ? *lost : std::vector<ColumnWire>{};
    std::vector<ColumnWire> now;
    bool any = false;
    for (auto& node : body->nodes) {
        NodeWires wires(*node, source, before, after);
        wires.move();
        wires.restore(wiresOf(earlier, node->id));
        now.insert(now.end(), wires.lost().begin(), wires.lost().end());
        if (wires.inputs() == node->inputs)
            continue;
        auto changed = std::make_shared<Node>(*node);
        changed->inputs = wires.inputs();
        node = std::move(changed);
        any = true;
    }
    if (any)
        result.bodies.front() = std::move(body);
    if (lost)
        *lost = std::move(now);
    return result;
}

} // namespace lb
