#include "core/interop/keras/keras_archive.h"

#include "core/graph/feature_spaces.h"
#include "core/graph/flatten.h"
#include "core/graph/json_fields.h"
#include "core/graph/project_state.h"
#include "core/interop/keras/keras_assets.h"
#include "core/interop/keras/keras_compile.h"
#include "core/interop/keras/keras_feature_space.h"
#include "core/interop/keras/keras_graph.h"
#include "core/interop/keras/keras_model_config.h"
#include "core/interop/zip.h"
#include "core/layers/vocabulary_layer.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::string_view kMetadata = "metadata.json", kConfig = "config.json",
                           kWeights = "model.weights.h5", kOwn = "layerbench.json",
                           kOwnFolder = "layerbench/";
constexpr std::int64_t kOwnFormat = 1;
constexpr const char* kKerasVersion = "3.15.1"; ///< whose definitions these are

/// A part in Keras' terms.
struct KerasPart {
    FlatModel model;
    KerasOrder order;
    std::vector<std::string> names;
    std::vector<KerasVariables> variables;
};

Result<KerasPart> partOf(const Document& document, const LayerRegistry& registry,
                         const KerasArchiveRequest& request)
{
    FlattenRequest flatten;
    flatten.inputs = specsOf(request.inputs);
    const bool whole = request.part == KerasArchiveRequest::Part::Inference;
    flatten.part = whole ? FlattenRequest::Part::Whole : FlattenRequest::Part::Model;
    flatten.dropTrainOnly = whole;
    KerasPart part;
    LB_TRY(model, flattened(document, registry, flatten));
    part.model = std::move(model);
    part.order = kerasOrder(part.model, KerasCasts::WhereNeeded);
    if (part.order.layers.size() < 2)
        return Error{ErrorCode::Unsupported, "",
                     LB_TR("Error", "Keras has no model without a layer; add one")};
    part.names = kerasLayerNames(document, part.order, request.inputs);
    LB_TRY(variables,
           kerasVariables(part.model, part.order, part.names, !part.order.isChain()));
    part.variables = std::move(variables);
    return part;
}

Result<std::string> weightsFile(const Document& document, const KerasPart& part,
                                const LayerWeights& weights, const KerasArchiveRequest& request)
{
    LB_TRY(values, kerasValues(document, part.variables, weights));
    std::vector<Hdf5Group> groups{{"vars", request.name, {}}};
    for (std::size_t i = 0; i < part.variables.size(); ++i) {
        const KerasVariables& layer = part.variables[i];
        if (!layer.inner.empty())
            groups.push_back({layer.inner, "string_lookup", values[i], layer.dataset});
        groups.push_back({layer.path, layer.name, std::move(values[i]), layer.dataset});
    }
    if (request.part == KerasArchiveRequest::Part::Checkpoint && request.extras.optimizer) {
        LB_TRY(optimizer,
               kerasOptimizerGroup(document.recipe, *request.extras.optimizer, part.variables));
        groups.push_back(std::move(optimizer));
    }
    return encodeHdf5(groups);
}

/// Which layers of the project the archive's are, so that weights find the way back. Those of an
/// opened FeatureSpace are none of the project.
Config layerTable(const Document& document, const KerasPart& part)
{
    ConfigObject table;
    for (std::size_t i = 0; i < part.order.layers.size(); ++i)
        if (const LayerDef* layer = document.layer(part.order.layers[i].layer))
            table.emplace(part.names[i],
                          ConfigObject{{"id", layer->id.value}, {"name", layer->name}});
    return table;
}

/// What FeatureSpaces learned, by their names: the archive has it in parts, in layers that are none
/// of the project's. Null without any.
Config spacesOf(const Document& project)
{
    ConfigObject spaces;
    for (const auto& node : project.root().nodes)
        if (const LayerDef* layer = project.layerOf(node->id);
            isFeatureSpace(project, *node) && layer->adapted)
            spaces.emplace(layer->name, stateConfig(*layer->adapted));
    return spaces.empty() ? Config() : Config(std::move(spaces));
}

/// "slots/0": parts of letters, digits and a few signs that lead nowhere else.
bool isSafe(std::string_view name)
{
    bool begins = true; // a part of the name
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '_';
        if (!letter && (begins || (c != '-' && c != '.' && c != '/')))
            return false;
        begins = c == '/';
    }
    return !begins && name.size() <= 200;
}

