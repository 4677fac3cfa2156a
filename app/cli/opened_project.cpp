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

/// The config that reads what its path names below `data`, or `data` itself.
Config within(const Config& config, const fs::path& data)
{
    const std::string* own = pathOf(config);
    if (data.empty())
        return config;
    std::error_code ignored;
    const fs::path below = own && !own->empty() ? data / *own : data;
    const fs::path chosen = fs::exists(below, ignored) ? below : data;
    return readingFrom(config, fs::absolute(chosen, ignored));
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
    const Node* node = project.document.source();
    const LayerDef* layer = node ? project.document.layerOf(node->id) : nullptr;
    const Config* kind = layer ? layer->config.find("kind") : nullptr;
    const bool text = kind && *kind == Config("text"), table = kind && *kind == Config("csv");
    if (!text && !table) {
        project.source = drawnShapes(kStandIns, 1);
        project.heldOut = drawnShapes(kStandIns, 2);
        return;
    }
    for (SourceHandle* into : {&project.source, &project.heldOut}) {
        Result<Config> made
            = withParam(layer->config, "kind", text ? "sentences" : "passengers");
        if (made.ok())
            made = withParam(made.value(), "count", kStandIns);
        if (made.ok())
            made = withParam(made.value(), "seed", into == &project.source ? 1 : 2);
        Result<SourceHandle> source = made.ok() ? openSource(made.value(), {})
                                                : Result<SourceHandle>(std::move(made.error()));
        if (source.ok())
            *into = std::move(source.value());
    }
}

} // namespace lb
