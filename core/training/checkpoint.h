#pragma once

#include "core/support/limits.h"
#include "core/training/trainer.h"

namespace lb {

/// A checkpoint as a file keeps it: figures as JSON, numbers as named tensors.
/// `weights/LAYER/INDEX` are left out where `withWeights` is false, because a model archive has
/// them already.
struct StoredCheckpoint {
    Config json;
    std::map<std::string, Tensor, std::less<>> tensors;
};
StoredCheckpoint stored(const Checkpoint& checkpoint, bool withWeights = true);
/// The way back; without weights in it, `weights` stays empty for the caller to fill.
/// Errors: BadFile naming the field; Unsupported (a newer format).
Result<Checkpoint> restored(const StoredCheckpoint& stored);

/// All of it as one member of an archive: a line of JSON, then the tensors as `.npy`, in the
/// order and with the lengths that the line says. Bit for bit what it was, NaN included.
std::string encodeCheckpoint(const Checkpoint& checkpoint, bool withWeights = true);
/// Errors: BadFile (truncated, lengths that do not fit, a field), TooLarge, Unsupported.
Result<Checkpoint> decodeCheckpoint(std::string_view bytes, const Limits& limits = {});

} // namespace lb
