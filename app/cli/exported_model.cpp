#include "app/cli/exported_model.h"

#include "app/cli/arguments.h"
#include "core/graph/project_file.h"

#include <cstdio>

namespace lb {
namespace {

namespace fs = std::filesystem;

void tell(const std::string& line)
{
    std::fprintf(stderr, "layerbench-cli: %s\n", line.c_str());
}

fs::path weightsFileOf(const ProjectModelOptions& options)
{
    if (!options.weights.empty())
        return options.weights;
    std::error_code ignored;
    const fs::path beside = weightsBeside(options.project);
    return fs::exists(beside, ignored) ? beside : fs::path();
}

} // namespace

Result<ProjectModel> projectModel(const ProjectModelOptions& options, const LayerRegistry& registry)
{
    ProjectModel result;
    LB_TRY(project, openProject(options.project, options.data));
    result.project = std::move(project);
    OpenedProject& opened = result.project;
    PrepareRequest request;
    request.builtInData = !opened.source;
    if (!opened.document.source())
        return *opened.sourceError;
    if (opened.sourceError && opened.sourceError->code != ErrorCode::NotFound)
        return *opened.sourceError; // there, but broken
    standIn(opened);
    const fs::path weights = weightsFileOf(options);
    if (!weights.empty()) {
        LB_TRY(archive, readKerasArchive(weights, registry));
        Result<LayerWeights> taken = weightsFrom(archive, opened.document, registry);
        if (!taken.ok())
            return Error{taken.error().code, weights.string(), taken.error().message};
        request.weights = std::move(taken.value());
        result.weightsFile = weights.string();
    }
    request.document = opened.document;
    request.source = opened.source;
    request.heldOut = opened.heldOut != nullptr;
    Result<PreparedModel> model = preparedModel(std::move(request), registry);
    if (!model.ok())
        return ofWeights(std::move(model.error()), weights.string(), opened.document);
    for (const Message& note : model.value().notes)
        tell(english(note));
    result.model = std::move(model.value());
    return result;
}

Result<PreparedModel> modelOfProject(const ProjectModelOptions& options,
                                     const LayerRegistry& registry)
{
    LB_TRY(made, projectModel(options, registry));
    return std::move(made.model);
}

} // namespace lb
