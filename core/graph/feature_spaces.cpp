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

/// What the layer knows of a config that Keras wrote, which also names and types it.
Config ownKeys(const NestedLayer& layer)
{
    ConfigObject kept;
    for (const ParamSpec& spec : layer.type->specs())
        if (const Config* value = layer.config.find(spec.key))
            kept.emplace(spec.key, *value);
    return kept;
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
        for (const SpaceFeature& feature : parts.features) {
            const PortRef* wire = flow::wireTo(m_node, feature.name);
            if (!wire)
                return Error{ErrorCode::NotFound,
                             m_space.name,
                             {LB_TR("Error", "nothing is connected to its column %1"), {feature.name}}};
            m_columns.push_back(*wire);
            if (feature.learner() && !featureState(m_space.adapted, feature.name))
                return Error{ErrorCode::BadParameter, m_space.name,
                             LB_TR("Error", "was never adapted to data; adapt it first")};
        }
        LB_TRY(steps, featureSpaceSteps(parts, m_space.adapted));
        for (const SpaceStep& step : steps.steps)
            add(step);
        rewire(steps.outputs);
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
                column = std::max(column, m_placed[step.from[i].index] + 1);
        }
        layer.adapted = stateOf(step, node);
        m_placed.push_back(column);
        node.at = {m_node.at.x + kNodeStep * column, m_node.at.y + kNodeRow * m_rows[column]++};
        m_made.push_back(node.id);
        m_document.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
        m_body.nodes.push_back(std::make_shared<const Node>(std::move(node)));
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
        if (input != own.end() && input->second == Config(learnedFrom(m_document, m_node)))
            input->second = inputKey(m_document, std::get<PortRef>(node.inputs.front().from));
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
    std::vector<int> m_placed; ///< the column a step stands in
    std::map<int, int> m_rows; ///< that are taken, by column
};

} // namespace

bool isFeatureSpace(const Document& document, const Node& node)
{
    const LayerDef* layer = document.layerOf(node.id);
    return layer && layer->kerasClass == kFeatureSpace && !node.muted;
}

Result<Document> withOpenSpace(const Document& document, NodeId node)
{
    const Node* space = document.node(node);
    if (!space || !isFeatureSpace(document, *space))
        return Error{ErrorCode::NotFound, "", LB_TR("Error", "the node is not in the project")};
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