/// What layerbench.json says.
struct OwnMember {
    Config own, spaces;
    std::map<std::string, LayerId, std::less<>> ids; ///< by Keras name
    std::map<std::string, std::string, std::less<>> names;
};

Result<OwnMember> readOwn(const ZipReader& zip, const Limits& limits)
{
    OwnMember result;
    if (!zip.contains(kOwn))
        return result;
    LB_TRY(text, zip.read(kOwn, limits.jsonBytes));
    LB_TRY(json, parseJson(text, limits));
    Fields fields(json, std::string(kOwn) + "/");
    std::int64_t format = 0;
    Config layers = ConfigObject{}, foreign;
    fields.need("format", format);
    fields.read("layers", layers);
    fields.read("own", result.own);
    fields.read("feature_spaces", result.spaces);
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    if (format > kOwnFormat)
        return Error{ErrorCode::Unsupported, std::string(kOwn),
                     LB_TR("Error", "was written by a newer Layerbench; update this one")};
    const auto* table = layers.as<ConfigObject>();
    std::set<std::int64_t> used;
    for (const auto& [kerasName, entry] : table ? *table : ConfigObject{}) {
        const Config* id = entry.find("id");
        const Config* name = entry.find("name");
        const auto* number = id ? id->as<std::int64_t>() : nullptr;
        const auto* text2 = name ? name->as<std::string>() : nullptr;
        constexpr std::int64_t kMost = std::int64_t{1} << 48;
        if (!number || !text2 || *number < 2 || *number > kMost || !used.insert(*number).second)
            return Error{ErrorCode::BadFile, std::string(kOwn) + "/layers/" + kerasName,
                         LB_TR("Error", "needs an id of its own and a name")};
        result.ids.emplace(kerasName, LayerId{*number});
        result.names.emplace(kerasName, *text2);
    }
    return result;
}

Result<> readOwnTensors(const ZipReader& zip, const Limits& limits, KerasExtras& extras)
{
    for (const std::string& name : zip.names()) {
        if (!name.starts_with(kOwnFolder) || !name.ends_with(".npy"))
            continue;
        const std::string tensor
            = name.substr(kOwnFolder.size(), name.size() - kOwnFolder.size() - 4);
        LB_TRY(bytes, zip.read(name, limits.tensorBytes));
        Result<Tensor> value = decodeNpy(bytes, limits);
        if (!value.ok()) {
            value.error().where = name;
            return std::move(value.error());
        }
        extras.tensors.emplace(tensor, std::move(value.value()));
    }
    return std::monostate{};
}

void setState(Document& document, LayerId id, const StateHandle& state)
{
    auto def = std::ranges::find_if(document.layers,
                                    [&](const auto& known) { return known->id == id; });
    auto adapted = std::make_shared<LayerDef>(**def);
    adapted->adapted = state;
    *def = std::move(adapted);
}

/// A weight for each token; those behind are padding.
Tensor firstOf(const Tensor& weights, const Tensor& tokens)
{
    return Tensor::make<float>(tokens.shape(), [&](std::span<float> out) {
        if (weights.dtype() == DType::Float32 && weights.values<float>().size() >= out.size())
            std::ranges::copy(weights.values<float>().first(out.size()), out.begin());
    });
}

/// Brings what was read to the layers: states into the document, the rest into `weights`.
Result<> distribute(const std::vector<KerasVariables>& variables,
                    std::vector<std::vector<Tensor>> values, KerasModel& model)
{
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const KerasVariables& layer = variables[i];
        if (values[i].empty())
            continue;
        const LayerDef& known = *model.document.layer(layer.layer);
        if (layer.lookup) {
            if (!layer.lookup->needsState(known.config))
                continue; // it has them in its config
            LB_TRY(tokens, layer.lookup->vocabulary(known.config, known.adapted));
            LB_TRY(state, layer.lookup->withVocabulary(known.config, tokens,
                                                       firstOf(values[i][0], tokens)));
            setState(model.document, layer.layer, state);
        } else if (layer.learns) {
            LB_TRY(state, layer.learns->stateOf(known.config, values[i]));
            setState(model.document, layer.layer, state);
        } else {
            model.weights[layer.layer] = std::move(values[i]);
        }
    }
    return std::monostate{};
}

