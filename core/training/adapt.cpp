#include "core/training/adapt.h"

#include "core/data/table_schema.h"
#include "core/graph/column_ports.h"
#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/layers/finite_rows.h"
#include "core/layers/vocabulary_layer.h"
#include "core/support/ordered_work.h"
#include "core/training/adapt_feeds.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace lb {
namespace {

using Summary = AdaptableLayerType::Summary;

/// A layer of this round, and what leads to it.
struct Target {
    const LayerDef* layer = nullptr;
    const AdaptableLayerType* type = nullptr;
    NodeId node; ///< the first that calls it
    std::vector<AdaptInput> from; ///< one, or the columns of a layer that is called on several
};

bool directly(const Target& target)
{
    return std::ranges::all_of(target.from, &AdaptInput::direct);
}

const AdaptableLayerType* adaptable(const LayerRegistry& registry, const LayerDef& layer)
{
    const auto type = registry.find(layer.kerasClass);
    const auto* found = type.ok() ? dynamic_cast<const AdaptableLayerType*>(type.value()) : nullptr;
    return found && found->needsState(layer.config) ? found : nullptr;
}

bool comesAfter(const Document& document, NodeId node, const std::set<NodeId>& others)
{
    std::vector<NodeId> open{node};
    std::set<NodeId> seen;
    while (!open.empty()) {
        const Node* at = seen.insert(open.back()).second ? document.node(open.back()) : nullptr;
        if (at && at->id != node && others.contains(at->id))
            return true;
        open.pop_back();
        for (const Input& input : at ? at->inputs : std::vector<Input>{})
            if (const auto* wire = std::get_if<PortRef>(&input.from))
                open.push_back(wire->node);
    }
    return false;
}

/// Whether adapting on these rows would give another state. Typed values are nobody's but who typed
/// them: only who asks for that layer means it.
bool isOld(const Document& document, const LayerRegistry& registry, const LayerDef& layer,
           const Node& node, const Facts& facts, ledger::Split on)
{
    const ledger::Split split = ledger::splitOf(*layer.adapted);
    if (split == ledger::Split::Typed)
        return false;
    return (split != ledger::Split::Unknown && split != on)
        || ledger::stalenessOf(document, registry, layer, &node, facts) != ledger::Staleness::Fresh;
}

/// Calls `visit` with each layer that learns, once, its first node and what leads to it.
template <typename Visit>
void eachLearner(const Document& document, const LayerRegistry& registry, Visit&& visit)
{
    std::set<LayerId> seen;
    for (const auto& node : document.root().nodes) {
        const LayerDef* layer = document.layerOf(node->id);
        const auto* type = layer && !node->muted ? adaptable(registry, *layer) : nullptr;
        if (!type || !seen.insert(layer->id).second)
            continue;
        const auto wires = portWires(*node, layer, registry);
        const bool whole = !wires.empty()
            && std::ranges::all_of(wires, [](const PortWire& one) { return one.wire != nullptr; });
        visit(*node, *layer, *type, wires, whole);
    }
}

using Reads = std::vector<std::size_t>; ///< the source's columns that a round reads, ascending

class Adapting {
public:
    Adapting(const Document& document, const LayerRegistry& registry, const Source& source,
             const AdaptOptions& options, const JobContext& job)
        : m_document(document)
        , m_registry(registry)
        , m_source(source)
        , m_options(options)
        , m_job(job)
        , m_rows(rowsOf(source, document.recipe, options))
        , m_facts(factsOf(source, document.recipe, options.heldOut))
    {
    }

    Result<Document> run()
    {
        while (true) {
            LB_TRY(targets, nextRound());
            if (targets.empty())
                return std::move(m_document);
            if (m_rows.empty())
                return Error{ErrorCode::NotFound, "",
                             LB_TR("Error", "there is no row of data to learn from; choose other data, or "
                                   "hold fewer rows out for validation")};
            if (Result<> done = round(targets); !done.ok())
                return std::move(done.error());
        }
    }

private:
    bool wanted(const LayerDef& layer, const Node& node) const
    {
        if (m_done.contains(layer.id))
            return false;
        if (!m_options.only.empty() && std::ranges::count(m_options.only, layer.id) == 0)
            return false;
        if (m_options.again || !layer.adapted)
            return true;
        return isOld(m_document, m_registry, layer, node, m_facts, m_options.on);
    }
    static std::vector<std::int64_t> rowsOf(const Source& source, const Recipe& recipe,
                                            const AdaptOptions& options)
    {
        if (options.on == ledger::Split::Validation && !options.heldOut)
            return splitBy(source.size(), recipe.validationFraction,
                           static_cast<std::uint64_t>(recipe.seed))
                .validation;
        return trainingRows(source, recipe, options.heldOut || options.on == ledger::Split::All);
    }

