#include "core/graph/column_walk.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/support/sha256.h"

#include <map>
#include <memory>
#include <set>

namespace lb {
namespace {

constexpr int kDeepest = 64; ///< groups in groups, as analysis takes them

/// Against the wires, the first wire first. A group is walked once for each call of it.
class ColumnWalk {
public:
    ColumnWalk(const Document& document, const std::function<std::string(int)>& nameOfColumn)
        : m_document(document)
        , m_nameOfColumn(nameOfColumn)
    {
    }

    void start(std::span<const Node* const> calls, std::span<const PortRef> wires)
    {
        const Call* inside = nullptr;
        for (const Node* call : calls)
            inside = callOf(inside, *call);
        follow(wires, inside);
        while (!m_open.empty()) {
            const Step step = m_open.back();
            m_open.pop_back();
            take(step);
        }
    }
    std::string name() const
    {
        if (m_columns.size() < 2)
            return m_columns.empty() ? std::string() : *m_columns.begin();
        return sha256Hex(m_way);
    }

private:
    /// One call of a group; null stands for the root.
    struct Call {
        const Node* node;
        const Call* outer;
        int depth;
    };
    struct Step {
        PortRef wire;
        const Call* inside;
    };

    const Call* callOf(const Call* outer, const Node& node)
    {
        auto& call = m_calls[{outer, node.id}];
        if (!call)
            call = std::make_unique<Call>(Call{&node, outer, outer ? outer->depth + 1 : 0});
        return call.get();
    }

    void follow(std::span<const PortRef> wires, const Call* inside)
    {
        for (auto wire = wires.rbegin(); wire != wires.rend(); ++wire)
            m_open.push_back({*wire, inside});
    }

    void take(const Step& step)
    {
        const Node* node = m_document.node(step.wire.node);
        if (!node)
            return;
        if (flow::isClass(m_document, *node, flow::kSource)) {
            const std::string column = m_nameOfColumn(step.wire.port);
            m_columns.insert(column);
            m_way += column;
            return;
        }
        const auto [at, isNew] = m_seen.try_emplace({step.inside, node->id}, m_seen.size());
        if (!isNew) { // which of them it is makes a difference where two are alike
            m_way += "@" + std::to_string(at->second);
            return;
        }
        const auto* called = std::get_if<BodyId>(&node->calls);
        const Body* group = called && !node->muted ? m_document.body(*called) : nullptr;
        const Node* result = group ? groups::outputOf(m_document, *group) : nullptr;
        if (step.inside && flow::isClass(m_document, *node, flow::kInput))
            leave(*node, *step.inside);
        else if (result && (!step.inside || step.inside->depth < kDeepest))
            follow(flow::dataWires(*result), callOf(step.inside, *node));
        else
            follow(flow::dataWires(*node), step.inside);
    }

    void leave(const Node& input, const Call& call)
    {
        const Body* body = m_document.bodyOf(input.id);
        const std::size_t index = body ? groups::inputIndex(m_document, *body, input.id) : 0;
        const std::vector<PortRef> brought = flow::dataWires(*call.node);
        if (index < brought.size())
            m_open.push_back({brought[index], call.outer});
    }

    const Document& m_document;
    const std::function<std::string(int)>& m_nameOfColumn;
    std::map<std::pair<const Call*, NodeId>, std::unique_ptr<Call>> m_calls;
    std::map<std::pair<const Call*, NodeId>, std::size_t> m_seen;
    std::vector<Step> m_open;
    std::set<std::string> m_columns;
    std::string m_way;
};

} // namespace

std::string columnsBehind(const Document& document, NodeId node, std::span<const PortRef> wires,
                          const std::function<std::string(int)>& nameOfColumn)
{
    const auto calls = groups::callers(document, node);
    if (!calls || !document.bodyOf(node))
        return {};
    ColumnWalk walk(document, nameOfColumn);
    walk.start(*calls, wires);
    return walk.name();
}

} // namespace lb
