#include "core/graph/batch_moves.h"

#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/graph/groups.h"

#include <algorithm>
#include <array>

namespace lb::edits {
namespace {

bool isBatchNode(const Document& document, NodeId node)
{
    const Node* found = document.node(node);
    return found && flow::isClass(document, *found, flow::kBatch);
}

/// An input of the root body.
struct WireEnd {
    NodeId node;
    std::string port;
};

/// Every wire but those of labels, with what it carries: Batches are looked through.
template <typename Visit> void eachWire(const Document& document, Visit&& visit)
{
    for (const auto& node : document.root().nodes)
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from);
                wire && input.port != flow::kLabelPort && !isBatchNode(document, node->id))
                if (const PortRef* real = beforeBatches(document, wire))
                    visit(*node, WireEnd{node->id, input.port}, *wire, *real);
}

/// With all that has to go along.
std::set<NodeId> withBetween(const Document& document, std::span<const NodeId> nodes, Stage to)
{
    std::set<NodeId> moved(nodes.begin(), nodes.end());
    for (std::size_t before = 0; before != moved.size();) {
        before = moved.size();
        eachWire(document, [&](const Node& node, const WireEnd&, const PortRef&, const PortRef& real) {
            const Node* from = document.node(real.node);
            if (to == Stage::Model && moved.contains(real.node) && hasSide(document, node.id)
                && node.stage == Stage::Pipeline)
                moved.insert(node.id);
            if (to == Stage::Pipeline && moved.contains(node.id) && hasSide(document, real.node)
                && from->stage == Stage::Model)
                moved.insert(real.node);
        });
    }
    return moved;
}

/// Nodes after those that they read.
std::vector<NodeId> inFlow(const Document& document, const std::set<NodeId>& nodes)
{
    std::vector<NodeId> order;
    std::set<NodeId> waiting = nodes;
    while (!waiting.empty()) {
        std::set<NodeId> blocked;
        eachWire(document, [&](const Node& node, const WireEnd&, const PortRef&, const PortRef& real) {
            if (waiting.contains(node.id) && waiting.contains(real.node))
                blocked.insert(node.id);
        });
        const std::size_t before = order.size();
        for (const auto& node : document.root().nodes)
            if (waiting.contains(node->id) && !blocked.contains(node->id))
                order.push_back(node->id);
        if (order.size() == before) // a circle that a file brought in
            order.insert(order.end(), waiting.begin(), waiting.end());
        for (const NodeId node : order)
            waiting.erase(node);
    }
    return order;
}

/// Of the layer itself, or of one in the group that it calls.
bool hasTrained(const Document& document, NodeId id, const std::set<NodeId>& trained)
{
    const auto* called = std::get_if<BodyId>(&document.node(id)->calls);
    return trained.contains(id)
        || (called && std::ranges::any_of(groups::within(document, *called), [&](const Node* inner) {
                return trained.contains(inner->id);
            }));
}

/// The move itself; an edit that fails stops the rest.
class Move {
public:
    Move(const Document& document, const std::set<NodeId>& moved, Stage to)
        : m_document(document)
        , m_moved(moved)
        , m_to(to)
    {
    }

    Result<MovedAcross> run()
    {
        const std::vector<NodeId> order = inFlow(m_document, m_moved);
        for (const NodeId node : order)
            take(setStage(m_document, node, m_to));
        unwire();
        for (const auto& [from, ends] : m_needed)
            batch(from, ends);
        take(removeNodes(m_document, m_free));
        for (const NodeId node : order)
            place(node);
        if (m_failure)
            return std::move(*m_failure);
        return MovedAcross{std::move(m_document), order};
    }

private:
    void take(Result<Document> next)
    {
        if (m_failure)
            return;
        if (next.ok())
            m_document = std::move(next.value());
        else
            m_failure = std::move(next.error());
    }

    /// Anything but a Batch that is free itself.
    bool feeds(NodeId batch) const
    {
        return std::ranges::any_of(m_document.root().nodes, [&](const auto& node) {
            return std::ranges::count(m_free, node->id) == 0
                && std::ranges::any_of(node->inputs, [&](const Input& input) {
                       const auto* wire = std::get_if<PortRef>(&input.from);
                       return wire && wire->node == batch;
                   });
        });
    }

    /// Of Batches in a row the last is free first, then the one that fed it.
    void freeOf(std::set<NodeId> passed)
    {
        const auto free = [&] {
            return std::ranges::find_if(passed, [&](NodeId one) { return !feeds(one); });
        };
        for (auto one = free(); one != passed.end(); one = free()) {
            m_free.push_back(*one);
            passed.erase(one);
        }
    }

    std::vector<WireEnd>& needs(const PortRef& from)
    {
        for (auto& [known, ends] : m_needed)
            if (known == from)
                return ends;
        return m_needed.emplace_back(from, std::vector<WireEnd>{}).second;
    }

