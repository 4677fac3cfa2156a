#pragma once

#include "core/graph/analysis.h"
#include "core/graph/ledger.h"
#include "core/support/jobs.h"
#include "core/training/training_rows.h"

namespace lb {

struct AdaptOptions {
    std::vector<LayerId> only = {}; ///< empty: every layer that learns from data
    bool again = false; ///< also those whose state is not old, or was learned from typed values
    bool heldOut = false; ///< see trainingRows()
    int workers = 2;
    std::int64_t blockRows = 128; ///< of pictures; of texts and lines of tables 64 times as many
    /// Training, Validation or All rows of the source; with `heldOut` and Validation the source is the
    /// one that is held out. Anything but Training is a warning of the
    /// analysis afterwards: what the model is judged by has been seen.
    ledger::Split on = ledger::Split::Training;
};

/// The layers that `adapted()` would adapt on the training rows, first round and later ones, as far as
/// that can be seen before: what never learned, then what learned from other rows, settings or inputs.
struct Waiting {
    std::vector<LayerId> unlearned, stale;
    bool empty() const { return unlearned.empty() && stale.empty(); }
};
/// `facts`: of the training rows.
Waiting waitingToAdapt(const Document& document, const LayerRegistry& registry, const Facts& facts);

/// Adapts layers on what comes to them, train-only layers left out, in rounds: a layer that stands
/// behind another one waits for the next pass over the training rows. Blocks are summarised in
/// parallel and folded in order: the same state for any number of workers; memory does not grow
/// with the data. Each state's record stands in its ledger (core/graph/ledger.h).
/// Errors: those of the source and of the layers, with the layer's name; Cancelled; NotFound if a
/// layer in `only` has no input. The document is then as it was. `registry` outlives the call.
Result<Document> adapted(const Document& document, const LayerRegistry& registry,
                         const Source& source, const AdaptOptions& options,
                         const JobContext& job = {});

} // namespace lb
