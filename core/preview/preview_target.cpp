#include "core/graph/analysis.h"
#include "core/preview/annotated_picture.h"
#include "core/preview/mixed_batch.h"
#include "core/preview/preview.h"
#include "core/support/json.h"
#include "core/support/sha256.h"
#include "core/tensor/tensor_hash.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

std::string joined(std::initializer_list<std::string> parts)
{
    std::string text;
    for (const std::string& part : parts) {
        text += std::to_string(part.size()) + ":";
        text += part;
    }
    return text;
}

/// The nodes inside of the composite that `node` calls, at any depth.
void collectInside(const Document& document, NodeId node, std::set<NodeId>& into)
{
    const Node* found = document.node(node);
    const auto* body = found ? std::get_if<BodyId>(&found->calls) : nullptr;
    const Body* inner = body ? document.body(*body) : nullptr;
    if (!inner)
        return;
    for (const auto& each : inner->nodes)
        if (into.insert(each->id).second)
            collectInside(document, each->id, into);
}

/// Random layers other than `node` and those inside of it pass their input on.
Document withOthersMuted(Document document, NodeId node, const LayerRegistry& registry)
{
    std::set<NodeId> kept{node};
    collectInside(document, node, kept);
    for (auto& body : document.bodies) {
        auto changed = std::make_shared<Body>(*body);
        bool any = false;
        for (auto& each : changed->nodes) {
            const LayerDef* layer = document.layerOf(each->id);
            const auto type
                = layer ? registry.find(layer->kerasClass) : Result<const LayerType*>(nullptr);
            if (!layer || !type.ok() || !type.value()->about().trainOnly || each->muted
                || kept.contains(each->id))
                continue;
            auto muted = std::make_shared<Node>(*each);
            muted->muted = true;
            each = std::move(muted);
            any = true;
        }
        if (any)
            body = std::move(changed);
    }
    return document;
}

/// What every node's picture depends on: a change of a name or a place leaves it as it is.
std::string wholeKey(const Document& document, Phase phase)
{
    std::string text = phase == Phase::Training ? "training" : "inference";
    for (const auto& layer : document.layers)
        text += joined({std::to_string(layer->id.value), layer->kerasClass,
                        writeJson(layer->config, JsonStyle::Compact),
                        // states are immutable and shared: the address is the state
                        std::to_string(reinterpret_cast<std::uintptr_t>(layer->adapted.get()))});
    for (const auto& body : document.bodies) {
        text += joined({"body", std::to_string(body->id.value)});
        for (const auto& node : body->nodes) {
            const auto* layer = std::get_if<LayerId>(&node->calls);
            const auto* inner = std::get_if<BodyId>(&node->calls);
            text += joined(
                {std::to_string(node->id.value),
                 (layer ? "l" : "b") + std::to_string(layer ? layer->value : inner->value),
                 node->muted ? "muted" : "", writeJson(node->call, JsonStyle::Compact)});
            for (const Input& input : node->inputs)
                if (const auto* wire = std::get_if<PortRef>(&input.from))
                    text += joined(
                        {input.port, std::to_string(wire->node.value), std::to_string(wire->port)});
        }
    }
    return sha256Hex(text);
}

/// Whether samples of a batch are mixed anywhere: what is looked at may hang on it.
bool mixesAnywhere(const Document& document)
{
    return std::ranges::any_of(document.bodies, [&](const auto& body) {
        return std::ranges::any_of(body->nodes, [&](const auto& node) {
            const LayerDef* layer = node->muted ? nullptr : document.layerOf(node->id);
            return layer && mixesSamples(layer->kerasClass);
        });
    });
}

} // namespace

PreviewSample previewSample(std::string name, Tensor image, std::uint64_t id,
                            ImageAnnotations annotations)
{
    PreviewSample sample;
    const auto hashed = [](const std::optional<Tensor>& tensor) {
        return tensor ? contentHash(*tensor) + text(tensor->shape()) : std::string();
    };
    sample.key = sha256Hex(joined({contentHash(image), text(image.shape()), std::to_string(id),
                                   hashed(annotations.mask), hashed(annotations.boxes),
                                   hashed(annotations.labels)}));
    sample.annotations = std::move(annotations);
    sample.name = std::move(name);
    if (isFloating(image.dtype()))
        sample.range = ValueRange::unknown();
    sample.image = std::move(image);
    sample.id = id;
    return sample;
}

