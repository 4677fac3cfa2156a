#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/support/limits.h"
#include "core/tensor/column.h"

#include <filesystem>
#include <optional>

namespace lb {

using LayerWeights = std::map<LayerId, std::vector<Tensor>>; ///< in Keras' layer.weights order

/// What Keras saves of an optimizer, so that training goes on where it stood.
struct KerasOptimizerState {
    std::int64_t iterations = 0;
    double learningRate = 0.001;
    /// By trainable weight (layer, index in Keras' order): a tensor of its shape for each slot.
    /// Adam: momentum, velocity. RMSprop: velocity, then momentum and average gradient where the
    /// config asks for them. SGD: momentum, or none.
    std::map<std::pair<LayerId, std::size_t>, std::vector<Tensor>> slotTensors;
};

/// What a `.keras` archive holds besides its graph.
struct KerasExtras {
    std::optional<KerasOptimizerState> optimizer;
    /// What Keras has no place for (random position, data position, provenance): the member
    /// layerbench.json, and tensors by name ("slots/0"). Null and empty in archives that Keras
    /// wrote.
    Config own;
    Config featureSpaces; ///< read only: what a project's FeatureSpaces learned, by name, or null
    std::map<std::string, Tensor, std::less<>> tensors;
};

/// Which part of a document becomes an archive, and what goes with it.
struct KerasArchiveRequest {
    enum class Part : std::uint8_t {
        Inference, ///< Source -> prediction, from raw rows; layers that only train are left out
        Checkpoint, ///< Batch -> prediction with all layers, compiled as the recipe says
    };
    Part part = Part::Inference;
    /// What the part begins with, batch in front and kUnknown: the Source's columns, or the values at
    /// boundaries(). Where there are several, their names are those of Keras' inputs.
    std::vector<Column> inputs;
    std::string name = "layerbench"; ///< of the model
    KerasExtras extras;
};

/// The bytes of a `.keras` archive that Keras 3 opens: metadata.json, config.json, model.weights.h5
/// and, if there is something to keep, members of our own. `weights` has every weight of the part;
/// what layers were adapted to comes from the document. The program layerbench-hdf5 writes the
/// HDF5 part. Errors: those of flattened(); BadShape naming a weight that lacks or does not fit;
/// Unsupported naming a layer that Keras cannot be told of; NotFound without layerbench-hdf5.
Result<std::string> kerasArchive(const Document& document, const LayerRegistry& registry,
                                 const LayerWeights& weights, const KerasArchiveRequest& request);

/// An archive's model as a document: Source -> Batch -> its layers -> Output.
struct KerasModel {
    /// Layers carry Keras' names, adapted states are in place; ids are those of the project where
    /// Layerbench wrote the archive. The recipe has what the archive was compiled with.
    Document document;
    std::vector<Column> inputs; ///< of the model, batch in front and kUnknown: flattened() wants them
    LayerWeights weights;
    KerasExtras extras;
    std::string kerasVersion;
};

/// Reads an archive that Layerbench or Keras wrote: Sequential and Functional, any inputs, one
/// output. Nothing in it can name code or another file; its HDF5 part is parsed by a program of
/// its own with limits, after every shape was derived from the config, and no other shape is read.
/// Errors: NotFound, BadFile (what is broken, by member, layer and weight), TooLarge, UnknownLayer,
/// Unsupported (a known thing that is not read here).
Result<KerasModel> readKerasArchive(const std::filesystem::path& path,
                                    const LayerRegistry& registry, const Limits& limits = {});
/// The same for an archive in memory; `name` is told in errors.
Result<KerasModel> parseKerasArchive(std::string bytes, std::string name,
                                     const LayerRegistry& registry, const Limits& limits = {});
/// KerasExtras::own alone, and quickly: null in an archive that Keras wrote.
/// Errors: NotFound, BadFile, TooLarge, Unsupported (a newer format).
Result<Config> readKerasOwn(const std::filesystem::path& path, const Limits& limits = {});

} // namespace lb
