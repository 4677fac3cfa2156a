#include "app/cli/exported_model.h"

#include "app/cli/arguments.h"
#include "app/cli/trained_weights.h"

#include <cstdio>

namespace lb {
namespace {

namespace fs = std::filesystem;

void tell(const std::string& line)
{
    std::fprintf(stderr, "layerbench-cli: %s\n", line.c_str());
}

/// Refuses what would be learned from data of other classes than the model tells apart, as train
/// does: from data that were named, and from those that stand in where nothing else was learned.
Result<> classesFit(const OpenedProject& project, const PreparedModel& model,
                    const ProjectModelOptions& options, bool untrained,
                    const LayerRegistry& registry)
{
    if (project.sourceError ? !untrained : options.data.empty())
        return std::monostate{};
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    const Shape& y = flat.graph.nodes[flat.graph.outputs.front()].spec.shape;
    const auto classes = std::ssize(project.source->classNames());
    if (classes == 0 || y.size() != 2 || y.back() == classes || (y.back() == 1 && classes <= 2))
        return std::monostate{};
    if (project.sourceError)
        return *project.sourceError;
    return Error{ErrorCode::BadShape, options.data,
                 {LB_TR("Error", "the data have %1 classes, the model predicts %2; name the data of "
                                 "the project with --data, or give the last Dense as many units as "
                                 "there are classes"),
                  {classes, y.back()}}};
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
    LB_TRY(file, weightsFile(options.project, options.weights,
                             fs::path(options.project).parent_path(), registry));
    for (const Message& note : file.notes)
        tell(english(note));
    const fs::path& weights = file.path;
    if (!weights.empty()) {
        LB_TRY(taken, weightsIn(weights, opened, registry));
        request.weights = std::move(taken);
        result.weightsFile = weights.string();
    }
    request.document = opened.document;
    request.source = opened.source;
    request.heldOut = opened.heldOut != nullptr;
    Result<PreparedModel> model = preparedModel(std::move(request), registry);
    if (!model.ok())
        return ofWeights(std::move(model.error()), weights.string(), opened.document);
    if (Result<> fits = classesFit(opened, model.value(), options, weights.empty(), registry);
        !fits.ok())
        return std::move(fits.error());
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
