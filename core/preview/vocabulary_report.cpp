#include "core/preview/vocabulary_report.h"

#include "core/layers/index_lookup.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

namespace lb {
namespace {

using By = VocabularyOrder::By;

/// Sorts by a number each, ids ascending where it is the same.
template <typename Number>
void sortBy(std::vector<std::uint32_t>& ids, const std::vector<Number>& keys, bool descending)
{
    if (keys.empty())
        return;
    std::ranges::stable_sort(ids, [&](std::uint32_t a, std::uint32_t b) {
        return descending ? keys[b] < keys[a] : keys[a] < keys[b];
    });
}

/// Tokens come by frequency, so one pass in the order of ids adds up.
std::vector<double> shares(const VocabularyReport& vocabulary)
{
    if (!vocabulary.counted() || vocabulary.occurrences <= 0)
        return {};
    std::vector<std::uint32_t> ids(vocabulary.tokens.size() - vocabulary.special);
    std::iota(ids.begin(), ids.end(), static_cast<std::uint32_t>(vocabulary.special));
    sortBy(ids, vocabulary.counts, true);
    std::vector<double> result(vocabulary.tokens.size(), 0);
    std::int64_t sum = 0;
    for (const std::uint32_t id : ids) {
        sum += vocabulary.counts[id];
        result[id] = static_cast<double>(sum) / static_cast<double>(vocabulary.occurrences);
    }
    return result;
}

std::vector<std::string> textsOf(const Tensor& tokens)
{
    std::vector<std::string> texts;
    texts.reserve(static_cast<std::size_t>(elementCount(tokens.shape())));
    if (tokens.dtype() == DType::String)
        texts.assign(tokens.values<std::string>().begin(), tokens.values<std::string>().end());
    else
        for (const std::int64_t token : tokens.values<std::int64_t>())
            texts.push_back(std::to_string(token));
    return texts;
}

/// int64 values of a state behind `special` zeros; empty if it has none.
std::vector<std::int64_t> numbersOf(const AdaptedState& state, const char* name, std::size_t special)
{
    const auto found = state.tensors.find(name);
    if (found == state.tensors.end() || found->second.dtype() != DType::Int64)
        return {};
    const auto values = found->second.values<std::int64_t>();
    std::vector<std::int64_t> numbers(special, 0);
    numbers.insert(numbers.end(), values.begin(), values.end());
    return numbers;
}

std::int64_t numberOf(const AdaptedState& state, const char* name)
{
    const std::vector<std::int64_t> values = numbersOf(state, name, 0);
    return values.size() == 1 ? values.front() : 0;
}

void addCounts(VocabularyReport& report, const AdaptedState& state)
{
    report.counts = numbersOf(state, lookup_state::kCounts, report.special);
    report.documents = numbersOf(state, lookup_state::kDocumentCounts, report.special);
    report.rows = numberOf(state, lookup_state::kDocuments);
    report.occurrences = numberOf(state, lookup_state::kTokens);
    report.distinct = numberOf(state, lookup_state::kDistinct);
    for (const std::int64_t documents : report.documents) // as Keras weighs them in tf_idf
        report.idf.push_back(std::log1p(static_cast<double>(report.rows)
                                        / (1 + static_cast<double>(documents))));
}

void addPinned(VocabularyReport& report, const AdaptedState& state)
{
    const auto found = state.tensors.find(lookup_state::kPinned);
    if (found == state.tensors.end())
        return;
    const std::vector<std::string> texts = textsOf(found->second);
    const std::unordered_set<std::string> pinned(texts.begin(), texts.end());
    for (std::size_t id = report.special; id < report.tokens.size(); ++id)
        if (pinned.contains(report.tokens[id]))
            report.pinned.push_back(id);
}

} // namespace

VocabularyHandle vocabularyReport(const LayerDef& layer, const LayerRegistry& registry)
{
    const auto type = registry.find(layer.kerasClass);
    const auto* words
        = type.ok() ? dynamic_cast<const VocabularyLayerType*>(type.value()) : nullptr;
    if (!words || (words->needsState(layer.config) && !layer.adapted))
        return nullptr;
    const Result<Tensor> tokens = words->vocabulary(layer.config, layer.adapted);
    if (!tokens.ok())
        return nullptr;
    auto report = std::make_shared<VocabularyReport>();
    report->tokens = textsOf(tokens.value());
    const Config* given = layer.config.find("vocabulary");
    const auto* list = given ? given->as<ConfigList>() : nullptr;
    std::size_t own = list ? list->size() : 0;
    if (layer.adapted)
        if (const auto learned = layer.adapted->tensors.find(lookup_state::kVocabulary);
            learned != layer.adapted->tensors.end())
            own = static_cast<std::size_t>(elementCount(learned->second.shape()));
    report->special = report->tokens.size() - std::min(own, report->tokens.size());
    const Config* oov = layer.config.find("num_oov_indices");
    const auto* number = oov ? oov->as<std::int64_t>() : nullptr;
    const std::int64_t unknown = number ? *number : 1;
    report->padding = static_cast<std::int64_t>(report->special) > unknown ? 0 : -1;
    if (layer.adapted) {
        addCounts(*report, *layer.adapted);
        addPinned(*report, *layer.adapted);
    }
    return report;
}

bool VocabularyReport::isPinned(std::size_t id) const
{
    return std::ranges::binary_search(pinned, id);
}

double VocabularyReport::coverage() const
{
    if (!counted() || occurrences <= 0)
        return 0;
    const auto first = counts.begin() + static_cast<std::ptrdiff_t>(special);
    return static_cast<double>(std::accumulate(first, counts.end(), std::int64_t{0}))
        / static_cast<double>(occurrences);
}

VocabularyOrder::VocabularyOrder(VocabularyHandle vocabulary, By by, bool descending,
                                 const std::string& part, bool pinnedOnly)
{
    if (!vocabulary)
        return;
    const auto& tokens = vocabulary->tokens;
    m_ids.reserve(tokens.size());
    for (std::size_t id = 0; id < tokens.size(); ++id)
        if ((part.empty() || tokens[id].find(part) != std::string::npos)
            && (!pinnedOnly || vocabulary->isPinned(id)))
            m_ids.push_back(static_cast<std::uint32_t>(id));
    switch (by) {
    case By::Id:
        if (descending)
            std::ranges::reverse(m_ids);
        break;
    case By::Word:
        sortBy(m_ids, tokens, descending);
        break;
    case By::Count:
        sortBy(m_ids, vocabulary->counts, descending);
        break;
    case By::Documents:
        sortBy(m_ids, vocabulary->documents, descending);
        break;
    case By::Idf:
        sortBy(m_ids, vocabulary->idf, descending);
        break;
    }
    m_shares = shares(*vocabulary);
}

std::ptrdiff_t VocabularyOrder::rowOf(std::size_t id) const
{
    const auto found = std::ranges::find(m_ids, id);
    return found == m_ids.end() ? -1 : found - m_ids.begin();
}

} // namespace lb
