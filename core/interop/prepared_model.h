#pragma once

#include "core/data/source.h"
#include "core/graph/flatten.h"
#include "core/interop/keras/keras_archive.h"
#include "core/support/jobs.h"

namespace lb {

/// A model that can predict: every layer adapted, every weight there.
struct PreparedModel {
    Document document;
    LayerWeights weights;
    Spec input; ///< of raw rows: uint8 [?, 32, 32, 3] 0..255
    std::vector<std::string> labels; ///< of the last axis of the prediction; may be empty
    std::vector<Message> notes; ///< what was made up, as sentences for the user
    bool trained = false; ///< the weights were given
    bool checkpoint = false; ///< of training: takes what the input pipeline makes, not raw rows
};

struct PrepareRequest {
    Document document;
    LayerWeights weights = {}; ///< of a training run; empty: the seeded initial ones
    std::shared_ptr<const Source> source; ///< never null
    bool heldOut = false; ///< other data are held out, so that all rows train
    bool builtInData = false; ///< the project's own are absent: a note says so
};

/// Adapts layers that never were, on the training rows of `source`, and gives every weight that is
/// missing its seeded initial value; each is a note.
/// Errors: those of flattened(), adapted() and of weights that do not fit; Cancelled.
Result<PreparedModel> preparedModel(PrepareRequest request, const LayerRegistry& registry,
                                    const JobContext& job = {});

/// What an archive holds, as a model that predicts. Labels come from the archive's own member.
PreparedModel preparedModel(KerasModel model);

/// The weights of an archive for the layers of `document`: by id where Layerbench wrote it, else by
/// name. States that the document lacks are taken as well.
/// Errors: NotFound if the archive has weights and none of them is for this document.
Result<LayerWeights> weightsFrom(const KerasModel& archive, Document& document);

/// The part that predicts, from raw rows to the prediction, without layers that only train.
Result<FlatModel> inferencePart(const Document& document, const LayerRegistry& registry,
                                const Spec& input, bool dropTrainOnly = true);

/// What goes into the own member of an archive that takes raw rows, and back.
Config labelsConfig(const std::vector<std::string>& labels);
std::vector<std::string> labelsOf(const Config& own);

} // namespace lb
