#include "core/graph/flow.h"
#include "core/layers/axis_list.h"
#include "core/layers/number_array.h"
#include "core/preview/learned_parts.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr std::size_t kMostFeatures = 4'096;
constexpr std::size_t kShownBins = 48;

/// The axes that keep moments of their own, counted from the front.
std::vector<std::size_t> keptAxesOf(const LayerDef& layer, const Shape& shape)
{
    AxisList list{{-1}, true};
    if (const Config* axis = layer.config.find("axis"))
        Codec<AxisList>::read(*axis, list);
    std::vector<std::size_t> kept;
    for (const std::int64_t axis : list.axes)
        if (const std::int64_t at = axis < 0 ? axis + std::ssize(shape) : axis;
            at >= 0 && at < std::ssize(shape))
            kept.push_back(static_cast<std::size_t>(at));
    std::ranges::sort(kept);
    kept.erase(std::ranges::unique(kept).begin(), kept.end());
    return kept;
}

/// Given or learned numbers, or `otherwise`.
NumberArray numbersOfLayer(const LayerDef& layer, const char* name, double otherwise)
{
    NumberArray numbers = NumberArray::of(otherwise);
    const Config* given = layer.config.find(name);
    if (given && !given->isNull()) {
        Codec<NumberArray>::read(*given, numbers);
    } else if (const Tensor* learned = tensorIn(layer.adapted, name)) {
        numbers.shape = learned->shape();
        const std::vector<float> floats = floatsIn(*learned);
        numbers.values.assign(floats.begin(), floats.end());
    }
    return numbers;
}

/// Where the elements of a block belong.
class Places {
public:
    Places(const LayerDef& layer, const Shape& shape)
    {
        const std::vector<std::size_t> kept = keptAxesOf(layer, shape);
        for (const std::size_t axis : kept)
            m_shape.push_back(shape[axis]);
        std::vector<std::size_t> stride(shape.size(), 0);
        std::size_t step = 1;
        for (std::size_t i = kept.size(); i-- > 0; step *= static_cast<std::size_t>(m_shape[i]))
            stride[kept[i]] = step;
        m_count = step;
        const auto elements = static_cast<std::size_t>(elementCount(shape));
        m_of.resize(elements);
        std::vector<std::int64_t> at(shape.size(), 0);
        std::size_t place = 0;
        for (std::size_t i = 0; i < elements; ++i) {
            m_of[i] = static_cast<std::uint32_t>(place);
            for (std::size_t axis = shape.size(); axis-- > 0;) {
                place += stride[axis];
                if (++at[axis] < shape[axis])
                    break;
                place -= stride[axis] * static_cast<std::size_t>(at[axis]);
                at[axis] = 0;
            }
        }
    }

    std::size_t count() const { return m_count; }
    std::size_t of(std::size_t element) const { return m_of[element]; }
    /// "2", or "0, 3" for two kept axes.
    std::string name(std::size_t place) const
    {
        std::string text;
        for (std::size_t i = m_shape.size(); i-- > 0;) {
            const auto length = static_cast<std::size_t>(m_shape[i]);
            text = std::to_string(place % length) + (text.empty() ? "" : ", ") + text;
            place /= length;
        }
        return text;
    }
    /// The number for a place of an array that is stretched over the kept axes, from the right.
    double number(const NumberArray& array, std::size_t place) const
    {
        std::size_t index = 0, step = 1;
        for (std::size_t i = 1; i <= m_shape.size() && i <= array.shape.size(); ++i) {
            const auto length = static_cast<std::size_t>(m_shape[m_shape.size() - i]);
            const auto own = static_cast<std::size_t>(array.shape[array.shape.size() - i]);
            index += own > 1 ? place % length * step : 0;
            step *= own;
            place /= length;
        }
        return index < array.values.size() ? array.values[index] : 0;
    }

private:
    Shape m_shape;
    std::size_t m_count = 1;
    std::vector<std::uint32_t> m_of;
};

