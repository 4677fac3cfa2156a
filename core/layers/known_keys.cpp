#include "core/layers/known_keys.h"

#include "core/support/nearest_name.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

/// What Keras' Layer takes whatever its class, and what it writes for every layer.
constexpr std::array<std::string_view, 7> kOfEveryLayer{
    "name", "dtype", "trainable", "autocast", "activity_regularizer", "input_dim", "input_shape"};
/// What its image layers take beside that, used or not.
constexpr std::array<std::string_view, 3> kOfImageLayers{"factor", "bounding_box_format",
                                                         "data_format"};
/// What serialize_keras_object() writes around a config.
constexpr std::array<std::string_view, 9> kAroundConfig{
    "class_name",     "config", "module",        "registered_name", "build_config",
    "compile_config", "name",   "inbound_nodes", "shared_object_id"};

/// What single classes take and no field shows, because it changes no number here.
bool isKnownOf(std::string_view kerasClass, std::string_view key)
{
    struct Known {
        std::string_view kerasClass, key;
    };
    static constexpr std::array kKnown{
        Known{"BatchNormalization", "renorm"},
        Known{"BatchNormalization", "renorm_clipping"},
        Known{"BatchNormalization", "renorm_momentum"},
        Known{"Conv2D", "lora_alpha"},
        Known{"Conv2D", "lora_rank"},
        Known{"Dense", "lora_alpha"},
        Known{"Dense", "lora_rank"},
        Known{"Dense", "quantization_config"},
        Known{"Embedding", "input_length"},
        Known{"Embedding", "lora_alpha"},
        Known{"Embedding", "lora_rank"},
        Known{"Embedding", "quantization_config"},
        Known{"Embedding", "weights"},
        Known{"IntegerLookup", "vocabulary_size"},
        Known{"StringLookup", "oov_method"},
        Known{"StringLookup", "vocabulary_dtype"},
        Known{"StringLookup", "vocabulary_size"},
        Known{"TextVectorization", "vocabulary_size"},
    };
    return std::ranges::any_of(kKnown, [&](const Known& known) {
        return known.kerasClass == kerasClass && known.key == key;
    });
}

std::string joined(const std::vector<std::string>& words)
{
    std::string result;
    for (const std::string& word : words)
        result += (result.empty() ? "" : ", ") + word;
    return result;
}

/// "colour, scael": A has no such parameter; is color, scale meant?
Error unknownKeys(const std::vector<std::string>& unknown, const std::vector<std::string>& known,
                  const std::string& kerasClass)
{
    std::vector<std::string> meant;
    for (const std::string& key : unknown)
        if (std::string near = nearestName(key, known); !near.empty())
            meant.push_back(std::move(near));
    const bool all = meant.size() == unknown.size();
    const Text text = all
        ? LB_TR("Error", "%1 has no such parameter, and Keras refuses it; is %2 meant?")
        : LB_TR("Error", "%1 has no such parameter, and Keras refuses it; it has: %2");
    return {ErrorCode::BadParameter, joined(unknown),
            {text, {kerasClass, joined(all ? meant : known)}}};
}

bool isLayer(const Config& value)
{
    return value.find("class_name") && value.find("config");
}

/// What Keras raises for in the keys that every layer has. The three classes take what they are told
/// of `trainable` and forget it.
Result<> checkCommon(std::string_view kerasClass, const ConfigObject& config)
{
    const auto name = config.find("name"), trainable = config.find("trainable");
    if (name != config.end() && !name->second.isNull()) {
        const auto* text = name->second.as<std::string>();
        if (!text || text->find('/') != std::string::npos)
            return Error{ErrorCode::BadParameter, "name",
                         LB_TR("Error", "must be a text without a / in it, or be left out")};
    }
    const bool forgets = kerasClass == "IntegerLookup" || kerasClass == "StringLookup"
        || kerasClass == "HashedCrossing";
    if (trainable != config.end() && !trainable->second.as<bool>() && !forgets)
        return Error{ErrorCode::BadParameter, "trainable",
                     LB_TR("Error", "must be true or false, or be left out")};
    return std::monostate{};
}

Result<> checkInside(const Config& value, const LayerRegistry& registry)
{
    if (isLayer(value))
        return checkKeys(value, registry);
    if (const auto* list = value.as<ConfigList>())
        for (const Config& item : *list)
            if (Result<> checked = checkInside(item, registry); !checked.ok())
                return checked;
    if (const auto* object = value.as<ConfigObject>())
        for (const auto& [name, item] : *object)
            if (Result<> checked = checkInside(item, registry); !checked.ok())
                return checked;
    return std::monostate{};
}

} // namespace

bool isKnownKey(const LayerType& layer, std::string_view key)
{
    const About::Family family = layer.about().family;
    const bool image = family == About::Family::Image || family == About::Family::RandomImage;
    return std::ranges::find(layer.specs(), key, &ParamSpec::key) != layer.specs().end()
        || (std::ranges::find(kOfEveryLayer, key) != kOfEveryLayer.end()
            && (layer.kerasClass() != "Discretization" || key == "name" || key == "dtype"))
        || (image && std::ranges::find(kOfImageLayers, key) != kOfImageLayers.end())
        || isKnownOf(layer.kerasClass(), key);
}

Result<> checkKeys(const Config& layer, const LayerRegistry& registry)
{
    const Config* name = layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    const auto* around = layer.as<ConfigObject>();
    const auto type = registry.find(kerasClass ? *kerasClass : "");
    if (!type.ok() || !around)
        return std::monostate{}; // those who call it say so, and objects that are no layers pass
    std::vector<std::string> unknown;
    for (const auto& [key, value] : *around)
        if (std::ranges::find(kAroundConfig, key) == kAroundConfig.end())
            unknown.push_back(key);
    if (!unknown.empty())
        return Error{ErrorCode::BadParameter, joined(unknown),
                     {LB_TR("Error", "stands beside what a layer is made of, %1; parameters go into "
                                     "config"),
                      {std::string("class_name, config")}}};
    const Config* config = layer.find("config");
    const auto* keys = config ? config->as<ConfigObject>() : nullptr;
    for (const auto& [key, value] : keys ? *keys : ConfigObject{})
        if (!isKnownKey(*type.value(), key))
            unknown.push_back(key);
    if (!unknown.empty()) {
        std::vector<std::string> known;
        for (const ParamSpec& spec : type.value()->specs())
            known.push_back(spec.key);
        return unknownKeys(unknown, known, *kerasClass);
    }
    if (keys)
        if (Result<> common = checkCommon(*kerasClass, *keys); !common.ok())
            return common;
    return config ? checkInside(*config, registry) : Result<>(std::monostate{});
}

} // namespace lb
