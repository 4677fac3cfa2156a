#include "app/cli/train_options.h"

#include "app/cli/arguments.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/layers/random_group.h"
#include "core/support/json.h"

#include <CLI/CLI.hpp>

#include <thread>

namespace lb {
namespace {

/// Settings of the recipe go through the project's reader, which knows its
/// fields and types.
Result<Document> withRecipe(const Document& document, std::string_view path, Config value)
{
    LB_TRY(project, parseJson(writeProject(document)));
    const Config* recipe = project.find("recipe");
    const std::string_view key = path.substr(0, path.find('/'));
    if (!recipe || !recipe->find(key)) {
        std::vector<std::string> fields;
        const auto* object = recipe ? recipe->as<ConfigObject>() : nullptr;
        for (const auto& [name, ignored] : object ? *object : ConfigObject{})
            fields.push_back(name);
        return noSuchName(std::string(key), LB_TR("Error", "is no field of the training recipe"),
                          fields);
    }
    LB_TRY(changed, withParam(project, "recipe/" + std::string(path), std::move(value)));
    return parseProject(writeJson(changed, JsonStyle::Canonical), {});
}

} // namespace

Result<Document> withSetting(const Document& document, const LayerRegistry& registry,
                             std::string_view setting)
{
    const std::size_t equals = setting.find('=');
    const std::size_t dot = setting.substr(0, equals).find('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos)
        return Error{ErrorCode::BadParameter, std::string(setting),
                     LB_TR("Error", "needs the form node.key=value or recipe.key=value")};
    const std::string name(setting.substr(0, dot));
    const std::string path(setting.substr(dot + 1, equals - dot - 1));
    const std::string_view text = setting.substr(equals + 1);
    const Result<Config> json = parseJson(text);
    Config value = json.ok() ? json.value() : Config(std::string(text));
    if (name == "recipe")
        return withRecipe(document, path, std::move(value));
    const Node* node = document.named(name);
    const LayerDef* layer = node ? document.layerOf(node->id) : nullptr;
    if (!node)
        return noSuchName(name, LB_TR("Error", "is no node of the project, nor recipe"),
                          nodeNames(document));
    const LayerType* type = &randomGroup(); // how a group is used stands in its call
    if (layer) {
        LB_TRY(found, registry.find(layer->kerasClass));
        type = found;
    }
    const std::string key = path.substr(0, path.find('/'));
    std::vector<std::string> keys;
    for (const ParamSpec& spec : type->specs())
        keys.push_back(spec.key);
    if (std::ranges::find(keys, key) == keys.end()) {
        const std::string kind = layer ? layer->kerasClass : std::string("Group");
        Error error = noSuchName(key, {LB_TR("Error", "%1 has no such parameter"), {kind}}, keys);
        error.where = name + "/" + key;
        return error;
    }
    LB_TRY(changed,
           layer ? edits::setParam(document, layer->id, path, std::move(value))
                 : edits::setCall(document, node->id, path, std::move(value)));
    const Config& config
        = layer ? changed.layer(layer->id)->config : changed.node(node->id)->call;
    if (Result<> valid = type->check(config); !valid.ok()) {
        valid.error().where = name + "/" + valid.error().where;
        return std::move(valid.error());
    }
    return std::move(changed);
}

void TrainOptions::addTo(CLI::App& command)
{
    command.add_option("project", project, "A project (.lbench)")->required();
    command.add_option("--data", data, "Where the data are, if not as the project says");
    command.add_option("--set", sets, "node.key=value or recipe.key=value; again for each")
        ->allow_extra_args(false);
    command.add_option("--out", out, "The folder that gets the files; else the project's");
    command.add_option("--threads", threads, "Threads of the model; else one a core")
        ->check(CLI::Range(1, 1'024));
    command.add_option("--workers", workers, "Threads of the input pipeline; else one a core")
        ->check(CLI::Range(1, 1'024));
}

Result<OpenedProject> openFor(const TrainOptions& options, const LayerRegistry& registry)
{
    const auto change = [&](Document document) -> Result<Document> {
        for (const std::string& setting : options.sets) {
            Result<Document> changed = withSetting(document, registry, setting);
            if (!changed.ok()) {
                changed.error().where = "--set " + setting + ": " + changed.error().where;
                return changed;
            }
            document = std::move(changed.value());
        }
        if (options.epochs >= 0)
            document.recipe.epochs = options.epochs;
        return document;
    };
    LB_TRY(project, openProject(options.project, options.data, change));
    if (Result<> there = needSource(project); !there.ok())
        return std::move(there.error());
    return std::move(project);
}

Result<OutFolder> OutFolder::of(const TrainOptions& options)
{
    namespace fs = std::filesystem;
    fs::path folder
        = options.out.empty() ? fs::path(options.project).parent_path() : fs::path(options.out);
    std::error_code failed;
    const bool made = !folder.empty() && fs::create_directories(folder, failed);
    if (failed)
        return Error{ErrorCode::Io,
                     folder.string(),
                     {LB_TR("Error", "cannot be made: %1"), {failed.message()}}};
    return OutFolder(std::move(folder), made);
}

OutFolder::OutFolder(std::filesystem::path path, bool made)
    : m_path(std::move(path))
    , m_made(made)
{
}

OutFolder::OutFolder(OutFolder&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_made(std::exchange(other.m_made, false))
{
}

OutFolder::~OutFolder()
{
    std::error_code failed; // it is not empty, then
    if (m_made)
        std::filesystem::remove(m_path, failed);
}

} // namespace lb
