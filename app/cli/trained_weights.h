#pragma once

#include "app/cli/opened_project.h"
#include "core/interop/prepared_model.h"

namespace lb {

inline constexpr const char* kTrainedFile = "model.keras"; ///< what `train` calls its weights
inline constexpr const char* kInitialWeights = "initial"; ///< of --weights: none that were trained
/// What --weights of `predict`, `export` and `evaluate` says.
inline constexpr const char* kWeightsHelp
    = "Of a training run: a .keras file or the folder that train wrote into, or `initial` for untrained "
      "ones; else model.keras beside the project where train wrote it for this project, else "
      "PROJECT.keras";

/// The archive that has a project's weights, and what was passed over on the way.
struct WeightsFile {
    std::filesystem::path path; ///< empty: there is none
    std::vector<Message> notes;
    /// Where there is no path: why the kTrainedFile that is there is not taken.
    std::optional<Error> passedOver;
};

/// The same for every command: what `asked` names (a file, or a folder that train wrote into; or
/// kInitialWeights), else kTrainedFile in `folder` where it is of a run of this project, else the
/// project's name with .keras beside it.
/// Errors: NotFound naming a folder without weights; those of a kTrainedFile that cannot be read, with
/// ways out.
Result<WeightsFile> weightsFile(const std::filesystem::path& project, const std::string& asked,
                                const std::filesystem::path& folder);

/// The weights in `file` for a project, which gets what its layers learned; `notes` gets those of
/// weightsFrom(). Errors name the file: those of readKerasArchive() and weightsFrom().
Result<LayerWeights> weightsIn(const std::filesystem::path& file, OpenedProject& project,
                               const LayerRegistry& registry, std::vector<Message>& notes);

/// Refuses to write over weights in `file` that were trained for another project; gives what is to
/// be told of a file that cannot be read and will be written over. Errors: BadParameter.
Result<std::vector<Message>> mayWriteWeights(const std::filesystem::path& file,
                                             const std::filesystem::path& project);

} // namespace lb
