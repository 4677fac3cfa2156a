#include "widgets/inspector/trial.h"

#include "core/conform/numbers.h"
#include "core/layers/columns_layer.h"
#include "core/layers/feature_space_parts.h"
#include "core/tensor/typed_numbers.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr double kImageSide = 160;
const QRegularExpression kBetweenNumbers("[\\s,;]+");

/// Numbers of a shape that are worth calling a layer with.
Tensor startingNumbers(const Spec& spec)
{
    Shape shape = spec.shape;
    for (std::int64_t& length : shape)
        length = length == kUnknown ? 2 : length;
    if (!isFloating(spec.dtype))
        return Tensor::make<std::int64_t>(shape, [](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int64_t>(i % 4);
        });
    return Tensor::make<float>(shape, [](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(i % 10) / 2.0f - 1;
    });
}

/// Those that come to the node if they are small, else those of an example.
std::vector<Spec> startingSpecs(const LayerType& type, const std::vector<Spec>& wired)
{
    constexpr std::int64_t kMost = 48;
    const auto isSmall = [](const Spec& spec) {
        std::int64_t count = 1;
        for (const std::int64_t length : spec.shape)
            count *= length == kUnknown ? 2 : length;
        return count > 0 && count <= kMost;
    };
    const std::vector<Example> examples = type.contractExamples();
    if ((wired.empty() || !std::ranges::all_of(wired, isSmall)) && !examples.empty())
        return examples.front().inputs;
    return wired;
}

/// Of a FeatureSpace: a column each of its features, as its config has them; else nothing.
std::vector<Spec> columnSpecs(const LayerType& type, const Config& config)
{
    std::vector<Spec> specs;
    if (!dynamic_cast<const ColumnsLayerType*>(&type))
        return specs;
    if (const auto parts = featureSpaceParts(config); parts.ok())
        for (const SpaceFeature& feature : parts.value().features)
            specs.push_back({feature.dtype, {2, 1}, {}});
    return specs;
}

/// Layers of sounds need as many samples as their window has, which examples set small.
std::vector<Spec> longEnough(const LayerType& type, const Config& config, const std::vector<Spec>& specs)
{
    constexpr std::int64_t kLeast = 32, kMost = 4'096;
    const auto takes = [&](const std::vector<Spec>& tried) {
        return describedBy(type, config, tried, Phase::Training).ok();
    };
    if (specs.size() != 1 || !isFloating(specs.front().dtype) || specs.front().shape.size() > 3 || takes(specs))
        return specs;
    for (std::int64_t length = kLeast; length <= kMost; length *= 2)
        for (const Shape& shape : {Shape{length}, Shape{1, length, 1}}) { // of one sound
            const std::vector<Spec> longer{{specs.front().dtype, shape, {}}};
            if (shape.size() <= specs.front().shape.size() && takes(longer))
                return longer;
        }
    return specs;
}

QString startingText(const std::vector<Spec>& specs)
{
    QStringList texts;
    for (const Spec& spec : specs)
        texts << QString::fromStdString(typedText(startingNumbers(spec)));
    return texts.join("\n\n");
}

/// A value a line; the columns are told apart by an empty line.
QString startingColumns(const std::vector<Spec>& specs)
{
    QStringList texts;
    for (const Spec& spec : specs)
        texts << (spec.dtype == DType::String ? "azure\ncyan"
                      : isFloating(spec.dtype) ? "0.5\n2.5"
                                               : "1\n2");
    return texts.join("\n\n");
}

/// Values to learn from, of the same kind as the input.
QString startingAdapt(const std::vector<Spec>& specs, bool columns)
{
    if (specs.empty())
        return {};
    if (!columns) {
        Spec more = specs.front();
        if (!more.shape.empty())
            more.shape.front() = 8;
        return startingText({more});
    }
    QStringList texts;
    for (const Spec& spec : specs)
        texts << (spec.dtype == DType::String ? "cyan\nturquoise\nceleste\ncyan"
                      : isFloating(spec.dtype) ? "0.5\n1.5\n2.5\n3.5"
                                               : "1\n1\n2\n3");
    return texts.join("\n\n");
}

/// One value for each row, as a column of a table.
bool isColumn(const Spec& spec)
{
    return spec.shape.size() == 2 && spec.shape[1] == 1;
}

bool takesImages(const LayerType& type)
{
    const About::Family family = type.about().family;
    if (family == About::Family::Image || family == About::Family::RandomImage)
        return true;
    const std::vector<Example> examples = type.contractExamples();
    return !examples.empty() && examples.front().inputs.size() == 1
        && examples.front().inputs.front().shape.size() == 4;
}

bool takesStrings(const LayerType& type)
{
    const std::vector<Example> examples = type.contractExamples();
    return !examples.empty() && examples.front().inputs.front().dtype == DType::String;
}

enum class Cells : std::uint8_t { Numbers, Strings, Both };

/// What the layer takes at that place: what comes there now, else what its examples say.
Cells cellsAt(const LayerType& type, const std::vector<Spec>& wired, std::size_t place)
{
    if (place < wired.size())
        return wired[place].dtype == DType::String ? Cells::Strings : Cells::Numbers;
    if (dynamic_cast<const ColumnsLayerType*>(&type))
        return Cells::Both; // its config says it, by name
    bool strings = false, numbers = false;
    for (const Example& example : type.contractExamples())
        if (place < example.inputs.size())
            (example.inputs[place].dtype == DType::String ? strings : numbers) = true;
    return !strings ? Cells::Numbers : numbers ? Cells::Both : Cells::Strings;
}

