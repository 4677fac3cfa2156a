#include "core/layers/weight_rule.h"

#include <cmath>

namespace lb {
namespace {

/// Half the width of the uniform distribution: sqrt(6 / (fan in + fan out)).
float glorotLimit(const Shape& shape)
{
    if (shape.empty())
        return std::sqrt(3.0f);
    const std::int64_t out = shape.back();
    const std::int64_t in = shape.size() > 1 ? shape[shape.size() - 2] : out;
    std::int64_t field = 1; // a kernel [height, width, in, out] sees height * width places
    for (std::size_t i = 0; i + 2 < shape.size(); ++i)
        field *= shape[i];
    return std::sqrt(6.0f / static_cast<float>(field * (in + out)));
}

} // namespace

bool Codec<WeightRule>::read(const Config& config, WeightRule& into)
{
    const bool fits = !initializerClass(config).empty();
    if (fits)
        into.initializer = config;
    return fits;
}

std::string initializerClass(const Config& initializer)
{
    const Config* nested = initializer.find("class_name"); // Keras writes either form
    const auto* name = (nested ? *nested : initializer).as<std::string>();
    return name ? *name : std::string();
}

Result<Tensor> initialWeight(const Config& initializer, const Shape& shape, StreamKey key)
{
    const std::string name = initializerClass(initializer);
    if (name == "Zeros" || name == "zeros")
        return Tensor::make<float>(shape, [](std::span<float>) {});
    if (name != "GlorotUniform" && name != "glorot_uniform")
        return Error{ErrorCode::BadParameter, name,
                     LB_TR("Error", "is not a known initializer")};
    const RandomStream stream(key, /*epoch=*/0, /*sample=*/0);
    const float limit = glorotLimit(shape);
    return Tensor::make<float>(shape, [&](std::span<float> values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = (2 * stream.uniform(/*draw=*/0, i) - 1) * limit;
    });
}

} // namespace lb
