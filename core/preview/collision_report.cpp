#include "core/graph/edits.h"
#include "core/graph/flow.h"
#include "core/layers/vocabulary_layer.h"
#include "core/preview/learned_parts.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace lb {
namespace {

constexpr std::size_t kMostDistinct = 1'000'000;
constexpr std::size_t kShownValues = 8, kMostBins = 10'000;
constexpr std::int64_t kMostRows = 200, kMostColumns = 1'024;

std::int64_t wholeNumber(const Config& config, const char* key, std::int64_t otherwise)
{
    const Config* found = config.find(key);
    const auto* number = found ? found->as<std::int64_t>() : nullptr;
    return number ? *number : otherwise;
}

/// The document with a layer that gives numbers, whatever it gives out in the graph.
Result<Document> givingNumbers(const Document& document, const LayerDef& layer)
{
    const Config* mode = layer.config.find("output_mode");
    if (!mode || *mode == Config("int"))
        return document;
    Document edited = document;
    for (const auto& [key, value] :
         {std::pair<const char*, Config>{"output_mode", "int"}, {"sparse", false},
          {"pad_to_max_tokens", false}, {"idf_weights", Config()}, {"dtype", Config()}})
        if (layer.config.find(key)) {
            LB_TRY(next, edits::setParam(edited, layer.id, key, value));
            edited = std::move(next);
        }
    return edited;
}

/// Values that were seen, with the number that each got.
class SeenValues {
public:
    void add(std::string value, std::int64_t id)
    {
        ++m_occurrences;
        auto found = m_values.find(value);
        if (found == m_values.end()) {
            if (m_values.size() >= kMostDistinct) {
                m_complete = false;
                return;
            }
            found = m_values.emplace(std::move(value), Seen{id, 0}).first;
        }
        ++found->second.count;
    }

    CollisionReport report(std::int64_t bins) const
    {
        CollisionReport report;
        report.bins = bins;
        report.distinct = std::ssize(m_values);
        report.occurrences = m_occurrences;
        report.complete = m_complete;
        std::vector<const std::pair<const std::string, Seen>*> order;
        order.reserve(m_values.size());
        for (const auto& each : m_values)
            order.push_back(&each);
        std::ranges::sort(order, [](const auto* a, const auto* b) {
            if (a->second.id != b->second.id)
                return a->second.id < b->second.id;
            return a->second.count != b->second.count ? a->second.count > b->second.count
                                                      : a->first < b->first;
        });
        for (const auto* each : order) {
            if (report.used.empty() || report.used.back().id != each->second.id)
                report.used.push_back({each->second.id, 0, 0, {}});
            CollisionReport::Bin& bin = report.used.back();
            ++bin.distinct;
            bin.occurrences += each->second.count;
            if (bin.values.size() < kShownValues)
                bin.values.push_back(each->first);
        }
        addSums(report);
        keepFullest(report.used);
        return report;
    }

private:
    struct Seen {
        std::int64_t id = 0, count = 0;
    };

    static void addSums(CollisionReport& report)
    {
        constexpr std::int64_t kMostTogether = 64; // the last one is "that many or more"
        report.usedBins = std::ssize(report.used);
        report.occupancy.assign(1, std::max<std::int64_t>(report.bins - std::ssize(report.used), 0));
        for (const CollisionReport::Bin& bin : report.used) {
            if (bin.distinct > 1) {
                report.sharing += bin.distinct;
                report.sharedOccurrences += bin.occurrences;
            }
            const auto place = static_cast<std::size_t>(std::min(bin.distinct, kMostTogether));
            if (report.occupancy.size() <= place)
                report.occupancy.resize(place + 1, 0);
            ++report.occupancy[place];
        }
    }

    static void keepFullest(std::vector<CollisionReport::Bin>& bins)
    {
        if (bins.size() <= kMostBins)
            return;
        std::ranges::stable_sort(bins, [](const auto& a, const auto& b) {
            return a.distinct != b.distinct ? a.distinct > b.distinct
                                            : a.occurrences > b.occurrences;
        });
        bins.resize(kMostBins);
        std::ranges::sort(bins, {}, &CollisionReport::Bin::id);
    }

