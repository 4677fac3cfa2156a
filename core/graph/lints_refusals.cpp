#include "core/graph/analysis_memo.h"
#include "core/graph/edits.h"
#include "core/graph/fixes.h"
#include "core/graph/flow.h"
#include "core/graph/lint_tools.h"
#include "core/graph/supposed.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

constexpr std::string_view kResizing = "Resizing";
/// Layers that may stand before one that refuses its input.
constexpr std::array kAdapters{"GlobalAveragePooling2D", "Flatten", "Resizing", "Rescaling"};
constexpr std::array kWordAdapters{"TextVectorization", "StringLookup", "Hashing"};

std::string outcomeOf(const CallFacts& facts)
{
    std::string text = facts.outputs.empty() ? std::string() : dimsText(facts.outputs[0].shape);
    if (facts.parameters)
        text += ", " + countText(facts.parameters) + " weights";
    return text;
}

/// What an adapter starts with. Words become ids for a layer that looks ids up; as numbers they
/// would mean nothing to any other, which gets a row of zeros and ones.
Config adapterConfig(const LayerType& adapter, const LayerDef& layer, const Spec& input)
{
    Config config = adapter.newConfig();
    if (input.dtype != DType::String || layer.kerasClass == "Embedding"
        || layer.kerasClass == "CategoryEncoding")
        return config;
    // one word a sample without an axis of its own: as multi_hot Keras takes all for one sample
    const bool single = input.shape.size() == 1 && adapter.kerasClass() != "TextVectorization";
    auto hot = withParam(config, "output_mode", single ? "one_hot" : "multi_hot");
    return hot.ok() ? std::move(hot.value()) : config;
}

/// Pictures of another size for validation become as large as those for training.
Config toTrainingSize(const Config& resizing, const Facts& facts)
{
    const Shape& size = facts.trainingShape;
    if (size.size() != 3 || size[0] == kUnknown || size[1] == kUnknown)
        return resizing;
    const auto high = withParam(resizing, "height", Config(size[0]));
    const auto wide = high.ok() ? withParam(high.value(), "width", Config(size[1])) : high;
    return wide.ok() ? wide.value() : resizing;
}

/// Those that make the layer accept what comes, tried out on the specs alone; an adapter that learns
/// as if it had.
void insertAdapters(const LintGraph& graph, const Node& node, Problem& problem)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto inputs = graph.inputSpecs(node);
    if (!layer || inputs.size() != 1)
        return;
    const LintContext& context = graph.context;
    const bool words = inputs.front().dtype == DType::String;
    for (const char* kerasClass : words ? std::span<const char* const>(kWordAdapters)
                                        : std::span<const char* const>(kAdapters)) {
        const auto type = context.registry.find(kerasClass);
        if (!type.ok())
            continue;
        Config config = adapterConfig(*type.value(), *layer, inputs.front());
        if (kerasClass == kResizing)
            config = toTrainingSize(config, context.facts);
        const StateHandle learned = supposedState(*type.value(), config, inputs);
        const auto behind = [&](const StateHandle& state) {
            CallFacts facts
                = callFacts(context.registry, kerasClass, config, state, inputs, context.phase);
            return facts.error ? facts
                               : callFacts(context.registry, layer->kerasClass, layer->config,
                                           layer->adapted, facts.outputs, context.phase);
        };
        if (behind(learned).error)
            continue;
        const CallFacts now = behind({});
        const Stage stage = graph.stageOf(node);
        problem.fixes.push_back(fixes::insertBefore({LB_TR("Fix", "Insert %1"), {kerasClass}},
                                                    node.id, node.inputs.front().port, kerasClass,
                                                    config, stage));
        if (!now.error) // else its size is told when it has learned
            problem.fixes.back().outcome = outcomeOf(now);
    }
}

/// Sounds come without channels where the source takes their mean: one that wants them gets them.
void keepChannels(const LintGraph& graph, const Node& node, Problem& problem)
{
    const LayerDef* layer = graph.layerOf(node);
    const Node* source = graph.context.document.source();
    const LayerDef* data = source ? graph.layerOf(*source) : nullptr;
    const Config* kind = data ? data->config.find("kind") : nullptr;
    const Config* channels = data ? data->config.find("channels") : nullptr;
    std::vector<Spec> inputs = graph.inputSpecs(node);
    if (!layer || inputs.size() != 1 || !kind || *kind != Config("sound_folder")
        || (channels && *channels == Config("all")) || !graph.upstream(node.id).contains(source->id))
        return;
    const Spec* sound = graph.analysis.spec({source->id, 0});
    Shape& shape = inputs.front().shape;
    if (!sound || sound->shape.empty() || shape.size() > 2 || shape.empty()
        || shape.back() != sound->shape.back())
        return; // no longer the sounds themselves
    shape.push_back(1);
    const LintContext& context = graph.context;
    const CallFacts with = callFacts(context.registry, layer->kerasClass, layer->config,
                                     layer->adapted, inputs, context.phase);
    if (!with.error)
        problem.fixes.push_back(fixes::setParam(
            {LB_TR("Fix", "Set %1 of %2 to %3"),
             {"channels", context.document.nameOf(source->id), "all"}},
            data->id, "channels", Config("all")));
}

