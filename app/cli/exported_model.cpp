#include "app/cli/exported_model.h"

#include "app/cli/arguments.h"
#include "app/cli/trained_weights.h"

namespace lb {
namespace {

namespace fs = std::filesystem;

/// Refuses what would be learned from data that were named and have other classes than the model
/// tells apart, as train does.
Result<> classesFit(const OpenedProject& project, const PreparedModel& model,
                    const ProjectModelOptions& options, const LayerRegistry& registry)
{
    if (options.data.empty())
        return std::monostate{};
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    const Shape& y = flat.graph.nodes[flat.graph.outputs.front()].spec.shape;
    const auto classes = std::ssize(project.source->classNames());
    if (classes == 0 || y.size() != 2 || y.back() == classes || (y.back() == 1 && classes <= 2))
        return std::monostate{};
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
    if (opened.sourceError
        && (opened.sourceError->code != ErrorCode::NotFound || !options.data.empty()))
        return *opened.sourceError; // there, but broken; or named, and not there
    standIn(opened);
    LB_TRY(file, weightsFile(options.project, options.weights,
                             fs::path(options.project).parent_path()));
    request.notes = std::move(file.notes);
    if (file.passedOver)
        request.notes.push_back({LB_TR("Export", "%1 %2"),
                                 {file.passedOver->where, english(file.passedOver->message)}});
    const fs::path& weights = file.path;
    if (!weights.empty()) {
        LB_TRY(taken, weightsIn(weights, opened, registry, request.notes));
        request.weights = std::move(taken);
        result.weightsFile = weights.string();
    }
    request.document = opened.document;
    request.source = opened.source;
    request.heldOut = opened.heldOut != nullptr;
    Result<PreparedModel> model = preparedModel(std::move(request), registry);
    if (!model.ok())
        return ofWeights(std::move(model.error()), weights.string(), opened.document);
    if (Result<> fits = classesFit(opened, model.value(), options, registry);
        !fits.ok())
        return std::move(fits.error());
    tell(model.value().notes);
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
