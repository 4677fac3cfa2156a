#include "core/graph/feature_spaces.h"

#include "core/graph/analysis.h"
#include "core/graph/column_ports.h"
#include "core/graph/flow.h"
#include "core/layers/feature_space_parts.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::string_view kFeatureSpace = "FeatureSpace";
constexpr double kNodeStep = 256, kNodeRow = 208; ///< between the new nodes
constexpr double kLaneRoom = 48; ///< more, where the next row stands in the other lane

/// What the layer knows of a config that Keras wrote, which also names and types it.
Config ownKeys(const NestedLayer& layer)
{
    ConfigObject kept;
    for (const ParamSpec& spec : layer.type->specs())
        if (const Config* value = layer.config.find(spec.key))
            kept.emplace(spec.key, *value);
    return kept;
}

/// Every column has a wire, and what learns has learned.
Result<> mayOpen(const Node& node, const LayerDef& space, const FeatureSpaceParts& parts)
{
    for (const SpaceFeature& feature : parts.features) {
        if (!flow::wireTo(node, feature.name))
            return Error{ErrorCode::NotFound,
                         space.name,
                         {LB_TR("Error", "nothing is connected to its column %1"), {feature.name}}};
        if (feature.learner() && !featureState(space.adapted, feature.name))
            return Error{ErrorCode::BadParameter, space.name,
                         LB_TR("Error", "was never adapted to data; adapt it first")};
    }
    return std::monostate{};
}

/// Puts the layers into a copy of the document.
class Opening {
public:
    Opening(const Document& document, const Node& node, const LayerDef& space)
        : m_document(document)
        , m_body(*document.bodyOf(node.id))
        , m_node(node)
        , m_space(space)
    {
        for (const auto& layer : document.layers)
            m_names.insert(layer->name);
        if (users(document) == 1)
            m_names.erase(space.name); // free for what joins the features
    }

    Result<Document> run()
    {
        LB_TRY(parts, featureSpaceParts(m_space.config));
        if (Result<> ready = mayOpen(m_node, m_space, parts); !ready.ok())
            return std::move(ready.error());
        for (const SpaceFeature& feature : parts.features)
            m_columns.push_back(*flow::wireTo(m_node, feature.name));
        LB_TRY(steps, featureSpaceSteps(parts, m_space.adapted));
        for (const SpaceStep& step : steps.steps)
            add(step);
        rewire(steps.outputs);
        makeRoom();
        finish();
        return std::move(m_document);
    }

private:
    /// How many nodes call the space.
    std::ptrdiff_t users(const Document& document) const
    {
        std::ptrdiff_t count = 0;
        for (const auto& body : document.bodies)
            count += std::ranges::count_if(body->nodes, [&](const auto& node) {
                const auto* layer = std::get_if<LayerId>(&node->calls);
                return layer && *layer == m_space.id;
            });
        return count;
    }

    std::string freeName(const std::string& wish)
    {
        std::string name = wish;
        for (int i = 1; !m_names.insert(name).second; ++i)
            name = wish + "_" + std::to_string(i);
        return name;
    }

    PortRef wireOf(const SpaceValue& value) const
    {
        return value.isStep ? PortRef{m_made[value.index], 0} : m_columns[value.index];
    }

    void add(const SpaceStep& step)
    {
        LayerDef layer;
        layer.id = {m_document.nextId++};
        layer.kerasClass = std::string(step.layer.type->kerasClass());
        layer.name = freeName(step.of.empty() ? m_space.name : step.layer.name);
        layer.config = ownKeys(step.layer);
        Node node;
        node.id = {m_document.nextId++};
        node.calls = layer.id;
        node.stage = m_node.stage;
        int column = 0; // one to the right of what it is made of
        for (std::size_t i = 0; i < step.from.size(); ++i) {
            node.inputs.push_back(
                {step.from.size() == 1 ? "" : std::to_string(i), wireOf(step.from[i]), {}});
            if (step.from[i].isStep)
                column = std::max(column, m_placed[step.from[i].index].column + 1);
        }
        layer.adapted = stateOf(step, node);
        const int row = rowOf(step, column);
        node.at = {m_node.at.x + kNodeStep * column, m_node.at.y + kNodeRow * row};
        m_placed.push_back({column, row});
        m_made.push_back(node.id);
        m_document.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
        m_body.nodes.push_back(std::make_shared<const Node>(std::move(node)));
    }

    /// Beside what it is made of, crosses below the features, what joins all in the middle of them;
    /// further down where something stands already.
    int rowOf(const SpaceStep& step, int column)
    {
        int row = 0;
        if (step.of.empty()) {
            for (const auto& [other, rows] : m_rows)
                row = std::max(row, rows / 2);
        } else if (step.from.size() > 1) {
            row = m_rows[0];
        } else if (step.from.front().isStep) {
            row = m_placed[step.from.front().index].row;
        }
        while (!m_taken.insert({column, row}).second)
            ++row;
        m_rows[column] = std::max(m_rows[column], row + 1);
        return row;
    }

    /// With a record of its own, so that what was new stays so.
    StateHandle stateOf(const SpaceStep& step, const Node& node) const
    {
        if (!step.state)
            return {};
        auto state = std::make_shared<AdaptedState>(*step.state);
        const auto* record = m_space.adapted->record.as<ConfigObject>();
        ConfigObject own = record ? *record : ConfigObject{};
        const auto input = own.find("input");
        const PortRef wire = std::get<PortRef>(node.inputs.front().from);
        if (input != own.end() && input->second == Config(learnedFrom(m_document, m_node)))
            input->second = inputKey(m_document, wire);
        const auto columns = own.find("columns");
        const auto port = std::ranges::find_if(m_node.inputs, [&](const Input& taken) {
            const auto* from = std::get_if<PortRef>(&taken.from);
            return from && *from == wire;
        });
        if (const Config* data = columns != own.end() && port != m_node.inputs.end()
                ? columns->second.find(port->port)
                : nullptr)
            own["data"] = Config(*data); // a copy: it stands in what goes now
        own.erase("columns");
        own.erase("parameters"); // they name the space's
        state->record = std::move(own);
        return state;
    }

