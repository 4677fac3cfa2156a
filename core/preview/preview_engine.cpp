#include "core/graph/analysis.h"
#include "core/graph/flow.h"
#include "core/preview/annotated_run.h"
#include "core/preview/call_words.h"
#include "core/preview/mixed_batch.h"
#include "core/preview/node_places.h"
#include "core/preview/preview.h"
#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/training/plan.h"

#include <algorithm>
#include <list>
#include <set>

namespace lb {
namespace {

Error cancelled()
{
    return {ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
}

struct PreparedPlan {
    Plan plan;
    std::vector<NodePlace> places;
    std::optional<std::size_t> drawing; ///< the call of the target node, where it draws
    bool mixes; ///< rows of its batch, so it takes the sample's partners as well
};

Tensor withoutBatch(Tensor value)
{
    const Shape shape = value.shape();
    return shape.empty() ? value : value.reshaped({shape.begin() + 1, shape.end()});
}

Error tooFew(const CallOrigin& mixing)
{
    return {ErrorCode::Unsupported, mixing.name,
            LB_TR("Error", "needs at least two samples to mix: pin another one")};
}

Shape withBatch(const Shape& shape)
{
    Shape result{1};
    result.insert(result.end(), shape.begin(), shape.end());
    return result;
}

/// What the graph of a sample begins with: its picture, or a value for every column.
std::vector<Tensor> startOf(const PreviewSample& sample)
{
    std::vector<Tensor> values = sample.cells;
    if (values.empty())
        values.push_back(sample.image);
    for (Tensor& value : values)
        value = value.reshaped(withBatch(value.shape()));
    return values;
}

std::vector<Spec> specsOf(const PreviewSample& sample)
{
    std::vector<Spec> specs;
    for (const Tensor& value : startOf(sample))
        specs.push_back({value.dtype(), value.shape(), sample.range});
    return specs;
}

/// Gives the plan what it starts from. Errors: those of Plan::setInput().
Result<> given(Plan& plan, const PreviewSample& sample)
{
    if (!sample.isRow())
        return setSample(plan, sample.image, sample.annotations);
    const std::vector<Tensor> start = startOf(sample);
    const std::vector<std::size_t>& columns = plan.model().given;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i] < start.size())
            if (Result<> set = plan.setInput(i, start[columns[i]]); !set.ok())
                return set;
    return std::monostate{};
}

const RandomLayerType* randomType(const CallOrigin& call)
{
    return dynamic_cast<const RandomLayerType*>(call.type);
}

/// Drawn tensors of the call's own shapes, filled with one number.
Transformation filled(const FlatModel& model, std::size_t call, const DrawnRange& range,
                      double number)
{
    Transformation result;
    for (const DrawSpec& draw : model.graph.draws)
        if (draw.origin == call && std::ranges::count(range.names, draw.name))
            result[draw.name] = Tensor::make<float>(
                model.graph.nodes[draw.value].spec.shape,
                [&](std::span<float> out) { std::ranges::fill(out, static_cast<float>(number)); });
    return result;
}

/// The layers of a run that are still what they were: an edit may have changed a shape since.
std::map<LayerId, std::vector<Tensor>> fitting(
    const std::map<LayerId, std::vector<Tensor>>& weights, const ParameterStore& store)
{
    std::map<LayerId, std::vector<Tensor>> result;
    for (const auto& [layer, tensors] : weights) {
        bool fits = true;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const auto* entry = store.find(layer, i);
            fits &= !entry || entry->shape == tensors[i].shape();
        }
        if (fits)
            result.emplace(layer, tensors);
    }
    return result;
}

bool isSource(const Document& document, NodeId node)
{
    const LayerDef* layer = document.layerOf(node);
    return layer && layer->kerasClass == flow::kSource;
}

} // namespace

struct PreviewEngine::Impl {
    // Keys hold addresses of states and weights, so what they belong to is kept with them.
    struct Cached {
        std::string key;
        TargetHandle target;
        std::shared_ptr<PreparedPlan> plan;
    };
    struct Store {
        std::string key;
        WeightsHandle weights;
        std::shared_ptr<ParameterStore> store;
    };

    const LayerRegistry& registry;
    std::list<Cached> plans; // the newest first
    std::list<Store> stores;
    BatchMaker batches;

