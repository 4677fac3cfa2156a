#include "core/layers/feature_space_parts.h"

#include "core/layers/registry.h"
#include "core/layers/vocabulary_layer.h"

#include <algorithm>

namespace lb {
namespace {

Error badFeature(const std::string& name, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadParameter, "features/" + name, {reason, std::move(args)}};
}

Error badCross(Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadParameter, "crosses", {reason, std::move(args)}};
}

const Config* entry(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value && !value->isNull() ? value : nullptr;
}

std::int64_t sizeOr(const Config& config, std::string_view key, std::int64_t otherwise)
{
    const Config* value = config.find(key);
    const auto* size = value ? value->as<std::int64_t>() : nullptr;
    return size ? *size : otherwise;
}

Result<NestedLayer> layerOf(const std::string& feature, const std::string& name,
                            const std::string& kerasClass, Config config)
{
    Result<NestedLayer> layer = nestedLayer(name, kerasClass, std::move(config));
    if (!layer.ok()) { // in the place of the layer's own name, the feature's
        std::string& where = layer.error().where;
        const bool inside = where.starts_with(name + "/");
        where = "features/" + feature + (inside ? where.substr(name.size()) : "");
    }
    return layer;
}

/// A type by its name, with the sizes that hold for the whole space.
Result<SpaceFeature> namedFeature(const std::string& name, const std::string& type,
                                  const Config& space)
{
    struct FeatureType {
        const char* type;
        DType dtype;
        const char* kerasClass;
        ConfigObject config;
    };
    const std::int64_t bins = sizeOr(space, "num_discretization_bins", 32);
    const std::int64_t hashed = sizeOr(space, "hashing_dim", 32);
    const std::array<FeatureType, 8> types{{
        {"float", DType::Float32, "Rescaling", {{"scale", 1.0}}},
        {"float_rescaled", DType::Float32, "Rescaling", {{"scale", 1.0}, {"offset", 0.0}}},
        {"float_normalized", DType::Float32, "Normalization", {{"axis", -1}}},
        {"float_discretized", DType::Float32, "Discretization", {{"num_bins", bins}}},
        {"integer_categorical", DType::Int32, "IntegerLookup", {{"num_oov_indices", 1}}},
        {"string_categorical", DType::String, "StringLookup", {{"num_oov_indices", 1}}},
        {"integer_hashed", DType::Int32, "Hashing", {{"num_bins", hashed}}},
        {"string_hashed", DType::String, "Hashing", {{"num_bins", hashed}}},
    }};
    const auto known = std::ranges::find(types, type, &FeatureType::type);
    if (known == types.end())
        return badFeature(name,
                          LB_TR("Error", "%1 is no type of a feature; there are float, float_rescaled, "
                                         "float_normalized, float_discretized, integer_categorical, "
                                         "string_categorical, integer_hashed and string_hashed"),
                          {type});
    LB_TRY(layer, layerOf(name, name + "_preprocessor", known->kerasClass, known->config));
    const bool number = std::string_view(known->kerasClass) == "Rescaling"
        || std::string_view(known->kerasClass) == "Normalization";
    return SpaceFeature{name, known->dtype, std::move(layer),
                        number ? SpaceFeature::Output::Float : SpaceFeature::Output::OneHot};
}

/// A Feature as Keras serialises it: dtype, preprocessor, output_mode.
Result<SpaceFeature> storedFeature(const std::string& name, const Config& stored)
{
    const Config* config = stored.find("config");
    const Config* layer = config ? config->find("preprocessor") : nullptr;
    const auto text = [](const Config* from, const char* key) {
        const Config* value = from ? from->find(key) : nullptr;
        const auto* found = value ? value->as<std::string>() : nullptr;
        return found ? *found : std::string();
    };
    const std::string kerasClass = text(layer, "class_name");
    const auto dtype = dtypeNamed(text(config, "dtype"));
    if (kerasClass.empty() || !dtype || text(&stored, "class_name") != "Feature")
        return badFeature(name,
                          LB_TR("Error", "must be the name of a type, or {\"class_name\": \"Feature\", "
                                         "\"config\": {dtype, preprocessor, output_mode}}"));
    const std::string mode = text(config, "output_mode");
    const bool known = mode == "int" || mode == "one_hot" || mode == "float";
    if (!known)
        return badFeature(name, LB_TR("Error", "output_mode must be int, one_hot or float, is: %1"),
                          {mode});
    const Config* inner = layer->find("config");
    std::string layerName = text(inner, "name");
    if (layerName.empty())
        layerName = name + "_preprocessor";
    // Keras' identity: numbers as they are
    const bool identity = kerasClass == "TFDIdentity";
    LB_TRY(made, layerOf(name, layerName, identity ? "Rescaling" : kerasClass,
                         identity || !inner ? Config(ConfigObject{{"scale", 1.0}}) : *inner));
    return SpaceFeature{name, *dtype, std::move(made),
                        mode == "int"           ? SpaceFeature::Output::Int
                            : mode == "one_hot" ? SpaceFeature::Output::OneHot
                                                : SpaceFeature::Output::Float};
}

