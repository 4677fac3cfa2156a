#pragma once

#include "core/data/table_schema.h"
#include "core/graph/flatten.h"
#include "core/interop/keras/keras_archive.h"
#include "core/support/jobs.h"

namespace lb {

/// A model that can predict: every layer adapted, every weight there.
struct PreparedModel {
    Document document;
    LayerWeights weights;
    /// Of raw rows, those that the model reads, batch in front: image uint8 [?, 32, 32, 3] 0..255.
    std::vector<Column> inputs;
    TableSchema table; ///< how rows of a file become these inputs; empty for other data
    std::int64_t samplingRate = 0; ///< of sounds, in Hz; 0: not told, or no sounds
    std::vector<std::string> labels; ///< of the last axis of the prediction; may be empty
    std::vector<Message> notes; ///< what was made up, as sentences for the user
    bool trained = false; ///< the weights were given
    std::string project; ///< file name of that whose run gave them; empty: not told
    bool checkpoint = false; ///< of training: takes what the input pipeline makes, not raw rows
};

struct PrepareRequest {
    Document document;
    LayerWeights weights = {}; ///< of a training run; empty: the seeded initial ones
    std::shared_ptr<const Source> source; ///< never null
    bool heldOut = false; ///< other data are held out, so that all rows train
    bool builtInData = false; ///< the project's own are absent: a note says so, classes have no names
    std::vector<Message> notes = {}; ///< of the weights; they stand before the model's own
};

/// Adapts layers that never were, on the training rows of `source`, and gives every weight that is
/// missing its seeded initial value; each is a note.
/// Errors: those of flattened(), adapted() and of weights that do not fit; Cancelled.
Result<PreparedModel> preparedModel(PrepareRequest request, const LayerRegistry& registry,
                                    const JobContext& job = {});

/// What an archive holds, as a model that predicts. Labels come from the archive's own member.
PreparedModel preparedModel(KerasModel model);

/// The weights of an archive for the layers of `document`: by id where Layerbench wrote it, else by
/// name. What layers learned from data is taken as well, also in place of what the document has: the
/// weights were trained on it; `notes`, where given, then names the layers that had learned something else.
/// Errors: NotFound if the archive has weights and none of them is for this document, naming the
/// project that it is of where that is known; those of learnedBy().
Result<LayerWeights> weightsFrom(const KerasModel& archive, Document& document,
                                 const LayerRegistry& registry,
                                 std::vector<Message>* notes = nullptr);

/// What a layer of an archive learned: its state, or one made of what Keras keeps in its config: the
/// vocabulary and the weights of tf_idf, and bins. Null where it learned nothing.
/// Errors: BadParameter for a vocabulary that the layer refuses.
Result<StateHandle> learnedBy(const LayerDef& archived, const LayerRegistry& registry);

/// The part that predicts, from raw rows to the prediction, without layers that only train.
Result<FlatModel> inferencePart(const Document& document, const LayerRegistry& registry,
                                std::span<const Column> inputs, bool dropTrainOnly = true);

/// What goes into the own member of an archive that a training run writes: the file name of its
/// project, the folder of that as seen from the archive's ("../shapes"; "." or "": the same one), and
/// how rows become its inputs.
Config trainedFor(const std::string& project, const std::string& folder, const TableSchema& table);
/// The project of such a member; empty of any other one.
std::string trainedProject(const Config& own);
std::string trainedFolder(const Config& own); ///< of that project; empty: the same one, or not told

/// What goes into the own member of an archive that takes raw rows: labels, how rows are read, and the
/// sampling rate of sounds.
Config ownConfig(const PreparedModel& model);
std::vector<std::string> labelsOf(const Config& own);
/// The table of such a member or of a bundle's manifest; empty where there is none, or a broken one.
TableSchema tableOf(const Config& own);

} // namespace lb