    explicit Impl(const LayerRegistry& theRegistry)
        : registry(theRegistry)
    {
    }

    Result<std::shared_ptr<ParameterStore>> storeFor(const FlatModel& model,
                                                     const PreviewTarget& target);
    Result<std::shared_ptr<PreparedPlan>> planFor(const PreviewTask& task, NodeId node, bool every);
    Result<std::shared_ptr<PreparedPlan>> made(const PreviewTask& task, NodeId node, bool every);
    Result<FlatModel> flatFor(const PreviewTask& task, NodeId node, bool every);
    MixedBatch batchOf(const PreviewTask& task);
    void keep(Cached made);
    Result<> runInto(PreviewRun& run, PreparedPlan& prepared, const PreviewTask& task, NodeId node,
                     std::set<NodeId>& done);
    Result<PreviewRun> everyNode(const PreviewTask& task, const std::stop_token& stop);
};

PreviewEngine::PreviewEngine(const LayerRegistry& registry)
    : m_impl(std::make_unique<Impl>(registry))
{
}
PreviewEngine::~PreviewEngine() = default;

/// Weights are made once for all parts and draws that have the same ones.
Result<std::shared_ptr<ParameterStore>> PreviewEngine::Impl::storeFor(const FlatModel& model,
                                                                      const PreviewTarget& target)
{
    std::string key = std::to_string(target.weightSeed) + "/"
        + std::to_string(reinterpret_cast<std::uintptr_t>(target.weights.get()));
    for (const FlatWeight& weight : model.weights)
        key += "/" + std::to_string(weight.layer.value) + text(weight.shape)
            + writeJson(weight.spec.initializer, JsonStyle::Compact);
    for (const Store& known : stores)
        if (known.key == key)
            return known.store;
    LB_TRY(fresh, ParameterStore::initial(model, target.weightSeed));
    auto store = std::make_shared<ParameterStore>(std::move(fresh));
    if (target.weights)
        if (Result<> restored = store->restore(fitting(*target.weights, *store)); !restored.ok())
            return std::move(restored.error());
    stores.push_front({std::move(key), target.weights, store});
    if (stores.size() > 4)
        stores.pop_back();
    return store;
}

/// Of a layer that was refused: it may only wait for one before it that has not learned yet.
Error whyRefused(const PreviewTarget& target, const LayerRegistry& registry,
                 std::vector<Spec> inputs, Error error)
{
    Facts facts;
    for (Spec& spec : inputs) {
        if (!spec.shape.empty())
            spec.shape.erase(spec.shape.begin()); // the batch
        facts.columns.push_back({"", std::move(spec)});
    }
    const Analysis analysis = analysed(*target.document, facts, registry, target.phase);
    const std::string where = "/" + error.where; // of a layer in a group: group/layer
    for (const Problem& problem : analysis.problems)
        if (problem.code == "waits_for_adapt"
            && where.ends_with("/" + target.document->nameOf(problem.node)))
            error.message = problem.message;
    return error;
}

/// The sample alone unless samples are mixed. Images with masks or boxes are not.
MixedBatch PreviewEngine::Impl::batchOf(const PreviewTask& task)
{
    if (task.target->mixes && annotationSpecs(task.sample->annotations).empty())
        return batches.batchOf(task);
    return {{task.sample}, {task.place}, 0};
}

/// For a batch of one; with its partners where something on the way mixes them.
Result<FlatModel> PreviewEngine::Impl::flatFor(const PreviewTask& task, NodeId node, bool every)
{
    const PreviewTarget& target = *task.target;
    FlattenRequest request{.part = FlattenRequest::Part::UpTo,
                           .node = node,
                           .phase = target.phase,
                           .inputs = specsOf(*task.sample),
                           .annotations = annotationSpecs(task.sample->annotations)};
    auto described = flattened(*target.document, registry, request);
    if (!described.ok())
        return whyRefused(target, registry, specsOf(*task.sample), std::move(described.error()));
    const CallOrigin* mixing = mixingCall(described.value());
    if (!mixing)
        return described;
    const auto count = std::ssize(batchOf(task).rows);
    if (count < 2)
        return every ? std::move(described) : Result<FlatModel>(tooFew(*mixing));
    for (Spec& spec : request.inputs)
        spec.shape.front() = count;
    return flattened(*target.document, registry, request);
}

