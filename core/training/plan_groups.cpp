#include "core/ops/resize_bytes.h"
#include "core/training/plan_builder.h"

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

using Kind = StepGroup::Kind;

/// Who uses what, among the values that somebody needs.
class Uses {
public:
    Uses(const OpGraph& graph, const PlanOptions& options)
        : m_needed(graph.nodes.size(), 0)
        , m_users(graph.nodes.size())
        , m_seen(graph.nodes.size(), 0)
    {
        const auto see = [&](ValueId id) { m_needed[id] = m_seen[id] = 1; };
        std::ranges::for_each(graph.outputs, see);
        std::ranges::for_each(options.keep, see);
        std::ranges::for_each(graph.losses, see);
        if (options.backward)
            for (const AssignSpec& assign : graph.assigns)
                see(assign.value);
        for (ValueId id = static_cast<ValueId>(graph.nodes.size()); id-- > 0;)
            if (m_needed[id])
                for (const ValueId input : graph.nodes[id].inputs) {
                    m_needed[input] = 1;
                    m_users[input].push_back(id);
                }
    }

    bool needed(ValueId id) const { return m_needed[id]; }
    std::span<const ValueId> users(ValueId id) const { return m_users[id]; }
    /// The only user of a value that nobody else reads.
    ValueId onlyUser(ValueId id) const
    {
        return m_seen[id] || m_users[id].size() != 1 ? kNoValue : m_users[id].front();
    }

private:
    std::vector<char> m_needed;
    std::vector<std::vector<ValueId>> m_users;
    std::vector<char> m_seen;
};

bool is(const OpNode& node, std::string_view name)
{
    return node.op && node.op->name == name;
}

/// max(x, 0), without Keras' ceiling, slope and threshold.
bool isPlainRelu(const OpNode& node)
{
    return is(node, "relu") && node.args.find("max_value")->isNull()
        && realArg(node.args, "negative_slope") == 0 && realArg(node.args, "threshold") == 0;
}

bool normalizesLastAxis(const OpNode& node)
{
    const std::int64_t axis = intArg(node.args, "axis");
    return axis == -1 || axis == std::ssize(node.spec.shape) - 1;
}

Kind kindOf(const OpGraph& graph, const OpNode& node)
{
    const auto rank
        = [&](std::size_t input) { return graph.nodes[node.inputs[input]].spec.shape.size(); };
    const auto rounded = [&](const OpNode& value) { return is16Bit(value.spec.dtype); };
    if (rounded(node)
        || std::ranges::any_of(node.inputs, [&](ValueId id) { return rounded(graph.nodes[id]); }))
        return Kind::Reference; // op by op
    const std::string_view name = node.op->name;
    if (name == "conv2d" && rank(0) == 4)
        return Kind::Convolution;
    if (name == "matmul" && rank(1) == 2)
        return Kind::Product;
    if (name == "max_pool2d" || name == "avg_pool2d")
        return Kind::Pooling;
    if (name == "batch_norm" && normalizesLastAxis(node))
        return Kind::NormalizationInference;
    if (isPlainRelu(node))
        return Kind::Relu;
    if (name == "softmax" && intArg(node.args, "axis") == -1)
        return Kind::Softmax;
    if (name == "add" || name == "sub" || name == "mul" || name == "div")
        return Kind::Binary;
    if (name == "reduce_mean")
        return Kind::MeanOfMiddle;
    if (name == "reshape" || (name == "cast" && isFloating(node.spec.dtype)))
        return Kind::Alias;
    return Kind::Reference;
}

class Grouping {
public:
    Grouping(const FlatModel& model, const PlanOptions& options)
        : m_graph(model.graph)
        , m_options(options)
        , m_uses(model.graph, options)
        , m_taken(model.graph.nodes.size(), 0)
    {
    }

    std::vector<StepGroup> groups()
    {
        if (m_options.fast)
            for (ValueId id = 0; id < m_graph.nodes.size(); ++id)
                if (m_uses.needed(id) && is(m_graph.nodes[id], "batch_norm"))
                    takeTrainingNormalization(id);
        for (ValueId id = 0; id < m_graph.nodes.size(); ++id)
            if (m_uses.needed(id) && !m_graph.nodes[id].fed() && !m_taken[id])
                m_groups.push_back(groupAt(id));
        std::ranges::stable_sort(m_groups, {}, &StepGroup::at);
        return std::move(m_groups);
    }

private:
    StepGroup groupAt(ValueId id)
    {
        StepGroup group{.head = id, .out = id, .at = id};
        if (m_graph.nodes[id].host) {
            group.kind = Kind::Host;
            return group;
        }
        if (!m_options.fast)
            return group;
        const auto& inputs = m_graph.nodes[id].inputs;
        group.kind = !inputs.empty() && staysBytes(m_graph, m_options, inputs.front())
            ? Kind::Bytes
            : kindOf(m_graph, m_graph.nodes[id]);
        if (group.kind == Kind::Convolution || group.kind == Kind::Product)
            extend(group);
        return group;
    }

