#include "core/preview/vocabulary_check.h"

#include "core/graph/column_ports.h"
#include "core/graph/flow.h"
#include "core/layers/vocabulary_layer.h"

#include <algorithm>
#include <unordered_map>

namespace lb {
namespace {

constexpr std::size_t kBlock = 256;
constexpr std::int64_t kSizes = 24; // points of the curve

/// The share of ids that are at least `size`, for sizes up to the whole vocabulary.
std::vector<std::pair<std::int64_t, double>> curveOf(const std::vector<std::int64_t>& hits,
                                                     std::int64_t special, std::int64_t all)
{
    std::vector<std::pair<std::int64_t, double>> curve;
    const std::int64_t most = std::ssize(hits);
    std::int64_t known = 0, from = special;
    for (std::int64_t i = 1; i <= kSizes; ++i) {
        const std::int64_t size = special + (most - special) * i / kSizes;
        if (size <= from && i < kSizes)
            continue;
        for (; from < size; ++from)
            known += hits[static_cast<std::size_t>(from)];
        curve.emplace_back(size, 1 - static_cast<double>(known) / static_cast<double>(all));
    }
    return curve;
}

double quantile(std::vector<std::int64_t>& lengths, double share)
{
    if (lengths.empty())
        return 0;
    const auto at = lengths.begin()
        + static_cast<std::ptrdiff_t>(share * static_cast<double>(lengths.size() - 1));
    std::ranges::nth_element(lengths, at);
    return static_cast<double>(*at);
}

} // namespace

std::optional<std::size_t> textColumnOf(const Document& document, LayerId layer,
                                        const Source& source)
{
    const Node* data = document.source();
    for (const auto& node : document.root().nodes) {
        const LayerDef* called = document.layerOf(node->id);
        if (!data || !called || called->id != layer || node->inputs.empty())
            continue;
        const auto* wire
            = beforeBatches(document, std::get_if<PortRef>(&node->inputs.front().from));
        const std::vector<Column> columns = source.columns();
        if (wire && wire->node == data->id && wire->port >= 0 && wire->port < std::ssize(columns)
            && columns[static_cast<std::size_t>(wire->port)].spec.dtype == DType::String)
            return static_cast<std::size_t>(wire->port);
    }
    return std::nullopt;
}

Result<VocabularyCheck> checkedVocabulary(const LayerDef& layer, const LayerRegistry& registry,
                                          const VocabularyReport& vocabulary, const Source& source,
                                          std::size_t column, std::span<const std::int64_t> rows,
                                          const JobContext& job)
{
    LB_TRY(type, registry.find(layer.kerasClass));
    const auto* words = dynamic_cast<const VocabularyLayerType*>(type);
    if (!words)
        return Error{ErrorCode::Unsupported, layer.name,
                     LB_TR("Error", "does not look words up; choose a layer that does")};
    std::unordered_map<std::string_view, std::size_t> ids;
    ids.reserve(vocabulary.tokens.size());
    for (std::size_t id = vocabulary.special; id < vocabulary.tokens.size(); ++id)
        ids.emplace(vocabulary.tokens[id], id);
    const Config* cut = layer.config.find("output_sequence_length");
    const auto* longest = cut ? cut->as<std::int64_t>() : nullptr;

    VocabularyCheck check;
    std::vector<std::int64_t> hits(vocabulary.tokens.size(), 0), lengths;
    std::int64_t tooLong = 0;
    for (std::size_t first = 0; first < rows.size(); first += kBlock) {
        if (job.stop.stop_requested())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was cancelled")};
        const auto some = rows.subspan(first, std::min(kBlock, rows.size() - first));
        LB_TRY(block, source.block(std::span(&column, 1), some));
        for (const std::string& text : block.front().values<std::string>()) {
            LB_TRY(split, words->split(layer.config, text));
            for (const std::string& token : split.tokens) {
                const auto found = ids.find(token);
                if (found != ids.end())
                    ++hits[found->second];
                else
                    ++check.unknown;
            }
            lengths.push_back(std::ssize(split.tokens));
            check.occurrences += lengths.back();
            tooLong += longest && lengths.back() > *longest ? 1 : 0;
        }
    }
    check.rows = std::ssize(rows);
    check.medianLength = quantile(lengths, 0.5);
    check.longLength = quantile(lengths, 0.95);
    check.cutShare
        = rows.empty() ? 0 : static_cast<double>(tooLong) / static_cast<double>(rows.size());
    if (check.occurrences > 0)
        check.oovBySize
            = curveOf(hits, static_cast<std::int64_t>(vocabulary.special), check.occurrences);
    return check;
}

} // namespace lb
