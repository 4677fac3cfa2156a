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

/// An error of what is in a file, with the file's name; for a broken one also with the ways out.
Error inFile(Error error, const fs::path& file)
{
    if (!error.where.starts_with(file.string()))
        error.where = file.string() + (error.where.empty() ? "" : ": " + error.where);
    if (error.code == ErrorCode::BadFile)
        error.message = {LB_TR("Error", "%1; train again, or name other weights with --weights FILE "
                                        "(--weights initial takes untrained ones)"),
                         {english(error.message)}};
    return error;
}

/// Which project `train` wrote an archive for.
struct TrainedFor {
    std::string name; ///< empty: somebody else wrote it
    bool same = false; ///< the one that was asked for
};

/// Another project of the same name is one that is still where the archive says.
Result<TrainedFor> projectOf(const fs::path& file, const fs::path& asked)
{
    const Result<Config> own = readKerasOwn(file);
    if (!own.ok())
        return inFile(own.error(), file);
    const std::string name = trainedProject(own.value());
    if (name != asked.filename().string())
        return TrainedFor{name};
    const fs::path place = file.parent_path() / trainedFolder(own.value()) / name;
    std::error_code ignored;
    if (!isThere(place) || fs::equivalent(place, asked, ignored))
        return TrainedFor{name, true};
    return TrainedFor{place.lexically_normal().string()};
}

Result<WeightsFile> weightsInFolder(const fs::path& folder)
{
    if (isThere(folder / kTrainedFile))
        return WeightsFile{folder / kTrainedFile, {}, {}};
    return Error{ErrorCode::NotFound, folder.string(),
                 LB_TR("Error", "is a folder without a model.keras, so train did not write into it; "
                                "name a .keras file")};
}

/// Why an archive beside a project is not taken for its weights.
Error notTaken(const fs::path& trained, const std::string& of, const fs::path& project)
{
    const std::string name = project.filename().string();
    if (of.empty())
        return {ErrorCode::NotFound, trained.string(),
                {LB_TR("Error", "was not used, for train did not write it for %1; name it with "
                                "--weights if it is meant, or train first"),
                 {name}}};
    return {ErrorCode::NotFound, trained.string(),
            {LB_TR("Error", "was not used, for it was trained for another project, %1, and %2 is not "
                            "trained yet; train that into a folder of its own (--out DIR) and name it "
                            "with --weights DIR"),
             {of, name}}};
}

} // namespace

Result<WeightsFile> weightsFile(const fs::path& project, const std::string& asked,
                                const fs::path& folder)
{
    std::error_code ignored;
    if (asked == kInitialWeights)
        return WeightsFile{};
    if (fs::is_directory(asked, ignored))
        return weightsInFolder(asked);
    if (!asked.empty())
        return WeightsFile{asked, {}, {}};
    const fs::path trained = folder / kTrainedFile, named = weightsBeside(project);
    WeightsFile found;
    if (isThere(named))
        found.path = named;
    if (!isThere(trained) || project.filename() == kTrainedFile)
        return found;
    LB_TRY(of, projectOf(trained, project));
    const bool both = fs::equivalent(trained, named, ignored); // of a project called model
    if (of.same) {
        if (!found.path.empty() && !both)
            found.notes.push_back({LB_TR("Export", "the weights are those of %1, which train wrote, "
                                                   "and not those of %2"),
                                   {trained.string(), named.string()}});
        found.path = trained;
    } else if (found.path.empty() || (both && !of.name.empty())) {
        found.path.clear();
        found.passedOver = notTaken(trained, of.name, project);
    }
    return found;
}

Result<LayerWeights> weightsIn(const fs::path& file, OpenedProject& project,
                               const LayerRegistry& registry, std::vector<Message>& notes)
{
    Result<KerasModel> archive = readKerasArchive(file, registry);
    if (!archive.ok())
        return inFile(std::move(archive.error()), file);
    Result<LayerWeights> weights
        = weightsFrom(archive.value(), project.document, registry, &notes);
    if (!weights.ok())
        return inFile(std::move(weights.error()), file);
    return weights;
}

Result<std::vector<Message>> mayWriteWeights(const fs::path& file, const fs::path& project)
{
    if (!isThere(file))
        return std::vector<Message>();
    const Result<TrainedFor> of = projectOf(file, project);
    if (!of.ok())
        return std::vector<Message>{
            {LB_TR("Export", "%1 cannot be read and will be written over"), {file.string()}}};
    if (of.value().name.empty() || of.value().same)
        return std::vector<Message>();
    return Error{ErrorCode::BadParameter, file.string(),
                 {LB_TR("Error", "was trained for another project, %1, and would be written over; "
                                 "name another place with --out, or move the file away"),
                  {of.value().name}}};
}

} // namespace lb