    /// Who took the space's outputs takes those of the layers.
    void rewire(const std::vector<SpaceValue>& outputs)
    {
        for (auto& shared : m_body.nodes) {
            const auto uses = [&](const Input& input) {
                const auto* wire = std::get_if<PortRef>(&input.from);
                return wire && wire->node == m_node.id && wire->port >= 0
                    && wire->port < std::ssize(outputs);
            };
            if (std::ranges::none_of(shared->inputs, uses))
                continue;
            auto node = std::make_shared<Node>(*shared);
            for (Input& input : node->inputs)
                if (uses(input))
                    input.from = wireOf(
                        outputs[static_cast<std::size_t>(std::get<PortRef>(input.from).port)]);
            shared = std::move(node);
        }
    }

    /// Moves away what stands where the layers now do: right of the space as far as they are wider,
    /// below it as far as they are taller.
    void makeRoom()
    {
        int rows = 0;
        for (const auto& [column, taken] : m_rows)
            rows = std::max(rows, taken);
        const double wider = m_rows.empty() ? 0 : kNodeStep * m_rows.rbegin()->first;
        const double taller = kNodeRow * std::max(0, rows - 1);
        const auto isRight = [&](const Node& node) {
            return node.stage == m_node.stage && node.at.x > m_node.at.x
                && std::abs(node.at.y - m_node.at.y) < kNodeRow + taller;
        };
        const auto isBelow = [&](const Node& node) {
            return node.at.y >= m_node.at.y + kNodeRow / 2;
        };
        const auto isNew = [&](const Node& node) {
            return node.id == m_node.id || std::ranges::count(m_made, node.id) > 0;
        };
        Point by; // as much as the nearest there needs
        for (const auto& node : m_body.nodes) {
            const double lanes = node->stage == m_node.stage ? 0 : kLaneRoom;
            if (isNew(*node))
                continue;
            if (isRight(*node))
                by.x = std::max(by.x, m_node.at.x + wider + kNodeStep - node->at.x);
            else if (isBelow(*node))
                by.y = std::max(by.y, m_node.at.y + taller + kNodeRow + lanes - node->at.y);
        }
        for (auto& shared : m_body.nodes) {
            if (isNew(*shared) || !(isRight(*shared) || isBelow(*shared)))
                continue;
            auto node = std::make_shared<Node>(*shared);
            (isRight(*shared) ? node->at.x : node->at.y) += isRight(*shared) ? by.x : by.y;
            shared = std::move(node);
        }
    }

    /// Takes the space itself out.
    void finish()
    {
        std::erase_if(m_body.nodes, [&](const auto& node) { return node->id == m_node.id; });
        for (Frame& frame : m_body.frames)
            std::erase(frame.nodes, m_node.id);
        std::erase_if(m_body.frames, [](const Frame& frame) { return frame.nodes.empty(); });
        m_body.frames.push_back({{m_document.nextId++}, m_space.name, m_made, ConfigObject{}});
        for (auto& body : m_document.bodies)
            if (body->id == m_body.id)
                body = std::make_shared<const Body>(m_body);
        if (users(m_document) == 0)
            std::erase_if(m_document.layers,
                          [&](const auto& layer) { return layer->id == m_space.id; });
    }

    Document m_document;
    Body m_body;
    const Node m_node;
    const LayerDef m_space;
    std::set<std::string> m_names;
    std::vector<PortRef> m_columns;
    std::vector<NodeId> m_made; ///< a node a step
    struct Place {
        int column = 0, row = 0;
    };
    std::vector<Place> m_placed; ///< a place a step
    std::map<int, int> m_rows; ///< to below the lowest that is taken, by column
    std::set<std::pair<int, int>> m_taken; ///< column, row
};

} // namespace

bool isFeatureSpace(const Document& document, const Node& node)
{
    const LayerDef* layer = document.layerOf(node.id);
    return layer && layer->kerasClass == kFeatureSpace && !node.muted;
}

Result<> mayOpenSpace(const Document& document, NodeId node)
{
    const Node* space = document.node(node);
    const LayerDef* layer = document.layerOf(node);
    if (!space || !layer || layer->kerasClass != kFeatureSpace)
        return Error{ErrorCode::NotFound, document.nameOf(node),
                     LB_TR("Error", "is no FeatureSpace; select one")};
    if (space->muted)
        return Error{ErrorCode::BadParameter, layer->name,
                     LB_TR("Error", "is muted; take that back first")};
    LB_TRY(parts, featureSpaceParts(layer->config));
    return mayOpen(*space, *layer, parts);
}

Result<Document> withOpenSpace(const Document& document, NodeId node)
{
    if (Result<> may = mayOpenSpace(document, node); !may.ok())
        return std::move(may.error());
    const Node* space = document.node(node);
    return Opening(document, *space, *document.layerOf(node)).run();
}

Result<Document> withOpenSpaces(const Document& document)
{
    Document opened = document;
    for (const auto& node : document.root().nodes)
        if (isFeatureSpace(document, *node)) {
            LB_TRY(next, withOpenSpace(opened, node->id));
            opened = std::move(next);
        }
    return opened;
}

} // namespace lb
