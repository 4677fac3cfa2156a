#include "core/conform/layer_call.h"

#include "core/conform/numbers.h"
#include "core/conform/ragged_call.h"
#include "core/layers/described.h"
#include "core/layers/dtype_policy.h"
#include "core/layers/vocabulary_layer.h"
#include "core/layers/weight_rule.h"
#include "core/ops/interpreter.h"
#include "core/tensor/dispatch.h"

#include <charconv>
#include <numeric>

namespace lb {
namespace {

/// The graph of a call, and which of its values the question and the answer are.
struct Described {
    OpGraph graph;
    Outputs outputs;
    std::vector<ValueId> masks; ///< of the inputs, kNoValue where there is none
};

/// Whether every input but the first goes into something: a layer of one input, called with two,
/// would say nothing of the second.
Result<> checkTaken(const OpGraph& graph)
{
    for (std::size_t i = 1; i < graph.inputs.size(); ++i) {
        const ValueId input = graph.inputs[i];
        const bool taken = std::ranges::count(graph.outputs, input) > 0
            || std::ranges::any_of(graph.nodes, [&](const OpNode& node) {
                   return std::ranges::count(node.inputs, input) > 0;
               });
        if (!taken)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "takes no input %1: it was called with %2 inputs"),
                          {static_cast<std::int64_t>(i + 1), std::ssize(graph.inputs)}}};
    }
    return std::monostate{};
}

Result<Described> described(const LayerCall& call, const LayerType& layer, const Config& config,
                            const StateHandle& state)
{
    Described result;
    std::vector<ValueRef> inputs;
    const auto fed = [&](const Tensor& tensor) {
        OpNode node;
        node.args = ConfigObject{};
        node.spec = {tensor.dtype(), tensor.shape(), {}};
        result.graph.nodes.push_back(std::move(node));
        return static_cast<ValueId>(result.graph.nodes.size() - 1);
    };
    for (const Tensor& input : call.inputs) {
        inputs.push_back({fed(input)});
        result.graph.inputs.push_back(inputs.back().id);
    }
    for (std::size_t i = 0; i < inputs.size() && i < call.masks.size(); ++i)
        if (call.masks[i])
            inputs[i].mask = fed(*call.masks[i]);
    for (const ValueRef& input : inputs)
        result.masks.push_back(input.mask);
    Emitter emitter(std::move(result.graph), std::move(inputs),
                    call.training ? Phase::Training : Phase::Inference, 0);
    emitter.setRoles(call.roles);
    emitter.setIsCall(true);
    LB_TRY(graph, finished(layer, config, state, std::move(emitter), &result.outputs));
    result.graph = std::move(graph);
    if (Result<> taken = checkTaken(result.graph); !taken.ok())
        return std::move(taken.error());
    return result;
}

Result<StateHandle> stateFor(const LayerCall& call, const LayerType& layer, const Config& config)
{
    const auto* adaptable = dynamic_cast<const AdaptableLayerType*>(&layer);
    if (!adaptable)
        return StateHandle();
    if (!call.adaptTable.empty())
        return learnedFromTable(*adaptable, config, call.adaptTable);
    if (call.adapt) {
        LB_TRY(summary, adaptable->summarise(config, *call.adapt));
        LB_TRY(sum, adaptable->fold(config, nullptr, summary));
        const auto* words = dynamic_cast<const VocabularyLayerType*>(adaptable);
        return words && call.state ? words->finishAfter(config, sum, *call.state) // keeps its pins
                                   : adaptable->finish(config, sum);
    }
    if (!call.state && call.weights && !call.weights->empty())
        return adaptable->stateOf(config, *call.weights);
    const auto* lookup = dynamic_cast<const VocabularyLayerType*>(adaptable);
    if (!lookup || !call.state)
        return call.state;
    // written by hand: Keras' set_vocabulary(); what adapt() learned has more beside it
    const auto tokens = call.state->tensors.find("vocabulary");
    if (tokens == call.state->tensors.end() || call.state->tensors.contains("counts"))
        return call.state;
    const auto idf = call.state->tensors.find("idf_weights");
    return lookup->withVocabulary(config, tokens->second,
                                  idf == call.state->tensors.end() ? std::nullopt
                                                                   : std::optional(idf->second));
}

