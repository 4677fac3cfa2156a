#include "core/preview/learned_numbers.h"

#include "core/layers/number_array.h"
#include "core/layers/random_layer.h"
#include "core/preview/learned_parts.h"

#include <algorithm>

namespace lb {
namespace {

Error noNumbers(const std::string& where)
{
    return {ErrorCode::Unsupported, where,
            LB_TR("Error", "has no means or bins; choose a Normalization or a Discretization")};
}

Result<const AdaptableLayerType*> typeOfLayer(const LayerDef& layer, const LayerRegistry& registry)
{
    LB_TRY(type, registry.find(layer.kerasClass));
    const auto* adaptable = dynamic_cast<const AdaptableLayerType*>(type);
    if (!adaptable || learnedColumns(layer.kerasClass).empty())
        return noNumbers(layer.name);
    return adaptable;
}

/// The shape that a Normalization's numbers must have.
Result<Shape> shapeOfMoments(const LayerDef& layer, const AdaptableLayerType& type,
                             const std::optional<Spec>& input, std::int64_t count)
{
    if (input && !input->shape.empty()) {
        const auto shapes = type.weightShapes(layer.config, *input);
        const bool known = shapes.ok() && !shapes.value().empty()
            && std::ranges::none_of(shapes.value().front(), [](auto size) { return size < 0; });
        if (known && elementCount(shapes.value().front()) != count)
            return Error{ErrorCode::BadParameter,
                         layer.name,
                         {LB_TR("Error", "needs %1 means and variances, one for each place along "
                                         "its axes, and got %2"),
                          {elementCount(shapes.value().front()), count}}};
        if (known)
            return shapes.value().front();
    }
    const Tensor* learned = tensorIn(layer.adapted, "mean");
    if (learned && elementCount(learned->shape()) == count)
        return learned->shape();
    return Shape{count};
}

Config listOf(const std::vector<double>& numbers)
{
    ConfigList list;
    for (const double number : numbers)
        list.emplace_back(number);
    return Config(std::move(list));
}

Tensor float32Of(const Shape& shape, const std::vector<double>& numbers)
{
    return Tensor::make<float>(shape, [&](std::span<float> out) {
        std::ranges::transform(numbers, out.begin(), [](double x) { return static_cast<float>(x); });
    });
}

} // namespace

Result<LearnedNumbers> learnedNumbers(const LayerDef& layer, const LayerRegistry& registry)
{
    LB_TRY(type, typeOfLayer(layer, registry));
    LearnedNumbers numbers{learnedColumns(layer.kerasClass), {}};
    for (const std::string& name : numbers.names) {
        std::vector<double> column;
        const Config* given = layer.config.find(name);
        NumberArray array;
        if (!type->needsState(layer.config) && given && Codec<NumberArray>::read(*given, array)) {
            column = array.values;
        } else if (const Tensor* learned = tensorIn(layer.adapted, name)) {
            const std::vector<float> floats = floatsIn(*learned);
            column.assign(floats.begin(), floats.end());
        } else {
            return Error{ErrorCode::NotFound, layer.name,
                         LB_TR("Error", "has not learned anything yet; adapt it first")};
        }
        numbers.columns.push_back(std::move(column));
    }
    return numbers;
}

Result<LayerDef> withLearnedNumbers(const LayerDef& layer, const LayerRegistry& registry,
                                    const std::optional<Spec>& input, const LearnedNumbers& numbers)
{
    LB_TRY(type, typeOfLayer(layer, registry));
    if (numbers.names != learnedColumns(layer.kerasClass))
        return noNumbers(layer.name);
    LayerDef changed = layer;
    if (!type->needsState(layer.config)) {
        for (std::size_t i = 0; i < numbers.names.size(); ++i) {
            LB_TRY(config,
                   withParam(changed.config, numbers.names[i], listOf(numbers.columns[i])));
            changed.config = std::move(config);
        }
        if (Result<> good = type->check(changed.config); !good.ok())
            return std::move(good.error());
        return changed;
    }
    Shape shape{std::ssize(numbers.columns.front())};
    if (layer.kerasClass == "Normalization") {
        LB_TRY(moments, shapeOfMoments(layer, *type, input, shape.front()));
        shape = std::move(moments);
    }
    AdaptedState state;
    for (std::size_t i = 0; i < numbers.names.size(); ++i)
        state.tensors.emplace(numbers.names[i], float32Of(shape, numbers.columns[i]));
    changed.adapted = std::make_shared<const AdaptedState>(std::move(state));
    return changed;
}

} // namespace lb
