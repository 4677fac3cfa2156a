#include "core/interop/keras/model_order.h"

#include <algorithm>

namespace lb {
namespace {

bool passesThrough(const CallOrigin& call)
{
    return call.inputs == call.outputs;
}

CallGraph callGraph(const FlatModel& model)
{
    std::map<ValueId, std::size_t> producer;
    CallGraph result;
    result.from.resize(model.calls.size());
    for (std::size_t i = 0; i < model.calls.size(); ++i) {
        const CallOrigin& call = model.calls[i];
        if (passesThrough(call))
            continue;
        for (const ValueId input : call.inputs) {
            const auto made = producer.find(input);
            result.from[i].push_back(made == producer.end() ? kInputCall : made->second);
        }
        for (const ValueId output : call.outputs)
            producer[output] = i;
    }
    const auto made = producer.find(model.graph.outputs.front());
    result.last = made == producer.end() ? kInputCall : made->second;
    return result;
}

/// Walks from the output; both numbers are Keras' own for ordering.
class Walk {
public:
    explicit Walk(const CallGraph& graph)
        : m_graph(graph)
    {
        visit(graph.last);
        std::map<std::size_t, std::int64_t> depth{{graph.last, 0}};
        for (auto call = m_postOrder.rbegin(); call != m_postOrder.rend(); ++call)
            for (const std::size_t from : inputs(*call))
                depth[from] = std::max(depth[from], depth[*call] + 1);
        order = m_postOrder;
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            return depth[a] != depth[b] ? depth[a] > depth[b] : m_index[a] < m_index[b];
        });
    }

    std::vector<std::size_t> order;

private:
    std::vector<std::size_t> inputs(std::size_t call) const
    {
        return call == kInputCall ? std::vector<std::size_t>{} : m_graph.from[call];
    }
    void visit(std::size_t call) // an explicit stack: a model may be deeper than the program's
    {
        std::vector<std::pair<std::size_t, std::size_t>> stack{{call, 0}};
        m_index.emplace(call, m_index.size());
        while (!stack.empty()) {
            const auto [at, next] = stack.back();
            const auto from = inputs(at);
            if (next == from.size()) {
                m_postOrder.push_back(at);
                stack.pop_back();
                continue;
            }
            ++stack.back().second;
            if (m_index.emplace(from[next], m_index.size()).second)
                stack.emplace_back(from[next], 0);
        }
    }

    const CallGraph& m_graph;
    std::map<std::size_t, std::size_t> m_index;
    std::vector<std::size_t> m_postOrder;
};

} // namespace

std::vector<std::size_t> kerasOrder(const CallGraph& graph)
{
    return Walk(graph).order;
}

std::vector<KerasLayerCall> kerasLayerOrder(const FlatModel& model)
{
    const CallGraph graph = callGraph(model);
    std::vector<KerasLayerCall> result;
    std::map<std::size_t, std::size_t> position;
    std::map<LayerId, int> uses;
    for (const std::size_t call : kerasOrder(graph)) {
        position[call] = result.size();
        KerasLayerCall entry;
        entry.call = call;
        if (call != kInputCall) {
            for (const std::size_t from : graph.from[call])
                entry.from.push_back(position.at(from));
            entry.nodeIndex = uses[model.calls[call].layer]++;
        }
        result.push_back(std::move(entry));
    }
    return result;
}

} // namespace lb
