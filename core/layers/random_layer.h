#pragma once

#include "core/layers/layer.h"
#include "core/support/random_stream.h"

namespace lb {

/// What was drawn, by Keras' names; every tensor has the batch in front.
using Transformation = std::map<std::string, Tensor, std::less<>>;

/// Which numbers to draw: those of a call (not of a layer, which may be shared), by sample.
/// A layer that draws once a batch (About::perBatch) uses `batchIndex` in place of the sample.
struct DrawContext {
    StreamKey path;
    std::uint32_t epoch = 0;
    std::span<const std::uint64_t> sampleIds;
    std::uint64_t batchIndex = 0;
    std::span<const Spec> inputs; ///< shapes known; batch = sampleIds.size()
};

/// What a layer draws, where that is one uniform number a sample: what a preview can show the ends
/// of and plot along a line.
struct DrawnRange {
    std::vector<std::string> names; ///< entries of the transformation; all of them take the number
    double low = 0, high = 0; ///< in their unit
};

/// A layer that draws and then applies, so that a preview can print what was drawn and a test
/// can feed Keras' own numbers. In training its emit() asks for what was drawn with
/// Emitter::drawn(name, spec); at inference it describes the identity. Any thread.
class RandomLayerType : public LayerType {
public:
    virtual Result<Transformation> draw(const Config& config, const DrawContext& context) const = 0;
    /// The one or two numbers that tell a person what was drawn for `sample`: "+12.4°".
    virtual std::string shown(const Transformation& drawn, std::size_t sample) const = 0;
    /// Nothing unless it is one uniform number a sample and `config` fits.
    virtual std::optional<DrawnRange> range(const Config& config) const
    {
        static_cast<void>(config);
        return std::nullopt;
    }
    /// Whether a transformation that is complete needs the draw of that name; what it does not need
    /// may be missing.
    virtual bool needs(const Config& config, const Config& transformation,
                       std::string_view draw) const
    {
        static_cast<void>(config), static_cast<void>(transformation), static_cast<void>(draw);
        return true;
    }
    /// A transformation that somebody wrote down, with what follows from the rest added.
    virtual Config completed(const Config& config, const Config& transformation) const
    {
        static_cast<void>(config);
        return transformation;
    }
};

/// Implements RandomLayerType for a class with drawn(params, context) -> Result<Transformation>
/// and shownDraw(transformation, sample), beside what LayerOf asks for, and drawnRange(params) where
/// it draws one number.
template <typename Self, typename P>
class RandomLayerOf : public LayerOf<Self, P, RandomLayerType> {
public:
    Result<Transformation> draw(const Config& config, const DrawContext& context) const final
    {
        LB_TRY(params, RandomLayerOf::decoded(config));
        return Self::drawn(params, context);
    }
    std::string shown(const Transformation& drawn, std::size_t sample) const final
    {
        return Self::shownDraw(drawn, sample);
    }
    std::optional<DrawnRange> range(const Config& config) const final
    {
        if constexpr (requires(const P& p) { Self::drawnRange(p); }) {
            const auto params = RandomLayerOf::decoded(config);
            if (params.ok())
                return Self::drawnRange(params.value());
        }
        return std::nullopt;
    }
};

/// Uniform numbers in [low, high), one for each sample, with `tail` axes of length 1 behind the
/// batch. `number` counts the draws of one layer; a seed of its own gives it another stream.
Tensor uniformDraw(const DrawContext& context, const Seed& seed, std::uint32_t number, double low,
                   double high, std::size_t tail = 0);

/// Element `index` of a drawn tensor, or 0 if it is not there.
double drawnNumber(const Transformation& drawn, std::string_view name, std::size_t index);
/// "+12.4": rounded to `digits` places; locale-free.
std::string shownNumber(double value, int digits, bool sign);

/// A layer with adapt(). `summarise` is pure and runs in parallel, `fold` runs on one thread in
/// block order, so the result does not depend on the number of workers.
class AdaptableLayerType : public LayerType {
public:
    using Summary = std::shared_ptr<const void>; ///< the layer's own; null before the first block
    virtual Result<Summary> summarise(const Config& config, const Tensor& block) const = 0;
    virtual Result<Summary> fold(const Config& config, Summary sum, const Summary& next) const = 0;
    virtual Result<StateHandle> finish(const Config& config, const Summary& sum) const = 0;
    /// What `weights` (Keras' order) of an archive mean, and the way back.
    virtual Result<StateHandle> stateOf(const Config& config,
                                        std::span<const Tensor> weights) const = 0;
    virtual std::vector<Tensor> weightsOf(const Config& config,
                                          const AdaptedState& state) const = 0;
    /// The shapes of those weights for an input, batch in front. Errors: BadShape.
    virtual Result<std::vector<Shape>> weightShapes(const Config& config,
                                                    const Spec& input) const = 0;
    virtual bool needsState(const Config& config) const = 0; ///< false: mean and variance are given
    /// Whether Keras calls the layer before it has learned anything. Shapes are described anyway.
    virtual bool worksUnadapted() const { return true; }
    /// The config that Keras writes after adapt(), for layers that keep what they learned in it.
    virtual Config configWith(const Config& config, const AdaptedState& state) const
    {
        static_cast<void>(state);
        return config;
    }
    /// The way back: what a config of an archive holds of it; null where that is nothing.
    virtual StateHandle stateIn(const Config& config) const
    {
        static_cast<void>(config);
        return {};
    }
};

} // namespace lb
