#include "core/training/mixed_labels.h"

#include "core/layers/random_group.h"

#include <algorithm>

namespace lb {
namespace {

bool mixesLabels(const CallOrigin& call)
{
    return call.type->kerasClass() == "MixUp" || call.type->kerasClass() == "CutMix";
}

class LabelWalk {
public:
    LabelWalk(FlatModel& model, ValueId labels, Phase phase)
        : m_model(model)
        , m_labels(labels)
        , m_phase(phase)
    {
    }

    Result<ValueId> run()
    {
        for (std::size_t i = 0; i < m_model.calls.size(); ++i) {
            const CallOrigin& call = m_model.calls[i];
            std::vector<ValueId> given;
            for (const CallOutput& from : call.from)
                given.push_back(of(from));
            const bool draws = std::ranges::count(m_model.graph.draws, i, &DrawSpec::origin) > 0;
            if (draws && !given.empty() && mixesLabels(call)) {
                LB_TRY(mixed, second(i, {call.inputs.front(), given.front()}));
                m_made.push_back(mixed);
            } else if (draws && call.type == &randomGroup()
                       && std::ranges::adjacent_find(given, std::not_equal_to()) != given.end()) {
                LB_TRY(chosen, described(i, given));
                m_made.push_back(chosen.front());
            } else { // of several inputs the first whose labels were mixed
                const auto mixed = std::ranges::find_if(
                    given, [this](ValueId label) { return label != m_labels; });
                m_made.push_back(mixed == given.end() ? m_labels : *mixed);
            }
        }
        return of(m_model.last);
    }

private:
    ValueId of(const CallOutput& output) const
    {
        return output.call == kPartInput ? m_labels : m_made[output.call];
    }

    /// What the layer of call `index` makes of other values with the draws that it has. What it
    /// makes of the images once more is used by nobody, so no plan computes it.
    Result<std::vector<ValueId>> described(std::size_t index, const std::vector<ValueId>& inputs)
    {
        const CallOrigin& call = m_model.calls[index];
        std::vector<ValueRef> values;
        for (const ValueId input : inputs)
            values.push_back({input});
        const std::vector<ValueId> kept = m_model.graph.outputs;
        Emitter emitter(std::move(m_model.graph), std::move(values), m_phase,
                        static_cast<std::uint32_t>(index));
        const auto outputs = call.type->describe(call.config, {}, emitter);
        if (!outputs.ok())
            return outputs.error();
        LB_TRY(graph, std::move(emitter).finish(outputs.value()));
        std::vector<ValueId> result = graph.outputs;
        m_model.graph = std::move(graph);
        m_model.graph.outputs = kept;
        return result;
    }
    Result<ValueId> second(std::size_t index, const std::vector<ValueId>& inputs)
    {
        LB_TRY(outputs, described(index, inputs));
        return outputs.at(1);
    }

    FlatModel& m_model;
    ValueId m_labels;
    Phase m_phase;
    std::vector<ValueId> m_made; ///< by call
};

} // namespace

Result<ValueId> mixedLabels(FlatModel& model, ValueId labels, Phase phase)
{
    return LabelWalk(model, labels, phase).run();
}

} // namespace lb
