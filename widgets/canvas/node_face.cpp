#include "widgets/canvas/node_face.h"

#include "core/graph/flow.h"
#include "core/graph/groups.h"
#include "core/layers/random_group.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/canvas/face_words.h"
#include "widgets/canvas/words.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <algorithm>

namespace lb::canvas {
namespace {

const std::vector<const Problem*> kNoProblems;

bool isEditedInline(const ParamSpec& spec)
{
    return spec.kind != ParamKind::Initializer && spec.kind != ParamKind::Any;
}

} // namespace

void FaceMaker::begin(const Document& document, const Analysis& analysis, const Facts& facts)
{
    m_document = &document;
    m_analysis = &analysis;
    m_facts = &facts;
    m_problems.clear();
    for (const Problem& problem : analysis.problems)
        m_problems[problem.node.value].push_back(&problem);
    m_usedOutputs.clear();
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes)
            for (const Input& input : node->inputs)
                if (const auto* wire = std::get_if<PortRef>(&input.from); wire && wire->port >= 0) {
                    auto& used = m_usedOutputs[wire->node];
                    const auto port = static_cast<std::size_t>(wire->port);
                    if (port < 64)
                        used.resize(std::max(used.size(), port + 1)), used[port] = 1;
                }
}

const std::vector<const Problem*>& FaceMaker::problems(NodeId node) const
{
    const auto found = m_problems.find(node.value);
    return found == m_problems.end() ? kNoProblems : found->second;
}

const FaceMaker::ClassFacts& FaceMaker::classFacts(const std::string& kerasClass)
{
    const auto [entry, isNew] = m_classes.try_emplace(kerasClass);
    ClassFacts& facts = entry->second;
    if (!isNew)
        return facts;
    const auto type = m_registry.find(kerasClass);
    if (!type.ok())
        return facts;
    facts.type = type.value();
    facts.family = facts.type->about().family;
    std::size_t least = 99;
    for (const Example& example : facts.type->contractExamples()) {
        if (least == 99 && !example.inputs.empty())
            facts.kind = portKindOf(example.inputs.front());
        least = std::min(least, example.inputs.size());
    }
    facts.inputs = kerasClass == flow::kSource ? 0 : least == 99 ? 1 : least;
    if (kerasClass == flow::kOutput)
        facts.kind = PortKind::Vector;
    return facts;
}

NodeFace FaceMaker::face(const Node& node)
{
    NodeFace face;
    face.id = node.id;
    face.at = {node.at.x, node.at.y};
    face.stage = node.stage;
    face.muted = node.muted;
    face.collapsed = node.collapsed;
    const auto found = m_analysis->nodes.find(node.id);
    const NodeFacts* facts = found == m_analysis->nodes.end() ? nullptr : &found->second;
    if (const auto* body = std::get_if<BodyId>(&node.calls)) {
        if (const Body* called = m_document->body(*body))
            describeComposite(*called, node, face);
    } else if (const LayerDef* layer = m_document->layer(std::get<LayerId>(node.calls))) {
        describeLayer(*layer, face);
    }
    face.trainOnly = facts && facts->trainOnly;
    describeInputs(node, face);
    describeOutputs(node, facts, face);
    describeGroupEnd(node, face);
    describeState(facts, face);
    return face;
}

/// What a group takes and gives stands in it like nodes, without anything of their own.
void FaceMaker::describeGroupEnd(const Node& node, NodeFace& face)
{
    const bool output = face.kerasClass == flow::kOutput;
    if (face.kerasClass != flow::kInput
        && !(output && m_document->bodyOf(node.id) != &m_document->root()))
        return;
    face.kerasClass = flow::kInput; // not where the loss is taken
    face.title = output ? Words::tr("Group output") : Words::tr("Group input");
    face.icon = output ? QStringLiteral("target") : QStringLiteral("enter");
    face.fact = output ? Words::tr("goes on outside") : Words::tr("comes from outside");
    face.params.clear();
    face.fades = false;
    if (!output) {
        face.inputs.clear();
        face.hasInput = true;
        return;
    }
    face.outputs.clear();
    std::erase_if(face.inputs, [](const PortFace& port) { return port.name == "label"; });
}

void FaceMaker::describeLayer(const LayerDef& layer, NodeFace& face)
{
    const ClassFacts& known = classFacts(layer.kerasClass);
    face.kerasClass = layer.kerasClass;
    face.family = known.family;
    face.title = titleOf(layer);
    face.layerName = QString::fromStdString(layer.name);
    if (layer.adapted)
        face.footnote = footnoteOf(layer.adapted->record);
    face.icon = layerIcon(layer.kerasClass);
    face.fades = layer.kerasClass == flow::kOutput;
    if (layer.kerasClass == flow::kSource || layer.kerasClass == flow::kBatch
        || layer.kerasClass == flow::kOutput)
        addFlowParams(layer, face);
    else if (known.type)
        addParams(*known.type, layer.config, face);
}

void FaceMaker::describeComposite(const Body& body, const Node& node, NodeFace& face)
{
    face.composite = true;
    face.title = QString::fromStdString(body.name);
    face.layerName = face.title;
    face.icon = "layers";
    const auto layers = std::ranges::count_if(body.nodes, [this](const auto& each) {
        return !flow::isClass(*m_document, *each, flow::kInput)
            && !flow::isClass(*m_document, *each, flow::kOutput);
    });
    face.headerChip = layers == 1 ? Words::tr("1 layer") : Words::tr("%1 layers").arg(layers);
    if (groups::isByChance(node))
        addParams(randomGroup(), node.call, face);
}

