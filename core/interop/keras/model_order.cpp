#include "core/interop/keras/model_order.h"

#include "core/graph/flow.h"

#include <algorithm>

namespace lb {
namespace {

/// Walks from the output; both numbers are Keras' own for ordering.
class OrderWalk {
public:
    explicit OrderWalk(const CallGraph& graph)
        : m_graph(graph)
    {
        visit(graph.last);
        std::map<std::size_t, std::int64_t> callDepth, layerDepth;
        for (auto call = m_postOrder.rbegin(); call != m_postOrder.rend(); ++call) {
            std::int64_t& deepest = layerDepth[layerOf(*call)];
            deepest = std::max(deepest, callDepth[*call]);
            for (const std::size_t from : inputs(*call))
                callDepth[from] = std::max(callDepth[from], deepest + 1);
        }
        for (const auto& [layer, depth] : layerDepth)
            order.push_back(layer);
        std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
            return layerDepth[a] != layerDepth[b] ? layerDepth[a] > layerDepth[b]
                                                  : m_index[a] < m_index[b];
        });
    }

    std::vector<std::size_t> order; ///< layers

private:
    std::size_t layerOf(std::size_t call) const
    {
        return isInputCall(call) ? call : m_graph.layer[call];
    }
    std::vector<std::size_t> inputs(std::size_t call) const
    {
        return isInputCall(call) ? std::vector<std::size_t>{} : m_graph.from[call];
    }
    void visit(std::size_t call) // an explicit stack: a model may be deeper than the program's
    {
        std::vector<std::pair<std::size_t, std::size_t>> stack;
        std::map<std::size_t, bool> seen;
        const auto enter = [&](std::size_t next) {
            if (std::exchange(seen[next], true))
                return;
            m_index.emplace(layerOf(next), m_index.size());
            stack.emplace_back(next, 0);
        };
        enter(call);
        while (!stack.empty()) {
            const auto [at, next] = stack.back();
            const auto from = inputs(at);
            if (next == from.size()) {
                m_postOrder.push_back(at);
                stack.pop_back();
                continue;
            }
            ++stack.back().second;
            enter(from[next]);
        }
    }

    const CallGraph& m_graph;
    std::map<std::size_t, std::size_t> m_index; // of layers, by first sight
    std::vector<std::size_t> m_postOrder; // calls
};

bool isOurs(const CallOrigin& call)
{
    const std::string_view name = call.type->kerasClass();
    return name == flow::kSource || name == flow::kBatch || name == flow::kOutput
        || name == flow::kInput;
}

/// Behind the calls that Keras does not know.
CallOutput resolved(const FlatModel& model, CallOutput output)
{
    while (output.call != kPartInput && isOurs(model.calls[output.call]))
        output = model.calls[output.call].from.front();
    return output;
}

/// Whether the call itself turns its integers into floats, as a preprocessing layer does in Keras
/// and other layers do not.
bool needsFloat(const FlatModel& model, std::size_t call, std::size_t input)
{
    const ValueId value = model.calls[call].inputs[input];
    if (model.calls[call].type->about().family != About::Family::Layer
        || isFloating(model.graph.nodes[value].spec.dtype))
        return false;
    return std::ranges::any_of(model.graph.nodes, [&](const OpNode& node) {
        return node.op && node.op->name == "cast" && node.origin == call && node.inputs[0] == value
            && isFloating(node.spec.dtype);
    });
}

