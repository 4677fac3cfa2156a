#include "app/cli/trained_weights.h"

#include "core/graph/project_file.h"

namespace lb {
namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& file)
{
    std::error_code ignored;
    return fs::exists(file, ignored);
}

/// The project that `train` wrote an archive for; empty: somebody else wrote it, or it is broken.
std::string projectOf(const fs::path& file, const LayerRegistry& registry)
{
    const Result<KerasModel> archive = readKerasArchive(file, registry);
    return archive.ok() ? trainedProject(archive.value().extras.own) : std::string();
}

Result<WeightsFile> weightsInFolder(const fs::path& folder)
{
    if (isThere(folder / kTrainedFile))
        return WeightsFile{folder / kTrainedFile, {}};
    return Error{ErrorCode::NotFound, folder.string(),
                 LB_TR("Error", "is a folder without a model.keras, so train did not write into it; "
                                "name a .keras file")};
}

} // namespace

Result<WeightsFile> weightsFile(const fs::path& project, const std::string& asked,
                                const fs::path& folder, const LayerRegistry& registry)
{
    std::error_code ignored;
    if (asked == kInitialWeights)
        return WeightsFile{};
    if (fs::is_directory(asked, ignored))
        return weightsInFolder(asked);
    if (!asked.empty())
        return WeightsFile{asked, {}};
    const fs::path trained = folder / kTrainedFile, named = weightsBeside(project);
    WeightsFile found;
    if (isThere(named))
        found.path = named;
    if (!isThere(trained) || project.filename() == kTrainedFile)
        return found;
    const std::string of = projectOf(trained, registry);
    if (of == project.filename().string()) {
        if (!found.path.empty())
            found.notes.push_back({LB_TR("Export", "the weights are those of %1, which train wrote, "
                                                   "and not those of %2"),
                                   {trained.string(), named.string()}});
        found.path = trained;
    } else if (of.empty() && found.path.empty()) {
        found.notes.push_back({LB_TR("Export", "%1 was not used, for train did not write it for this "
                                               "project; name it with --weights if it is meant"),
                               {trained.string()}});
    } else if (found.path.empty()) {
        return Error{ErrorCode::BadParameter, trained.string(),
                     {LB_TR("Error", "was trained for another project, %1; name it with --weights if "
                                     "it is meant, or train %2 into a folder of its own (--out DIR) "
                                     "and name that (--weights initial takes untrained ones)"),
                      {of, project.filename().string()}}};
    }
    return found;
}

Result<LayerWeights> weightsIn(const fs::path& file, OpenedProject& project,
                               const LayerRegistry& registry)
{
    LB_TRY(archive, readKerasArchive(file, registry));
    Result<LayerWeights> weights = weightsFrom(archive, project.document, registry);
    if (weights.ok())
        return weights;
    const Error& error = weights.error();
    return Error{error.code, file.string() + (error.where.empty() ? "" : ": " + error.where),
                 error.message};
}

Result<> mayTrainInto(const fs::path& folder, const fs::path& project,
                      const LayerRegistry& registry)
{
    const fs::path trained = folder / kTrainedFile;
    if (!isThere(trained))
        return std::monostate{};
    const std::string of = projectOf(trained, registry);
    if (of.empty() || of == project.filename().string())
        return std::monostate{};
    return Error{ErrorCode::BadParameter, trained.string(),
                 {LB_TR("Error", "was trained for another project, %1, and would be written over; "
                                 "name a folder with --out DIR, or move the file away"),
                  {of}}};
}

} // namespace lb
