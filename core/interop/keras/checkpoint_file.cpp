#include "core/interop/keras/checkpoint_file.h"

#include "core/graph/flatten.h"
#include "core/interop/keras/keras_compile.h"
#include "core/training/optimizers.h"

#include <algorithm>

namespace lb {
namespace {

/// A weight that the optimizer moves, in the order that it was built for.
struct Moved {
    LayerId layer;
    std::size_t index = 0;
    Shape shape;
};

/// The part that trains.
Result<FlatModel> modelPart(const Document& document, const LayerRegistry& registry,
                            std::span<const Column> inputs)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Model;
    request.phase = Phase::Training;
    request.inputs = specsOf(inputs);
    return flattened(document, registry, request);
}

std::vector<Moved> movedWeights(const FlatModel& model)
{
    std::vector<Moved> moved;
    for (const FlatWeight& weight : model.weights)
        if (weight.spec.trainable)
            moved.push_back({weight.layer, weight.index, weight.shape});
    return moved;
}

/// Which weight each of the optimizer's slots belongs to.
Result<std::vector<std::size_t>> slotWeights(const Recipe& recipe, const std::vector<Moved>& moved)
{
    LB_TRY(optimizer, Optimizer::make(recipe.optimizer));
    std::vector<std::size_t> counts(moved.size(), 1); // only the order is wanted
    optimizer.build(counts);
    std::vector<std::size_t> weights;
    for (const Optimizer::Slot& slot : optimizer.allSlots())
        weights.push_back(slot.weight);
    return weights;
}

Result<KerasOptimizerState> optimizerState(const Recipe& recipe, const std::vector<Moved>& moved,
                                           const Checkpoint& checkpoint)
{
    LB_TRY(weights, slotWeights(recipe, moved));
    LB_TRY(optimizer, Optimizer::make(recipe.optimizer));
    KerasOptimizerState state;
    state.iterations = checkpoint.iterations;
    state.learningRate = static_cast<double>(optimizer.learningRate());
    const Error misfit{ErrorCode::BadShape, "optimizer",
                       LB_TR("Error", "its state is not that of this model")};
    if (weights.size() != checkpoint.optimizerSlots.size())
        return misfit;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Moved& weight = moved[weights[i]];
        const std::vector<float>& values = checkpoint.optimizerSlots[i];
        if (std::ssize(values) != elementCount(weight.shape))
            return misfit;
        state.slotTensors[{weight.layer, weight.index}].push_back(
            Tensor::make<float>(weight.shape, [&](std::span<float> out) {
                std::ranges::copy(values, out.begin());
            }));
    }
    return state;
}

/// Keras' slots in our order; empty if they are not those of the model.
std::vector<std::vector<float>> slotsFrom(const KerasOptimizerState& state,
                                          const std::vector<Moved>& moved,
                                          const std::vector<std::size_t>& weights)
{
    std::map<std::size_t, std::size_t> taken; // by weight
    std::vector<std::vector<float>> result;
    for (const std::size_t weight : weights) {
        const auto found = state.slotTensors.find({moved[weight].layer, moved[weight].index});
        const std::size_t number = taken[weight]++;
        if (found == state.slotTensors.end() || number >= found->second.size()
            || found->second[number].dtype() != DType::Float32)
            return {};
        const auto values = found->second[number].values<float>();
        result.emplace_back(values.begin(), values.end());
    }
    return result;
}

/// Every weight of the model is there and fits. Errors: BadShape naming the layer.
Result<> checkWeights(const Document& document, const FlatModel& model, const LayerWeights& weights)
{
    for (const FlatWeight& weight : model.weights) {
        const auto found = weights.find(weight.layer);
        if (found == weights.end() || weight.index >= found->second.size()
            || found->second[weight.index].shape() != weight.shape)
            return Error{ErrorCode::BadShape, document.layer(weight.layer)->name,
                         LB_TR("Error", "the file is of another model than the project's")};
    }
    return std::monostate{};
}

} // namespace

Result<std::vector<Column>> modelInputs(const Document& document, const LayerRegistry& registry,
                                        std::span<const Column> rows)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Pipeline;
    request.phase = Phase::Training;
    request.inputs = specsOf(rows);
    LB_TRY(pipeline, flattened(document, registry, request));
    std::vector<Spec> specs;
    for (const ValueId id : pipeline.graph.outputs)
        specs.push_back(pipeline.graph.nodes[id].spec);
    return boundaryColumns(document, std::move(specs));
}

Result<std::string> checkpointArchive(const Document& document, const LayerRegistry& registry,
                                      std::span<const Column> rows,
                                      const Checkpoint& checkpoint)
{
    LB_TRY(inputs, modelInputs(document, registry, rows));
    LB_TRY(model, modelPart(document, registry, inputs));
    StoredCheckpoint own = stored(checkpoint, /*withWeights=*/false);
    KerasArchiveRequest request;
    request.part = KerasArchiveRequest::Part::Checkpoint;
    request.inputs = inputs;
    const bool withKeras
        = !checkpoint.optimizerSlots.empty() && kerasKeepsSlots(document.recipe);
    if (withKeras) {
        LB_TRY(state, optimizerState(document.recipe, movedWeights(model), checkpoint));
        request.extras.optimizer = std::move(state);
        std::erase_if(own.tensors,
                      [](const auto& item) { return item.first.starts_with("slots/"); });
        LB_TRY(json, withParam(own.json, "slots", 0));
        own.json = std::move(json);
    }
    request.extras.own = ConfigObject{{"checkpoint", own.json}, {"keras_slots", withKeras}};
    request.extras.tensors = std::move(own.tensors);
    return kerasArchive(document, registry, checkpoint.weights, request);
}

Result<Checkpoint> readCheckpointArchive(const std::filesystem::path& path,
                                         const Document& document, const LayerRegistry& registry,
                                         const Limits& limits)
{
    LB_TRY(archive, readKerasArchive(path, registry, limits));
    Checkpoint result;
    if (const Config* json = archive.extras.own.find("checkpoint")) {
        LB_TRY(own, restored({*json, archive.extras.tensors}));
        result = std::move(own);
    }
    result.weights = std::move(archive.weights);
    LB_TRY(model, modelPart(document, registry, archive.inputs));
    if (Result<> fits = checkWeights(document, model, result.weights); !fits.ok())
        return std::move(fits.error());
    const Config* inKeras = archive.extras.own.find("keras_slots");
    const bool* flag = inKeras ? inKeras->as<bool>() : nullptr;
    const bool sameKind = kerasOptimizerClass(archive.document.recipe)
        == kerasOptimizerClass(document.recipe); // else it starts anew
    if (archive.extras.optimizer && (!flag || *flag) && sameKind) {
        const std::vector<Moved> moved = movedWeights(model);
        LB_TRY(weights, slotWeights(document.recipe, moved));
        result.optimizerSlots = slotsFrom(*archive.extras.optimizer, moved, weights);
        result.iterations = archive.extras.optimizer->iterations;
    }
    return result;
}

} // namespace lb