/// A layer that learns and has not, where Keras refuses to call it.
Result<> checkReady(const LayerType& layer, const Config& config, const StateHandle& state)
{
    const auto* adaptable = dynamic_cast<const AdaptableLayerType*>(&layer);
    if (adaptable && !state && !adaptable->worksUnadapted() && adaptable->needsState(config))
        return Error{ErrorCode::BadParameter, "",
                     LB_TR("Error", "was never adapted to data; adapt it first")};
    return std::monostate{};
}

/// The entry `name` of a transformation. Draws of layers inside a layer have a path for a name:
/// "transforms/random_shear/shear_factor", "1/angle" of a list. A part that is one tensor stands
/// for the draw in it.
const Config* entryOf(const Config& stored, std::string_view name)
{
    if (const Config* value = stored.find(name))
        return value;
    const std::size_t end = name.find('/');
    if (end == std::string_view::npos)
        return !stored.as<ConfigObject>() || stored.find("value") ? &stored : nullptr;
    const std::string_view step = name.substr(0, end);
    const Config* part = stored.find(step);
    std::size_t index = 0;
    if (const auto* list = stored.as<ConfigList>();
        list && std::from_chars(step.data(), step.data() + step.size(), index).ec == std::errc()
        && index < list->size())
        part = &(*list)[index];
    return part ? entryOf(*part, name.substr(end + 1)) : nullptr;
}

bool hasFloat64(const OpGraph& graph)
{
    return std::ranges::any_of(graph.nodes, [](const OpNode& node) {
        return node.spec.dtype == DType::Float64;
    });
}

Result<Transformation> transformationOf(const RandomLayerType& layer, const Config& config,
                                        const Config& written, const OpGraph& graph)
{
    const Config stored = layer.completed(config, written);
    Transformation result;
    for (const DrawSpec& draw : graph.draws) {
        const bool nested = draw.name.find('/') != std::string::npos;
        const Config* value = nested || graph.draws.size() == 1 ? entryOf(stored, draw.name)
                                                                : stored.find(draw.name);
        if (!value && !layer.needs(config, stored, draw.name)) {
            const Spec& spec = graph.nodes[draw.value].spec;
            result.emplace(draw.name, Tensor::makeRaw(spec.dtype, spec.shape, [](auto) { }));
            continue;
        }
        if (!value)
            return Error{ErrorCode::BadParameter, draw.name,
                         LB_TR("Error", "is missing in the transformation")};
        const auto* number = value->as<double>();
        Result<Tensor> tensor = number && hasFloat64(graph) ? Tensor::of<double>({}, {*number})
                                                            : tensorOf(*value);
        if (!tensor.ok()) {
            tensor.error().where = draw.name;
            return std::move(tensor.error());
        }
        result.emplace(draw.name, std::move(tensor.value()));
    }
    return result;
}

Result<Transformation> drawnFor(const LayerCall& call, const LayerType& layer, const Config& config,
                                const OpGraph& graph)
{
    const auto* random = dynamic_cast<const RandomLayerType*>(&layer);
    if (!random || graph.draws.empty())
        return Transformation();
    if (call.transformation)
        return transformationOf(*random, config, *call.transformation, graph);
    std::vector<Spec> specs;
    for (const Tensor& input : call.inputs)
        specs.push_back({input.dtype(), input.shape(), {}});
    std::vector<std::uint64_t> ids(sampleCount(layer, specs.at(0).shape));
    std::iota(ids.begin(), ids.end(), 0u);
    return random->draw(config, {StreamKey{call.seed}.child(0), 0, ids, 0, specs});
}

