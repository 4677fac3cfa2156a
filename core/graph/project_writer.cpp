#include "core/graph/project_file.h"

#include "core/graph/json_fields.h"
#include "core/graph/project_state.h"
#include "core/support/json.h"

#include <algorithm>

namespace lb {
namespace {

Config layerConfig(const LayerDef& layer)
{
    ConfigObject result{{"id", layer.id.value},
                        {"class_name", layer.kerasClass},
                        {"name", layer.name},
                        {"config", layer.config}};
    if (layer.adapted)
        result["adapted"] = stateConfig(*layer.adapted);
    return over(layer.foreign, std::move(result));
}

Config inputConfig(const Input& input)
{
    ConfigObject result{{"port", input.port}};
    if (const auto* wire = std::get_if<PortRef>(&input.from)) {
        const Config* kept = input.foreign.find("from");
        result["from"]
            = over(kept ? *kept : Config(), {{"node", wire->node.value}, {"output", wire->port}});
    } else {
        result["value"] = std::get<Config>(input.from);
    }
    return over(input.foreign, std::move(result));
}

Config nodeConfig(const Node& node)
{
    ConfigList inputs;
    for (const Input& input : node.inputs)
        inputs.push_back(inputConfig(input));
    ConfigObject result{{"id", node.id.value},
                        {"inputs", std::move(inputs)},
                        {"stage", node.stage == Stage::Pipeline ? "pipeline" : "model"},
                        {"call", node.call},
                        {"at", ConfigList{node.at.x, node.at.y}}};
    if (const auto* layer = std::get_if<LayerId>(&node.calls))
        result["layer"] = layer->value;
    else
        result["body"] = std::get<BodyId>(node.calls).value;
    if (node.muted)
        result["muted"] = true;
    if (node.collapsed)
        result["collapsed"] = true;
    return over(node.foreign, std::move(result));
}

Config bodyConfig(const Body& body)
{
    ConfigList nodes, frames;
    for (const auto& node : body.nodes)
        nodes.push_back(nodeConfig(*node));
    for (const Frame& frame : body.frames) {
        ConfigList members;
        for (const NodeId node : frame.nodes)
            members.emplace_back(node.value);
        frames.push_back(
            over(frame.foreign,
                 {{"id", frame.id.value}, {"title", frame.title}, {"nodes", std::move(members)}}));
    }
    return over(body.foreign,
                {{"id", body.id.value},
                 {"name", body.name},
                 {"nodes", std::move(nodes)},
                 {"frames", std::move(frames)}});
}

Config recipeConfig(const Recipe& recipe)
{
    ConfigList metrics;
    for (const std::string& metric : recipe.metrics)
        metrics.emplace_back(metric);
    return over(recipe.foreign,
                {{"loss", recipe.loss},
                 {"from_logits", recipe.fromLogits},
                 {"optimizer", recipe.optimizer},
                 {"metrics", std::move(metrics)},
                 {"epochs", recipe.epochs},
                 {"steps_per_epoch", recipe.stepsPerEpoch},
                 {"batch_size", recipe.batchSize},
                 {"shuffle", recipe.shuffle},
                 {"drop_remainder", recipe.dropRemainder},
                 {"validation_fraction", recipe.validationFraction},
                 {"early_stopping_patience", recipe.earlyStoppingPatience},
                 {"restore_best_weights", recipe.restoreBestWeights},
                 {"seed", recipe.seed}});
}

} // namespace

std::string writeProject(const Document& document)
{
    ConfigList layers, bodies;
    for (const auto& layer : document.layers)
        layers.push_back(layerConfig(*layer));
    for (const auto& body : document.bodies)
        bodies.push_back(bodyConfig(*body));
    return writeJson(over(document.foreign,
                          {{"layerbench", kProjectFormat},
                           {"next_id", document.nextId},
                           {"layers", std::move(layers)},
                           {"bodies", std::move(bodies)},
                           {"recipe", recipeConfig(document.recipe)}}),
                     JsonStyle::Canonical);
}

std::filesystem::path weightsBeside(const std::filesystem::path& project)
{
    return std::filesystem::path(project).replace_extension(".keras");
}

ProjectFiles filesOf(const Document& document, const std::filesystem::path& project)
{
    ProjectFiles files{project, {}};
    const Node* source = document.source();
    const LayerDef* layer = source ? document.layerOf(source->id) : nullptr;
    const Config* named = layer ? layer->config.find("path") : nullptr;
    if (const auto* path = named ? named->as<std::string>() : nullptr; path && !path->empty())
        files.data.push_back(project.parent_path() / *path); // an absolute one replaces the folder
    return files;
}

Result<> checkNotOwnFile(const ProjectFiles& own, const std::filesystem::path& target)
{
    const auto isSame = [&](const std::filesystem::path& file) {
        std::error_code ignored; // what is not there is not written over
        return std::filesystem::equivalent(file, target, ignored);
    };
    if (isSame(own.project))
        return Error{ErrorCode::BadParameter, target.string(),
                     LB_TR("Error", "is the project itself; choose another name for the model")};
    if (own.weights.empty() && isSame(weightsBeside(own.project)))
        return Error{ErrorCode::BadParameter, target.string(),
                     LB_TR("Error", "is what the project takes its weights from, and would be written "
                                    "over; choose another name, or remove it first")};
    if (isSame(own.weights))
        return Error{ErrorCode::BadParameter, target.string(),
                     LB_TR("Error", "holds the weights that are asked for, and would be written over; "
                                    "choose another name")};
    if (std::ranges::any_of(own.data, isSame))
        return Error{ErrorCode::BadParameter, target.string(),
                     LB_TR("Error", "is the project's data, and would be written over; choose another "
                                    "name for the model")};
    return std::monostate{};
}

} // namespace lb
