#include "widgets/inspector/trial.h"

#include "core/preview/picture.h"
#include "core/tensor/typed_numbers.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr double kImageSide = 160;

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

QString startingText(const LayerType& type, const std::vector<Spec>& wired)
{
    constexpr std::int64_t kMost = 48;
    const auto isSmall = [](const Spec& spec) {
        std::int64_t count = 1;
        for (const std::int64_t length : spec.shape)
            count *= length == kUnknown ? 2 : length;
        return count > 0 && count <= kMost;
    };
    std::vector<Spec> specs = wired;
    const std::vector<Example> examples = type.contractExamples();
    if ((specs.empty() || !std::ranges::all_of(specs, isSmall)) && !examples.empty())
        specs = examples.front().inputs;
    QStringList texts;
    for (const Spec& spec : specs)
        texts << QString::fromStdString(typedText(startingNumbers(spec)));
    return texts.join("\n\n");
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

} // namespace

Trial startingTrial(const LayerType& type, const std::vector<Spec>& wired)
{
    Trial trial;
    if (takesStrings(type)) {
        trial.kind = Trial::Text;
        trial.input = "azure\ncyan";
        trial.adapt = "cyan\nturquoise\nceleste";
        return trial;
    }
    trial.kind = takesImages(type) ? Trial::Image : Trial::Numbers;
    trial.input = startingText(type, wired);
    return trial;
}

Tensor imageBatch(const PreviewSample& sample)
{
    const Shape own = sample.image.shape();
    const double scale
        = std::min(1.0, kImageSide / static_cast<double>(std::max(own[0], own[1])));
    const auto scaled = [&](std::int64_t length) {
        return std::max<std::int64_t>(1, std::llround(static_cast<double>(length) * scale));
    };
    const Tensor image = scale < 1 ? resizedImage(sample.image, scaled(own[0]), scaled(own[1]))
                                   : sample.image;
    Shape batch = image.shape();
    batch.insert(batch.begin(), 1);
    return image.reshaped(batch);
}

} // namespace lb