    std::unordered_map<std::string, Seen> m_values;
    std::int64_t m_occurrences = 0;
    bool m_complete = true;
};

std::string joinedText(std::span<const Tensor> inputs, std::size_t element)
{
    std::string text = valueText(inputs.front(), element);
    for (const Tensor& input : inputs.subspan(1))
        text += " × " + valueText(input, element);
    return text;
}

/// The tokens of a lookup whose ids come to a node; empty if something else does.
std::vector<std::string> tokensBefore(const LearnedQuestion& question)
{
    const Node* node = question.document.node(question.node);
    const PortRef* wire = node ? flow::firstWire(*node) : nullptr;
    const LayerDef* before = wire ? question.document.layerOf(wire->node) : nullptr;
    const auto type = before ? question.registry.find(before->kerasClass)
                             : Result<const LayerType*>(nullptr);
    const auto* lookup
        = type.ok() ? dynamic_cast<const VocabularyLayerType*>(type.value()) : nullptr;
    if (!lookup || (lookup->needsState(before->config) && !before->adapted))
        return {};
    const auto tokens = lookup->vocabulary(before->config, before->adapted);
    std::vector<std::string> texts;
    if (tokens.ok())
        for (std::int64_t i = 0; i < elementCount(tokens.value().shape()) && i < kMostColumns; ++i)
            texts.push_back(valueText(tokens.value(), static_cast<std::size_t>(i)));
    return texts;
}

} // namespace

Result<CollisionReport> collisionReport(const LearnedQuestion& question)
{
    const LayerDef& layer = question.layer;
    LB_TRY(document, givingNumbers(question.document, layer));
    SeenValues seen;
    Result<> done = streamed(
        document, question.registry, question.source, question.node, question.rows, question.job,
        [&](const LayerBlock& block) -> Result<> {
            const auto elements
                = static_cast<std::size_t>(elementCount(block.inputs.front().shape()));
            if (static_cast<std::size_t>(elementCount(block.output.shape())) != elements)
                return Error{ErrorCode::BadShape, layer.name,
                             LB_TR("Error", "does not give a number for each value")};
            const std::vector<std::int64_t> ids = [&] {
                std::vector<std::int64_t> all(elements);
                if (block.output.dtype() == DType::Int64)
                    std::ranges::copy(block.output.values<std::int64_t>(), all.begin());
                else
                    std::ranges::transform(floatsIn(block.output), all.begin(), [](float id) {
                        return static_cast<std::int64_t>(id);
                    });
                return all;
            }();
            for (std::size_t i = 0; i < elements; ++i)
                seen.add(joinedText(block.inputs, i), ids[i]);
            return std::monostate{};
        });
    if (!done.ok())
        return std::move(done.error());
    std::int64_t bins = wholeNumber(layer.config, "num_bins", 0);
    const bool hashed = bins > 0;
    if (!hashed) {
        LB_TRY(type, question.registry.find(layer.kerasClass));
        if (const auto* lookup = dynamic_cast<const VocabularyLayerType*>(type)) {
            LB_TRY(tokens, lookup->vocabulary(layer.config, layer.adapted));
            bins = elementCount(tokens.shape());
        }
    }
    CollisionReport report = seen.report(bins);
    if (hashed && report.distinct > 1) {
        const Config* mask = layer.config.find("mask_value");
        const auto open = static_cast<double>(mask && !mask->isNull() && bins > 1 ? bins - 1 : bins);
        report.expected = 1 - std::pow(1 - 1 / open, static_cast<double>(report.distinct - 1));
    }
    return report;
}

Result<MatrixReport> matrixReport(const LearnedQuestion& question)
{
    MatrixReport report;
    std::int64_t shown = 0;
    Result<> done = streamed(
        question.document, question.registry, question.source, question.node, question.rows,
        question.job, [&](const LayerBlock& block) -> Result<> {
            const Shape& shape = block.output.shape();
            if (shape.empty() || shape.back() < 1)
                return Error{ErrorCode::BadShape, question.layer.name,
                             LB_TR("Error", "gives no matrix")};
            const std::int64_t columns = shape.back(), rows = elementCount(shape) / columns;
            const std::vector<float> values = floatsIn(block.output);
            shown = std::min(columns, kMostColumns);
            report.hidden = columns - shown;
            report.sums.resize(static_cast<std::size_t>(shown), 0);
            const Tensor& ids = block.inputs.front();
            const std::int64_t each = rows > 0 ? elementCount(ids.shape()) / rows : 0;
            for (std::int64_t row = 0; row < rows; ++row) {
                const auto from = values.begin() + row * columns;
                for (std::int64_t column = 0; column < shown; ++column)
                    report.sums[static_cast<std::size_t>(column)]
                        += static_cast<double>(from[column]);
                if (std::ssize(report.rows) >= kMostRows)
                    continue;
                report.values.insert(report.values.end(), from, from + shown);
                std::string text;
                for (std::int64_t i = 0; i < each; ++i)
                    text += (i > 0 ? " " : "")
                        + valueText(ids, static_cast<std::size_t>(row * each + i));
                report.rows.push_back(std::move(text));
            }
            report.total += rows;
            return std::monostate{};
        });
    if (!done.ok())
        return std::move(done.error());
    report.columns = tokensBefore(question);
    for (std::int64_t column = std::ssize(report.columns); column < shown; ++column)
        report.columns.push_back(std::to_string(column));
    report.columns.resize(static_cast<std::size_t>(shown));
    return report;
}

} // namespace lb