Result<std::vector<Tensor>> weightsFor(const LayerCall& call, const OpGraph& graph)
{
    std::vector<Tensor> weights;
    if (call.weights && call.weights->size() != graph.weights.size() && !graph.weights.empty())
        return Error{ErrorCode::BadShape,
                     "weights",
                     {LB_TR("Error", "needs %1 weights, got %2"),
                      {std::ssize(graph.weights), std::ssize(*call.weights)}}};
    for (std::size_t i = 0; i < graph.weights.size(); ++i) {
        const WeightSpec& spec = graph.weights[i];
        const Shape& shape = graph.nodes[spec.value].spec.shape;
        if (call.weights) {
            if ((*call.weights)[i].shape() != shape)
                return Error{ErrorCode::BadShape,
                             spec.name,
                             {LB_TR("Error", "needs shape %1, got %2"),
                              {text(shape), text((*call.weights)[i].shape())}}};
            weights.push_back((*call.weights)[i]);
            continue;
        }
        LB_TRY(initial,
               initialWeight(spec.initializer, shape, StreamKey{call.seed}.child(1).child(i)));
        weights.push_back(initial);
    }
    return weights;
}

/// Holds integers that float32 does not.
bool isWide(const Tensor& input)
{
    constexpr std::int64_t most = 1 << 24;
    if (input.dtype() == DType::String)
        return false;
    return dispatch(input.dtype(), [&]<typename Number>(Number) {
        if constexpr (std::same_as<Number, std::int32_t> || std::same_as<Number, std::int64_t>)
            return std::ranges::any_of(input.values<Number>(),
                                       [](std::int64_t x) { return x > most || x < -most; });
        else
            return false;
    });
}

template <typename T> Tensor gradientOf(const Interpreter<T>& run, ValueId id)
{
    return Tensor::make<float>(run.spec(id).shape, [&](std::span<float> out) {
        std::ranges::transform(run.gradient(id), out.begin(),
                               [](T x) { return static_cast<float>(x); });
    });
}

template <typename T>
Result<> differentiate(const LayerCall& call, const Described& described, Interpreter<T>& run,
                       LayerAnswer& answer)
{
    const OpGraph& graph = described.graph;
    std::vector<std::vector<T>> dys;
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        const Shape& shape = run.spec(graph.outputs[i]).shape;
        if (i >= call.outputGradients.size() || call.outputGradients[i].shape() != shape)
            return Error{ErrorCode::BadShape,
                         "grad_output",
                         {LB_TR("Error", "needs one for each output, of shape %1"), {text(shape)}}};
        const Tensor g = converted(call.outputGradients[i], DType::Float64);
        dys.emplace_back(g.values<double>().size());
        std::ranges::transform(g.values<double>(), dys.back().begin(),
                               [](double x) { return static_cast<T>(x); });
    }
    run.backward(dys);
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
        if (isFloating(call.inputs[i].dtype()))
            answer.inputGradients.push_back(gradientOf(run, graph.inputs[i]));
        else
            answer.inputGradients.emplace_back();
    for (const WeightSpec& weight : graph.weights)
        if (weight.trainable)
            answer.weightGradients.push_back(gradientOf(run, weight.value));
        else
            answer.weightGradients.emplace_back();
    return std::monostate{};
}

template <typename T>
Result<> interpret(const LayerCall& call, const Described& described,
                   std::span<const Tensor> weights, const Limits& limits, LayerAnswer& answer)
{
    const OpGraph& graph = described.graph;
    Interpreter<T> run(graph, limits);
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
        run.set(graph.inputs[i], call.inputs[i]);
    for (std::size_t i = 0; i < described.masks.size(); ++i)
        if (described.masks[i] != kNoValue)
            run.set(described.masks[i], *call.masks[i]);
    for (std::size_t i = 0; i < weights.size(); ++i)
        run.set(graph.weights[i].value, weights[i]);
    for (const DrawSpec& draw : graph.draws) {
        const auto found = answer.drawn.find(draw.name);
        const Shape& shape = graph.nodes[draw.value].spec.shape;
        if (found == answer.drawn.end()
            || elementCount(found->second.shape()) != elementCount(shape))
            return Error{ErrorCode::BadShape,
                         draw.name,
                         {LB_TR("Error", "needs drawn numbers of shape %1"), {text(shape)}}};
        run.set(draw.value, found->second);
    }
    if (Result<> ran = run.run(); !ran.ok())
        return ran;
    for (const ValueRef& output : described.outputs) {
        answer.outputs.push_back(run.tensor(output.id));
        if (output.mask == kNoValue)
            answer.masks.emplace_back();
        else
            answer.masks.push_back(run.tensor(output.mask));
    }
    for (const ValueId loss : graph.losses)
        answer.losses.push_back(static_cast<double>(run.value(loss)[0]));
    answer.updatedWeights.resize(graph.weights.size());
    for (const AssignSpec& assign : graph.assigns)
        for (std::size_t i = 0; i < graph.weights.size(); ++i)
            if (graph.weights[i].value == assign.weight)
                answer.updatedWeights[i] = run.tensor(assign.value);
    return call.outputGradients.empty() ? Result<>(std::monostate{})
                                        : differentiate(call, described, run, answer);
}

} // namespace

