#pragma once

#include "core/kernels/warp.h"
#include "core/layers/annotations.h"
#include "core/layers/random_layer.h"

namespace lb {
namespace kernels {

constexpr auto kerasNames(FillMode)
{
    return std::to_array<std::string_view>({"reflect", "wrap", "constant", "nearest"});
}
constexpr auto kerasNames(Sampling)
{
    return std::to_array<std::string_view>({"nearest", "bilinear"});
}

} // namespace kernels

/// The fields seed and data_format, which every random image layer has.
template <typename P> auto drawFields(Seed P::*seed, DataFormat P::*dataFormat)
{
    return std::tuple{
        field(seed, "seed", LB_TR("Layer", "Seed"))
            .advanced()
            .help(
                LB_TR("Layer", "Gives this layer draws of its own; empty: those of the project.")),
        field(dataFormat, "data_format", LB_TR("Layer", "Data format"))
            .advanced()
            .help(LB_TR("Layer", "Where the channels stand in a shape.")),
    };
}

/// The field `factor` of a layer that changes images by chance.
template <typename P> Field<P, Factor> chanceField(Factor P::*factor)
{
    return field(factor, "factor", LB_TR("Layer", "Factor"))
        .least(0.0)
        .most(1.0)
        .slider(0.0, 1.0)
        .help(LB_TR("Layer",
                    "How probable it is that an image is changed, drawn for every image; one "
                    "number f means 0 to f."));
}

/// How a layer that moves images reads them; the parameters that all of them have.
struct WarpParams {
    kernels::FillMode fillMode = kernels::FillMode::Reflect;
    kernels::Sampling interpolation = kernels::Sampling::Bilinear;
    Seed seed;
    double fillValue = 0;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const WarpParams&) const = default;
};

/// The fields of WarpParams, from which `P` derives.
template <std::derived_from<WarpParams> P> auto warpFields()
{
    const auto member = []<typename T>(T WarpParams::*base) { return static_cast<T P::*>(base); };
    return std::tuple_cat(
        std::tuple{
            field(member(&WarpParams::fillMode), "fill_mode", LB_TR("Layer", "Fill mode"))
                .help(LB_TR("Layer", "What comes into view from beyond the border.")),
            field(member(&WarpParams::interpolation), "interpolation",
                  LB_TR("Layer", "Interpolation"))
                .help(LB_TR("Layer", "How pixels between pixels are made.")),
            field(member(&WarpParams::fillValue), "fill_value", LB_TR("Layer", "Fill value"))
                .slider(0.0, 255.0)
                .appliesIf([](const P& p) { return p.fillMode == kernels::FillMode::Constant; })
                .help(LB_TR("Layer", "The value beyond the border, in the units of the images."))},
        drawFields(member(&WarpParams::seed), member(&WarpParams::dataFormat)));
}

/// Keras' name of a fill mode or an interpolation, as ops take it.
template <typename E> std::string kerasName(E value)
{
    return Codec<E>::choices().at(static_cast<std::size_t>(value));
}

/// What a layer does with boxes: gets them, the images and the map.
using MoveBoxes = std::function<void(BoxFrame& boxes, ValueRef images, ValueRef matrix)>;
/// Describes the result of a map [batch, 8] that `matrixOf(images)` describes, for images and for
/// the masks and boxes that belong to them.
Result<Outputs> emitWarp(const WarpParams& params, Emitter& emitter,
                         const std::function<ValueRef(const ImageFrame&)>& matrixOf,
                         const MoveBoxes& moveBoxes);
/// Masks through a map: their numbers stay what they are.
ValueRef warpedMasks(Emitter& emitter, ValueRef masks, ValueRef matrix, std::string_view fillMode,
                     double fillValue);

/// The identity that random layers are at inference. Errors: BadShape unless x is images.
Result<Outputs> passedOn(const Emitter& emitter, ValueRef x, DataFormat format);

/// What Keras checks of a factor with bounds: a single number is inside, a pair reaches into them.
/// Errors: BadParameter at `key`. Source: Keras 3 `BaseImagePreprocessingLayer._set_factor`.
Result<> checkFactor(std::string_view key, const Factor& factor, double least, double most);
/// What RandomZoom and RandomTranslation check: each number is inside; `open` leaves `least` out.
Result<> checkEnds(std::string_view key, const Factor& factor, double least, double most,
                   bool open);

/// The spec of what a layer draws for every sample: [batch, 1, ...] with `tail` ones.
Spec drawnSpec(std::int64_t batch, std::size_t tail, DType dtype = DType::Float32);

/// Errors: BadShape unless the context says what the layer is called with.
Result<ImageSize> drawnImageSize(const DrawContext& context, DataFormat format);

} // namespace lb