Result<SpaceCross> crossOf(const Config& stored, const Config& space,
                           std::span<const SpaceFeature> features)
{
    SpaceCross cross;
    const Config* config = stored.find("config");
    const Config* names = config ? config->find("feature_names") : &stored;
    cross.dim = config ? sizeOr(*config, "crossing_dim", 0) : sizeOr(space, "crossing_dim", 32);
    if (const Config* mode = config ? entry(*config, "output_mode") : nullptr) {
        cross.oneHot = *mode == Config("one_hot");
        if (!cross.oneHot && *mode != Config("int"))
            return badCross(LB_TR("Error", "output_mode of a cross must be int or one_hot"));
    }
    const auto* list = names ? names->as<ConfigList>() : nullptr;
    if (!list || list->size() != 2) // Keras cannot tell the shape of a cross of more
        return badCross(LB_TR("Error", "needs lists of two features each"));
    if (cross.dim < 1)
        return badCross(LB_TR("Error", "crossing_dim must be at least 1, is: %1"), {cross.dim});
    for (const Config& item : *list) {
        const auto* name = item.as<std::string>();
        const auto found = std::ranges::find(features, name ? *name : "", &SpaceFeature::name);
        if (found == features.end())
            return badCross(LB_TR("Error", "%1 is none of the features"), {name ? *name : "?"});
        cross.features.push_back(static_cast<std::size_t>(found - features.begin()));
        cross.name += (cross.name.empty() ? "" : "_X_") + *name;
    }
    return cross;
}

/// How many categories the layer tells apart; kUnknown before it has learned them.
Result<std::int64_t> categories(const SpaceFeature& feature, const StateHandle& state)
{
    const LayerType& type = *feature.layer.type;
    if (const auto* lookup = dynamic_cast<const VocabularyLayerType*>(&type);
        lookup && type.kerasClass() != "TextVectorization") {
        if (feature.learner() && !state)
            return kUnknown;
        LB_TRY(vocabulary, lookup->vocabulary(feature.layer.config, state));
        return vocabulary.shape().front();
    }
    const std::string_view kerasClass = type.kerasClass();
    const bool binned = kerasClass == "Discretization" || kerasClass == "Hashing"
        || kerasClass == "HashedCrossing";
    const std::int64_t size = binned ? sizeOr(feature.layer.config, "num_bins", 0)
        : kerasClass == "CategoryEncoding" ? sizeOr(feature.layer.config, "num_tokens", 0)
                                           : 0;
    if (size < 1)
        return badFeature(feature.name,
                          LB_TR("Error", "how many categories %1 gives is not known, so it cannot be "
                                         "one_hot; take output_mode int"),
                          {std::string(kerasClass)});
    return size;
}

/// The steps grow here.
class StepMaker {
public:
    StepMaker(const FeatureSpaceParts& parts, const StateHandle& state)
        : m_parts(parts)
        , m_state(state)
    {
    }

    Result<SpaceSteps> run()
    {
        std::vector<SpaceValue> made;
        for (std::size_t i = 0; i < m_parts.features.size(); ++i) {
            const SpaceFeature& feature = m_parts.features[i];
            made.push_back(add({feature.layer, featureState(m_state, feature.name), {{false, i}},
                                false, feature.name}));
        }
        std::vector<SpaceValue> crossed;
        for (const SpaceCross& cross : m_parts.crosses) {
            std::vector<SpaceValue> from;
            for (const std::size_t feature : cross.features)
                from.push_back(made[feature]);
            LB_TRY(layer, nestedLayer(cross.name, "HashedCrossing",
                                      ConfigObject{{"num_bins", cross.dim}}));
            crossed.push_back(add({std::move(layer), {}, std::move(from), false, cross.name}));
        }
        for (std::size_t i = 0; i < made.size(); ++i)
            if (Result<> done = finish(m_parts.features[i], made[i], i); !done.ok())
                return std::move(done.error());
        for (std::size_t i = 0; i < crossed.size(); ++i) {
            const SpaceCross& cross = m_parts.crosses[i];
            if (Result<> done = finish(cross.name, crossed[i], cross.oneHot ? cross.dim : 0);
                !done.ok())
                return std::move(done.error());
        }
        return joined();
    }

private:
    SpaceValue add(SpaceStep step)
    {
        m_made.steps.push_back(std::move(step));
        return {true, m_made.steps.size() - 1};
    }

