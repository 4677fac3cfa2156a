#include "core/interop/prepared_model.h"

#include "core/data/sampling_rate.h"
#include "core/graph/analysis.h"
#include "core/graph/edits.h"
#include "core/graph/project_state.h"
#include "core/layers/vocabulary_layer.h"
#include "core/training/adapt.h"
#include "core/training/parameter_store.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::string_view kLabels = "labels", kTable = "table", kProject = "project",
                           kFolder = "project_folder", kRate = "sampling_rate";

/// "" where there is no such text.
std::string textIn(const Config& own, std::string_view key)
{
    const Config* found = own.find(key);
    const auto* text = found ? found->as<std::string>() : nullptr;
    return text ? *text : std::string();
}

/// The columns that lead to the prediction, in the source's order. The Source gives these only from
/// now on: wires to it are numbered anew.
Result<> keepReadColumns(PreparedModel& model, const LayerRegistry& registry)
{
    if (model.inputs.size() < 2)
        return std::monostate{};
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    std::vector<int> moved(model.inputs.size(), -1);
    std::vector<Column> inputs;
    for (const std::size_t column : flat.given) {
        moved[column] = static_cast<int>(inputs.size());
        inputs.push_back(model.inputs[column]);
    }
    const int label = static_cast<int>(model.inputs.size());
    const Node* source = model.document.source();
    auto body = std::make_shared<Body>(model.document.root());
    for (auto& node : body->nodes) {
        auto changed = std::make_shared<Node>(*node);
        for (Input& input : changed->inputs)
            if (auto* wire = std::get_if<PortRef>(&input.from); wire && wire->node == source->id)
                wire->port = wire->port < label
                    ? std::max(moved[static_cast<std::size_t>(wire->port)], 0)
                    : static_cast<int>(inputs.size());
        node = std::move(changed);
    }
    model.document.bodies.front() = std::move(body);
    model.inputs = std::move(inputs);
    std::erase_if(model.table, [&](const TableColumn& column) {
        return std::ranges::find(model.inputs, column.name, &Column::name) == model.inputs.end();
    });
    return std::monostate{};
}

std::vector<LayerId> neverAdapted(const Document& document, const LayerRegistry& registry,
                                  const Facts& facts)
{
    std::vector<LayerId> result;
    const Analysis analysis = analysed(document, facts, registry, Phase::Inference);
    for (const auto& [id, node] : analysis.nodes)
        if (const LayerDef* layer = document.layerOf(id); layer && node.needsAdapt && !node.adapted)
            if (std::ranges::find(result, layer->id) == result.end())
                result.push_back(layer->id);
    return result;
}

Result<> adaptMissing(PreparedModel& model, const PrepareRequest& request,
                      const LayerRegistry& registry, const JobContext& job)
{
    AdaptOptions options;
    options.heldOut = request.heldOut;
    options.only = neverAdapted(model.document, registry,
                                factsOf(*request.source, model.document.recipe, request.heldOut));
    if (options.only.empty())
        return std::monostate{};
    LB_TRY(document, adapted(model.document, registry, *request.source, options, job));
    model.document = std::move(document);
    for (const LayerId id : options.only)
        model.notes.push_back({LB_TR("Export", "%1 was never adapted; it was adapted now"),
                               {model.document.layer(id)->name}});
    return std::monostate{};
}

/// The layer of an archive that has the weights of a layer of the project.
const LayerDef* sameLayer(const KerasModel& archive, const LayerDef& layer)
{
    const LayerDef* same = archive.extras.own.isNull() ? nullptr : archive.document.layer(layer.id);
    if (same && same->kerasClass == layer.kerasClass)
        return same;
    for (const auto& other : archive.document.layers)
        if (other->name == layer.name && other->kerasClass == layer.kerasClass)
            return other.get();
    return nullptr;
}

/// Whether the config leaves something to learn from data.
bool learns(const LayerDef& layer, const LayerRegistry& registry)
{
    const auto type = registry.find(layer.kerasClass);
    const auto* adaptable
        = type.ok() ? dynamic_cast<const AdaptableLayerType*>(type.value()) : nullptr;
    return adaptable && adaptable->needsState(layer.config);
}

/// Whether a layer would answer the same with another state. Of a FeatureSpace archives keep all
/// tensors, of others what Keras keeps.
bool learnedTheSame(const LayerDef& layer, const AdaptedState& other, const LayerRegistry& registry)
{
    const auto type = registry.find(layer.kerasClass);
    const auto* learner
        = type.ok() ? dynamic_cast<const AdaptableLayerType*>(type.value()) : nullptr;
    const Config& config = layer.config;
    const AdaptedState& own = *layer.adapted;
    if (own.tensors == other.tensors || !learner || layer.kerasClass == "FeatureSpace")
        return own.tensors == other.tensors;
    if (const auto* lookup = dynamic_cast<const VocabularyLayerType*>(learner)) {
        const StateHandle state = std::make_shared<AdaptedState>(other);
        const auto mine = lookup->vocabulary(config, layer.adapted);
        const auto theirs = lookup->vocabulary(config, state);
        return mine.ok() && theirs.ok() && mine.value() == theirs.value()
            && lookup->idfWeights(config, layer.adapted) == lookup->idfWeights(config, state);
    }
    return learner->weightsOf(config, own) == learner->weightsOf(config, other)
        && learner->configWith(config, own) == learner->configWith(config, other);
}