/// Brings the calls of a part into Keras' order, with the casts that Keras needs.
class Ordering {
public:
    Ordering(const FlatModel& model, KerasCasts casts)
        : m_model(model)
        , m_casting(casts == KerasCasts::WhereNeeded)
    {
        for (std::size_t i = 0; i < model.calls.size(); ++i)
            addCall(i);
        m_graph.from.insert(m_graph.from.end(), m_castFrom.begin(), m_castFrom.end());
        m_graph.layer.resize(m_graph.from.size());
        for (std::size_t i = model.calls.size(); i < m_graph.from.size(); ++i)
            m_graph.layer[i] = kFirstCast + i - model.calls.size();
        const CallOutput last = resolved(model, model.last);
        m_graph.last = callOf(last);
        for (const std::size_t layer : kerasOrder(m_graph)) {
            m_position[layer] = result.layers.size();
            const bool input = isInputCall(layer), cast = !input && layer >= kFirstCast;
            result.layers.push_back({input      ? KerasLayer::Kind::Input
                                         : cast ? KerasLayer::Kind::Cast
                                                : KerasLayer::Kind::Layer,
                                     LayerId{input || cast ? 0 : std::int64_t(layer)},
                                     input ? inputOf(layer) : 0,
                                     {}});
            for (const std::size_t call : m_callsOf[layer])
                result.layers.back().calls.push_back({call, {}});
        }
        for (KerasLayer& layer : result.layers)
            for (KerasCall& call : layer.calls)
                for (const CallOutput& from : m_sources[call.call])
                    call.from.push_back(tensorOf(from));
        result.output = tensorOf(last);
    }

    KerasOrder result;

private:
    static constexpr std::size_t kFirstCast = std::size_t{1} << 62; // beyond every layer's id

    static std::size_t callOf(const CallOutput& from)
    {
        return from.call == kPartInput ? inputCall(from.port) : from.call;
    }
    void addCall(std::size_t index)
    {
        const CallOrigin& call = m_model.calls[index];
        m_graph.layer.push_back(static_cast<std::size_t>(call.layer.value));
        m_graph.from.emplace_back();
        for (std::size_t i = 0; i < call.from.size(); ++i) {
            CallOutput from = resolved(m_model, call.from[i]);
            if (m_casting && !isOurs(call) && needsFloat(m_model, index, i))
                from = {castOf(from), 0};
            m_graph.from.back().push_back(callOf(from));
            m_sources[index].push_back(from);
        }
        if (!isOurs(call))
            m_callsOf[m_graph.layer.back()].push_back(index);
    }
    /// The number of the call that casts this value; behind the model's own calls.
    std::size_t castOf(const CallOutput& value)
    {
        const auto found = m_casts.find({value.call, value.port});
        if (found != m_casts.end())
            return found->second;
        const std::size_t index = m_model.calls.size() + m_castFrom.size();
        m_castFrom.push_back({callOf(value)});
        m_callsOf[kFirstCast + m_castFrom.size() - 1].push_back(index);
        m_sources[index].push_back(value);
        m_casts[{value.call, value.port}] = index;
        return index;
    }
    KerasTensor tensorOf(const CallOutput& from) const
    {
        if (from.call == kPartInput)
            return {m_position.at(callOf(from)), 0, 0};
        const std::size_t layer = m_graph.layer[from.call];
        const auto& calls = m_callsOf.at(layer);
        const auto node = std::ranges::find(calls, from.call) - calls.begin();
        return {m_position.at(layer), static_cast<std::size_t>(node), from.port};
    }

    const FlatModel& m_model;
    const bool m_casting;
    CallGraph m_graph;
    std::map<std::size_t, std::vector<CallOutput>> m_sources; // by call
    std::map<std::size_t, std::vector<std::size_t>> m_callsOf; // by layer
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> m_casts;
    std::vector<std::vector<std::size_t>> m_castFrom;
    std::map<std::size_t, std::size_t> m_position; // in the result, by layer
};

} // namespace

std::vector<std::size_t> kerasOrder(const CallGraph& graph)
{
    return OrderWalk(graph).order;
}

KerasOrder kerasOrder(const FlatModel& model, KerasCasts casts)
{
    return Ordering(model, casts).result;
}

bool KerasOrder::isChain() const
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const KerasLayer& layer = layers[i];
        if (i == 0 ? !layer.calls.empty() : layer.calls.size() != 1)
            return false;
        if (i > 0
            && (layer.calls[0].from.size() != 1 || layer.calls[0].from[0].layer != i - 1
                || layer.calls[0].from[0].port != 0))
            return false;
    }
    return layers.size() > 1 && output.layer == layers.size() - 1;
}

} // namespace lb