std::size_t sampleCount(const LayerType& layer, const Shape& input)
{
    const bool oneImage = layer.about().family == About::Family::RandomImage && input.size() == 3;
    return oneImage || input.empty() ? 1 : static_cast<std::size_t>(input[0]);
}

Result<> fitsMemory(const OpGraph& graph, const Limits& limits)
{
    std::size_t left = limits.tensorBytes / (2 * sizeof(double)); // with gradients
    std::vector<char> open(graph.nodes.size(), 0); // known when the host work before has run
    for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
        const OpNode& node = graph.nodes[id];
        open[id] = node.host
            || (node.op
                && std::ranges::any_of(node.inputs, [&](ValueId input) { return open[input]; }));
        if (open[id] && std::ranges::find(node.spec.shape, kUnknown) != node.spec.shape.end())
            continue; // the interpreter looks at it
        std::size_t count = 1;
        for (const std::int64_t size : node.spec.shape) {
            if (size == kUnknown)
                return Error{ErrorCode::BadShape,
                             "",
                             {LB_TR("Error", "a shape is not known: %1"), {text(node.spec.shape)}}};
            if (size > 0 && count > left / static_cast<std::size_t>(size))
                return Error{ErrorCode::TooLarge,
                             "",
                             {LB_TR("Error", "a result of shape %1 needs too much memory"),
                              {text(node.spec.shape)}}};
            count *= static_cast<std::size_t>(size);
        }
        left -= std::min(left, count);
    }
    return std::monostate{};
}

Result<LayerAnswer> answered(const LayerCall& asked, const LayerRegistry& registry,
                             const Limits& limits)
{
    const Config* name = asked.layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    if (!kerasClass)
        return Error{ErrorCode::BadParameter, "class_name", LB_TR("Error", "a value is needed")};
    LB_TRY(layer, registry.find(*kerasClass));
    const Config* stored = asked.layer.find("config");
    const Config config = stored ? *stored : Config(ConfigObject{});
    if (Result<> known = checkPolicy(*layer, config); !known.ok())
        return known.error();
    if (asksForRagged(*layer, config) && !asked.inputs.empty())
        return raggedAnswer(asked, registry, limits);
    LayerCall call = asked;
    if (!call.table.empty()) {
        LB_TRY(inputs, tableInputs(*layer, config, call.table));
        call.inputs = std::move(inputs);
    }
    if (call.inputs.empty())
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "a layer is called with an input")};
    LayerAnswer answer;
    LB_TRY(state, stateFor(call, *layer, config));
    answer.state = state;
    if (Result<> ready = checkReady(*layer, config, state); !ready.ok())
        return ready.error();
    if (const auto* lookup = dynamic_cast<const VocabularyLayerType*>(layer)) {
        LB_TRY(vocabulary, lookup->vocabulary(config, state));
        answer.vocabulary = std::move(vocabulary);
    }
    LB_TRY(description, described(call, *layer, config, state));
    if (Result<> fits = fitsMemory(description.graph, limits); !fits.ok())
        return fits.error();
    LB_TRY(weights, weightsFor(call, description.graph));
    LB_TRY(drawn, drawnFor(call, *layer, config, description.graph));
    answer.drawn = std::move(drawn);
    if (Result<> fit = layer->checkInputs(config, call.inputs); !fit.ok())
        return fit.error();
    const bool wide = std::ranges::any_of(call.inputs, isWide)
        || hasFloat64(description.graph);
    const Result<> done = wide ? interpret<double>(call, description, weights, limits, answer)
                               : interpret<float>(call, description, weights, limits, answer);
    if (!done.ok())
        return done.error();
    return answer;
}

} // namespace lb