Result<Tensor> typedColumn(const QString& text, Cells cells)
{
    if (cells != Cells::Strings) {
        const auto numbers = typedTensors(text.toStdString());
        if (numbers.ok() && isColumn({DType::Float32, numbers.value().front().shape(), {}}))
            return numbers.value().front();
        if (cells == Cells::Numbers && !numbers.ok())
            return numbers.error();
        if (cells == Cells::Numbers)
            return Error{ErrorCode::BadParameter, "line 1",
                         LB_TR("Error", "a column has one value a line")};
    }
    LB_TRY(words, tensorOfLines(text.toStdString()));
    return words.reshaped({words.shape()[0], 1});
}

} // namespace

Trial startingTrial(const LayerType& type, const Config& config, const std::vector<Spec>& wired)
{
    Trial trial;
    const std::vector<Spec> columns = wired.empty() ? columnSpecs(type, config) : std::vector<Spec>();
    const std::vector<Spec> specs
        = columns.empty() ? longEnough(type, config, startingSpecs(type, wired)) : columns;
    const bool strings = takesStrings(type);
    const bool any = std::ranges::any_of(specs, [](const Spec& spec) {
        return spec.dtype == DType::String;
    });
    if (!columns.empty() || (specs.size() > 1 && any) || (!wired.empty() && std::ranges::all_of(wired, isColumn))) {
        trial.kind = Trial::Columns;
        trial.input = startingColumns(specs);
        trial.adapt = startingAdapt(specs, true);
    } else if (strings) {
        trial.kind = Trial::Text;
        trial.input = "azure\ncyan";
        trial.adapt = "cyan\nturquoise\nceleste";
    } else {
        trial.kind = takesImages(type) ? Trial::Image : Trial::Numbers;
        trial.input = startingText(specs);
        trial.adapt = startingAdapt(specs, false);
    }
    return trial;
}

Result<std::vector<Tensor>> typedColumns(const QString& text, const LayerType& type,
                                         const std::vector<Spec>& wired)
{
    static const QRegularExpression between("\\n[ \\t]*\\n\\s*");
    std::vector<Tensor> columns;
    QStringList blocks = text.trimmed().split(between, Qt::SkipEmptyParts);
    if (takesStrings(type) && startingSpecs(type, wired).size() == 1) // a text may have empty lines
        blocks = {blocks.join('\n')};
    for (const QString& block : blocks) {
        LB_TRY(column, typedColumn(block, cellsAt(type, wired, columns.size())));
        columns.push_back(std::move(column));
    }
    if (columns.empty())
        return Error{ErrorCode::BadParameter, "", LB_TR("Error", "a value is needed")};
    return columns;
}

PreviewSample smallSample(const PreviewSample& sample)
{
    const Shape own = sample.image.shape();
    const double scale
        = std::min(1.0, kImageSide / static_cast<double>(std::max(own[0], own[1])));
    const auto scaled = [&](std::int64_t length) {
        return std::max<std::int64_t>(1, std::llround(static_cast<double>(length) * scale));
    };
    return scale < 1 ? resizedSample(sample, scaled(own[0]), scaled(own[1])) : sample;
}

Result<ImageAnnotations> typedBoxes(const QString& text, std::span<const std::string> names)
{
    std::vector<float> edges;
    std::vector<std::int32_t> labels;
    const QStringList lines = text.split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString line = QString(lines[i]).replace(kBetweenNumbers, " ").trimmed();
        if (line.isEmpty())
            continue;
        const std::string where = "line " + std::to_string(i + 1);
        bool ok = true;
        for (int edge = 0; edge < 4 && ok; ++edge)
            edges.push_back(line.section(' ', edge, edge).toFloat(&ok));
        if (!ok)
            return Error{ErrorCode::BadParameter, where,
                         LB_TR("Error",
                               "a box is left, top, right and bottom in pixels, and its class")};
        const std::string name = line.section(' ', 4).toStdString();
        const auto known = std::ranges::find(names, name);
        int label = static_cast<int>(known - names.begin());
        if (known == names.end())
            label = name.empty() ? 0 : QString::fromStdString(name).toInt(&ok);
        if (!ok || label < 0)
            return Error{ErrorCode::BadParameter,
                         where,
                         {LB_TR("Error", "is no class of boxes and no number: %1"), {name}}};
        labels.push_back(label);
    }
    ImageAnnotations result;
    if (labels.empty())
        return result;
    const std::int64_t count = std::ssize(labels);
    result.boxes = Tensor::make<float>({count, 4}, [&](std::span<float> out) {
        std::ranges::copy(edges, out.begin());
    });
    result.labels = Tensor::make<std::int32_t>({count}, [&](std::span<std::int32_t> out) {
        std::ranges::copy(labels, out.begin());
    });
    return result;
}

QString boxesText(const ImageAnnotations& annotations, std::span<const std::string> names)
{
    if (!annotations.boxes || !annotations.labels)
        return {};
    const Tensor boxes = converted(*annotations.boxes, DType::Float32);
    const Tensor labels = converted(*annotations.labels, DType::Int64);
    QStringList lines;
    for (std::size_t i = 0; i < labels.values<std::int64_t>().size(); ++i) {
        const std::int64_t label = labels.values<std::int64_t>()[i];
        QStringList parts;
        for (const float edge : boxes.values<float>().subspan(4 * i, 4))
            parts << QString::number(static_cast<double>(edge), 'g', 4);
        parts << (label >= 0 && label < std::ssize(names)
                      ? QString::fromStdString(names[static_cast<std::size_t>(label)])
                      : QString::number(label));
        lines << parts.join(' ');
    }
    return lines.join('\n');
}

} // namespace lb