    Result<> finish(const SpaceFeature& feature, SpaceValue value, std::size_t column)
    {
        if (feature.output != SpaceFeature::Output::OneHot)
            return finish(feature.name, value, 0);
        LB_TRY(size, categories(feature, featureState(m_state, feature.name)));
        if (size != kUnknown)
            return finish(feature.name, value, size);
        // nobody knows how long: what the lookup says of its own vectors stands in
        NestedLayer vectors = feature.layer;
        LB_TRY(config, withParam(vectors.config, "output_mode", "multi_hot"));
        vectors.name = feature.name + "_vectors";
        vectors.config = std::move(config);
        const SpaceValue integers
            = add({std::move(vectors), {}, {{false, column}}, false, feature.name});
        LB_TRY(floats, nestedLayer(feature.name + "_encoding", "Rescaling",
                                   ConfigObject{{"scale", 1.0}}));
        m_made.results.push_back(add({std::move(floats), {}, {integers}, false, feature.name}));
        m_made.names.push_back(feature.name);
        return std::monostate{};
    }

    /// `size` 0: not encoded.
    Result<> finish(const std::string& name, SpaceValue value, std::int64_t size)
    {
        if (size > 0) {
            LB_TRY(layer,
                   nestedLayer(name + "_encoding", "CategoryEncoding",
                               ConfigObject{{"num_tokens", size}, {"output_mode", "multi_hot"}}));
            value = add({std::move(layer), {}, {value}, true, name});
        }
        m_made.results.push_back(value);
        m_made.names.push_back(name);
        return std::monostate{};
    }

    Result<SpaceSteps> joined()
    {
        m_made.outputs = m_made.results;
        if (m_parts.concat && m_made.results.size() > 1) {
            LB_TRY(layer, nestedLayer("concatenate", "Concatenate", ConfigObject{{"axis", -1}}));
            m_made.outputs = {add({std::move(layer), {}, m_made.results, false, ""})};
        }
        return std::move(m_made);
    }

    const FeatureSpaceParts& m_parts;
    const StateHandle& m_state;
    SpaceSteps m_made;
};

} // namespace

const AdaptableLayerType* SpaceFeature::learner() const
{
    const auto* type = dynamic_cast<const AdaptableLayerType*>(layer.type);
    return type && type->needsState(layer.config) ? type : nullptr;
}

Result<FeatureSpaceParts> featureSpaceParts(const Config& config)
{
    FeatureSpaceParts parts;
    const Config* features = config.find("features");
    const auto* named = features ? features->as<ConfigObject>() : nullptr;
    if (!named || named->empty())
        return Error{ErrorCode::BadParameter, "features",
                     LB_TR("Error", "must name at least one feature: {\"age\": \"float_normalized\"}")};
    for (const auto& [name, stored] : *named) {
        const auto* type = stored.as<std::string>();
        LB_TRY(feature, type ? namedFeature(name, *type, config) : storedFeature(name, stored));
        parts.features.push_back(std::move(feature));
    }
    if (const Config* mode = entry(config, "output_mode")) {
        parts.concat = *mode == Config("concat");
        if (!parts.concat && *mode != Config("dict"))
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error", "must be concat or dict")};
    }
    const Config* crosses = entry(config, "crosses");
    const auto* list = crosses ? crosses->as<ConfigList>() : nullptr;
    if (crosses && !list)
        return badCross(LB_TR("Error", "must be a list of lists of features"));
    std::map<std::string, SpaceCross> byName; // of two with one name the last counts, as in Keras
    for (const Config& stored : list ? *list : ConfigList{}) {
        LB_TRY(cross, crossOf(stored, config, parts.features));
        byName.insert_or_assign(cross.name, cross);
    }
    for (auto& [name, cross] : byName)
        parts.crosses.push_back(std::move(cross));
    return parts;
}

StateHandle featureState(const StateHandle& state, const std::string& feature)
{
    if (!state)
        return {};
    const std::string prefix = feature + "/";
    auto own = std::make_shared<AdaptedState>();
    for (auto at = state->tensors.lower_bound(prefix);
         at != state->tensors.end() && at->first.starts_with(prefix); ++at)
        if (at->first.find('/', prefix.size()) == std::string::npos) // not of a feature "age/x"
            own->tensors.emplace(at->first.substr(prefix.size()), at->second);
    return own->tensors.empty() ? StateHandle() : own;
}

void addFeatureState(const std::string& feature, const AdaptedState& own, AdaptedState& into)
{
    for (const auto& [name, tensor] : own.tensors)
        into.tensors.insert_or_assign(feature + "/" + name, tensor);
}

Result<SpaceSteps> featureSpaceSteps(const FeatureSpaceParts& parts, const StateHandle& state)
{
    return StepMaker(parts, state).run();
}

} // namespace lb