void rename(Document& document, const std::map<std::string, std::string, std::less<>>& names)
{
    std::set<std::string, std::less<>> used;
    for (const auto& layer : document.layers)
        if (!names.contains(layer->name))
            used.insert(layer->name);
    for (auto& layer : document.layers)
        if (const auto found = names.find(layer->name);
            found != names.end() && used.insert(found->second).second) {
            auto renamed = std::make_shared<LayerDef>(*layer);
            renamed->name = found->second;
            layer = std::move(renamed);
        }
}

class ArchiveReader {
public:
    ArchiveReader(const ZipReader& zip, const LayerRegistry& registry, const Limits& limits)
        : m_zip(zip)
        , m_registry(registry)
        , m_limits(limits)
    {
    }

    Result<KerasModel> read()
    {
        LB_TRY(own, readOwn(m_zip, m_limits));
        KerasModel model;
        model.extras.own = own.own;
        model.extras.featureSpaces = own.spaces;
        if (Result<> read = readOwnTensors(m_zip, m_limits, model.extras); !read.ok())
            return std::move(read.error());
        LB_TRY(root, json(kConfig));
        if (isKerasFeatureSpace(root))
            return readSpace(root, std::move(model));
        LB_TRY(graph, readKerasGraph(root, m_registry, own.ids, m_limits));
        model.document = graph.document;
        model.inputs = graph.inputs;
        if (Result<> taken = takeKerasAssets(m_zip, graph.places, m_registry, m_limits,
                                             model.document);
            !taken.ok())
            return std::move(taken.error());
        const Config* compile = root.find("compile_config");
        const bool compiled = compile && compile->find("optimizer");
        if (compiled)
            takeCompileConfig(*compile, model.document.recipe);
        if (Result<> filled = readWeights(graph.places, compiled, model); !filled.ok())
            return std::move(filled.error());
        rename(model.document, own.names);
        readVersion(model);
        return model;
    }

private:
    Result<Config> json(std::string_view member) const
    {
        LB_TRY(text, m_zip.read(member, m_limits.jsonBytes));
        Result<Config> config = parseJson(text, m_limits);
        if (!config.ok())
            config.error().where = std::string(member) + ": " + config.error().where;
        return config;
    }

    Result<KerasModel> readSpace(const Config& root, KerasModel model) const
    {
        LB_TRY(text, m_zip.read(kConfig, m_limits.jsonBytes));
        LB_TRY(space, readKerasFeatureSpace(m_zip, root, text, m_registry, m_limits));
        space.extras = std::move(model.extras);
        readVersion(space);
        return std::move(space);
    }

    Result<> readWeights(const std::vector<KerasPlace>& places, bool compiled,
                         KerasModel& model) const
    {
        FlattenRequest request;
        request.part = FlattenRequest::Part::Whole;
        request.inputs = specsOf(model.inputs);
        LB_TRY(flat, flattened(model.document, m_registry, request));
        LB_TRY(variables, kerasVariables(flat, model.document, places));
        std::vector<Hdf5Wanted> wanted;
        for (const KerasVariables& layer : variables) // older files lack groups without weights
            wanted.push_back({layer.path, layer.shapes, layer.shapes.empty(), layer.dataset});
        const auto optimizer = compiled
            ? kerasOptimizerWanted(model.document.recipe, variables)
            : std::optional<Hdf5Wanted>();
        if (optimizer)
            wanted.push_back(*optimizer);
        LB_TRY(file, m_zip.read(kWeights, m_limits.archiveBytes));
        auto values = decodeHdf5(file, wanted, m_limits);
        if (!values.ok())
            return Error{values.error().code,
                         std::string(kWeights) + "/" + where(values.error().where, variables),
                         values.error().message};
        if (optimizer) {
            if (!values.value().back().empty())
                model.extras.optimizer = kerasOptimizerState(
                    model.document.recipe, values.value().back(), variables);
            values.value().pop_back();
        }
        return distribute(variables, std::move(values.value()), model);
    }

    /// A path in the file with the layer's own name behind it.
    static std::string where(const std::string& path, const std::vector<KerasVariables>& variables)
    {
        for (const KerasVariables& layer : variables)
            if (path.starts_with(layer.path)
                && (path.size() == layer.path.size() || path[layer.path.size()] == '/'))
                return path + " (" + layer.name + ")";
        return path;
    }

