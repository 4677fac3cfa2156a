#include "app/cli/commands.h"
#include "core/layers/random_layer.h"
#include "core/support/json.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace lb {
namespace {

std::string_view nameOf(ParamKind kind)
{
    static constexpr std::array<std::string_view, 13> names{
        "bool",        "integer",    "real", "choice",         "range", "pair", "text",
        "initializer", "activation", "list", "number_or_list", "seed",  "any"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string_view nameOf(About::Family family)
{
    static constexpr std::array<std::string_view, 8> names{
        "data", "image", "random_image", "text", "numeric", "layer", "sequence", "output"};
    return names.at(static_cast<std::size_t>(family));
}

Config described(const ParamSpec& spec)
{
    ConfigObject object{{"key", spec.key},
                        {"label", english(spec.label)},
                        {"kind", std::string(nameOf(spec.kind))},
                        {"help", english(spec.help)},
                        {"required", spec.required},
                        {"nullable", spec.nullable},
                        {"initial", spec.initial}};
    if (!spec.required)
        object.emplace("default", spec.kerasDefault);
    const auto add = [&](const char* key, const Config& value) {
        if (!value.isNull())
            object.emplace(key, value);
    };
    add("least", spec.least);
    add("most", spec.most);
    add("slider_from", spec.sliderFrom);
    add("slider_to", spec.sliderTo);
    if (!spec.choices.empty())
        object.emplace("choices", ConfigList(spec.choices.begin(), spec.choices.end()));
    return object;
}

Config described(const LayerType& layer)
{
    const About about = layer.about();
    ConfigList fields;
    for (const ParamSpec& spec : layer.specs())
        fields.push_back(described(spec));
    return ConfigObject{{"class_name", std::string(layer.kerasClass())},
                        {"family", std::string(nameOf(about.family))},
                        {"summary", std::string(about.summary.source)},
                        {"formula", about.formula},
                        {"train_only", about.trainOnly},
                        {"per_batch", about.perBatch},
                        {"random", dynamic_cast<const RandomLayerType*>(&layer) != nullptr},
                        {"adaptable", dynamic_cast<const AdaptableLayerType*>(&layer) != nullptr},
                        {"fields", std::move(fields)}};
}

Result<int> listLayers(const LayerRegistry& registry, bool json)
{
    if (json) {
        ConfigList list;
        for (const LayerType* layer : registry.layers())
            list.push_back(described(*layer));
        std::fputs(writeJson(list, JsonStyle::Canonical).c_str(), stdout);
        return 0;
    }
    for (const LayerType* layer : registry.layers()) {
        std::printf("%s  %s\n", std::string(layer->kerasClass()).c_str(),
                    layer->about().summary.source);
        for (const ParamSpec& spec : layer->specs()) {
            const std::string value = spec.required
                ? "required"
                : "= " + writeJson(spec.kerasDefault, JsonStyle::Compact);
            std::printf("    %s %s\n", spec.key.c_str(), value.c_str());
        }
    }
    return 0;
}

} // namespace

void addLayerCommands(CLI::App& app, Context& context)
{
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("layers", "List every layer with its parameters");
    command->add_flag("--json", *json, "Print the whole schema as JSON");
    command->callback([&context, json] {
        context.run = [&context, json] { return listLayers(context.registry, *json); };
    });
}

} // namespace lb
