#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// A value on its way, with the call that made it.
struct Made {
    ValueRef value;
    CallOutput by;
    std::vector<Annotation> annotations = {};
};
using MadeValues = std::vector<Made>;

/// The error of a layer, with the name of its call in front of the place.
Error errorWithin(const std::string& name, Error error);

/// The calls of a part as they are described, one after the other: the op graph, the weights and the
/// annotations that move along.
class FlatCalls {
public:
    FlatCalls() = default;
    /// `start`: the values that the part begins with.
    FlatCalls(OpGraph start, Phase phase)
        : m_graph(std::move(start))
        , m_phase(phase)
    {
    }

    /// What the layer gives. Errors: those of the layer, with `name` in `where`.
    Result<MadeValues> call(const LayerType& type, const Node& node, const LayerDef& layer,
                            StreamKey path, const MadeValues& inputs, const std::string& name);
    /// All of it, from the values that the part begins with to those that it gives.
    FlatModel finish(const MadeValues& starts, MadeValues ends) &&;

private:
    std::vector<std::size_t> keepReadInputs(const MadeValues& starts);
    std::optional<Outputs> calledWith(const std::vector<Annotation>& annotations,
                                      const LayerType& type, const LayerDef& layer,
                                      ValueRef images, CallOrigin& call);
    std::vector<Annotation> chosenWith(const MadeValues& inputs, const LayerType& choice,
                                       const Config& config, std::uint32_t origin);
    bool samePicture(ValueRef a, ValueRef b) const;

    OpGraph m_graph;
    Phase m_phase = Phase::Inference;
    std::vector<CallOrigin> m_calls;
    std::vector<FlatWeight> m_weights;
};

} // namespace lb
