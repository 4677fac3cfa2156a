#pragma once

#include "core/conform/comparison.h"
#include "core/conform/file_tree.h"
#include "core/conform/layer_call.h"

namespace lb {

/// A call that somebody wrote down: a folder with case.json and the files that it names.
struct LayerCase {
    LayerCall call;
    double tolerance = 0;
    std::vector<Expectation> expectations; ///< one for each answer, in place of the tolerance
    bool judged = true;
    Config json; ///< the whole, for the answers that are expected
};

/// Reads the questions only. Errors: BadFile (a field or form that is not known), NotFound.
Result<LayerCase> readLayerCase(const FileTree& tree, const std::string& folder, const Config& json,
                                const Limits& limits);

/// What the comparison with the stored answers gave. `compared` 0: nothing was stored.
struct CaseVerdict {
    int compared = 0;
    double worst = 0;
    std::string difference; ///< of the first answer that does not agree; empty: all do
};
/// Errors: NotFound, BadFile in the stored answers.
Result<CaseVerdict> judgedAnswer(const FileTree& tree, const std::string& folder,
                                 const LayerCase& question, const LayerAnswer& answer,
                                 const Limits& limits);

/// The files of an answer by name: y.npy, mask.npy, grad_input0.npy, losses.json ...
std::map<std::string, std::string> answerFiles(const LayerAnswer& answer);

} // namespace lb
