#include "core/preview/layer_example.h"

#include "core/conform/layer_call.h"
#include "core/data/sources.h"
#include "core/layers/vocabulary_layer.h"
#include "core/preview/picture_axes.h"
#include "core/tensor/rows.h"

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr std::int64_t kStepsAcross = 4; ///< what an unknown size becomes
constexpr std::uint64_t kShapesSeed = 7;

/// A configuration with inputs, and what is learned before.
struct Attempt {
    Config config;
    std::vector<Tensor> inputs;
    std::optional<Tensor> adapt;
};

Tensor column(std::vector<std::string> texts)
{
    return Tensor::make<std::string>({std::ssize(texts)}, [&](std::span<std::string> out) {
        std::ranges::move(texts, out.begin());
    });
}

/// Two shapes of different classes, so that layers that mix pictures have something to mix.
Tensor drawnPair()
{
    const SourceHandle shapes = drawnShapes(8, kShapesSeed);
    std::vector<Tensor> pictures;
    for (const std::int64_t row : {2, 5})
        if (auto picture = shapes->image(row); picture.ok())
            pictures.push_back(std::move(picture.value()));
    const auto both = batchOf(pictures);
    return both.ok() ? both.value() : Tensor();
}

Tensor smallNumbers(const Spec& spec)
{
    Shape shape = spec.shape;
    for (std::int64_t& length : shape)
        length = length == kUnknown ? kStepsAcross : length;
    if (!isFloating(spec.dtype))
        return Tensor::make<std::int64_t>(shape, [](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int64_t>(i * 5 % 7);
        });
    return Tensor::make<float>(shape, [](std::span<float> out) { // neither sorted nor all alike
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::round(100 * std::sin(1 + 1.7F * static_cast<float>(i))) / 50;
    });
}

bool takesImages(const LayerType& type, const std::vector<Example>& examples)
{
    const About::Family family = type.about().family;
    if (family == About::Family::Image || family == About::Family::RandomImage)
        return true;
    return !examples.empty() && examples.front().inputs.size() == 1
        && examples.front().inputs.front().shape.size() == 4;
}

std::vector<Attempt> attemptsFor(const LayerType& type)
{
    const std::vector<Example> examples = type.contractExamples();
    std::vector<Attempt> attempts;
    const Config fresh = type.newConfig();
    if (type.kerasClass() == "TextVectorization") {
        attempts.push_back({fresh, {column({"The cat sat, the dog ran."})},
                            column({"the cat sat on the mat", "a dog ran to the cat"})});
    } else if (!examples.empty() && examples.front().inputs.front().dtype == DType::String
               && examples.front().inputs.size() == 1) {
        attempts.push_back({fresh, {column({"azure", "cyan", "celeste"})},
                            column({"cyan", "turquoise", "celeste"})});
    } else if (takesImages(type, examples)) {
        attempts.push_back({fresh, {drawnPair()}, {}});
        for (const Example& example : examples)
            attempts.push_back({example.config, {drawnPair()}, {}});
    }
    for (const Example& example : examples) {
        std::vector<Tensor> inputs;
        for (const Spec& spec : example.inputs)
            inputs.push_back(spec.dtype == DType::String
                                 ? Tensor::make<std::string>(
                                       spec.shape,
                                       [](std::span<std::string> out) {
                                           for (std::size_t i = 0; i < out.size(); ++i)
                                               out[i] = i % 2 ? "cyan" : "azure";
                                       })
                                 : smallNumbers(spec));
        attempts.push_back({example.config, inputs, inputs.empty() ? Tensor() : inputs.front()});
    }
    return attempts;
}

/// Of a batch the first sample; a value of one axis as it is.
Tensor sampleOf(const Tensor& value)
{
    return value.shape().size() > 1 && value.shape().front() > 0 ? rowOf(value, 0) : value;
}

ExampleValue shownValue(const Tensor& value, const PictureOptions& options)
{
    const Tensor sample = sampleOf(value);
    ExampleValue shown{{}, wordsOf(sample), {value.dtype(), value.shape(), {}}};
    if (shown.words.empty() && value.dtype() != DType::String)
        shown.picture = pictureOf(sample, ValueRange::unknown(), options);
    return shown;
}

/// Words beside their ids, where the output is that.
ValueWords pairsIn(const LayerType& type, const Attempt& attempt, const Tensor& output)
{
    const auto* words = dynamic_cast<const VocabularyLayerType*>(&type);
    const Tensor& input = attempt.inputs.front();
    if (!words || input.dtype() != DType::String || isFloating(output.dtype()))
        return {};
    std::vector<std::string> from;
    if (output.shape().size() == 2) { // a row of a text
        if (auto split = words->split(attempt.config, elementText(input, 0)); split.ok())
            from = std::move(split.value().tokens);
    } else {
        for (std::size_t i = 0; i < static_cast<std::size_t>(elementCount(input.shape())); ++i)
            from.push_back(elementText(input, i));
    }
    return pairsOf(from, sampleOf(output));
}

} // namespace

std::optional<LayerExample> layerExample(const LayerType& type, const LayerRegistry& registry,
                                         const PictureOptions& options)
{
    for (const Attempt& attempt : attemptsFor(type)) {
        LayerCall call;
        call.layer = ConfigObject{{"class_name", std::string(type.kerasClass())},
                                  {"config", attempt.config}};
        call.inputs = attempt.inputs;
        if (const auto* learns = dynamic_cast<const AdaptableLayerType*>(&type);
            learns && learns->needsState(attempt.config))
            call.adapt = attempt.adapt;
        call.training = type.about().trainOnly;
        call.seed = 3;
        const auto answer = answered(call, registry);
        if (!answer.ok() || answer.value().outputs.empty())
            continue;
        const Tensor& output = answer.value().outputs.front();
        LayerExample example;
        for (const Tensor& input : attempt.inputs)
            example.inputs.push_back(shownValue(input, options));
        PictureOptions drawing = options;
        drawing.axes = axesOf(type.kerasClass(), attempt.config);
        example.output = shownValue(output, drawing);
        if (ValueWords pairs = pairsIn(type, attempt, output); !pairs.empty())
            example.output.words = std::move(pairs);
        if (const auto* random = dynamic_cast<const RandomLayerType*>(&type);
            random && !answer.value().drawn.empty())
            example.shown = random->shown(answer.value().drawn, 0);
        if (!example.output.words.empty() || !example.output.picture.rgb.empty())
            return example;
    }
    return std::nullopt;
}

} // namespace lb
