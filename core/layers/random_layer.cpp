#include "core/layers/random_layer.h"

#include "core/tensor/dispatch.h"

#include <charconv>

namespace lb {

Tensor uniformDraw(const DrawContext& context, const Seed& seed, std::uint32_t number, double low,
                   double high, std::size_t tail)
{
    const StreamKey path
        = seed.value ? context.path.child(static_cast<std::uint64_t>(*seed.value)) : context.path;
    Shape shape(1 + tail, 1);
    shape[0] = std::ssize(context.sampleIds);
    const float from = static_cast<float>(low);
    const float width = static_cast<float>(high) - from;
    return Tensor::make<float>(std::move(shape), [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            const RandomStream stream(path, context.epoch, context.sampleIds[i]);
            out[i] = from + width * stream.uniform(number);
        }
    });
}

double drawnNumber(const Transformation& drawn, std::string_view name, std::size_t index)
{
    const auto found = drawn.find(name);
    if (found == drawn.end())
        return 0;
    return dispatch(found->second.dtype(), [&]<typename Number>(Number) {
        const auto values = found->second.values<Number>();
        return index < values.size() ? static_cast<double>(values[index]) : 0.0;
    });
}

std::string shownNumber(double value, int digits, bool sign)
{
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::fixed, digits);
    if (end.ec != std::errc())
        return "?";
    const std::string text(buffer.data(), end.ptr);
    return sign && value >= 0 ? "+" + text : text;
}

} // namespace lb