    void readVersion(KerasModel& model) const
    {
        if (!m_zip.contains(kMetadata))
            return;
        const auto metadata = json(kMetadata);
        const Config* version = metadata.ok() ? metadata.value().find("keras_version") : nullptr;
        if (const auto* text = version ? version->as<std::string>() : nullptr)
            model.kerasVersion = *text;
    }

    const ZipReader& m_zip;
    const LayerRegistry& m_registry;
    const Limits& m_limits;
};

/// What an archive holds of Keras', and which layers of the project its are.
struct MadeMembers {
    std::map<std::string, std::string> members;
    Config layers = ConfigObject{};
};

Result<MadeMembers> spaceMembers(const LayerDef& space)
{
    LB_TRY(members, kerasFeatureSpaceMembers(space));
    return MadeMembers{std::move(members)};
}

Result<MadeMembers> modelMembers(const Document& project, const LayerRegistry& registry,
                                 const LayerWeights& weights, const KerasArchiveRequest& request)
{
    LB_TRY(document, withOpenSpaces(project)); // Keras has no such layer within a model
    LB_TRY(part, partOf(document, registry, request));
    LB_TRY(file, weightsFile(document, part, weights, request));
    KerasModelDescription description{&document, &part.model, &part.order,
                                      part.names, request.name, request.inputs};
    ConfigObject root = *kerasModelConfig(description).as<ConfigObject>();
    root["compile_config"] = request.part == KerasArchiveRequest::Part::Checkpoint
        ? kerasCompileConfig(document.recipe)
        : Config(ConfigObject{});
    MadeMembers made{kerasAssets(document, part.model, part.variables), layerTable(project, part)};
    made.members.emplace(kConfig, writeJson(root, JsonStyle::Compact));
    made.members.emplace(kWeights, std::move(file));
    return made;
}

} // namespace

Result<std::string> kerasArchive(const Document& project, const LayerRegistry& registry,
                                 const LayerWeights& weights, const KerasArchiveRequest& request)
{
    const LayerDef* space = wholeFeatureSpace(project);
    const bool alone = space && request.part == KerasArchiveRequest::Part::Inference;
    LB_TRY(made, alone ? spaceMembers(*space) : modelMembers(project, registry, weights, request));
    std::map<std::string, std::string>& members = made.members;
    members.emplace(kMetadata,
                    writeJson(ConfigObject{{"keras_version", kKerasVersion}}, JsonStyle::Compact));
    ConfigObject own{
        {"format", kOwnFormat}, {"layers", made.layers}, {"own", request.extras.own}};
    if (Config spaces = spacesOf(project); !spaces.isNull())
        own.emplace("feature_spaces", std::move(spaces));
    members.emplace(kOwn, writeJson(own, JsonStyle::Canonical));
    for (const auto& [name, tensor] : request.extras.tensors) {
        if (!isSafe(name))
            return Error{ErrorCode::BadParameter, name,
                         LB_TR("Error", "is no name for a member of an archive")};
        members.emplace(std::string(kOwnFolder) + name + ".npy", encodeNpy(tensor));
    }
    return encodeZip(members, ZipMethod::Stored);
}

Result<Config> readKerasOwn(const std::filesystem::path& path, const Limits& limits)
{
    LB_TRY(zip, ZipReader::open(path, limits));
    if (!zip.contains(kConfig))
        return Error{ErrorCode::BadFile, path.string(),
                     LB_TR("Error", "is no Keras archive: there is no config.json in it")};
    LB_TRY(member, readOwn(zip, limits));
    return std::move(member.own);
}

Result<KerasModel> readKerasArchive(const std::filesystem::path& path,
                                    const LayerRegistry& registry, const Limits& limits)
{
    LB_TRY(zip, ZipReader::open(path, limits));
    return ArchiveReader(zip, registry, limits).read();
}

Result<KerasModel> parseKerasArchive(std::string bytes, std::string name,
                                     const LayerRegistry& registry, const Limits& limits)
{
    LB_TRY(zip, ZipReader::of(std::move(bytes), std::move(name), limits));
    return ArchiveReader(zip, registry, limits).read();
}

} // namespace lb
