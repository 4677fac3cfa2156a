#include "core/training/host_work.h"

#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/flatten.h"
#include "core/graph/flow.h"

#include <algorithm>
#include <array>
#include <set>

namespace lb {
namespace {

bool isOurs(const Document& document, const Node& node)
{
    constexpr std::array ours{flow::kSource, flow::kBatch, flow::kOutput, flow::kInput};
    return std::ranges::any_of(ours, [&](std::string_view kerasClass) {
        return flow::isClass(document, node, kerasClass);
    });
}

class LeadingWork {
public:
    LeadingWork(const Document& document, const LayerRegistry& registry,
                std::span<const Spec> columns, Phase phase)
        : m_document(document)
        , m_registry(registry)
        , m_columns(columns.begin(), columns.end())
        , m_phase(phase)
    {
    }

    Document ahead()
    {
        for (std::vector<NodeId> next = layersNext(); !next.empty(); next = layersNext())
            for (const NodeId id : next)
                if (auto moved = edits::setStage(m_document, id, Stage::Pipeline); moved.ok())
                    m_document = std::move(moved.value());
        return std::move(m_document);
    }

private:
    /// Those of the model that only the pipeline feeds by now, as far as they work on the host.
    std::vector<NodeId> layersNext()
    {
        std::vector<NodeId> next;
        for (const auto& node : m_document.root().nodes)
            if (!flow::isPipeline(m_document, *node) && !isOurs(m_document, *node) && isFed(*node)
                && m_seen.insert(node->id).second && worksOnHost(*node))
                next.push_back(node->id);
        return next;
    }

    bool isFed(const Node& node) const
    {
        bool any = false;
        for (const PortRef& wire : flow::dataWires(node)) {
            const PortRef* from = beforeBatches(m_document, &wire);
            const Node* before = from ? m_document.node(from->node) : nullptr;
            if (!before || !flow::isPipeline(m_document, *before))
                return false;
            any = true;
        }
        return any;
    }

    bool worksOnHost(const Node& node) const
    {
        const auto model = flattened(m_document, m_registry,
                                     {.part = FlattenRequest::Part::UpTo,
                                      .node = node.id,
                                      .phase = m_phase,
                                      .inputs = m_columns});
        if (!model.ok())
            return false; // who describes the model says why
        const FlatModel& flat = model.value();
        const auto isString = [&](ValueId id) {
            return flat.graph.nodes[id].spec.dtype == DType::String;
        };
        if (node.muted)
            return isString(flat.graph.outputs.front());
        bool host = false;
        for (std::size_t i = 0; i < flat.calls.size(); ++i) {
            const CallOrigin& call = flat.calls[i];
            if (!isWithin(call, node))
                continue;
            if (std::ranges::count(flat.weights, call.layer, &FlatWeight::layer) > 0)
                return false; // they train
            host = host || std::ranges::any_of(call.inputs, isString)
                || std::ranges::any_of(call.outputs, isString)
                || std::ranges::any_of(flat.graph.nodes, [&](const OpNode& op) {
                       return op.host && op.origin == i;
                   });
        }
        return host;
    }

    bool isWithin(const CallOrigin& call, const Node& node) const
    {
        return call.node == node.id
            || (std::holds_alternative<BodyId>(node.calls)
                && call.name.starts_with(m_document.nameOf(node.id) + "/"));
    }

    Document m_document;
    const LayerRegistry& m_registry;
    std::vector<Spec> m_columns;
    Phase m_phase;
    std::set<NodeId> m_seen; ///< that were looked into
};

} // namespace

Document withHostWorkAhead(const Document& document, const LayerRegistry& registry,
                           std::span<const Spec> columns, Phase phase)
{
    return LeadingWork(document, registry, columns, phase).ahead();
}

Error stringsAt(const Document& document, const PortRef& value)
{
    Error error{ErrorCode::BadShape, document.nameOf(value.node),
                LB_TR("Error",
                      "strings come to it, and it trains on numbers: put a "
                      "TextVectorization, StringLookup or Hashing before it")};
    for (const auto& node : document.root().nodes) {
        if (flow::isPipeline(document, *node) || flow::isClass(document, *node, flow::kBatch))
            continue;
        for (const Input& input : node->inputs) {
            const auto* wire = std::get_if<PortRef>(&input.from);
            const PortRef* from
                = input.port == flow::kLabelPort ? nullptr : beforeBatches(document, wire);
            if (!from || *from != value)
                continue;
            error.where = document.nameOf(node->id);
            if (std::holds_alternative<BodyId>(node->calls))
                error.message
                    = LB_TR("Error",
                            "strings come to it, and layers in it train: dissolve the group, or "
                            "take the layers that read strings out of it");
            return error;
        }
    }
    return error;
}

} // namespace lb
