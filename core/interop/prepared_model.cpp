#include "core/interop/prepared_model.h"

#include "core/graph/analysis.h"
#include "core/graph/edits.h"
#include "core/training/adapt.h"
#include "core/training/parameter_store.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::string_view kLabels = "labels";

Spec rowsOf(const Source& source)
{
    Spec spec = source.imageSpec();
    spec.shape.insert(spec.shape.begin(), kUnknown);
    return spec;
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
                                const Spec& input, bool dropTrainOnly)
{
    FlattenRequest request;
    request.part = FlattenRequest::Part::Whole;
    request.input = input;
    request.dropTrainOnly = dropTrainOnly;
    return flattened(document, registry, request);
}

Result<PreparedModel> preparedModel(PrepareRequest request, const LayerRegistry& registry,
                                    const JobContext& job)
{
    PreparedModel model;
    model.document = std::move(request.document);
    model.input = rowsOf(*request.source);
    model.labels = request.source->classNames();
    if (request.builtInData)
        model.notes.push_back(LB_TR("Export",
                                    "the project's data are not there; shapes that the program "
                                    "draws took their place"));
    if (Result<> done = adaptMissing(model, request, registry, job); !done.ok())
        return std::move(done.error());
    LB_TRY(flat, inferencePart(model.document, registry, model.input));
    LB_TRY(store,
           ParameterStore::initial(flat, static_cast<std::uint64_t>(model.document.recipe.seed)));
    if (Result<> fits = store.restore(request.weights); !fits.ok())
        return std::move(fits.error());
    model.weights = store.snapshot();
    noteUntrained(model, flat, request.weights);
    const Shape& y = flat.graph.nodes[flat.graph.outputs.front()].spec.shape;
    if (y.size() < 2 || y.back() != std::ssize(model.labels))
        model.labels.clear(); // the classes of the data are not what is predicted
    return model;
}

PreparedModel preparedModel(KerasModel model)
{
    PreparedModel result;
    result.document = std::move(model.document);
    result.weights = std::move(model.weights);
    result.input = std::move(model.input);
    result.labels = labelsOf(model.extras.own);
    result.checkpoint = !model.extras.own.isNull() && !model.extras.own.find(kLabels);
    result.trained = true;
    return result;
}

Result<LayerWeights> weightsFrom(const KerasModel& archive, Document& document)
{
    LayerWeights weights;
    const auto layers = document.layers; // shared: the document changes on the way
    for (const auto& layer : layers) {
        const LayerDef* same = sameLayer(archive, *layer);
        if (!same)
            continue;
        if (const auto found = archive.weights.find(same->id); found != archive.weights.end())
            weights[layer->id] = found->second;
        if (same->adapted && !layer->adapted) {
            LB_TRY(next, edits::setAdapted(document, layer->id, same->adapted));
            document = std::move(next);
        }
    }
    if (weights.empty() && !archive.weights.empty())
        return Error{ErrorCode::NotFound, "",
                     LB_TR("Error", "holds the weights of another model: no layer has the name and "
                                    "class of one in the project")};
    return weights;
}

Config labelsConfig(const std::vector<std::string>& labels)
{
    ConfigList list(labels.begin(), labels.end());
    return ConfigObject{{std::string(kLabels), std::move(list)}};
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
