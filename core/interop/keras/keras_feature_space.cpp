#include "core/interop/keras/keras_feature_space.h"

#include "core/graph/flow.h"
#include "core/interop/hdf5/hdf5_file.h"
#include "core/interop/keras/keras_assets.h"
#include "core/interop/keras/keras_layer_config.h"
#include "core/interop/keras/keras_names.h"
#include "core/interop/keras/reading.h"
#include "core/layers/feature_space_parts.h"
#include "core/support/json.h"
#include "core/tensor/dispatch.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::string_view kClass = "FeatureSpace";
constexpr const char* kModule = "keras.src.layers.preprocessing.feature_space";

/// Finds the keys of an object in the order of the text, which a Config does not keep. The text was
/// read as JSON before.
class KeyOrder {
public:
    explicit KeyOrder(std::string_view text)
        : m_text(text)
    {
    }

    std::vector<std::string> at(std::span<const std::string_view> path)
    {
        std::vector<std::string> keys;
        if (next() != '{')
            return keys;
        ++m_at;
        while (m_at < m_text.size() && next() == '"') {
            const std::string key = string();
            next(); // the colon
            ++m_at;
            if (!path.empty() && key == path.front())
                return at(path.subspan(1));
            keys.push_back(key);
            skip();
            if (next() == ',')
                ++m_at;
        }
        return path.empty() ? keys : std::vector<std::string>();
    }

private:
    char next() ///< the character at m_at behind blanks; 0 at the end
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }
    std::string string()
    {
        const std::size_t begin = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        ++m_at;
        const auto read = parseJson(m_text.substr(begin, m_at - begin));
        const auto* key = read.ok() ? read.value().as<std::string>() : nullptr;
        return key ? *key : std::string();
    }
    void skip() ///< a value
    {
        int depth = 0;
        for (char c = next(); c; c = next()) {
            if (depth == 0 && (c == ',' || c == '}' || c == ']'))
                return;
            if (c == '"') {
                string();
                continue;
            }
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            ++m_at;
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// A Feature as featureSpaceParts() reads it, of what Keras wrote.
Config storedFeature(const SpaceFeature& feature, Config layer)
{
    static constexpr std::array<const char*, 3> kModes{"int", "one_hot", "float"};
    return ConfigObject{
        {"module", kModule},
        {"class_name", "Feature"},
        {"config", ConfigObject{{"dtype", std::string(nameOf(feature.dtype))},
                                {"preprocessor", std::move(layer)},
                                {"output_mode", kModes.at(static_cast<std::size_t>(feature.output))}}},
        {"registered_name", "Feature"}};
}

/// A learned list of boundaries out of a config and into a state: Keras keeps it there.
Result<StateHandle> takeBoundaries(Config& config)
{
    const Config* bins = config.find("num_bins");
    const Config* list = config.find("bin_boundaries");
    std::vector<double> boundaries;
    if (!bins || bins->isNull() || !list || list->isNull()
        || !Codec<std::vector<double>>::read(*list, boundaries))
        return StateHandle();
    auto state = std::make_shared<AdaptedState>();
    state->tensors.emplace(
        "bin_boundaries",
        Tensor::make<float>({std::ssize(boundaries)}, [&](std::span<float> out) {
            std::ranges::transform(boundaries, out.begin(),
                                   [](double x) { return static_cast<float>(x); });
        }));
    LB_TRY(without, withParam(config, "bin_boundaries", Config()));
    config = std::move(without);
    return StateHandle(std::move(state));
}

/// Reads the features, and then what they learned.
class SpaceReader {
public:
    SpaceReader(const ZipReader& zip, const LayerRegistry& registry, const Limits& limits)
        : m_zip(zip)
        , m_registry(registry)
        , m_limits(limits)
    {
    }

    Result<LayerDef> read(const Config& root, const std::string& text)
    {
        const Config* stored = root.find("config");
        const auto* object = stored ? stored->as<ConfigObject>() : nullptr;
        const Config* features = stored ? stored->find("features") : nullptr;
        if (!object || !features || !features->as<ConfigObject>())
            return badArchive("config.json", LB_TR("Error", "describes no FeatureSpace"));
        static constexpr std::array<std::string_view, 2> kPath{"config", "features"};
        for (const std::string& name : KeyOrder(text).at(kPath))
            if (Result<> done = addFeature(name, *features->find(name)); !done.ok())
                return std::move(done.error());
        ConfigObject config;
        for (const char* key : {"output_mode", "crosses", "crossing_dim", "hashing_dim",
                                "num_discretization_bins"})
            if (const Config* value = stored->find(key); value && !value->isNull())
                config.emplace(key, *value);
        config["features"] = std::move(m_features);
        LayerDef space;
        space.kerasClass = std::string(kClass);
        space.name = "feature_space";
        space.config = std::move(config);
        LB_TRY(type, m_registry.find(kClass));
        if (Result<> fits = type->check(space.config); !fits.ok())
            return badArchive("config.json/" + fits.error().where, fits.error().message.text,
                       fits.error().message.args);
        space.adapted = std::move(m_state);
        return space;
    }

private:
    Result<> addFeature(const std::string& name, const Config& stored)
    {
        const Config* config = stored.find("config");
        const Config* layer = config ? config->find("preprocessor") : nullptr;
        if (!layer)
            return badArchive(name, LB_TR("Error", "is no feature"));
        LB_TRY(known, readKerasLayer(*layer, m_registry));
        const std::string place = "preprocessors/" + m_children.next(known.storedClass) + "/vars";
        LB_TRY(own, takeBoundaries(known.config));
        if (!own) {
            LB_TRY(learned, learnedBy(known, place));
            own = std::move(learned);
        }
        if (own)
            addFeatureState(name, *own, *m_state);
        ConfigObject inner = *known.config.as<ConfigObject>();
        inner["name"] = known.name;
        LB_TRY(feature,
               withParam(stored, "config/preprocessor",
                         ConfigObject{{"class_name", known.kerasClass}, {"config", inner}}));
        m_features.emplace(name, std::move(feature));
        return std::monostate{};
    }

    Result<StateHandle> learnedBy(const KerasLayerConfig& layer, const std::string& place) const
    {
        const auto* learner = dynamic_cast<const AdaptableLayerType*>(layer.type);
        if (!learner || !learner->needsState(layer.config))
            return StateHandle();
        const Spec column{DType::Float32, {kUnknown, 1}, {}};
        Hdf5Wanted wanted{place, {}};
        if (const auto* lookup = dynamic_cast<const VocabularyLayerType*>(learner)) {
            LB_TRY(state, readKerasVocabulary(m_zip, place, *lookup, layer.config, layer.name,
                                              m_limits));
            const Config* mode = layer.config.find("output_mode");
            if (!mode || *mode != Config("tf_idf"))
                return std::move(state);
            LB_TRY(tokens, lookup->vocabulary(layer.config, state));
            wanted.shapes = {tokens.shape()};
            wanted.dataset = "idf_weights";
            LB_TRY(values, valuesOf(wanted));
            return lookup->withVocabulary(layer.config, tokens, values.at(0));
        }
        LB_TRY(shapes, learner->weightShapes(layer.config, column));
        wanted.shapes = shapes;
        if (shapes.empty())
            return StateHandle();
        LB_TRY(values, valuesOf(wanted));
        return learner->stateOf(layer.config, values);
    }

    Result<std::vector<Tensor>> valuesOf(const Hdf5Wanted& wanted) const
    {
        LB_TRY(file, m_zip.read("model.weights.h5", m_limits.archiveBytes));
        auto values = decodeHdf5(file, {wanted}, m_limits);
        if (!values.ok())
            return Error{values.error().code, "model.weights.h5/" + values.error().where,
                         values.error().message};
        return std::move(values.value().at(0));
    }

    const ZipReader& m_zip;
    const LayerRegistry& m_registry;
    const Limits& m_limits;
    KerasChildNames m_children;
    ConfigObject m_features;
    std::shared_ptr<AdaptedState> m_state = std::make_shared<AdaptedState>();
};

Config kerasPart(const char* module, const std::string& kerasClass, ConfigObject config)
{
    return ConfigObject{{"module", module},
                        {"class_name", kerasClass},
                        {"config", std::move(config)},
                        {"registered_name", Config()}};
}

Config listOfTokens(const Tensor& tensor)
{
    ConfigList list;
    dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
        for (const T& value : tensor.values<T>())
            if constexpr (RealNumber<T>)
                list.emplace_back(static_cast<double>(value));
            else
                list.emplace_back(value);
    });
    return list;
}

