#include "core/interop/keras/keras_layer_config.h"

#include "core/interop/keras/reading.h"
#include "core/layers/dtype_policy.h"

#include <algorithm>

namespace lb {
namespace {

/// The policy's name; Keras' default where none is told.
std::string policyTold(const Config& config)
{
    const auto name = policyName(config);
    return name.ok() ? name.value().value_or("float32") : "";
}

/// Layers that prepare pictures may have uint8: they then keep it in a graph, too.
bool keepsBytes(const Config& config, const LayerType& type)
{
    return policyTold(config) == "uint8" && type.about().family == About::Family::Image;
}

/// What a layer computes in where nothing is told: numbers of bins are int64.
bool isImplied(const Config& config)
{
    const std::string policy = policyTold(config);
    const Config* mode = config.find("output_mode");
    return policy == "float32" || (policy == "int64" && mode && *mode == Config("int"));
}

Result<> policyFits(const Config& config, const LayerType& type, const std::string& name)
{
    if (keepsBytes(config, type) || checkProjectPolicy(type, config).ok())
        return std::monostate{};
    return notComputed(name, LB_TR("Error", "the policy %1 is not computed here: use float32"),
                       {policyTold(config)});
}

/// What Keras writes for options that are not in use, beside null, false and an empty object.
bool isUnused(const std::string& key, const Config& value)
{
    static const std::map<std::string, Config, std::less<>> kUnused{
        {"data_format", "channels_last"}, {"renorm_momentum", 0.99}, {"trainable", true},
        {"autocast", true},               {"groups", 1},
    };
    const auto found = kUnused.find(key);
    const bool* flag = value.as<bool>();
    const auto* object = value.as<ConfigObject>();
    return value.isNull() || (flag && !*flag && key != "trainable") || (object && object->empty())
        || (found != kUnused.end() && found->second == value);
}

Result<Config> layerConfig(const Config& stored, const LayerType& type, const std::string& name)
{
    const auto* object = stored.as<ConfigObject>();
    if (!object)
        return badArchive(name, LB_TR("Error", "its config is no object"));
    if (Result<> known = policyFits(stored, type, name); !known.ok())
        return known.error();
    ConfigObject kept;
    for (const auto& [key, value] : *object) {
        if (key == "name" || key == "vocabulary_size" // follows from the tokens
            || (key == "trainable" && value == Config(true)))
            continue;
        if (key == "dtype") {
            if (!isImplied(stored) && !keepsBytes(stored, type))
                kept.emplace(key, policyTold(stored));
            continue;
        }
        const bool known = key == "trainable" || key == "activity_regularizer" // of every layer
            || std::ranges::find(type.specs(), key, &ParamSpec::key) != type.specs().end();
        if (!known && !isUnused(key, value))
            return notComputed(name + "/" + key,
                               LB_TR("Error", "this option is not computed here"));
        kept.emplace(key, value);
    }
    if (Result<> checked = type.check(kept); !checked.ok()) {
        checked.error().where = name + "/" + checked.error().where;
        return std::move(checked.error());
    }
    return Config(std::move(kept));
}

/// The layer that computes what a FeatureSpace's inner class does.
std::string publicClass(const std::string& kerasClass)
{
    return kerasClass == "TFDIdentity" ? "Rescaling"
        : kerasClass == "TFDConcat"    ? "Concatenate"
                                       : kerasClass;
}

bool isContainer(const std::string& kerasClass)
{
    return kerasClass == "InputLayer" || kerasClass == "Sequential" || kerasClass == "Functional"
        || kerasClass == "Model";
}

} // namespace

Result<> checkKerasOrigin(const Config& entry, const std::string& kerasClass,
                          const std::string& name)
{
    const std::string* module = textEntry(entry, "module");
    const std::string* registered = textEntry(entry, "registered_name");
    const bool ours = !module || *module == "keras.layers" || *module == "keras"
        || module->starts_with("keras.src.layers") || module->starts_with("keras.src.models");
    if (!ours || (registered && *registered != kerasClass))
        return notComputed(name,
                           LB_TR("Error", "%1 is no layer of Keras itself; operations and classes "
                                          "from elsewhere are not read"),
                           {kerasClass});
    return std::monostate{};
}

Result<KerasLayerConfig> readKerasLayer(const Config& entry, const LayerRegistry& registry)
{
    const std::string* kerasClass = textEntry(entry, "class_name");
    const Config* config = entry.find("config");
    const std::string* name = config ? textEntry(*config, "name") : nullptr;
    if (const std::string* outer = textEntry(entry, "name"))
        name = outer;
    if (!kerasClass || !name || !config)
        return badArchive("config.json", LB_TR("Error", "has a layer without class and name"));
    if (Result<> origin = checkKerasOrigin(entry, *kerasClass, *name); !origin.ok())
        return origin.error();
    KerasLayerConfig result{publicClass(*kerasClass), *kerasClass, *name, nullptr, *config, {}};
    if (isContainer(*kerasClass))
        return result;
    const auto type = registry.find(result.kerasClass);
    if (!type.ok())
        return Error{type.error().code,
                     *name,
                     {LB_TR("Error", "is of class %1, which is not known here"), {*kerasClass}}};
    result.type = type.value();
    LB_TRY(given, *kerasClass == "TFDIdentity" ? withParam(*config, "scale", 1.0)
                                               : Result<Config>(*config));
    LB_TRY(kept, layerConfig(given, *result.type, *name));
    result.config = std::move(kept);
    const std::string* interpolation = textEntry(*config, "interpolation");
    if (*kerasClass == "Resizing" && !(interpolation && *interpolation == "nearest"))
        result.resizes = policyTold(*config) == "uint8" ? KerasLayerConfig::Resizes::AsIntegers
                                                      : KerasLayerConfig::Resizes::AsFloats;
    return result;
}

Result<Spec> kerasInputSpec(const Config& shape, const std::string& dtype)
{
    const auto* list = shape.as<ConfigList>();
    const auto known = dtypeNamed(dtype);
    if (!list || list->empty())
        return notComputed("config.json",
                           LB_TR("Error", "the model does not say the shape of its input"));
    if (!known)
        return notComputed("config.json", LB_TR("Error", "inputs of type %1 are not read yet"),
                           {dtype});
    Spec spec{*known, {}, {}};
    for (const Config& size : *list) {
        const auto* number = size.as<std::int64_t>();
        if ((!number && !size.isNull()) || (number && *number < 0))
            return Error{ErrorCode::BadFile, "config.json",
                         LB_TR("Error", "the shape of the input is wrong")};
        spec.shape.push_back(number ? *number : kUnknown);
    }
    spec.shape[0] = kUnknown; // any number of rows is predicted
    return spec;
}

} // namespace lb
