#pragma once

#include "core/ops/host_work.h"
#include "core/ops/op.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace lb {

using ValueId = std::uint32_t; ///< index into OpGraph::nodes
inline constexpr ValueId kNoValue = std::numeric_limits<ValueId>::max();

/// A value that is needed only where a choice falls on it: number `number` of `count`.
struct Gate {
    ValueId choices = kNoValue; ///< drawn numbers
    std::int64_t slot = 0; ///< which of them decides
    std::int64_t number = 0, count = 0;
};

/// The number that a drawn choice means: one of 0 .. count - 1, whatever stands there.
template <typename T> std::int64_t chosenOf(T choice, std::int64_t count)
{
    return choice > 0 ? static_cast<std::int64_t>(std::min(choice, static_cast<T>(count - 1))) : 0;
}

/// With neither op nor host a value is fed from outside (input, weight, draw) or a constant.
struct OpNode {
    const Op* op = nullptr;
    std::vector<ValueId> inputs;
    Config args;
    Spec spec; ///< of a host's value, dimensions may stay unknown until it has run
    std::uint32_t origin = 0; ///< which call emitted it; index into a list the caller keeps
    std::shared_ptr<const HostWork> host = {};
    std::optional<Gate> gate = {}; ///< where it is closed, the value may be anything

    bool fed() const { return !op && !host; }
};

struct WeightSpec {
    ValueId value;
    std::string name; ///< "kernel"
    Config initializer; ///< as Keras serialises it: a name, or {class_name, config}
    bool trainable = true;
};

struct ConstantSpec {
    ValueId value;
    Tensor tensor;
};

/// A value that a random layer draws before each step, by Keras' name in its transformation.
struct DrawSpec {
    ValueId value;
    std::string name; ///< "angle"
    std::uint32_t origin = 0;
};

/// After a training step the weight takes this value (moving statistics).
struct AssignSpec {
    ValueId weight;
    ValueId value;
};

/// What a layer (or a whole model) computes, in an order that can be run. A value; any thread.
struct OpGraph {
    std::vector<OpNode> nodes;
    std::vector<ValueId> inputs;
    std::vector<WeightSpec> weights; ///< in Keras' layer.weights order: trainable first
    std::vector<ConstantSpec> constants;
    std::vector<DrawSpec> draws;
    std::vector<AssignSpec> assigns;
    std::vector<ValueId> losses; ///< scalars that join the loss (regularizers)
    std::vector<ValueId> outputs;
};

} // namespace lb