/// A feature's layer as Keras writes it after it has learned; a vocabulary that fits a text file goes
/// into `members`.
Config layerConfig(const SpaceFeature& feature, const StateHandle& state, const std::string& place,
                   std::map<std::string, std::string>& members)
{
    const LayerType& type = *feature.layer.type;
    Config stored = feature.layer.config;
    if (const auto* learner = feature.learner(); learner && state)
        stored = learner->configWith(stored, *state);
    ConfigObject config{{"name", feature.layer.name}};
    for (const ParamSpec& spec : type.specs()) {
        const Config* value = stored.find(spec.key);
        config[spec.key] = value ? *value : spec.kerasDefault;
    }
    if (const auto vocabulary = kerasVocabulary(type, feature.layer.config, state)) {
        config["vocabulary_size"] = vocabulary->tokens.shape().front();
        if (vocabulary->asLines) {
            members[place + "/vocabulary.txt"] = kerasVocabularyText(vocabulary->tokens);
            if (type.kerasClass() == "TextVectorization")
                members[place + "/_lookup_layer/vocabulary.txt"] = members[place + "/vocabulary.txt"];
        } else {
            config["vocabulary"] = listOfTokens(vocabulary->tokens);
            if (vocabulary->idf)
                config["idf_weights"] = listOfTokens(*vocabulary->idf);
        }
    }
    ConfigObject layer
        = *kerasPart("keras.layers", std::string(type.kerasClass()), std::move(config)).as<ConfigObject>();
    layer["build_config"] = ConfigObject{{"input_shape", ConfigList{Config(), 1}}};
    return layer;
}

