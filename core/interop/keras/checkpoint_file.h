#pragma once

#include "core/interop/keras/keras_archive.h"
#include "core/training/checkpoint.h"

namespace lb {

/// What the model of a checkpoint takes: the values of boundaries() for `rows`, which is what the
/// source gives, batch in front. Errors: those of flattened().
Result<std::vector<Column>> modelInputs(const Document& document, const LayerRegistry& registry,
                                        std::span<const Column> rows);

/// A run's state as the bytes of a Keras archive: Keras opens it and trains on, with the weights
/// and the optimizer's state where it looks for them; what only we know stands in our own member.
/// `rows` as above. Errors: those of kerasArchive().
Result<std::string> checkpointArchive(const Document& document, const LayerRegistry& registry,
                                      std::span<const Column> rows,
                                      const Checkpoint& checkpoint);

/// The way back, bit by bit, for the document that it was made of. An archive without a run in it
/// gives its weights, as the beginning of one; so does one that Keras saved again.
/// Errors: those of readKerasArchive(); BadFile (the state of the run); BadShape if the archive is
/// of another model than the document's.
Result<Checkpoint> readCheckpointArchive(const std::filesystem::path& path,
                                         const Document& document, const LayerRegistry& registry,
                                         const Limits& limits = {});

} // namespace lb