void addBlock(const Places& places, const Tensor& tensor, std::vector<GrowingHistogram>& into)
{
    const std::vector<float> numbers = floatsIn(tensor);
    if (into.size() == 1) {
        into.front().add(numbers, 0, places.count());
        return;
    }
    std::vector<std::vector<float>> sorted(into.size());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (const std::size_t place = places.of(i); place < sorted.size())
            sorted[place].push_back(numbers[i]);
    for (std::size_t place = 0; place < sorted.size(); ++place)
        into[place].add(sorted[place]);
}

/// The name of the column that comes without a layer between; "" otherwise.
std::string columnBefore(const LearnedQuestion& question)
{
    const Node* node = question.document.node(question.node);
    const PortRef* wire = node ? flow::firstWire(*node) : nullptr;
    const Node* source = question.document.source();
    const std::vector<Column> columns = question.source.columns();
    return wire && source && wire->node == source->id && wire->port >= 0
            && wire->port < std::ssize(columns)
        ? columns[static_cast<std::size_t>(wire->port)].name
        : std::string();
}

} // namespace

Result<MomentsReport> momentsReport(const LearnedQuestion& question)
{
    std::vector<GrowingHistogram> before, after;
    std::optional<Places> places;
    Shape shape;
    std::size_t all = 0;
    Result<> done = streamed(
        question.document, question.registry, question.source, question.node, question.rows,
        question.job, [&](const LayerBlock& block) -> Result<> {
            const Tensor& x = block.inputs.front();
            if (!places || shape != x.shape()) {
                shape = x.shape();
                places.emplace(question.layer, shape);
            }
            if (before.empty()) {
                all = places->count();
                before.resize(std::min(all, kMostFeatures));
                after.resize(before.size());
            }
            addBlock(*places, x, before);
            addBlock(*places, block.output, after);
            return std::monostate{};
        });
    if (!done.ok())
        return std::move(done.error());
    MomentsReport report;
    report.hidden = static_cast<std::int64_t>(all - before.size());
    const NumberArray mean = numbersOfLayer(question.layer, "mean", 0);
    const NumberArray variance = numbersOfLayer(question.layer, "variance", 1);
    const std::string column = columnBefore(question);
    for (std::size_t place = 0; place < before.size(); ++place) {
        FeatureMoments feature;
        feature.name = before.size() > 1 ? places->name(place) : column.empty() ? "all" : column;
        feature.mean = places->number(mean, place);
        feature.deviation = std::sqrt(places->number(variance, place));
        feature.seenMean = before[place].mean();
        feature.seenDeviation = before[place].deviation();
        feature.least = before[place].least();
        feature.most = before[place].most();
        feature.odd = before[place].odd();
        feature.before = before[place].histogram(kShownBins);
        feature.after = after[place].histogram(kShownBins);
        report.features.push_back(std::move(feature));
    }
    return report;
}

Result<BinsReport> binsReport(const LearnedQuestion& question)
{
    BinsReport report;
    const LayerDef& layer = question.layer;
    const Config* bins = layer.config.find("num_bins");
    const bool learns = bins && !bins->isNull();
    if (const Tensor* learned = learns ? tensorIn(layer.adapted, "bin_boundaries") : nullptr) {
        const std::vector<float> floats = floatsIn(*learned);
        report.boundaries.assign(floats.begin(), floats.end());
    } else if (const Config* given = layer.config.find("bin_boundaries")) {
        NumberArray numbers;
        if (Codec<NumberArray>::read(*given, numbers))
            report.boundaries = numbers.values;
    }
    const std::vector<float> ends(report.boundaries.begin(), report.boundaries.end());
    report.counts.assign(ends.size() + 1, 0);
    GrowingHistogram numbers;
    Result<> done = streamed(
        question.document, question.registry, question.source, question.node, question.rows,
        question.job, [&](const LayerBlock& block) -> Result<> {
            const std::vector<float> floats = floatsIn(block.inputs.front());
            for (const float x : floats) {
                const auto bin = std::isnan(x) ? ends.end() : std::ranges::upper_bound(ends, x);
                ++report.counts[static_cast<std::size_t>(bin - ends.begin())];
            }
            numbers.add(floats);
            return std::monostate{};
        });
    if (!done.ok())
        return std::move(done.error());
    report.numbers = numbers.histogram(96);
    report.least = numbers.least();
    report.most = numbers.most();
    report.odd = numbers.odd();
    return report;
}

} // namespace lb