    /// Takes a bias and a relu that follow into the group.
    void extend(StepGroup& group)
    {
        if (const ValueId next = m_uses.onlyUser(group.out);
            next != kNoValue && is(m_graph.nodes[next], "add")) {
            const auto& inputs = m_graph.nodes[next].inputs;
            const ValueId bias = inputs[0] == group.out ? inputs[1] : inputs[0];
            const Shape& y = m_graph.nodes[group.out].spec.shape;
            if (bias != group.out && m_graph.nodes[bias].fed()
                && m_graph.nodes[bias].spec.shape == Shape{y.back()}) {
                group.bias = bias;
                take(group, next);
            }
        }
        if (const ValueId next = m_uses.onlyUser(group.out);
            next != kNoValue && isPlainRelu(m_graph.nodes[next])) {
            group.relu = true;
            take(group, next);
        }
    }

    void take(StepGroup& group, ValueId next)
    {
        m_taken[next] = 1;
        group.out = next;
        group.at = next;
    }

    /// batch_norm(x, batch_mean(x), batch_variance(x), gamma, beta) runs as one, where the mean
    /// stood: what is computed of the mean may come before the normalised values.
    void takeTrainingNormalization(ValueId id)
    {
        const auto& inputs = m_graph.nodes[id].inputs;
        if (!normalizesLastAxis(m_graph.nodes[id]))
            return;
        const ValueId mean = inputs[1];
        const ValueId variance = inputs[2];
        const auto fed = [&](ValueId value) { return m_graph.nodes[value].fed(); };
        const auto ofX = [&](ValueId value, std::string_view name) {
            return is(m_graph.nodes[value], name) && m_graph.nodes[value].inputs[0] == inputs[0];
        };
        if (!ofX(mean, "batch_mean") || !ofX(variance, "batch_variance") || !fed(inputs[3])
            || !fed(inputs[4]) || m_taken[mean] || m_taken[variance])
            return;
        m_taken[mean] = m_taken[variance] = m_taken[id] = 1;
        m_groups.push_back({.kind = Kind::NormalizationTraining,
                            .head = id,
                            .out = id,
                            .mean = mean,
                            .variance = variance,
                            .at = std::min(mean, variance)});
    }

    const OpGraph& m_graph;
    const PlanOptions& m_options;
    Uses m_uses;
    std::vector<char> m_taken;
    std::vector<StepGroup> m_groups;
};

std::pair<std::int64_t, std::int64_t> pairArg(const Config& args, std::string_view key)
{
    if (!args.find(key))
        return {1, 1};
    const std::vector<std::int64_t> both = intsArg(args, key);
    return {both.front(), both.back()};
}

/// What Keras' "same" puts in front of and behind an axis; nothing where the windows fit.
std::pair<std::int64_t, std::int64_t> padding(std::int64_t in, std::int64_t out,
                                              std::int64_t window, std::int64_t stride)
{
    const std::int64_t all = std::max<std::int64_t>((out - 1) * stride + window - in, 0);
    return {all / 2, all - all / 2};
}

} // namespace

std::vector<StepGroup> grouped(const FlatModel& model, const PlanOptions& options)
{
    return Grouping(model, options).groups();
}

bool staysBytes(const OpGraph& graph, const PlanOptions& options, ValueId input)
{
    const auto has = [input](const std::vector<ValueId>& values) {
        return std::ranges::find(values, input) != values.end();
    };
    const Spec& spec = graph.nodes[input].spec;
    if (!options.bytes || !options.fast || options.backward || spec.dtype != DType::UInt8
        || !has(graph.inputs) || has(graph.outputs) || has(options.keep))
        return false;
    const OpNode* reader = nullptr;
    for (const OpNode& node : graph.nodes) {
        if (!has(node.inputs))
            continue;
        if (reader || node.gate || !takesBytes(node, spec))
            return false;
        reader = &node;
    }
    return reader != nullptr;
}

onednn::Normalization normalizationOf(const OpNode& node)
{
    const std::int64_t channels = node.spec.shape.back();
    return {elementCount(node.spec.shape) / channels, channels,
            static_cast<float>(realArg(node.args, "epsilon"))};
}

onednn::Windows windowsOf(const OpGraph& graph, const OpNode& node)
{
    const Shape& x = graph.nodes[node.inputs[0]].spec.shape;
    const Shape& y = node.spec.shape;
    onednn::Windows at{.batch = x[0],
                       .height = x[1],
                       .width = x[2],
                       .channels = x[3],
                       .outHeight = y[1],
                       .outWidth = y[2],
                       .outChannels = y[3]};
    if (node.inputs.size() > 1) {
        const Shape& kernel = graph.nodes[node.inputs[1]].spec.shape;
        at.kernelHeight = kernel[0];
        at.kernelWidth = kernel[1];
        at.groups = x[3] / kernel[2];
    } else {
        std::tie(at.kernelHeight, at.kernelWidth) = pairArg(node.args, "pool_size");
    }
    std::tie(at.strideHeight, at.strideWidth) = pairArg(node.args, "strides");
    std::tie(at.dilationHeight, at.dilationWidth) = pairArg(node.args, "dilation");
    std::tie(at.padTop, at.padBottom) = padding(
        at.height, at.outHeight, (at.kernelHeight - 1) * at.dilationHeight + 1, at.strideHeight);
    std::tie(at.padLeft, at.padRight) = padding(
        at.width, at.outWidth, (at.kernelWidth - 1) * at.dilationWidth + 1, at.strideWidth);
    return at;
}

bool isMaximum(const OpNode& pooling)
{
    return pooling.op->name == "max_pool2d";
}

} // namespace lb