Result<PreviewSample> previewSample(const Source& source, std::int64_t row, std::string name)
{
    LB_TRY(image, source.image(row));
    LB_TRY(annotations, source.annotations(row));
    PreviewSample sample = previewSample(std::move(name), std::move(image),
                                         static_cast<std::uint64_t>(row), std::move(annotations));
    sample.boxNames = source.boxNames();
    return sample;
}

Picture pictureOf(const PreviewSample& sample, const PictureOptions& options)
{
    Picture picture = pictureOf(sample.image, sample.range, options);
    annotate(picture, sample.annotations, sample.image.shape(), sample.boxNames);
    return picture;
}

PreviewSample rowSample(std::string name, std::vector<std::string> columns,
                        std::vector<Tensor> cells, std::uint64_t id)
{
    PreviewSample sample;
    std::string content = std::to_string(id);
    for (std::size_t i = 0; i < cells.size(); ++i)
        content += joined({i < columns.size() ? columns[i] : std::string(), contentHash(cells[i]),
                           text(cells[i].shape())});
    sample.key = sha256Hex("row" + content);
    sample.name = std::move(name);
    sample.range = ValueRange::unknown();
    sample.id = id;
    sample.columns = std::move(columns);
    sample.cells = std::move(cells);
    return sample;
}

PreviewSample resizedSample(const PreviewSample& sample, std::int64_t height, std::int64_t width)
{
    const Shape& shape = sample.image.shape();
    if (shape.size() != 3 || (shape[0] == height && shape[1] == width))
        return sample;
    PreviewSample result = sample;
    result.image = resizedImage(sample.image, height, width);
    result.annotations = resizedAnnotations(sample.annotations, shape, height, width);
    result.key += "@" + std::to_string(height) + "x" + std::to_string(width);
    return result;
}

TargetHandle previewTarget(const PreviewQuestion& question, const LayerRegistry& registry)
{
    auto target = std::make_shared<PreviewTarget>();
    target->node = question.node;
    target->scope = question.scope;
    target->phase = question.phase;
    target->weightSeed = static_cast<std::uint64_t>(question.document->recipe.seed);
    target->weights = question.weights;
    Document document = *question.document;
    if (question.seed)
        document.recipe.seed = static_cast<std::int64_t>(*question.seed);
    if (question.scope == PreviewScope::ThisNode && question.phase == Phase::Training)
        document = withOthersMuted(std::move(document), question.node, registry);
    const bool isMany = question.scope == PreviewScope::EveryNode
        || question.scope == PreviewScope::PipelineNodes;
    const std::string content = isMany ? wholeKey(document, question.phase)
            + (question.scope == PreviewScope::PipelineNodes ? "pipeline" : "")
                                       : contentKey(document, question.node, question.phase);
    target->key = sha256Hex(
        joined({content, std::to_string(question.node.value),
                question.phase == Phase::Training ? std::to_string(document.recipe.seed) : "",
                std::to_string(target->weightSeed),
                std::to_string(reinterpret_cast<std::uintptr_t>(question.weights.get()))}));
    target->mixes = question.phase == Phase::Training && mixesAnywhere(document);
    target->document = std::make_shared<const Document>(std::move(document));
    return target;
}

std::string PreviewTask::key() const
{
    std::string look = std::to_string(picture.maxSide);
    for (const Rgb& color : {picture.background, picture.bar, picture.strongest})
        for (const std::uint8_t part : color)
            look += "," + std::to_string(int{part});
    std::string others;
    if (target->mixes && !partners.empty()) {
        others = std::to_string(place);
        for (const MixPartner& partner : partners)
            others += "," + std::to_string(partner.number) + partner.sample->key;
    }
    return joined({target->key, sample->key, others, std::to_string(epoch), std::to_string(draw),
                   std::to_string(batch),
                   number ? writeJson(Config(*number), JsonStyle::Compact) : "", look,
                   statistics ? "s" : ""});
}

} // namespace lb