Config crossConfig(const FeatureSpaceParts& parts, const SpaceCross& cross)
{
    ConfigList names;
    for (const std::size_t feature : cross.features)
        names.emplace_back(parts.features[feature].name);
    ConfigObject object
        = *kerasPart(kModule, "Cross",
                     {{"feature_names", std::move(names)},
                      {"crossing_dim", cross.dim},
                      {"output_mode", cross.oneHot ? "one_hot" : "int"}})
               .as<ConfigObject>();
    object["registered_name"] = "Cross";
    return object;
}

} // namespace

bool isKerasFeatureSpace(const Config& root)
{
    const Config* kerasClass = root.find("class_name");
    const Config* module = root.find("module");
    const auto* name = module ? module->as<std::string>() : nullptr;
    return kerasClass && *kerasClass == Config(std::string(kClass)) && name
        && (*name == "keras.utils" || *name == kModule);
}

Result<KerasModel> readKerasFeatureSpace(const ZipReader& zip, const Config& root,
                                         const std::string& text, const LayerRegistry& registry,
                                         const Limits& limits)
{
    LB_TRY(space, SpaceReader(zip, registry, limits).read(root, text));
    LB_TRY(parts, featureSpaceParts(space.config));
    if (!parts.concat)
        return Error{ErrorCode::Unsupported, "config.json",
                     LB_TR("Error",
                           "gives a value for each feature (output_mode dict), and a model has one "
                           "output here; save it with output_mode concat")};
    KerasModel model;
    model.document = emptyDocument();
    Document& document = model.document;
    auto body = std::make_shared<Body>(document.root());
    const auto place = [&](LayerDef layer, std::vector<Input> inputs, Stage stage) {
        layer.id = {document.nextId++};
        auto node = std::make_shared<Node>();
        node->id = {document.nextId++};
        node->calls = layer.id;
        node->inputs = std::move(inputs);
        node->stage = stage;
        node->at = {240.0 * static_cast<double>(body->nodes.size()), 0};
        const NodeId id = node->id;
        document.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
        body->nodes.push_back(std::move(node));
        return id;
    };
    const auto ours = [](std::string_view kerasClass, const char* name) {
        LayerDef layer;
        layer.kerasClass = std::string(kerasClass);
        layer.name = name;
        return layer;
    };
    const NodeId source = place(ours(flow::kSource, "source"), {}, Stage::Pipeline);
    std::vector<Input> columns;
    for (const SpaceFeature& feature : parts.features) {
        columns.push_back({feature.name, PortRef{source, static_cast<int>(columns.size())}, {}});
        model.inputs.push_back({feature.name, {feature.dtype, {kUnknown, 1}, {}}});
    }
    std::ranges::stable_sort(columns, {}, [](const Input& one) { // as an edit would leave them
        return std::pair(one.port.size(), one.port);
    });
    const NodeId made = place(std::move(space), std::move(columns), Stage::Pipeline);
    const NodeId batch
        = place(ours(flow::kBatch, "batch"), {{"", PortRef{made, 0}, {}}}, Stage::Model);
    place(ours(flow::kOutput, "output"),
          {{"", PortRef{batch, 0}, {}},
           {std::string(flow::kLabelPort), PortRef{source, static_cast<int>(model.inputs.size())}, {}}},
          Stage::Model);
    document.bodies.front() = std::move(body);
    return model;
}