    /// What the moved layers take and give is wired without a Batch; which of them need one is kept.
    void unwire()
    {
        const Document before = m_document;
        std::set<NodeId> passed; // Batches on the way
        eachWire(before, [&](const Node& node, const WireEnd& end, const PortRef& wire,
                             const PortRef& real) {
            if (!m_moved.contains(node.id) && !m_moved.contains(real.node))
                return;
            const Node* from = before.node(real.node);
            const bool samples = flow::isPipeline(before, *from);
            if (samples && !flow::isPipeline(before, node))
                needs(real).push_back(end);
            for (const PortRef* at = &wire; isBatchNode(before, at->node);
                 at = flow::firstWire(*before.node(at->node)))
                passed.insert(at->node);
            if (wire != real)
                take(connect(m_document, real, end.node, end.port));
        });
        freeOf(std::move(passed));
    }

    /// The Batch that has these values already, one that is free, or another one.
    void batch(const PortRef& from, const std::vector<WireEnd>& ends)
    {
        NodeId found;
        for (const auto& node : m_document.root().nodes)
            if (const PortRef* wire = flow::firstWire(*node);
                wire && *wire == from && isBatchNode(m_document, node->id))
                found = node->id;
        if (!found.value && !m_free.empty()) {
            found = m_free.front();
            take(connect(m_document, from, found, ""));
        }
        std::erase(m_free, found);
        if (!found.value) {
            const Node* end = m_document.node(ends.front().node);
            auto added = addLayer(m_document, m_document.root().id, flow::kBatch, ConfigObject{},
                                  Stage::Model, m_moved.contains(end->id) ? firstPlace() : end->at);
            if (!added.ok())
                return take(std::move(added.error()));
            found = added.value().node;
            take(std::move(added.value().document));
            take(connect(m_document, from, found, ""));
            take(makeRoom(m_document, found));
        }
        for (const WireEnd& end : ends)
            take(connect(m_document, {found, 0}, end.node, end.port));
    }

    /// Where the model begins.
    Point firstPlace() const
    {
        constexpr double kBelow = 256;
        const Node* first = nullptr;
        double lowest = 0;
        for (const auto& node : m_document.root().nodes) {
            lowest = std::max(lowest, node->at.y);
            if (!flow::isPipeline(m_document, *node) && !m_moved.contains(node->id)
                && (!first || std::pair(node->at.y, node->at.x) < std::pair(first->at.y, first->at.x)))
                first = node.get();
        }
        return first ? first->at : Point{0, lowest + kBelow};
    }

    /// Behind what it reads now, where the others of its side stand.
    void place(NodeId id)
    {
        const Node* node = m_document.node(id);
        const PortRef* wire = node ? flow::firstWire(*node) : nullptr;
        const Node* before = wire ? m_document.node(wire->node) : nullptr;
        if (!before)
            return;
        take(moveNodes(m_document, std::array{id},
                       {before->at.x + 1 - node->at.x, before->at.y - node->at.y}));
        take(makeRoom(m_document, id));
    }

    Document m_document;
    const std::set<NodeId>& m_moved;
    const Stage m_to;
    std::vector<std::pair<PortRef, std::vector<WireEnd>>> m_needed; ///< samples that become batches
    std::vector<NodeId> m_free; ///< Batches that feed nobody any more
    std::optional<Error> m_failure;
};

} // namespace

bool hasSide(const Document& document, NodeId id)
{
    const Node* node = document.node(id);
    if (!node || document.bodyOf(id) != &document.root())
        return false;
    return std::ranges::none_of(std::array{flow::kSource, flow::kBatch, flow::kOutput, flow::kInput},
                                [&](std::string_view ours) {
                                    return flow::isClass(document, *node, ours);
                                });
}

std::set<NodeId> trainedNodes(const Analysis& analysis)
{
    std::set<NodeId> nodes;
    for (const auto& [node, facts] : analysis.nodes)
        if (facts.trainable > 0)
            nodes.insert(node);
    return nodes;
}

Result<MovedAcross> moveAcrossBatch(const Document& document, std::span<const NodeId> nodes,
                                    Stage to, const std::set<NodeId>& trained)
{
    for (const NodeId node : nodes)
        if (!document.node(node))
            return Error{ErrorCode::NotFound, "",
                         LB_TR("Error", "the node is not in the project")};
        else if (!hasSide(document, node))
            return Error{ErrorCode::BadParameter, document.nameOf(node),
                         LB_TR("Error", "stays where it is: only layers and groups outside of "
                                        "groups stand before or behind the batch")};
    const std::set<NodeId> moved = withBetween(document, nodes, to);
    for (const NodeId node : moved)
        if (to == Stage::Pipeline && hasTrained(document, node, trained))
            return Error{ErrorCode::BadParameter, document.nameOf(node),
                         std::ranges::count(nodes, node) > 0
                             ? LB_TR("Error", "has weights to train, so it stays behind the batch")
                             : LB_TR("Error", "has weights to train and stands on the way to the "
                                              "batch, so nothing behind it can go before the batch")};
    return Move(document, moved, to).run();
}

} // namespace lb::edits