void FaceMaker::addFlowParams(const LayerDef& layer, NodeFace& face)
{
    const Recipe& recipe = m_document->recipe;
    if (layer.kerasClass == flow::kSource) {
        // As the Data workspace and the recipe in the inspector tell it.
        face.params.push_back(
            {Words::tr("validation"),
             m_ownValidation
                 ? Words::tr("own")
                 : Words::tr("%1 %").arg(QString::number(recipe.validationFraction * 100, 'g', 4))});
        if (const Config* seed = layer.config.find("seed"); seed && seed->as<std::int64_t>())
            face.params.push_back(
                {Words::tr("seed"), QString::number(*seed->as<std::int64_t>())});
        const Config* count = layer.config.find("count");
        const auto* drawn = count ? count->as<std::int64_t>() : nullptr;
        const std::int64_t samples = m_facts->samples > 0 ? m_facts->samples : drawn ? *drawn : 0;
        const bool images = m_facts->columns.empty() || !m_facts->image().shape.empty();
        if (samples > 0)
            face.fact = (images ? Words::tr("%1 images") : Words::tr("%1 rows"))
                            .arg(countLabel(samples));
    } else if (layer.kerasClass == flow::kBatch) {
        face.params.push_back({Words::tr("size"), QString::number(recipe.batchSize)});
        face.params.push_back({Words::tr("remainder"),
                               recipe.dropRemainder ? Words::tr("drop") : Words::tr("keep")});
    } else {
        face.params.push_back({Words::tr("loss"), lossLabel(recipe.loss)});
        const QString metric = recipe.metrics.empty()
            ? Words::tr("none")
            : QString::fromStdString(recipe.metrics.front());
        face.params.push_back({Words::tr("metrics"), metric});
    }
    for (auto& param : face.params)
        param.lint = hasLint(face.id, param.name.toStdString());
}

/// What was asked for first, then what differs from Keras, then the rest as it stands.
void FaceMaker::addParams(const LayerType& type, const Config& config, NodeFace& face)
{
    std::vector<std::pair<int, const ParamSpec*>> ranked;
    for (const ParamSpec& spec : type.specs()) {
        if (!isEditedInline(spec) || (spec.applies && !spec.applies(config)))
            continue;
        const Config* value = config.find(spec.key);
        const bool changed = value && !(*value == spec.kerasDefault);
        const bool quiet = spec.advanced || (value ? value->isNull() : spec.kerasDefault.isNull());
        const int rank = hasLint(face.id, spec.key) ? 0
            : spec.required                         ? 1
            : quiet                                 ? 4
            : changed                               ? 2
                                                    : 3;
        ranked.emplace_back(rank, &spec);
    }
    std::ranges::stable_sort(ranked, {}, [](const auto& entry) { return entry.first; });
    for (const auto& [rank, spec] : ranked) {
        if (face.params.size() == 2)
            break;
        const Config* value = config.find(spec->key);
        face.params.push_back({keyLabel(spec->key),
                               valueLabel(*spec, value ? *value : spec->kerasDefault), rank == 0});
    }
}

bool FaceMaker::hasLint(NodeId node, const std::string& param) const
{
    return std::ranges::any_of(problems(node), [&](const Problem* problem) {
        return problem->param == param && problem->severity != Severity::Hint;
    });
}

void FaceMaker::describeState(const NodeFacts* facts, NodeFace& face)
{
    const Problem* worst = nullptr;
    QStringList sentences;
    for (const Problem* problem : problems(face.id)) {
        if (!worst || problem->severity > worst->severity)
            worst = problem;
        sentences << translated(problem->message);
    }
    face.problem = sentences.join('\n');
    if (worst && worst->severity != Severity::Hint) {
        face.chip = chipOf(*worst);
        face.alarm = face.chip->tone == Tone::Neutral ? Tone::Neutral
            : worst->severity == Severity::Error     ? Tone::Error
                                                     : Tone::Warn;
        return;
    }
    if (face.muted)
        face.chip = {"mute", Words::tr("muted"), Tone::Neutral};
    else if (face.trainOnly)
        face.chip = {"dice", Words::tr("train only"), Tone::TrainOnly};
    else if (facts && facts->stale)
        face.chip = {"stale", Words::tr("stale"), Tone::Warn};
    else if (facts && facts->needsAdapt && facts->adapted)
        face.chip = {"check", Words::tr("adapted"), Tone::Ok};
    else if (facts && facts->needsAdapt)
        face.chip = {"ring", Words::tr("not adapted"), Tone::Neutral};
    if (!face.fact.isEmpty() || !facts)
        return;
    if (face.fades)
        face.fact = facts->outputs.empty() ? QString() : shapeLabel(facts->outputs.front());
    else if (facts->parameters > 0)
        face.fact = Words::tr("%1 params").arg(countLabel(facts->parameters));
    else if (face.kerasClass == flow::kBatch)
        face.fact = Words::tr("to the model");
    else
        face.fact = face.stage == Stage::Pipeline ? Words::tr("always") : Words::tr("no params");
}

} // namespace lb::canvas