    /// Layers that wait for no other one.
    Result<std::vector<Target>> nextRound() const
    {
        std::vector<Target> pending;
        std::set<NodeId> nodes;
        std::optional<Error> refused;
        const Node* source = m_document.source();
        eachLearner(m_document, m_registry, [&](const Node& node, const LayerDef& layer,
                                                const AdaptableLayerType& type,
                                                const std::vector<PortWire>& wires, bool whole) {
            const bool asked = std::ranges::count(m_options.only, layer.id) > 0;
            if (!whole && asked && !m_done.contains(layer.id) && !refused)
                refused = Error{ErrorCode::NotFound, layer.name,
                                LB_TR("Error", "nothing is connected to its input")};
            if (!whole || !wanted(layer, node))
                return;
            Target target{&layer, &type, node.id, {}};
            for (const PortWire& one : wires) {
                const PortRef* from = beforeBatches(m_document, one.wire);
                const bool direct = source && from && from->node == source->id;
                target.from.push_back({direct ? *from : *one.wire, direct});
            }
            pending.push_back(std::move(target));
            nodes.insert(node.id);
        });
        if (refused)
            return std::move(*refused);
        std::erase_if(pending, [&](const Target& target) {
            return comesAfter(m_document, target.node, nodes);
        });
        return pending;
    }

    static Error named(const Target& target, Error error)
    {
        if (error.code != ErrorCode::Cancelled)
            error.where = target.layer->name + (error.where.empty() ? "" : "/") + error.where;
        return error;
    }

    std::int64_t blockRows() const
    {
        std::int64_t each = 0; // elements of a row
        for (const Column& column : m_source.columns()) {
            if (std::ranges::any_of(column.spec.shape, [](auto size) { return size < 0; }))
                return 1; // sizes differ
            each += elementCount(column.spec.shape);
        }
        // a text or a line of a table is no work: fewer blocks have less to be joined one by one
        const std::int64_t times = each <= kSmallRow ? kSmallTimes : 1;
        return std::max<std::int64_t>(m_options.blockRows, 1) * times;
    }

    /// Which columns a round has to read.
    Result<Reads> readsOf(const std::vector<Target>& targets) const
    {
        std::set<std::size_t> all;
        for (const Target& target : targets)
            for (const AdaptInput& from : target.from) {
                std::vector<std::size_t> columns{static_cast<std::size_t>(from.wire.port)};
                if (!from.direct) {
                    auto model = AdaptFeeds::modelOf(m_document, m_registry, from.wire,
                                                     adaptSpecs(m_source, {}, {}));
                    if (!model.ok())
                        return std::move(model.error());
                    columns = std::move(model.value().given);
                } else if (columns.front() >= m_source.columns().size()) {
                    return named(target,
                                 Error{ErrorCode::NotFound, "",
                                       LB_TR("Error", "is connected to a column that the data lack")});
                }
                all.insert(columns.begin(), columns.end());
            }
        return Reads(all.begin(), all.end());
    }

    /// Of one block of rows. A number that nothing can be learned from is told with its place.
    Result<Summary> summarised(const Target& target, AdaptFeeds& feeds, const Reads& reads,
                               std::span<const Tensor> block, std::span<const std::uint64_t> ids,
                               std::span<const std::int64_t> rows) const
    {
        std::vector<Tensor> inputs;
        for (const AdaptInput& from : target.from) {
            LB_TRY(x, feeds.inputOf(from, reads, block, ids));
            inputs.push_back(std::move(x));
        }
        const auto* columns = dynamic_cast<const ColumnsLayerType*>(target.type);
        auto summary = columns ? columns->summarise(target.layer->config, inputs)
                               : target.type->summarise(target.layer->config, inputs.front());
        if (summary.ok())
            return summary;
        const std::string why = english(summary.error().message);
        for (const Tensor& x : inputs) // rows of a block mean nothing to anybody
            if (const auto odd = firstNotFinite(x); odd && why == english(notFinite(*odd).message)) {
                const std::int64_t row = rows[static_cast<std::size_t>(odd->row)];
                Error told = notFinite({row, odd->value}, placeOf(m_source, row));
                told.where = summary.error().where;
                return told;
            }
        return summary;
    }

    /// Of every target, of one block of rows.
    Result<std::vector<Summary>> ofBlock(const std::vector<Target>& targets, AdaptFeeds& feeds,
                                         const Reads& reads,
                                         std::span<const std::int64_t> rows) const
    {
        std::vector<std::uint64_t> ids;
        if (!std::ranges::all_of(targets, directly)) // else no plan runs
            ids.assign(rows.begin(), rows.end());
        LB_TRY(block, m_source.block(reads, rows));
        std::vector<Summary> summaries;
        for (const Target& target : targets) {
            auto summary = summarised(target, feeds, reads, block, ids, rows);
            if (!summary.ok())
                return named(target, std::move(summary.error()));
            summaries.push_back(std::move(summary.value()));
        }
        return summaries;
    }

