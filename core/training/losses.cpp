#include "core/training/losses.h"

#include "core/ops/ops.h"
#include "core/support/nearest_name.h"

#include <array>

namespace lb {
namespace {

struct LossName {
    std::string_view function, type;
    const Op& (*op)();
};

constexpr std::array<LossName, 4> kLosses{{
    {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy",
     &ops::sparseCategoricalCrossentropy},
    {"categorical_crossentropy", "CategoricalCrossentropy", &ops::categoricalCrossentropy},
    {"binary_crossentropy", "BinaryCrossentropy", &ops::binaryCrossentropy},
    {"mean_squared_error", "MeanSquaredError", &ops::meanSquaredError},
}};

/// The input of the softmax (sigmoid) that made `y`, or nothing.
ValueRef logitsOf(LossKind kind, const Emitter& emitter, ValueRef y)
{
    const OpNode* node = emitter.node(y);
    if (!node || !node->op || kind == LossKind::MeanSquaredError)
        return {};
    if (kind == LossKind::BinaryCrossentropy)
        return node->op->name == "sigmoid" ? ValueRef{node->inputs[0]} : ValueRef{};
    const auto last = std::ssize(node->spec.shape) - 1;
    const bool softmax = node->op->name == "softmax"
        && (intArg(node->args, "axis") == -1 || intArg(node->args, "axis") == last);
    return softmax ? ValueRef{node->inputs[0]} : ValueRef{};
}

} // namespace

Result<LossKind> lossNamed(std::string_view name)
{
    for (std::size_t i = 0; i < kLosses.size(); ++i)
        if (name == kLosses[i].function || name == kLosses[i].type)
            return static_cast<LossKind>(i);
    if (name == "mse")
        return LossKind::MeanSquaredError;
    std::vector<std::string> known;
    std::string all;
    for (const auto& loss : kLosses) {
        known.emplace_back(loss.function);
        all += (all.empty() ? "" : ", ") + known.back();
    }
    known.emplace_back("mse");
    const std::string near = nearestName(name, known);
    return Error{ErrorCode::BadParameter,
                 "loss",
                 near.empty() ? Message{LB_TR("Error", "%1 is not a known loss; there are: %2"),
                                        {std::string(name), all}}
                              : Message{LB_TR("Error", "%1 is not a known loss; is %2 meant?"),
                                        {std::string(name), near}}};
}

std::string_view kerasName(LossKind kind)
{
    return kLosses.at(static_cast<std::size_t>(kind)).function;
}

ValueRef emitLoss(LossKind kind, Emitter& emitter, ValueRef yTrue, ValueRef yPred, bool fromLogits)
{
    if (const ValueRef logits = logitsOf(kind, emitter, yPred); logits.id != kNoValue) {
        yPred = logits;
        fromLogits = true;
    }
    const Shape& shape = emitter.spec(yPred).shape;
    const bool column = !shape.empty() && shape.back() == 1;
    if (column && emitter.rank(yTrue) + 1 == emitter.rank(yPred)
        && kind != LossKind::SparseCategoricalCrossentropy) {
        Shape wider = emitter.spec(yTrue).shape;
        wider.push_back(1);
        yTrue = emitter.op(ops::reshape(), {yTrue}, {{"shape", intsConfig(wider)}});
    }
    return emitter.op(
        kLosses.at(static_cast<std::size_t>(kind)).op(), {yTrue, yPred},
        {{"from_logits", fromLogits}, {"label_smoothing", 0.0}, {"reduction", "mean"}});
}

} // namespace lb