const LayerDef* wholeFeatureSpace(const Document& document)
{
    const auto last = flow::prediction(document);
    const Node* node = last.ok() ? document.node(last.value().node) : nullptr;
    while (node && flow::isClass(document, *node, flow::kBatch)) {
        const PortRef* wire = flow::firstWire(*node);
        node = wire ? document.node(wire->node) : nullptr;
    }
    if (!node || !flow::isClass(document, *node, kClass))
        return nullptr;
    for (const Input& input : node->inputs) {
        const auto* wire = std::get_if<PortRef>(&input.from);
        const Node* from = wire ? document.node(wire->node) : nullptr;
        if (!from || !flow::isClass(document, *from, flow::kSource))
            return nullptr;
    }
    const LayerDef* layer = document.layerOf(node->id);
    const auto parts = featureSpaceParts(layer->config);
    return parts.ok() && parts.value().concat && !node->muted ? layer : nullptr;
}

Result<std::map<std::string, std::string>> kerasFeatureSpaceMembers(const LayerDef& space)
{
    LB_TRY(parts, featureSpaceParts(space.config));
    std::map<std::string, std::string> members;
    std::vector<Hdf5Group> groups{{"vars", space.name, {}}};
    KerasChildNames children;
    ConfigObject features, builds;
    for (const SpaceFeature& feature : parts.features) {
        const StateHandle state = featureState(space.adapted, feature.name);
        const auto* learner = feature.learner();
        if (learner && !state)
            return Error{ErrorCode::BadParameter, space.name,
                         LB_TR("Error", "was never adapted to data; adapt it first")};
        const std::string place
            = "preprocessors/" + children.next(feature.layer.type->kerasClass());
        const Config layer = layerConfig(feature, state, "assets/" + place, members);
        builds.emplace(feature.name, *layer.find("build_config"));
        features.emplace(feature.name, storedFeature(feature, layer));
        Hdf5Group group{place + "/vars", feature.layer.name, {}};
        if (learner && !dynamic_cast<const VocabularyLayerType*>(learner))
            group.tensors = learner->weightsOf(feature.layer.config, *state);
        groups.push_back(std::move(group));
    }
    ConfigList crosses;
    for (const SpaceCross& cross : parts.crosses) {
        crosses.push_back(crossConfig(parts, cross));
        groups.push_back({"crossers/" + children.next("HashedCrossing") + "/vars", cross.name, {}});
    }
    ConfigObject config{{"features", std::move(features)},
                        {"crosses", std::move(crosses)},
                        {"output_mode", "concat"}};
    for (const char* key : {"crossing_dim", "hashing_dim", "num_discretization_bins"}) {
        const Config* value = space.config.find(key);
        config[key] = value ? *value : Config(32);
    }
    ConfigObject root = *kerasPart("keras.utils", std::string(kClass), std::move(config)).as<ConfigObject>();
    root["build_config"] = std::move(builds);
    LB_TRY(weights, encodeHdf5(groups));
    members["config.json"] = writeJson(root, JsonStyle::Compact);
    members["model.weights.h5"] = std::move(weights);
    return members;
}

} // namespace lb