/// Names the layers that keep their initial weights.
void noteUntrained(PreparedModel& model, const FlatModel& flat, const LayerWeights& given)
{
    if (flat.weights.empty())
        return;
    std::vector<std::string> names;
    std::set<LayerId> seen;
    for (const FlatWeight& weight : flat.weights)
        if (!given.contains(weight.layer) && seen.insert(weight.layer).second)
            names.push_back(model.document.layer(weight.layer)->name);
    model.trained = names.empty();
    if (given.empty())
        model.notes.push_back(
            {LB_TR("Export", "the model was not trained; its weights are the initial ones of seed %1"),
             {model.document.recipe.seed}});
    else
        for (const std::string& name : names)
            model.notes.push_back(
                {LB_TR("Export", "%1 was not trained; its weights are the initial ones"), {name}});
}

} // namespace

Result<FlatModel> inferencePart(const Document& document, const LayerRegistry& registry,
                                std::span<const Column> inputs, bool dropTrainOnly)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.inputs = specsOf(inputs);
    request.dropTrainOnly = dropTrainOnly;
    request.keepChances = !dropTrainOnly; // so that they can be named
    return flattened(document, registry, request);
}

Result<PreparedModel> preparedModel(PrepareRequest request, const LayerRegistry& registry,
                                    const JobContext& job)
{
    PreparedModel model;
    model.document = std::move(request.document);
    model.inputs = batchedColumns(*request.source);
    if (const TableSchema* table = schemaOf(*request.source))
        model.table = *table;
    model.samplingRate = samplingRate(*request.source);
    model.labels = request.source->classNames();
    model.notes = std::move(request.notes);
    if (request.builtInData)
        model.notes.push_back(LB_TR("Export",
                                    "the project's data are not there; data that the program "
                                    "makes took their place"));
    if (Result<> done = adaptMissing(model, request, registry, job); !done.ok())
        return std::move(done.error());
    if (Result<> kept = keepReadColumns(model, registry); !kept.ok())
        return std::move(kept.error());
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    LB_TRY(store,
           ParameterStore::initial(flat, static_cast<std::uint64_t>(model.document.recipe.seed)));
    if (Result<> fits = store.restore(request.weights); !fits.ok())
        return std::move(fits.error());
    model.weights = store.snapshot();
    noteUntrained(model, flat, request.weights);
    const Shape& y = flat.graph.nodes[flat.graph.outputs.front()].spec.shape;
    const bool classes = y.size() >= 2 && y.back() > 1;
    if (request.builtInData && classes && !model.labels.empty())
        model.notes.push_back(LB_TR("Export",
                                    "the classes of the prediction have no names, for those of the "
                                    "project's data are not known"));
    if (request.builtInData || y.size() < 2 || y.back() != std::ssize(model.labels))
        model.labels.clear(); // the classes of the data are not what is predicted
    return model;
}

namespace {

/// Puts the table's columns in the order of inputs that have their names already, as those of a
/// FeatureSpace do.
void orderTable(PreparedModel& model)
{
    TableSchema ordered;
    for (const Column& input : model.inputs)
        if (const auto found = std::ranges::find(model.table, input.name, &TableColumn::name);
            found != model.table.end())
            ordered.push_back(*found);
    if (ordered.size() == model.inputs.size())
        model.table = std::move(ordered);
}

/// Inputs are called as the table says; the only one of a model by what it takes.
void nameInputs(PreparedModel& model)
{
    orderTable(model); // which may name columns that the model does not read
    if (model.table.size() != model.inputs.size())
        model.table.clear();
    for (std::size_t i = 0; i < model.table.size(); ++i)
        model.inputs[i].name = model.table[i].name;
    if (model.inputs.size() == 1 && model.table.empty())
        model.inputs.front().name
            = model.inputs.front().spec.dtype == DType::String ? "text"
            : model.samplingRate > 0                           ? "sound"
                                                               : "image";
}

} // namespace

PreparedModel preparedModel(KerasModel model)
{
    PreparedModel result;
    result.document = std::move(model.document);
    result.weights = std::move(model.weights);
    result.inputs = std::move(model.inputs);
    result.table = tableOf(model.extras.own);
    result.labels = labelsOf(model.extras.own);
    if (const Config* rate = model.extras.own.find(kRate))
        if (const auto* hertz = rate->as<std::int64_t>())
            result.samplingRate = *hertz;
    nameInputs(result);
    result.checkpoint = !model.extras.own.isNull() && !model.extras.own.find(kLabels)
        && trainedProject(model.extras.own).empty();
    result.trained = true;
    return result;
}