Result<std::shared_ptr<PreparedPlan>> PreviewEngine::Impl::made(const PreviewTask& task,
                                                                NodeId node, bool every)
{
    const PreviewTarget& target = *task.target;
    LB_TRY(model, flatFor(task, node, every));
    const bool mixes = mixingCall(model) != nullptr;
    LB_TRY(store, storeFor(model, target));
    std::vector<NodePlace> places
        = placesOf(*target.document, model, task.sample->annotations);
    std::erase_if(places, [&](const NodePlace& place) { return !every && place.node != node; });
    if (mixes && batchOf(task).rows.size() < 2) // no picture rather than one that is not mixed
        std::erase_if(places, [&](const NodePlace& place) {
            return place.call && mixesSamples(model.calls[*place.call].type->kerasClass());
        });
    else if (std::ranges::find(places, node, &NodePlace::node) == places.end())
        places.push_back(
            {node, model.graph.outputs.front(), {}, model.annotations}); // a composite
    std::optional<std::size_t> drawing;
    for (std::size_t i = 0; i < model.calls.size(); ++i)
        if (model.calls[i].node == node && randomType(model.calls[i])
            && std::ranges::count(model.graph.draws, i, &DrawSpec::origin))
            drawing = i;
    PlanOptions options;
    options.timed = true;
    for (const NodePlace& place : places) {
        options.keep.push_back(place.value);
        for (const Annotation& annotation : place.annotations)
            options.keep.push_back(annotation.value);
        if (place.call && task.sample->isRow()) // shown beside what became of it
            for (const ValueId input : model.calls[*place.call].inputs)
                options.keep.push_back(input);
    }
    LB_TRY(plan, Plan::make(std::move(model), std::move(store), options));
    return std::make_shared<PreparedPlan>(
        PreparedPlan{std::move(plan), std::move(places), drawing, mixes});
}

void PreviewEngine::Impl::keep(Cached fresh)
{
    constexpr std::size_t kMost = 48;
    constexpr std::size_t kMostBytes = std::size_t{256} << 20;
    plans.push_front(std::move(fresh));
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (auto each = plans.begin(); each != plans.end(); ++each) {
        bytes += each->plan->plan.plannedBytes();
        if (++count > 1 && (count > kMost || bytes > kMostBytes)) {
            plans.erase(each, plans.end());
            break;
        }
    }
}

Result<std::shared_ptr<PreparedPlan>> PreviewEngine::Impl::planFor(const PreviewTask& task,
                                                                   NodeId node, bool every)
{
    std::string key = task.target->key + "/" + std::to_string(node.value) + (every ? "e" : "")
        + (task.number ? "n" : "");
    if (task.target->mixes)
        key += "b" + std::to_string(batchOf(task).rows.size());
    for (const Spec& spec : specsOf(*task.sample))
        key += text(spec);
    for (const AnnotationSpec& part : annotationSpecs(task.sample->annotations))
        key += "+" + std::to_string(static_cast<int>(part.role)) + text(part.spec);
    const auto found = std::ranges::find(plans, key, &Cached::key);
    if (found != plans.end()) {
        plans.splice(plans.begin(), plans, found);
        return plans.front().plan;
    }
    LB_TRY(plan, made(task, node, every));
    keep({std::move(key), task.target, plan});
    return plan;
}

