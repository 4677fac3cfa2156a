#include "app/cli/opened_project.h"

#include "core/graph/project_file.h"
#include "core/training/adapt.h"

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kStandIns = 1'024;

const std::string* pathOf(const Config& config)
{
    const Config* path = config.find("path");
    return path ? path->as<std::string>() : nullptr;
}

/// The config with the path of the data below `data`, or of `data` itself.
Config within(const Config& config, const fs::path& data)
{
    const std::string* own = pathOf(config);
    if (data.empty() || !own || own->empty())
        return config;
    std::error_code ignored;
    const fs::path below = data / *own;
    const fs::path chosen = fs::is_directory(below, ignored) ? below : data;
    Result<Config> changed = withParam(config, "path", fs::absolute(chosen, ignored).string());
    return changed.ok() ? std::move(changed.value()) : config;
}

} // namespace

Facts OpenedProject::facts() const
{
    return source ? factsOf(*source, document.recipe, heldOut != nullptr) : Facts{};
}

Result<OpenedProject> openProject(const fs::path& path, const fs::path& data,
                                  const DocumentChange& change)
{
    OpenedProject project;
    project.path = path;
    LB_TRY(document, loadProject(path, {}));
    project.document = std::move(document);
    if (change) {
        LB_TRY(changed, change(std::move(project.document)));
        project.document = std::move(changed);
    }
    const Node* node = project.document.source();
    if (!node) {
        project.sourceError = Error{ErrorCode::NotFound, path.string(),
                                    LB_TR("Error", "the project has no Source; add one")};
        return project;
    }
    const LayerDef& layer = *project.document.layerOf(node->id);
    const Config config = within(layer.config, data);
    Result<SourceHandle> source = openSource(config, path.parent_path());
    if (!source.ok()) {
        project.sourceError = std::move(source.error());
        project.sourceError->where = layer.name + ": " + project.sourceError->where;
        return project;
    }
    project.source = std::move(source.value());
    Result<SourceHandle> heldOut = openHeldOut(config, path.parent_path());
    if (!heldOut.ok())
        project.sourceError = std::move(heldOut.error());
    else
        project.heldOut = std::move(heldOut.value());
    return project;
}

Result<> needSource(const OpenedProject& project)
{
    if (project.sourceError)
        return *project.sourceError;
    return std::monostate{};
}

void standIn(OpenedProject& project)
{
    if (project.source)
        return;
    project.source = drawnShapes(kStandIns, 1);
    project.heldOut = drawnShapes(kStandIns, 2);
}

} // namespace lb
