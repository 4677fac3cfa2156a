#include "app/cli/opened_project.h"

#include "core/graph/project_file.h"
#include "core/support/random_stream.h"
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

/// Whether a Source makes what it gives, and no file could take that place.
bool readsNothing(const Config& config)
{
    return readingFrom(config, "a") == readingFrom(config, "b");
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

/// Why the data could not be opened, with the way to other ones: where nothing is at the path, the
/// data were moved or the project was.
Error withWayOut(Error error, const LayerDef& layer, const Config& config, const fs::path& base,
                 const fs::path& data)
{
    std::error_code ignored;
    const std::string* path = pathOf(config);
    const bool unset = error.code == ErrorCode::BadParameter && error.where == "path";
    const bool absent = error.code == ErrorCode::NotFound && path
        && !fs::exists(base / *path, ignored);
    if (!unset && !absent)
        return error;
    if (!data.empty() && !fs::exists(data, ignored))
        error.message = {LB_TR("Error", "%1; that is what --data names"), {english(error.message)}};
    else
        error.message = {LB_TR("Error", "%1; if it was moved, name its new place with --data PATH, or "
                                        "write it as \"path\" of the layer %2 in the project"),
                         {english(error.message), layer.name}};
    return error;
}

/// Noise in the shape of the sounds that a source would read.
SourceHandle noise(const Document& document, const LayerDef& layer, std::uint64_t seed)
{
    constexpr std::int64_t kSecond = 16'000, kSounds = 64;
    Shape shape = sourceColumns(layer, {}).front().spec.shape;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (shape[axis] == kUnknown)
            shape[axis] = axis == 0 ? kSecond : 1;
    shape.insert(shape.begin(), kSounds);
    const StreamKey key{seed + static_cast<std::uint64_t>(document.recipe.seed)};
    const Tensor sounds = Tensor::make<float>(shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i) // 24 bits of a random number, -1..1
            out[i] = static_cast<float>(key.child(i).value >> 40) / 8388608.0f - 1;
    });
    return std::make_shared<MemoryTable>(
        std::vector<std::pair<std::string, Tensor>>{{"sound", sounds}},
        std::vector<std::int64_t>(kSounds, 0), std::vector<std::string>{});
}

/// Why a folder is no project: which ones lie in it.
Error isFolder(const fs::path& path)
{
    std::string projects;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path, ignored))
        if (entry.path().extension() == ".lbench")
            projects += (projects.empty() ? "" : ", ") + entry.path().filename().string();
    if (projects.empty())
        return {ErrorCode::BadFile, path.string(),
                LB_TR("Error", "is a folder without a project (.lbench) in it; `new` makes one")};
    return {ErrorCode::BadFile, path.string(),
            {LB_TR("Error", "is a folder; name the project in it: %1"), {projects}}};
}

} // namespace

Facts OpenedProject::facts() const
{
    return source ? factsOf(*source, document.recipe, heldOut.get()) : Facts{};
}

Result<OpenedProject> openProject(const fs::path& path, const fs::path& data,
                                  const DocumentChange& change)
{
    OpenedProject project;
    project.path = path;
    std::error_code unknown;
    if (fs::is_directory(path, unknown))
        return isFolder(path);
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
    if (!data.empty() && readsNothing(layer.config))
        return Error{ErrorCode::BadParameter, "--data",
                     {LB_TR("Error", "the Source of the project, %1, draws its data itself and reads "
                                     "none; leave --data out, or give %1 the kind of your data, such "
                                     "as image_folder"),
                      {layer.name}}};
    const Config config = within(layer.config, data);
    Result<SourceHandle> source = openSource(config, path.parent_path());
    if (!source.ok()) {
        project.sourceError
            = withWayOut(std::move(source.error()), layer, config, path.parent_path(), data);
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
    const Config* found = layer ? layer->config.find("kind") : nullptr;
    const auto* kind = found ? found->as<std::string>() : nullptr;
    if (kind && *kind == "sound_folder") {
        project.source = noise(project.document, *layer, 1);
        project.heldOut = noise(project.document, *layer, 2);
        return;
    }
    const std::string made(madeKindFor(kind ? *kind : ""));
    if (made == "drawn_shapes") {
        project.source = drawnShapes(kStandIns, 1);
        project.heldOut = drawnShapes(kStandIns, 2);
        return;
    }
    for (SourceHandle* into : {&project.source, &project.heldOut}) {
        Result<Config> config = withParam(layer->config, "kind", made);
        if (config.ok())
            config = withParam(config.value(), "count", kStandIns);
        if (config.ok())
            config = withParam(config.value(), "seed", into == &project.source ? 1 : 2);
        Result<SourceHandle> source = config.ok() ? openSource(config.value(), {})
                                                  : Result<SourceHandle>(std::move(config.error()));
        if (source.ok())
            *into = std::move(source.value());
    }
}

} // namespace lb