Result<> PreviewEngine::Impl::runInto(PreviewRun& run, PreparedPlan& prepared,
                                      const PreviewTask& task, NodeId node, std::set<NodeId>& done)
{
    Plan& plan = prepared.plan;
    const FlatModel& model = plan.model();
    const MixedBatch batch
        = prepared.mixes ? batchOf(task) : MixedBatch{{task.sample}, {task.place}, 0};
    const std::size_t count = batch.rows.size();
    if (Result<> set = count > 1 ? plan.setInput(0, batch.images()) : given(plan, *task.sample);
        !set.ok())
        return set;
    std::optional<DrawnRange> range;
    if (prepared.drawing) {
        const CallOrigin& call = model.calls[*prepared.drawing];
        range = randomType(call)->range(call.config);
        if (range && task.number)
            plan.fixTransformation(*prepared.drawing,
                                   filled(model, *prepared.drawing, *range, *task.number));
    }
    const std::vector<std::uint64_t> ids = batch.ids();
    if (Result<> ran = plan.run({task.epoch + task.draw, task.batch, ids}); !ran.ok())
        return ran;
    if (prepared.drawing && node == task.target->node) {
        const Transformation& drawn = plan.transformation(*prepared.drawing);
        run.shown
            = randomType(model.calls[*prepared.drawing])->shown(batch.named(drawn), batch.own);
        if (range)
            run.number = drawnNumber(drawn, range->names.front(), batch.own);
    }
    const Node* target = task.target->document->node(node);
    if (target && node == task.target->node && std::holds_alternative<BodyId>(target->calls))
        run.shown = shownGroup(*task.target->document, plan, node, batch);
    const double perSample = 1000 / static_cast<double>(count); // ms
    for (const NodePlace& place : prepared.places)
        if (done.insert(place.node).second) {
            Tensor value = count > 1 ? rowOf(plan.value(place.value), batch.own, count)
                                     : withoutBatch(plan.value(place.value));
            ValueWords words = !task.sample->isRow() ? ValueWords{}
                : isSource(*task.target->document, place.node)
                ? rowWords(task.sample->columns, task.sample->cells)
                : wordsOfCall(plan, place.call, value);
            run.values.push_back({place.node, std::move(value),
                                  model.graph.nodes[place.value].spec.range,
                                  annotationsAt(plan, place.annotations),
                                  place.call ? plan.callSeconds(*place.call) * perSample : -1,
                                  std::move(words)});
        }
    for (std::size_t i = 0; i < model.calls.size(); ++i)
        if (std::ranges::find(run.cost, model.calls[i].node, &std::pair<NodeId, double>::first)
            == run.cost.end())
            run.cost.emplace_back(model.calls[i].node, plan.callSeconds(i) * perSample);
    return std::monostate{};
}

/// The last nodes give the values of all before them; where they fail, others are asked.
Result<PreviewRun> PreviewEngine::Impl::everyNode(const PreviewTask& task,
                                                  const std::stop_token& stop)
{
    PreviewRun run;
    std::set<NodeId> done;
    const Document& document = *task.target->document;
    const auto counts = [&](const Node& node) {
        return task.target->scope == PreviewScope::EveryNode || node.stage == Stage::Pipeline;
    };
    std::map<NodeId, int> consumers;
    for (const auto& node : document.root().nodes)
        if (counts(*node))
            for (const PortRef& wire : flow::dataWires(*node))
                ++consumers[wire.node];
    std::vector<NodeId> open;
    for (const auto& node : document.root().nodes)
        if (counts(*node) && consumers[node->id] == 0)
            open.push_back(node->id);
    std::set<NodeId> asked;
    const auto ask = [&](NodeId id) -> Result<> {
        LB_TRY(plan, planFor(task, id, true));
        return runInto(run, *plan, task, id, done);
    };
    while (!open.empty()) {
        if (stop.stop_requested())
            return cancelled();
        const NodeId id = open.back();
        open.pop_back();
        const Node* node = document.node(id);
        if (!node || !asked.insert(id).second)
            continue;
        const bool fine = done.contains(id) || ask(id).ok();
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from);
                wire && !(fine && done.contains(wire->node)))
                open.push_back(wire->node);
        if (fine) // composites on the way stand in no place of their own
            for (const auto& other : document.root().nodes)
                if (std::holds_alternative<BodyId>(other->calls) && counts(*other)
                    && !done.contains(other->id))
                    open.push_back(other->id);
    }
    return run;
}

Result<PreviewRun> PreviewEngine::run(const PreviewTask& task, const std::stop_token& stop)
{
    if (stop.stop_requested())
        return cancelled();
    if (task.target->scope == PreviewScope::EveryNode
        || task.target->scope == PreviewScope::PipelineNodes)
        return m_impl->everyNode(task, stop);
    LB_TRY(plan, m_impl->planFor(task, task.target->node, false));
    if (stop.stop_requested())
        return cancelled();
    PreviewRun run;
    std::set<NodeId> done;
    if (Result<> ran = m_impl->runInto(run, *plan, task, task.target->node, done); !ran.ok())
        return std::move(ran.error());
    return run;
}

} // namespace lb
