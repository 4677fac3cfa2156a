#include "core/training/plan_builder.h"
#include "core/training/plan_work.h"

namespace lb {

PlanBuilder::Target PlanBuilder::target(ValueId id)
{
    if (id == kNoValue)
        return {};
    if (!m_wanted[id])
        return {newBuffer(count(id)), kNoValue};
    if (m_gradient[id] == kNoBuffer)
        m_gradient[id] = newBuffer(count(id));
    if (!m_written[id]) {
        m_written[id] = 1;
        return {m_gradient[id], kNoValue};
    }
    return {newBuffer(count(id)), id};
}

void PlanBuilder::commit(std::uint32_t origin, const Target& target)
{
    if (target.addTo == kNoValue)
        return;
    const BufferId into = m_gradient[target.addTo];
    step(origin, {target.buffer, into}, {into},
         [this, from = target.buffer, into, size = count(target.addTo)] {
             return workOf([x = std::span<const float>(address(from), size), y = address(into)] {
                 kernels::addInto(x, y);
             });
         });
}

BufferId PlanBuilder::accumulated(ValueId id, std::vector<BufferId>& zeroed)
{
    if (m_gradient[id] == kNoBuffer)
        m_gradient[id] = newBuffer(count(id));
    if (!m_written[id])
        zeroed.push_back(m_gradient[id]);
    m_written[id] = 1;
    return m_gradient[id];
}

BufferId PlanBuilder::beforeRelu(const StepGroup& group)
{
    const BufferId dy = m_gradient[group.out];
    if (!group.relu)
        return dy;
    const BufferId y = m_value[group.out];
    // in place: nobody reads the gradient behind the relu any more
    step(node(group.head).origin, {y, dy}, {dy},
         [=, this, size = static_cast<std::int64_t>(count(group.out))] {
             return onednn::reluGradient(size, address(y), address(dy), address(dy),
                                         m_plan.scratch);
         });
    return dy;
}

void PlanBuilder::backwardProduct(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const bool convolves = group.kind == StepGroup::Kind::Convolution;
    const ValueId in = head.inputs[0];
    const ValueId kernel = head.inputs[1];
    const BufferId dy = beforeRelu(group);
    const Shape& w = node(kernel).spec.shape;
    const onednn::Product product{static_cast<std::int64_t>(count(in)) / w[0], w[0], w[1]};
    const onednn::Windows windows = convolves ? windowsOf(graph(), head) : onednn::Windows{};

    const bool wantsBias = group.bias != kNoValue && wanted(group.bias);
    if (wanted(kernel) || wantsBias) {
        const Target dw = target(kernel);
        const Target db = target(wantsBias ? group.bias : kNoValue);
        std::vector<BufferId> writes{dw.buffer};
        if (wantsBias)
            writes.push_back(db.buffer);
        step(head.origin, {m_value[in], dy}, std::move(writes), [=, this] {
            float* const into = address(dw.buffer);
            float* const bias = address(db.buffer);
            return convolves ? onednn::convolutionWeightGradient(windows, x(in), address(dy), into,
                                                                 bias, m_plan.scratch)
                             : onednn::productWeightGradient(product, x(in), address(dy), into,
                                                             bias, m_plan.scratch);
        });
        commit(head.origin, dw);
        commit(head.origin, db);
    }
    if (wanted(in)) {
        const Target dx = target(in);
        step(head.origin, {m_value[kernel], dy}, {dx.buffer}, [=, this] {
            float* const into = address(dx.buffer);
            return convolves ? onednn::convolutionInputGradient(windows, weights(kernel),
                                                                address(dy), into, m_plan.scratch)
                             : onednn::productInputGradient(product, weights(kernel), address(dy),
                                                            into, m_plan.scratch);
        });
        commit(head.origin, dx);
    }
}

void PlanBuilder::backwardPooling(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const ValueId in = head.inputs[0];
    const Target dx = target(in);
    const auto back = m_poolingBack[group.out];
    back->dy = m_gradient[group.out];
    back->dx = dx.buffer;
    step(head.origin, {back->dy}, {dx.buffer}, [back] { return std::move(back->work); });
    commit(head.origin, dx);
}

void PlanBuilder::backwardNormalization(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const onednn::Normalization at = normalizationOf(head);
    const ValueId in = head.inputs[0];
    const ValueId gamma = head.inputs[3];
    const ValueId beta = head.inputs[4];
    const BufferId dy = m_gradient[group.out];
    const BufferId mean = m_value[group.mean];
    const BufferId variance = m_value[group.variance];
    const Target dx = target(in);
    const Target dgamma = target(gamma);
    const Target dbeta = target(beta);
    step(head.origin, {m_value[in], m_value[gamma], mean, variance, dy},
         {dx.buffer, dgamma.buffer, dbeta.buffer}, [=, this] {
             return onednn::normalizationGradient(
                 at, x(in), x(gamma), address(mean), address(variance), address(dy),
                 address(dx.buffer), address(dgamma.buffer), address(dbeta.buffer), m_plan.scratch);
         });
    commit(head.origin, dx);
    commit(head.origin, dgamma);
    commit(head.origin, dbeta);
}

void PlanBuilder::backwardElementwise(const StepGroup& group)
{
    using Kind = StepGroup::Kind;
    const OpNode& head = node(group.head);
    const ValueId in = head.inputs[0];
    const BufferId dy = m_gradient[group.out];
    const BufferId y = m_value[group.out];
    const auto size = static_cast<std::int64_t>(count(group.out));
    if (group.kind == Kind::MeanOfMiddle && !middleOf(graph(), head))
        return backwardReference(group);
    if (group.kind == Kind::Alias && m_gradient[in] == kNoBuffer) {
        m_gradient[in] = dy; // the only user so far, and the gradient is complete
        m_written[in] = 1;
        return;
    }
    const Target dx = target(in);
    const auto make = [=, this]() -> onednn::Work {
        const float* const from = address(dy);
        float* const into = address(dx.buffer);
        const std::int64_t classes
            = node(group.head).spec.shape.empty() ? 1 : node(group.head).spec.shape.back();
        if (group.kind == Kind::Relu)
            return onednn::reluGradient(size, address(y), from, into, m_plan.scratch);
        if (group.kind == Kind::Softmax)
            return onednn::softmaxGradient(size / classes, classes, address(y), from, into,
                                           m_plan.scratch);
        if (group.kind == Kind::MeanOfMiddle)
            return workOf([at = *middleOf(graph(), node(group.head)), from, into] {
                kernels::meanOfMiddleGradient(at, from, into);
            });
        return workOf([from, into, size] { std::copy_n(from, size, into); });
    };
    step(head.origin, {y, dy}, {dx.buffer}, make);
    commit(head.origin, dx);
}

void PlanBuilder::backwardBinary(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const ValueId a = head.inputs[0];
    const ValueId b = head.inputs[1];
    const auto at = binaryLayout(node(a).spec.shape, node(b).spec.shape, head.spec.shape);
    const std::string_view name = head.op->name;
    if (!at || (name == "div" && wanted(b)))
        return backwardReference(group);
    const BufferId dy = m_gradient[group.out];
    const auto add = [&](ValueId id, ValueId other, kernels::Strides of, kernels::Strides ofOther,
                         float sign) {
        if (!wanted(id))
            return;
        std::vector<BufferId> zeroed;
        const BufferId into = accumulated(id, zeroed);
        step(head.origin, {dy, m_value[other]}, {into},
             [=, this, table = at->table, size = count(id), fresh = !zeroed.empty()] {
                 return workOf([=, from = address(dy), factor = x(other), to = address(into)] {
                     if (fresh)
                         std::fill_n(to, size, 0.0f);
                     if (name == "mul")
                         kernels::addProduct(table, from, factor, ofOther, to, of);
                     else if (name == "div")
                         kernels::addQuotient(table, from, factor, ofOther, to, of);
                     else
                         kernels::addReduced(table, from, sign, to, of);
                 });
             });
    };
    add(a, b, at->a, at->b, 1);
    add(b, a, at->b, at->a, name == "sub" ? -1.0f : 1.0f);
}

void PlanBuilder::backwardReference(const StepGroup& group)
{
    const OpNode& head = node(group.head);
    const BufferId dy = m_gradient[group.out];
    const BufferId y = m_value[group.out];
    std::vector<BufferId> reads{dy, y};
    std::vector<BufferId> writes;
    std::vector<BufferId> zeroed;
    std::vector<BufferId> gradients;
    for (const ValueId input : head.inputs) {
        reads.push_back(m_value[input]);
        gradients.push_back(wanted(input) ? accumulated(input, zeroed) : kNoBuffer);
        if (gradients.back() != kNoBuffer)
            writes.push_back(gradients.back());
    }
    ++m_plan.fallbacks;
    step(head.origin, std::move(reads), std::move(writes), [=, this] {
        const OpNode& of = node(group.head);
        ReferenceRun reference{
            of.op->gradient32, {{}, of.spec.shape, {}, {}, of.args, of.spec.dtype}, {}};
        reference.run.y = {address(y), count(group.out)};
        reference.run.dy = {address(dy), count(group.out)};
        for (std::size_t i = 0; i < of.inputs.size(); ++i) {
            const ValueId input = of.inputs[i];
            OpInput<float> in{
                node(input).spec.shape, {x(input), count(input)}, {}, node(input).spec.dtype};
            if (gradients[i] != kNoBuffer)
                in.gradient = {address(gradients[i]), count(input)};
            reference.run.in.push_back(in);
        }
        for (const BufferId buffer : zeroed)
            reference.zeroed.emplace_back(address(buffer), m_buffers[buffer].life.count);
        return workOf(std::move(reference));
    });
}

} // namespace lb
