#pragma once

#include "core/layers/image_frame.h"
#include "core/layers/random_layer.h"

namespace lb {

/// The stream of one sample of a call; a seed of the layer's own gives it another one.
RandomStream sampleStream(const DrawContext& context, const Seed& seed, std::size_t sample);
/// The stream of the whole batch, for what Keras draws once a batch.
RandomStream batchStream(const DrawContext& context, const Seed& seed);

/// One number in [low, high) that the whole batch shares.
float batchUniform(const DrawContext& context, const Seed& seed, std::uint32_t number, double low,
                   double high);

/// Flags, one a sample: set where u < p, u ~ U(0, 1), p ~ U(of the factor's ends).
/// Takes the draws `number` (p) and `number` + 1 (u).
Tensor flagDraw(const DrawContext& context, const Seed& seed, std::uint32_t number,
                  const Factor& factor);

/// Standard normal numbers of one draw.
void fillNormal(const RandomStream& stream, std::uint32_t number, std::span<float> out);

/// One Gamma(alpha, 1) number, never below the smallest normal float: as TensorFlow draws it, so
/// that Beta(alpha, alpha) of a tiny alpha has 1/2 beside 0 and 1. NaN for a negative alpha.
/// Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables".
float gammaNumber(const RandomStream& stream, std::uint32_t number, double alpha);

/// One Beta(alpha, alpha) number; takes the draws `number` and `number` + 1.
float betaNumber(const RandomStream& stream, std::uint32_t number, double alpha);

/// A whole number from 0 to count - 1, each as probable.
std::size_t wholeNumber(const RandomStream& stream, std::uint32_t number, std::uint64_t element,
                        std::size_t count);

/// 0 .. count - 1 in an order that the whole batch shares, int32.
Tensor shuffledRows(const DrawContext& context, const Seed& seed, std::uint32_t number,
                    std::size_t count);

/// A rectangle inside an image, in pixels; a pixel belongs to it if its index does.
struct RectangleMask {
    float left = 0, right = 0, top = 0, bottom = 0;

    float area() const { return (right - left) * (bottom - top); }
    /// Writes one image of flags: [height, width, channels], or channels first.
    void fill(std::span<bool> flags, const ImageSize& size, bool channelsFirst) const;
};

/// A rectangle of `widthRatio` · width and `heightRatio` · height at any place where it fits; takes
/// the draws `number` (its column) and `number` + 1 (its row).
/// Source: Keras 3 `RandomErasing`, `CutMix`.
RectangleMask rectangleOf(const RandomStream& stream, std::uint32_t number, float widthRatio,
                          float heightRatio, const ImageSize& size);

} // namespace lb
