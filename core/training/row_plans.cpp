#include "core/training/row_plans.h"

#include "core/layers/vocabulary_layer.h"
#include "core/training/host_work.h"
#include "core/training/plan_work.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

constexpr std::size_t kMostPlans = 64; // an image folder may hold many sizes

/// Ops that treat every row alone, whatever rows stand beside it.
bool isRowWise(const Op& op)
{
    static constexpr auto names = std::to_array<std::string_view>(
        {"add", "cast", "clip", "div", "flip_where", "mul", "projective_transform", "resize",
         "rotation_matrix", "round", "shear_matrix", "sub", "translation_matrix", "zoom_matrix"});
    return std::ranges::binary_search(names, op.name);
}

/// Whether a layer gives a column for every token, and has learned no tokens yet.
bool lacksTokens(const LayerDef* layer, const LayerRegistry& registry)
{
    const auto type = registry.find(layer ? layer->kerasClass : "");
    const auto* words
        = type.ok() ? dynamic_cast<const VocabularyLayerType*>(type.value()) : nullptr;
    if (!words || layer->adapted || !words->needsState(layer->config))
        return false;
    const Config* mode = layer->config.find("output_mode");
    return mode && !mode->isNull() && *mode != Config("int");
}

} // namespace

Result<Plan*> RowPlans::planFor(std::vector<Spec> inputs)
{
    const Shape key = inputs.front().shape; // only images differ in more than the rows
    if (const auto found = m_plans.find(key); found != m_plans.end())
        return &found->second;
    if (m_plans.size() >= kMostPlans)
        m_plans.clear();
    LB_TRY(model,
           flattened(m_document, m_registry,
                     {.part = FlattenRequest::Part::Pipeline,
                      .node = {},
                      .phase = m_phase,
                      .inputs = std::move(inputs)}));
    PlanOptions options;
    options.timed = true;
    options.bytes = true;
    LB_TRY(plan, Plan::make(std::move(model), m_store, options));
    return &m_plans.emplace(key, std::move(plan)).first->second;
}

std::int64_t rowsTogether(const FlatModel& model)
{
    constexpr std::int64_t cached = 96 << 10; // floats of one value
    std::int64_t largest = 1;
    for (const OpNode& node : model.graph.nodes) {
        if (node.host || (node.op && !isRowWise(*node.op)))
            return kManyRows;
        const Shape& shape = node.spec.shape;
        if (!shape.empty() && isKnown(Shape(shape.begin() + 1, shape.end())))
            largest = std::max(largest, elementCount(std::span(shape).subspan(1)));
    }
    for (const CallOrigin& call : model.calls)
        if (call.type && call.type->about().perBatch)
            return kManyRows;
    return std::max<std::int64_t>(cached / largest, 1);
}

std::vector<Spec> columnSpecs(const Source& source, std::int64_t rows)
{
    std::vector<Spec> specs;
    for (const Column& column : source.columns()) {
        specs.push_back(batched(column.spec));
        specs.back().shape.front() = rows;
    }
    return specs;
}

bool isKnown(const Shape& shape)
{
    return std::ranges::all_of(shape, [](std::int64_t size) { return size >= 0; });
}

std::size_t rowSize(const Spec& spec)
{
    return static_cast<std::size_t>(elementCount(std::span(spec.shape).subspan(1)));
}

Result<> checkOutput(const Document& document, const LayerRegistry& registry, const OpNode& output,
                     const PortRef& from)
{
    if (output.spec.dtype == DType::String)
        return stringsAt(document, from);
    const Shape& shape = output.spec.shape;
    if (!shape.empty() && isKnown(Shape(shape.begin() + 1, shape.end())))
        return std::monostate{};
    const LayerDef* layer = document.layerOf(from.node);
    if (lacksTokens(layer, registry))
        return Error{ErrorCode::NotFound,
                     document.nameOf(from.node),
                     {LB_TR("Error",
                            "gives a column for every token that it learns, and it has learned "
                            "none yet: adapt it; its shape is %1"),
                      {text(shape)}}};
    if (output.host) {
        const auto type = registry.find(layer ? layer->kerasClass : "");
        return openColumns(document.nameOf(from.node), shape, type.ok() ? type.value() : nullptr);
    }
    return Error{ErrorCode::BadShape,
                 "",
                 {LB_TR("Error",
                        "the images differ in size: put a Resizing before the Batch; "
                        "their shape is %1"),
                  {text(shape)}}};
}

} // namespace lb
