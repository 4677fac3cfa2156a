#pragma once

#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"

namespace lb {

/// What layers have in common that draw how they change the colours of images.
struct ColorParams {
    std::array<double, 2> valueRange{0, 255};
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const ColorParams&) const = default;
};

/// The field value_range.
template <typename P>
Field<P, std::array<double, 2>> valueRangeField(std::array<double, 2> P::*range)
{
    return field(range, "value_range", LB_TR("Layer", "Value range"))
        .slider(0.0, 255.0)
        .help(LB_TR("Layer",
                    "The values that images have when they come here: 0 to 255, or 0 to 1 after "
                    "rescaling."));
}

/// The field data_format.
template <typename P> Field<P, DataFormat> dataFormatField(DataFormat P::*format)
{
    return field(format, "data_format", LB_TR("Layer", "Data format"))
        .advanced()
        .help(LB_TR("Layer", "Where the channels stand in a shape."));
}

/// The fields of ColorParams, from which `P` derives.
template <std::derived_from<ColorParams> P> auto colorFields()
{
    const auto member = []<typename T>(T ColorParams::*base) { return static_cast<T P::*>(base); };
    return std::tuple{
        valueRangeField(member(&ColorParams::valueRange)),
        field(member(&ColorParams::seed), "seed", LB_TR("Layer", "Seed"))
            .advanced()
            .help(
                LB_TR("Layer", "Gives this layer draws of its own; empty: those of the project.")),
        dataFormatField(member(&ColorParams::dataFormat)),
    };
}

/// A value range as the ops take it; sorted where Keras sorts it.
ConfigObject rangeArgs(std::array<double, 2> range);
std::array<double, 2> sorted(std::array<double, 2> range);

/// Describes y = clip(x) into a value range.
ValueRef clipped(Emitter& emitter, ValueRef x, std::array<double, 2> range);

/// The turn of the hue in parts of the circle [batch]: half of U(of the factor's ends), to either
/// side. Takes the draws `number` (the side) and `number` + 1. Source: Keras 3 `RandomHue`.
Tensor hueDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
               const Factor& factor);

/// What the saturation is multiplied by [batch]: f / (1 - f + 1e-7), f ~ U(of the factor's ends);
/// and its spec with the range of it where that is bounded. Source: Keras 3 `RandomSaturation`.
Tensor saturationDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
                      const Factor& factor);
Spec saturationSpec(std::int64_t batch, const Factor& factor);

} // namespace lb