/// The policy that every layer computes in; what Keras chooses itself for one that wants integers.
void setGoodPolicy(const LayerDef& layer, const LayerType& type, Problem& problem)
{
    for (const Config& value : {Config("float32"), Config()}) {
        const auto changed = withParam(layer.config, "dtype", value);
        if (!changed.ok() || !type.check(changed.value()).ok())
            continue;
        problem.fixes.push_back(fixes::setParam(
            value.isNull() ? Message(LB_TR("Fix", "Set %1 to its default"), {"dtype"})
                           : Message(LB_TR("Fix", "Use float32")),
            layer.id, "dtype", value));
        return;
    }
}

/// The nearest value that the layer takes.
void setGoodValue(const LintGraph& graph, const Node& node, Problem& problem)
{
    const LayerDef* layer = graph.layerOf(node);
    const auto type
        = layer ? graph.context.registry.find(layer->kerasClass) : graph.context.registry.find("");
    if (!type.ok())
        return;
    if (problem.param == "dtype")
        return setGoodPolicy(*layer, *type.value(), problem);
    for (const ParamSpec& spec : type.value()->specs()) {
        if (spec.key != problem.param)
            continue;
        const Config* now = layer->config.find(spec.key);
        for (const Config& value : {spec.least, spec.initial, spec.kerasDefault}) {
            auto changed = withParam(layer->config, spec.key, value);
            if (value.isNull() || (now && *now == value) || !changed.ok()
                || !type.value()->check(changed.value()).ok())
                continue;
            const bool number = value.as<std::int64_t>() || value.as<double>();
            const double shown = !number ? 0
                : value.as<double>()     ? *value.as<double>()
                                         : static_cast<double>(*value.as<std::int64_t>());
            const Message title = number
                ? Message(LB_TR("Fix", "Set %1 to %2"), {spec.key, numberText(shown)})
                : Message(LB_TR("Fix", "Set %1 to its default"), {spec.key});
            problem.fixes.push_back(fixes::setParam(title, layer->id, spec.key, value));
            return;
        }
    }
}

void connectSomething(const LintGraph& graph, const Node& node, Problem& problem)
{
    if (const Node* loose = graph.nearestLoose(node)) {
        const std::string name = graph.context.document.nameOf(loose->id);
        problem.fixes.push_back(fixes::connect({LB_TR("Fix", "Connect %1"), {name}}, {loose->id, 0},
                                               node.id, problem.port));
        if (const Spec* spec = graph.analysis.spec({loose->id, 0}))
            problem.fixes.back().outcome = dimsText(spec->shape);
    }
}

/// Why the size of pictures is not known where a layer refuses them for it, at the Source.
void addSizeLint(const LintGraph& graph, std::vector<Problem>& problems)
{
    const Facts& facts = graph.context.facts;
    const Node* source = graph.context.document.source();
    const Shape& training = facts.trainingShape;
    const Shape& other = facts.validationShape;
    const auto differs = [&](std::size_t axis) { // else it is not known for training alone either
        return training[axis] != kUnknown && training[axis] != other[axis];
    };
    if (!source || training.size() != 3 || other.size() != 3 || (!differs(0) && !differs(1)))
        return;
    const auto refuses = std::ranges::find_if(problems, [&](const Problem& problem) {
        return problem.code == "refused" && graph.upstream(problem.node).contains(source->id);
    });
    if (refuses == problems.end())
        return;
    const Message resize{LB_TR("Fix", "Insert %1"), {std::string(kResizing)}};
    const auto fix = std::ranges::find(refuses->fixes, english(resize),
                                       [](const Fix& one) { return english(one.title); });
    if (fix == refuses->fixes.end())
        return; // their size is not why it refuses them
    const auto sizeOf = [](const Shape& shape) {
        const auto side = [](std::int64_t length) {
            return length == kUnknown ? std::string("?") : std::to_string(length);
        };
        return side(shape[0]) + " × " + side(shape[1]);
    };
    Problem told{Severity::Warning,
                 "other_validation_size",
                 source->id,
                 "",
                 "",
                 {LB_TR("Problem", "its images for validation are %1, those for training %2 (height × "
                                   "width), so %3 does not know their size: add Resizing before it"),
                  {sizeOf(other), sizeOf(training), graph.context.document.nameOf(refuses->node)}},
                 {*fix}};
    problems.push_back(std::move(told));
}

} // namespace

void addFixesOfRefusals(const LintGraph& graph, std::vector<Problem>& problems)
{
    for (Problem& problem : problems) {
        const Node* node = graph.context.document.node(problem.node);
        if (!node)
            continue;
        const std::string name = graph.context.document.nameOf(node->id);
        if (problem.code == "refused")
            keepChannels(graph, *node, problem);
        if (problem.code == "refused" || problem.code == "too_large")
            insertAdapters(graph, *node, problem);
        else if (problem.code == "bad_parameter")
            setGoodValue(graph, *node, problem);
        else if (problem.code == "missing_input")
            connectSomething(graph, *node, problem);
        if (problem.code == "waits_for_adapt")
            continue; // the way out is at the layer that it waits for
        const bool end = graph.isClass(*node, flow::kOutput);
        if (problem.code == "cycle" && !node->inputs.empty()) {
            const auto cut
                = [to = node->id, port = node->inputs.front().port](const Document& document) {
                      return edits::disconnect(document, to, port);
                  };
            problem.fixes.push_back({{LB_TR("Fix", "Cut the wire into %1"), {name}}, cut, {}});
        } else if (!end && problem.code != "bad_parameter") {
            problem.fixes.push_back(fixes::remove({LB_TR("Fix", "Remove %1"), {name}}, node->id));
        }
    }
    addSizeLint(graph, problems);
}

} // namespace lb
