#include "core/training/plan_builder.h"
#include "core/training/plan_work.h"

namespace lb {
namespace {

bool isOpen(const Shape& shape)
{
    return std::ranges::any_of(shape, [](std::int64_t size) { return size < 0; });
}

} // namespace

Error openColumns(std::string where, const Shape& shape, const LayerType* type)
{
    const auto isLength = [](const ParamSpec& spec) { return spec.key == "output_sequence_length"; };
    if (type && std::ranges::none_of(type->specs(), isLength)) // its columns are what it learns
        return {ErrorCode::NotFound, std::move(where),
                LB_TR("Error", "has not learned anything from the data yet, so nobody knows how many "
                               "columns it gives: adapt it")};
    return {ErrorCode::BadShape,
            std::move(where),
            {LB_TR("Error",
                   "gives as many columns as the longest row of a batch, and the next "
                   "layer needs a fixed number; set output_sequence_length; its shape is %1"),
             {text(shape)}}};
}

Error PlanBuilder::openColumns(const OpNode& from) const
{
    const auto& calls = m_plan.model.calls;
    if (from.origin >= calls.size())
        return lb::openColumns(std::string(from.host->name()), from.spec.shape, nullptr);
    return lb::openColumns(calls[from.origin].name, from.spec.shape, calls[from.origin].type);
}

/// A dimension may be open where host work decides about it and nothing computes with it.
Result<> PlanBuilder::checkShapes() const
{
    for (ValueId id = 0; id < graph().nodes.size(); ++id) {
        const OpNode& each = node(id);
        if (!isOpen(each.spec.shape) || each.host)
            continue;
        for (const ValueId input : each.inputs)
            if (const OpNode& from = node(input); from.host && isOpen(from.spec.shape))
                return openColumns(from);
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "a plan needs known shapes, is: %1"), {text(each.spec.shape)}}};
    }
    return std::monostate{};
}

void PlanBuilder::forwardHost(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    std::vector<BufferId> reads, writes;
    for (const ValueId input : head.inputs)
        if (m_value[input] != kNoBuffer)
            reads.push_back(m_value[input]);
    if (head.spec.dtype != DType::String && !isOpen(head.spec.shape))
        writes.push_back(m_value[group.out] = newBuffer(count(group.out)));
    step(head.origin, std::move(reads), std::move(writes),
         [this, id = group.head] { return workOf([plan = &m_plan, id] { plan->runHost(id); }); });
}

void Plan::Impl::runHost(ValueId id)
{
    const OpNode& node = model.graph.nodes[id];
    const auto floats = [&](ValueId of) {
        return std::span<float>(
            values[of], static_cast<std::size_t>(elementCount(model.graph.nodes[of].spec.shape)));
    };
    tensors[id].reset();
    if (values[id])
        std::ranges::fill(floats(id), 0.0f);
    if (failure)
        return;
    std::vector<Tensor> inputs;
    for (const ValueId input : node.inputs) {
        const Spec& spec = model.graph.nodes[input].spec;
        if (tensors[input] && tensors[input]->dtype() == spec.dtype) {
            inputs.push_back(*tensors[input]);
        } else if (values[input]) {
            inputs.push_back(toTensor(spec, floats(input)));
        } else {
            failure = Error{ErrorCode::Internal, std::string(node.host->name()),
                            LB_TR("Error", "its input was not set")};
            return;
        }
    }
    Result<Tensor> result = hostResult(*node.host, inputs, node.spec.dtype, node.spec.shape);
    if (!result.ok()) {
        failure = std::move(result.error());
        if (node.origin < model.calls.size())
            failure->where = model.calls[node.origin].name
                + (failure->where.empty() ? "" : "/" + failure->where);
        return;
    }
    if (values[id])
        toFloats(result.value(), floats(id));
    tensors[id] = std::move(result.value());
}

} // namespace lb
