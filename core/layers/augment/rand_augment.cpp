#include "core/layers/augment_policy.h"
#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct RandAugmentParams {
    std::array<double, 2> valueRange{0, 255};
    std::int64_t numOps = 2;
    Factor factor = Factor::of(0.5);
    kernels::Sampling interpolation = kernels::Sampling::Bilinear;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandAugmentParams&) const = default;
};

/// In the order in which Keras numbers them.
constexpr auto kPolicyLayers = std::to_array<std::string_view>(
    {"random_shear", "random_translation", "random_rotation", "random_brightness",
     "random_color_degeneration", "random_contrast", "random_sharpness", "random_posterization",
     "solarization", "auto_contrast", "equalization"});

/// Applies some of eleven layers one after the other, in training only. Which ones is drawn once a
/// batch, how strongly for every image; a layer that is chosen twice does the same twice.
///
/// Draws `layer_idxes` [num_ops], numbers of the layers, and what each of them draws, named
/// "transforms/random_shear/shear_factor" and so on. Shapes: x [batch, height, width, channels] or
/// one image; y as x, float32. Masks go the way of their images; boxes through the chosen layers in
/// the order of their numbers, each once, as in Keras. Errors: those of the layers (RandomShear refuses ends below 0).
/// Source: Keras 3 `RandAugment`.
class RandAugment final : public RandomLayerOf<RandAugment, RandAugmentParams> {
public:
    static constexpr std::string_view kKerasClass = "RandAugment";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = RandAugmentParams;
        return std::tuple_cat(
            std::tuple{field(&P::valueRange, "value_range", LB_TR("Layer", "Value range"))
                           .slider(0.0, 255.0)
                           .help(LB_TR("Layer",
                                       "The values that images have when they come here: 0 to 255, "
                                       "or 0 to 1 after rescaling.")),
                       field(&P::numOps, "num_ops", LB_TR("Layer", "Number of changes"))
                           .least(0)
                           .slider(0, 5)
                           .help(LB_TR("Layer", "How many changes follow each other.")),
                       field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                           .least(0.0)
                           .most(1.0)
                           .slider(0.0, 1.0)
                           .help(LB_TR("Layer",
                                       "How strong the changes are; one number f means 0 to f.")),
                       field(&P::interpolation, "interpolation", LB_TR("Layer", "Interpolation"))
                           .help(LB_TR("Layer", "How pixels between pixels are made."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static Result<> validate(const RandAugmentParams& p)
    {
        if (Result<> fits = checkFactor("factor", p.factor, 0, 1); !fits.ok())
            return fits;
        return checkEnds("factor", Factor::between(endsOf(p.factor, 0)[0], endsOf(p.factor, 0)[1]),
                         0, 1, false);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Applies changes that are drawn for every batch."),
                "y = f[k₂](f[k₁](x)), k ~ one of eleven layers", true, true};
    }
    static Result<Outputs> emit(const RandAugmentParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const std::int64_t slots = std::max<std::int64_t>(p.numOps, 0);
        LB_TRY(images, passedOn(e, x, p.dataFormat));
        if (slots == 0)
            return images;
        LB_TRY(layers, layersOf(p));
        e.passPolicyOn();
        const ValueRef choices = e.drawn("layer_idxes", {DType::Int32, {slots}, {}});
        Outputs y{x};
        std::vector<Role> roles{Role::Images};
        Annotations annotations(e, p.dataFormat);
        if (const auto masks = annotations.find(Role::SegmentationMasks)) {
            y.push_back(e.autocastInput(*masks));
            roles.push_back(Role::SegmentationMasks);
        }
        for (std::int64_t slot = 0; slot < slots; ++slot) {
            std::vector<std::vector<ValueRef>> inputs(y.size(), {choices});
            for (const NestedLayer& layer : layers) {
                const Gate gate{choices.id, slot, std::ssize(inputs[0]) - 1, std::ssize(layers)};
                LB_TRY(outputs, emitNested(layer, e, y, gate, {}, roles));
                for (std::size_t i = 0; i < y.size(); ++i)
                    inputs[i].push_back(outputs[i]);
            }
            for (std::size_t i = 0; i < y.size(); ++i)
                y[i] = e.op(ops::pick(), std::move(inputs[i]), {{"slot", slot}});
        }
        if (y.size() > 1)
            annotations.setMasks(y[1]);
        if (Result<> moved = moveBoxes(e, annotations, layers, choices, slots); !moved.ok())
            return std::move(moved.error());
        return annotations.with(y[0]);
    }
    static Result<Transformation> drawn(const RandAugmentParams& p, const DrawContext& context)
    {
        const std::int64_t slots = std::max<std::int64_t>(p.numOps, 0);
        if (slots == 0)
            return Transformation{};
        LB_TRY(layers, layersOf(p));
        Transformation result;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            LB_TRY(inner, drawNested(layers[i], context, p.seed, i, context.inputs));
            result.merge(inner);
        }
        const RandomStream stream = batchStream(context, p.seed);
        result.emplace("layer_idxes", Tensor::make<std::int32_t>({slots}, [&](auto out) {
                           for (std::size_t slot = 0; slot < out.size(); ++slot)
                               out[slot] = static_cast<std::int32_t>(
                                   wholeNumber(stream, 0, slot, kPolicyLayers.size()));
                       }));
        return result;
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t)
    {
        const auto found = drawn.find("layer_idxes");
        std::string text;
        const std::int64_t slots = found == drawn.end() ? 0 : found->second.shape()[0];
        for (std::int64_t i = 0; i < slots; ++i) {
            const auto slot = static_cast<std::size_t>(i);
            const auto layer = static_cast<std::size_t>(drawnNumber(drawn, "layer_idxes", slot));
            text += (text.empty() ? "" : " · ")
                + std::string(layer < kPolicyLayers.size() ? kPolicyLayers[layer] : "–");
        }
        return text.empty() ? "–" : text;
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 6, 5, 3}}},
            {"one image, one change",
             ConfigObject{{"num_ops", 1},
                          {"factor", ConfigList{0.1, 0.4}},
                          {"interpolation", "nearest"}},
             {{6, 5, 3}}},
            {"no change", ConfigObject{{"num_ops", 0}}, {{2, 6, 5, 3}}},
            {"channels first",
             ConfigObject{{"value_range", ConfigList{0, 1}}, {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }

private:
    /// Boxes go through the layers in the order of their numbers, each once.
    static Result<> moveBoxes(Emitter& e, Annotations& annotations,
                              const std::vector<NestedLayer>& layers, ValueRef choices,
                              std::int64_t slots)
    {
        const auto at = annotations.find(Role::Boxes);
        const auto labelsAt = annotations.find(Role::BoxLabels);
        if (!at || !labelsAt || !e.boxFormat())
            return std::monostate{};
        std::array<ValueRef, 2> values{e.floatInput(*at), e.autocastInput(*labelsAt)};
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (!layers[i].type->movesAnnotations())
                continue;
            LB_TRY(outputs,
                   emitNested(layers[i], e, {e.floatInput(0), values[0], values[1]}, {}, {},
                              std::vector{Role::Images, Role::Boxes, Role::BoxLabels}));
            for (std::size_t k = 0; k < values.size(); ++k)
                for (std::int64_t slot = 0; slot < slots; ++slot) {
                    std::vector<ValueRef> inputs(layers.size() + 1, values[k]);
                    inputs[0] = choices;
                    inputs[i + 1] = outputs[k + 1];
                    values[k] = e.op(ops::pick(), std::move(inputs), {{"slot", slot}});
                }
        }
        annotations.setBoxes(values[0], values[1]);
        return std::monostate{};
    }
    static Result<std::vector<NestedLayer>> layersOf(const RandAugmentParams& p)
    {
        std::vector<NestedLayer> layers;
        for (const std::string_view name : kPolicyLayers) {
            LB_TRY(layer, policyLayer(name, "transforms/",
                                      {endsOf(p.factor, 0), p.valueRange, p.interpolation,
                                       p.dataFormat}));
            layers.push_back(std::move(layer));
        }
        return layers;
    }
};

} // namespace

void registerRandAugment(LayerRegistry& registry)
{
    registry.add<RandAugment>();
}

} // namespace lb
