#include "core/preview/layer_stream.h"

#include "core/graph/flatten.h"
#include "core/training/plan.h"

#include <algorithm>
#include <map>

namespace lb {
namespace {

constexpr std::int64_t kPictureRows = 128, kSmallRows = 4'096;
constexpr std::int64_t kSmallRow = 16; // elements of a row that is no work
constexpr std::size_t kMostPlans = 64;

std::int64_t rowsOfBlock(const Source& source)
{
    std::int64_t elements = 0;
    for (const Column& column : source.columns()) {
        if (std::ranges::any_of(column.spec.shape, [](auto size) { return size < 0; }))
            return 1; // rows differ in size
        elements += elementCount(column.spec.shape);
    }
    return elements <= kSmallRow ? kSmallRows : kPictureRows;
}

/// The graph up to a node for the sizes of a block; plans are kept, since few sizes occur.
class NodeRun {
public:
    NodeRun(const Document& document, const LayerRegistry& registry, const Source& source, NodeId node)
        : m_document(document)
        , m_registry(registry)
        , m_source(source)
        , m_node(node)
    {
    }

    /// Which columns it reads.
    Result<std::vector<std::size_t>> reads() const
    {
        LB_TRY(model, modelOf({}, {}));
        return std::move(model.given);
    }

    Result<> run(std::span<const std::size_t> columns, std::span<const Tensor> block,
                 std::span<const std::uint64_t> ids, LayerBlock& into)
    {
        std::vector<Shape> key;
        for (const Tensor& column : block)
            key.push_back(column.shape());
        auto found = m_plans.find(key);
        if (found == m_plans.end()) {
            LB_TRY(made, planOf(columns, block));
            if (m_plans.size() >= kMostPlans)
                m_plans.clear();
            found = m_plans.emplace(std::move(key), std::move(made)).first;
        }
        Plan& plan = found->second;
        const FlatModel& model = plan.model();
        const auto given = [&](std::size_t column) -> const Tensor& {
            const auto at = std::ranges::find(columns, column);
            return block[static_cast<std::size_t>(at - columns.begin())];
        };
        for (std::size_t i = 0; i < model.given.size(); ++i)
            if (Result<> set = plan.setInput(i, given(model.given[i])); !set.ok())
                return set;
        if (Result<> ran = plan.run({0, 0, ids}); !ran.ok())
            return ran;
        const CallOrigin& call = model.calls[model.last.call];
        into.inputs.clear();
        for (std::size_t i = 0; i < call.inputs.size(); ++i)
            into.inputs.push_back(i < call.from.size() && call.from[i].call == kPartInput
                                      ? given(call.from[i].port)
                                      : plan.value(call.inputs[i]));
        into.output = plan.value(model.graph.outputs.front());
        return std::monostate{};
    }

private:
    Result<FlatModel> modelOf(std::span<const std::size_t> columns,
                              std::span<const Tensor> block) const
    {
        std::vector<Spec> specs;
        for (const Column& column : m_source.columns()) {
            specs.push_back(batched(column.spec));
            specs.back().range = ValueRange::unknown();
            if (!block.empty())
                specs.back().shape.front() = block.front().shape().front();
        }
        for (std::size_t i = 0; i < columns.size(); ++i)
            specs[columns[i]].shape = block[i].shape();
        LB_TRY(model,
               flattened(m_document, m_registry,
                         {.part = FlattenRequest::Part::UpTo,
                          .node = m_node,
                          .phase = Phase::Inference,
                          .inputs = std::move(specs),
                          .dropTrainOnly = true}));
        if (model.last.call == kPartInput || model.calls[model.last.call].node != m_node)
            return Error{ErrorCode::NotFound, m_document.nameOf(m_node),
                         LB_TR("Error", "is muted or has no layer of its own; choose a node that "
                                        "computes something")};
        return std::move(model);
    }
    Result<Plan> planOf(std::span<const std::size_t> columns, std::span<const Tensor> block) const
    {
        LB_TRY(model, modelOf(columns, block));
        LB_TRY(store,
               ParameterStore::initial(model, static_cast<std::uint64_t>(m_document.recipe.seed)));
        PlanOptions options;
        options.keep = model.calls[model.last.call].inputs;
        return Plan::make(std::move(model), std::make_shared<ParameterStore>(std::move(store)),
                          options);
    }

    const Document& m_document;
    const LayerRegistry& m_registry;
    const Source& m_source;
    NodeId m_node;
    std::map<std::vector<Shape>, Plan> m_plans;
};

} // namespace

Result<> streamed(const Document& document, const LayerRegistry& registry, const Source& source,
                  NodeId node, std::span<const std::int64_t> rows, const JobContext& job,
                  const std::function<Result<>(const LayerBlock&)>& visit)
{
    NodeRun run(document, registry, source, node);
    LB_TRY(columns, run.reads());
    const auto each = static_cast<std::size_t>(rowsOfBlock(source));
    LayerBlock block;
    for (std::size_t first = 0; first < rows.size(); first += each) {
        if (job.stopped())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was cancelled")};
        block.rows = rows.subspan(first, std::min(each, rows.size() - first));
        const std::vector<std::uint64_t> ids(block.rows.begin(), block.rows.end());
        LB_TRY(read, source.block(columns, block.rows));
        if (Result<> done = run.run(columns, read, ids, block); !done.ok())
            return done;
        if (Result<> done = visit(block); !done.ok())
            return done;
        job.report(static_cast<double>(first + block.rows.size()), static_cast<double>(rows.size()));
    }
    return std::monostate{};
}

} // namespace lb