    static Result<> fold(const std::vector<Target>& targets, std::vector<Summary>& sums,
                         const std::vector<Summary>& next)
    {
        for (std::size_t i = 0; i < targets.size(); ++i) {
            auto sum
                = targets[i].type->fold(targets[i].layer->config, std::move(sums[i]), next[i]);
            if (!sum.ok())
                return named(targets[i], std::move(sum.error()));
            sums[i] = std::move(sum.value());
        }
        return std::monostate{};
    }

    Result<> round(const std::vector<Target>& targets)
    {
        m_job.begin = JobContext::Clock::now(); // every round counts its rows from the start
        const auto start = std::chrono::steady_clock::now();
        LB_TRY(reads, readsOf(targets));
        const std::int64_t each = blockRows();
        const std::int64_t blocks = (std::ssize(m_rows) + each - 1) / each;
        const int workers = std::max(m_options.workers, 1);
        std::vector<AdaptFeeds> feeds;
        for (int worker = 0; worker < workers; ++worker)
            feeds.emplace_back(m_document, m_registry, m_source);
        std::vector<Summary> sums(targets.size());
        const auto summarise = [&](int worker, std::int64_t index) {
            const auto first = static_cast<std::size_t>(index * each);
            const auto rows = std::span<const std::int64_t>(m_rows).subspan(
                first, std::min(m_rows.size() - first, static_cast<std::size_t>(each)));
            return ofBlock(targets, feeds[static_cast<std::size_t>(worker)], reads, rows);
        };
        const auto add = [&](std::int64_t index, const std::vector<Summary>& next) -> Result<> {
            if (Result<> done = fold(targets, sums, next); !done.ok())
                return done;
            m_job.report(static_cast<double>(std::min((index + 1) * each, std::ssize(m_rows))),
                         static_cast<double>(m_rows.size()));
            return std::monostate{};
        };
        if (Result<> done
            = orderedWork<std::vector<Summary>>(blocks, workers, m_job.stop, summarise, add);
            !done.ok())
            return done;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
        return store(targets, sums, spent.count());
    }

    /// What somebody pinned stays.
    static Result<StateHandle> finished(const Target& target, const Summary& sum)
    {
        const auto* words = dynamic_cast<const VocabularyLayerType*>(target.type);
        return words && target.layer->adapted
            ? words->finishAfter(target.layer->config, sum, *target.layer->adapted)
            : target.type->finish(target.layer->config, sum);
    }

    Result<> store(const std::vector<Target>& targets, const std::vector<Summary>& sums,
                   double seconds)
    {
        Document next = m_document;
        // all rows train where other data are held out
        const bool allTrain = m_options.heldOut && m_options.on == ledger::Split::All;
        const ledger::Split split = allTrain ? ledger::Split::Training : m_options.on;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const Target& target = targets[i];
            auto state = finished(target, sums[i]);
            if (!state.ok())
                return named(target, std::move(state.error()));
            const Node* node = m_document.node(target.node);
            AdaptedState recorded = *state.value();
            ConfigObject record{
                {"data", ledger::dataOf(m_document, node, m_facts)},
                {"split", std::string(ledger::nameOf(split))},
                {"input", learnedFrom(m_document, *node)},
                {"parameters", ledger::parametersHash(*target.type, target.layer->config)},
                {"rows", std::ssize(m_rows)},
                {"block", blockRows()},
                {"seconds", seconds}};
            if (target.from.size() > 1)
                record["columns"] = ledger::dataOfPorts(m_document, *node, m_facts);
            recorded.record = ledger::recorded(std::move(record), target.layer->adapted);
            LB_TRY(edited,
                   edits::setAdapted(next, target.layer->id,
                                     std::make_shared<const AdaptedState>(std::move(recorded))));
            next = std::move(edited);
            m_done.insert(target.layer->id);
        }
        m_document = std::move(next);
        return std::monostate{};
    }

    static constexpr std::int64_t kSmallRow = 16, kSmallTimes = 64;

    Document m_document;
    const LayerRegistry& m_registry;
    const Source& m_source;
    const AdaptOptions& m_options;
    JobContext m_job;
    std::vector<std::int64_t> m_rows;
    Facts m_facts;
    std::set<LayerId> m_done;
};

} // namespace

Waiting waitingToAdapt(const Document& document, const LayerRegistry& registry,
                       const Facts& facts)
{
    Waiting waiting;
    eachLearner(document, registry,
                [&](const Node& node, const LayerDef& layer, const AdaptableLayerType&,
                    const std::vector<PortWire>&, bool whole) {
                    if (whole && !layer.adapted)
                        waiting.unlearned.push_back(layer.id);
                    else if (whole
                             && isOld(document, registry, layer, node, facts,
                                      ledger::Split::Training))
                        waiting.stale.push_back(layer.id);
                });
    return waiting;
}

Result<Document> adapted(const Document& document, const LayerRegistry& registry,
                         const Source& source, const AdaptOptions& options, const JobContext& job)
{
    return Adapting(document, registry, source, options, job).run();
}

} // namespace lb
