#include "core/layers/known_keys.h"

#include "core/support/nearest_name.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

/// What Keras' Layer takes whatever its class, and what it writes for every layer.
constexpr std::array<std::string_view, 7> kOfEveryLayer{
    "name", "dtype", "trainable", "autocast", "activity_regularizer", "input_dim", "input_shape"};
/// What its image layers take beside that, used or not.
constexpr std::array<std::string_view, 3> kOfImageLayers{"factor", "bounding_box_format",
                                                         "data_format"};

/// What single classes take and no field shows, because it changes no number here.
struct Taken {
    enum class How {
        Beside, ///< what every layer of its family takes
        Only, ///< these and its fields: the class hands no other on to Keras' Layer
        Anything, ///< and forgets it
    };
    std::string_view kerasClass;
    How how;
    std::string_view keys; ///< between spaces
};
constexpr std::array kTaken{
    Taken{"BatchNormalization", Taken::How::Beside, "renorm renorm_clipping renorm_momentum"},
    Taken{"Conv2D", Taken::How::Beside, "lora_alpha lora_rank"},
    Taken{"Dense", Taken::How::Beside, "lora_alpha lora_rank quantization_config"},
    Taken{"Discretization", Taken::How::Only, "name dtype"},
    Taken{"Embedding", Taken::How::Beside,
          "input_length lora_alpha lora_rank quantization_config weights"},
    Taken{"HashedCrossing", Taken::How::Anything, ""},
    Taken{"IntegerLookup", Taken::How::Only,
          "name dtype trainable vocabulary_size has_input_vocabulary"},
    Taken{"Pipeline", Taken::How::Only, "name"},
    Taken{"StringLookup", Taken::How::Only,
          "name dtype trainable oov_method vocabulary_size has_input_vocabulary"},
    Taken{"TextVectorization", Taken::How::Beside, "vocabulary_size has_input_vocabulary"},
};
/// Image layers without a factor that refuse one. The others that have none look at it all the same.
constexpr std::array<std::string_view, 8> kNoFactor{
    "AutoContrast", "CenterCrop", "RandomFlip", "RandomShear", "RandomTranslation",
    "RandomZoom",   "Resizing",   "Solarization"};

/// What serialize_keras_object() writes around a config.
constexpr std::array<std::string_view, 9> kAroundConfig{
    "class_name",     "config", "module",        "registered_name", "build_config",
    "compile_config", "name",   "inbound_nodes", "shared_object_id"};

Taken takenBy(std::string_view kerasClass)
{
    const auto found = std::ranges::find(kTaken, kerasClass, &Taken::kerasClass);
    return found != kTaken.end() ? *found : Taken{kerasClass, Taken::How::Beside, ""};
}

bool contains(std::string_view keys, std::string_view key)
{
    while (!keys.empty()) {
        const std::size_t end = std::min(keys.find(' '), keys.size());
        if (keys.substr(0, end) == key)
            return true;
        keys.remove_prefix(std::min(end + 1, keys.size()));
    }
    return false;
}

bool hasField(const LayerType& layer, std::string_view key)
{
    return std::ranges::find(layer.specs(), key, &ParamSpec::key) != layer.specs().end();
}

bool isOfImages(const LayerType& layer)
{
    const About::Family family = layer.about().family;
    return family == About::Family::Image || family == About::Family::RandomImage;
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

/// A factor that an image layer looks at and does not use.
bool isUnusedFactor(std::string_view kerasClass, const Config& value)
{
    if (value.isNull())
        return true;
    if (std::ranges::find(kNoFactor, kerasClass) != kNoFactor.end())
        return false;
    const auto number = [](const Config& each) {
        const auto* whole = each.as<std::int64_t>();
        const auto* real = each.as<double>();
        return whole ? std::optional(static_cast<double>(*whole))
            : real   ? std::optional(*real)
                     : std::nullopt;
    };
    if (const auto* ends = value.as<ConfigList>()) {
        if (ends->size() != 2)
            return false;
        const auto low = number((*ends)[0]), high = number((*ends)[1]);
        return low && high && *low <= 1 && *high >= -1;
    }
    const auto factor = number(value);
    return factor && std::abs(*factor) <= 1;
}

/// What Keras raises for in the keys that layers have in common.
Result<> checkCommon(const LayerType& layer, const ConfigObject& config)
{
    const auto name = config.find("name"), trainable = config.find("trainable");
    if (name != config.end() && !name->second.isNull()) {
        const auto* text = name->second.as<std::string>();
        if (!text || text->find('/') != std::string::npos)
            return Error{ErrorCode::BadParameter, "name",
                         LB_TR("Error", "must be a text without a / in it, or be left out")};
    }
    const bool looks = takenBy(layer.kerasClass()).how == Taken::How::Beside;
    if (trainable != config.end() && !trainable->second.as<bool>() && looks)
        return Error{ErrorCode::BadParameter, "trainable",
                     LB_TR("Error", "must be true or false, or be left out")};
    const auto factor = config.find("factor");
    if (factor != config.end() && isOfImages(layer) && !hasField(layer, "factor")
        && !isUnusedFactor(layer.kerasClass(), factor->second))
        return Error{ErrorCode::BadParameter,
                     "factor",
                     {LB_TR("Error", "%1 does not use it, and Keras refuses what stands there; leave "
                                     "it out"),
                      {std::string(layer.kerasClass())}}};
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
    const Taken taken = takenBy(layer.kerasClass());
    if (hasField(layer, key) || contains(taken.keys, key))
        return true;
    return taken.how != Taken::How::Only
        && (std::ranges::find(kOfEveryLayer, key) != kOfEveryLayer.end()
            || (isOfImages(layer)
                && std::ranges::find(kOfImageLayers, key) != kOfImageLayers.end()));
}

bool takesAnyKey(const LayerType& layer)
{
    return takenBy(layer.kerasClass()).how == Taken::How::Anything;
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
        if (!isKnownKey(*type.value(), key) && !takesAnyKey(*type.value()))
            unknown.push_back(key);
    if (!unknown.empty()) {
        std::vector<std::string> known;
        for (const ParamSpec& spec : type.value()->specs())
            known.push_back(spec.key);
        return unknownKeys(unknown, known, *kerasClass);
    }
    if (keys)
        if (Result<> common = checkCommon(*type.value(), *keys); !common.ok())
            return common;
    return config ? checkInside(*config, registry) : Result<>(std::monostate{});
}

} // namespace lb
