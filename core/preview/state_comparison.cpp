#include "core/preview/state_comparison.h"

#include "core/layers/vocabulary_layer.h"
#include "core/preview/learned_numbers.h"
#include "core/preview/learned_parts.h"

#include <unordered_map>

namespace lb {
namespace {

using Row = StateComparison::Row;

Result<StateComparison> comparedTokens(const Tensor& before, const Tensor& after)
{
    StateComparison comparison;
    const auto size = [](const Tensor& tokens) {
        return static_cast<std::size_t>(elementCount(tokens.shape()));
    };
    std::unordered_map<std::string, std::size_t> ids;
    ids.reserve(size(before));
    for (std::size_t id = 0; id < size(before); ++id)
        ids.emplace(valueText(before, id), id);
    comparison.rows.reserve(size(after));
    for (std::size_t id = 0; id < size(after); ++id) {
        Row row{valueText(after, id), {}, static_cast<double>(id)};
        if (const auto found = ids.find(row.name); found != ids.end()) {
            row.before = static_cast<double>(found->second);
            ids.erase(found);
        }
        comparison.rows.push_back(std::move(row));
    }
    for (std::size_t id = 0; id < size(before); ++id) {
        std::string token = valueText(before, id);
        if (const auto found = ids.find(token); found != ids.end() && found->second == id)
            comparison.rows.push_back({std::move(token), static_cast<double>(id), {}});
    }
    return comparison;
}

StateComparison comparedNumbers(const LearnedNumbers& before, const LearnedNumbers& after)
{
    StateComparison comparison;
    std::vector<Row> removed;
    for (std::size_t column = 0; column < after.columns.size(); ++column) {
        const std::vector<double> none;
        const auto& was = column < before.columns.size() ? before.columns[column] : none;
        const auto& is = after.columns[column];
        for (std::size_t i = 0; i < std::max(was.size(), is.size()); ++i) {
            Row row{after.names[column] + " " + std::to_string(i), {}, {}};
            if (i < was.size())
                row.before = was[i];
            if (i < is.size())
                row.after = is[i];
            (row.after ? comparison.rows : removed).push_back(std::move(row));
        }
    }
    std::ranges::move(removed, std::back_inserter(comparison.rows));
    return comparison;
}

} // namespace

Result<StateComparison> comparedStates(const LayerDef& before, const LayerDef& after,
                                       const LayerRegistry& registry)
{
    LB_TRY(type, registry.find(after.kerasClass));
    const auto comparison = [&]() -> Result<StateComparison> {
        if (const auto* words = dynamic_cast<const VocabularyLayerType*>(type)) {
            for (const LayerDef* layer : {&before, &after})
                if (words->needsState(layer->config) && !layer->adapted)
                    return Error{ErrorCode::NotFound, layer->name,
                                 LB_TR("Error", "has not learned anything yet; adapt it first")};
            LB_TRY(was, words->vocabulary(before.config, before.adapted));
            LB_TRY(is, words->vocabulary(after.config, after.adapted));
            return comparedTokens(was, is);
        }
        LB_TRY(was, learnedNumbers(before, registry));
        LB_TRY(is, learnedNumbers(after, registry));
        return comparedNumbers(was, is);
    };
    LB_TRY(result, comparison());
    for (const Row& row : result.rows)
        ++result.counts[static_cast<std::size_t>(row.change())];
    return std::move(result);
}

} // namespace lb