Result<StateHandle> learnedBy(const LayerDef& archived, const LayerRegistry& registry)
{
    if (archived.adapted)
        return archived.adapted;
    const auto type = registry.find(archived.kerasClass);
    const auto* learner
        = type.ok() ? dynamic_cast<const AdaptableLayerType*>(type.value()) : nullptr;
    if (!learner || learner->needsState(archived.config))
        return StateHandle();
    const auto* layer = dynamic_cast<const VocabularyLayerType*>(learner);
    if (!layer)
        return learner->stateIn(archived.config);
    LB_TRY(tokens, layer->vocabulary(archived.config, nullptr));
    return layer->withVocabulary(archived.config, tokens,
                                 layer->idfWeights(archived.config, nullptr));
}

Result<LayerWeights> weightsFrom(const KerasModel& archive, Document& document,
                                 const LayerRegistry& registry, std::vector<Message>* notes)
{
    LayerWeights weights;
    std::string replaced; // names of layers
    const auto take = [&](const LayerDef& layer, const StateHandle& state) -> Result<> {
        if (layer.adapted && !learnedTheSame(layer, *state, registry))
            replaced += (replaced.empty() ? "" : ", ") + layer.name;
        LB_TRY(next, edits::setAdapted(document, layer.id, state));
        document = std::move(next);
        return std::monostate{};
    };
    const auto layers = document.layers; // shared: the document changes on the way
    const Config& spaces = archive.extras.featureSpaces;
    for (const auto& layer : layers) {
        const Config* learned = spaces.find(layer->name);
        if (learned && layer->kerasClass == "FeatureSpace") { // in the archive it is in parts
            LB_TRY(state, readState(*learned, layer->name + "/", {}));
            if (Result<> taken = take(*layer, state); !taken.ok())
                return std::move(taken.error());
            continue;
        }
        const LayerDef* same = sameLayer(archive, *layer);
        if (!same)
            continue;
        if (const auto found = archive.weights.find(same->id); found != archive.weights.end())
            weights[layer->id] = found->second;
        if (!learns(*layer, registry))
            continue;
        LB_TRY(state, learnedBy(*same, registry));
        if (Result<> taken = state ? take(*layer, state) : std::monostate{}; !taken.ok())
            return std::move(taken.error());
    }
    if (notes && !replaced.empty())
        notes->push_back({LB_TR("Export", "what %1 has learned in the project is not used: the weights "
                                          "were trained with something else, which comes with them; "
                                          "train again to use it"),
                          {replaced}});
    const std::string project = trainedProject(archive.extras.own);
    if (weights.empty() && !archive.weights.empty() && !project.empty())
        return Error{ErrorCode::NotFound, "",
                     {LB_TR("Error", "holds the weights of another model, of %1: no layer has the "
                                     "name and class of one in the project"),
                      {project}}};
    if (weights.empty() && !archive.weights.empty())
        return Error{ErrorCode::NotFound, "",
                     LB_TR("Error", "holds the weights of another model: no layer has the name and "
                                    "class of one in the project")};
    return weights;
}

Config trainedFor(const std::string& project, const std::string& folder, const TableSchema& table)
{
    ConfigObject own{{std::string(kProject), project}};
    if (!folder.empty() && folder != ".")
        own.emplace(std::string(kFolder), folder);
    if (!table.empty())
        own.emplace(std::string(kTable), schemaConfig(table));
    return own;
}

std::string trainedProject(const Config& own)
{
    return textIn(own, kProject);
}

std::string trainedFolder(const Config& own)
{
    return textIn(own, kFolder);
}

Config ownConfig(const PreparedModel& model)
{
    ConfigList list(model.labels.begin(), model.labels.end());
    ConfigObject own{{std::string(kLabels), std::move(list)}};
    if (!model.project.empty())
        own.emplace(std::string(kProject), model.project);
    if (!model.table.empty())
        own.emplace(std::string(kTable), schemaConfig(model.table));
    if (model.samplingRate > 0)
        own.emplace(std::string(kRate), model.samplingRate);
    return own;
}

TableSchema tableOf(const Config& own)
{
    const Config* list = own.find(kTable);
    Result<TableSchema> schema = list ? schemaOf(*list) : Result<TableSchema>(TableSchema{});
    return schema.ok() ? std::move(schema.value()) : TableSchema{};
}

std::vector<std::string> labelsOf(const Config& own)
{
    std::vector<std::string> labels;
    const Config* found = own.find(kLabels);
    const auto* list = found ? found->as<ConfigList>() : nullptr;
    if (list)
        for (const Config& label : *list)
            if (const auto* text = label.as<std::string>())
                labels.push_back(*text);
    return labels;
}

} // namespace lb
