#include "core/layers/augment_policy.h"
#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <charconv>

namespace lb {
namespace {

struct AugMixParams {
    std::array<double, 2> valueRange{0, 255};
    std::int64_t numChains = 3;
    std::int64_t chainDepth = 3;
    Factor factor = Factor::of(0.3);
    double alpha = 1;
    bool allOps = true;
    kernels::Sampling interpolation = kernels::Sampling::Bilinear;
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const AugMixParams&) const = default;
};

/// The first seven are all that there are without `all_ops`.
constexpr auto kLayers = std::to_array<std::string_view>(
    {"random_shear", "random_translation", "random_rotation", "random_posterization",
     "solarization", "auto_contrast", "equalization", "random_brightness",
     "random_color_degeneration", "random_contrast", "random_sharpness"});
constexpr std::size_t kFew = 7;

constexpr std::string_view kChains = "chain_transforms";
constexpr std::string_view kChosen = "chain_layers"; ///< ours: Keras' dictionary names the layers

/// Mixes images with versions of themselves that went through chains of layers, in training only.
/// The layers of the chains are drawn once a batch, how strongly they act for every image.
///
/// Draws `chain_mixing_weights` [num_chains], `weight_sample`, the share of the image itself,
/// `chain_layers` [num_chains, chain_depth], numbers of the layers (beyond the last one: none),
/// and what each layer draws, named "chain_transforms/0/2/random_shear/shear_factor" and so on.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Masks are mixed as their images, as float32; boxes stay where they are, as in Keras.
/// Errors: those of the layers. Source: Keras 3 `AugMix`.
class AugMix final : public RandomLayerOf<AugMix, AugMixParams> {
public:
    static constexpr std::string_view kKerasClass = "AugMix";
    static constexpr bool kMovesAnnotations = true;

    static auto fields();
    static Result<> validate(const AugMixParams& p)
    {
        if (Result<> fits = checkFactor("factor", p.factor, 0, 1); !fits.ok())
            return fits;
        return checkEnds("factor", Factor::between(endsOf(p.factor, 0)[0], endsOf(p.factor, 0)[1]),
                         0, 1, false);
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Mixes images with changed versions of themselves."),
                "y = m · x + (1 − m) · Σ w[k] · chain[k](x), m ~ Beta(α, α), w ~ Dirichlet(α)",
                true, true};
    }
    static Result<Outputs> emit(const AugMixParams& p, Emitter& e);
    static Result<Transformation> drawn(const AugMixParams& p, const DrawContext& context);
    /// Keras lists the chosen layers of each chain, without those that are none.
    Config completed(const Config& config, const Config& transformation) const final;
    /// What the chosen layer of a place does not draw.
    bool needs(const Config& config, const Config& transformation,
               std::string_view draw) const final;
    /// The share of the image itself, then the chains: "×0.27 solarization→random_shear | …".
    static std::string shownDraw(const Transformation& drawn, std::size_t)
    {
        std::string text = "×" + shownNumber(drawnNumber(drawn, "weight_sample", 0), 2, false);
        const auto chosen = drawn.find(kChosen);
        if (chosen == drawn.end() || chosen->second.shape().size() != 2)
            return text;
        const auto names = chosenNames(drawn);
        const auto depths = static_cast<std::size_t>(chosen->second.shape()[1]);
        std::string chains;
        for (std::size_t from = 0; from < names.size(); from += depths) {
            std::string chain;
            for (std::size_t i = from; i < from + depths; ++i)
                if (!names[i].empty())
                    chain += (chain.empty() ? "" : "→") + std::string(names[i]);
            if (!chain.empty())
                chains += (chains.empty() ? " " : " | ") + chain;
        }
        return text + chains;
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 6, 5, 3}}},
            {"one image, few layers",
             ConfigObject{{"num_chains", 2},
                          {"chain_depth", 1},
                          {"all_ops", false},
                          {"factor", ConfigList{0.1, 0.4}},
                          {"interpolation", "nearest"}},
             {{6, 5, 3}}},
            {"no chains", ConfigObject{{"num_chains", 0}}, {{2, 6, 5, 3}}},
            {"channels first",
             ConfigObject{{"value_range", ConfigList{0, 1}},
                          {"chain_depth", 1},
                          {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }

private:
    /// Of the layers of every place of the chains; empty: none. What draws tells how many layers
    /// there are: the number behind the last one is none.
    static std::vector<std::string_view> chosenNames(const Transformation& drawn)
    {
        const std::string last = place(0, 0) + std::string(kLayers.back()) + "/";
        const auto found = drawn.lower_bound(last);
        const bool all = found != drawn.end() && found->first.starts_with(last);
        const std::size_t count = all ? kLayers.size() : kFew;
        const auto slots = static_cast<std::size_t>(elementCount(drawn.find(kChosen)->second.shape()));
        std::vector<std::string_view> names;
        for (std::size_t slot = 0; slot < slots; ++slot) {
            const auto layer = static_cast<std::size_t>(drawnNumber(drawn, kChosen, slot));
            names.push_back(layer < count ? kLayers[layer] : std::string_view());
        }
        return names;
    }
    static std::size_t layerCount(const AugMixParams& p)
    {
        return p.allOps ? kLayers.size() : kFew;
    }
    static std::string place(std::int64_t chain, std::int64_t depth)
    {
        return std::string(kChains) + "/" + std::to_string(chain) + "/" + std::to_string(depth)
            + "/";
    }
    static Result<std::vector<NestedLayer>> layersAt(const AugMixParams& p, std::int64_t chain,
                                                     std::int64_t depth);
};

auto AugMix::fields()
{
    using P = AugMixParams;
    return std::tuple_cat(
        std::tuple{
            field(&P::valueRange, "value_range", LB_TR("Layer", "Value range"))
                .slider(0.0, 255.0)
                .help(LB_TR("Layer",
                            "The values that images have when they come here: 0 to 255, or 0 to 1 "
                            "after rescaling. The result is kept inside.")),
            field(&P::numChains, "num_chains", LB_TR("Layer", "Number of chains"))
                .least(0)
                .slider(1, 5)
                .help(LB_TR("Layer", "How many changed versions are mixed.")),
            field(&P::chainDepth, "chain_depth", LB_TR("Layer", "Depth of chains"))
                .slider(1, 5)
                .help(LB_TR("Layer", "How many changes a version goes through, at most.")),
            field(&P::factor, "factor", LB_TR("Layer", "Factor"))
                .least(0.0)
                .most(1.0)
                .slider(0.0, 1.0)
                .help(LB_TR("Layer", "How strong the changes are; one number f means 0 to f.")),
            field(&P::alpha, "alpha", LB_TR("Layer", "Alpha"))
                .slider(0.1, 2.0)
                .help(LB_TR("Layer",
                            "How evenly versions mix: near 0 one prevails, large numbers make all "
                            "shares alike.")),
            field(&P::allOps, "all_ops", LB_TR("Layer", "All changes"))
                .help(LB_TR("Layer",
                            "Whether brightness, colour, contrast and sharpness are changed as "
                            "well.")),
            field(&P::interpolation, "interpolation", LB_TR("Layer", "Interpolation"))
                .help(LB_TR("Layer", "How pixels between pixels are made."))},
        drawFields(&P::seed, &P::dataFormat));
}

Result<std::vector<NestedLayer>> AugMix::layersAt(const AugMixParams& p, std::int64_t chain,
                                                  std::int64_t depth)
{
    std::vector<NestedLayer> layers;
    for (std::size_t i = 0; i < layerCount(p); ++i) {
        LB_TRY(layer,
               policyLayer(kLayers[i], place(chain, depth),
                           {endsOf(p.factor, 0), p.valueRange, p.interpolation, p.dataFormat}));
        layers.push_back(std::move(layer));
    }
    return layers;
}

Result<Outputs> AugMix::emit(const AugMixParams& p, Emitter& e)
{
    const ValueRef x = e.floatInput(0);
    LB_TRY(images, passedOn(e, x, p.dataFormat));
    if (!e.training())
        return images;
    const std::int64_t chains = std::max<std::int64_t>(p.numChains, 0);
    const std::int64_t depths = std::max<std::int64_t>(p.chainDepth, 0);
    e.passPolicyOn();
    const ValueRef shares = e.drawn("chain_mixing_weights", {DType::Float32, {chains}, {}});
    const ValueRef weight = e.drawn("weight_sample", {DType::Float32, {}, {}});
    Outputs starts{x};
    std::vector<Role> roles{Role::Images};
    Annotations annotations(e, p.dataFormat);
    if (const auto masks = annotations.find(Role::SegmentationMasks)) {
        starts.push_back(e.floatInput(*masks));
        roles.push_back(Role::SegmentationMasks);
    }
    std::vector<std::vector<ValueRef>> mixed;
    for (const ValueRef& start : starts)
        mixed.push_back({start, weight, shares});
    const bool any = chains > 0 && depths > 0;
    const ValueRef chosen
        = any ? e.drawn(std::string(kChosen), {DType::Int32, {chains * depths}, {}}) : ValueRef{};
    for (std::int64_t chain = 0; chain < chains; ++chain) {
        Outputs y = starts;
        for (std::int64_t depth = 0; depth < depths; ++depth) {
            LB_TRY(layers, layersAt(p, chain, depth));
            const std::int64_t slot = chain * depths + depth;
            std::vector<std::vector<ValueRef>> choices(y.size(), {chosen});
            for (const NestedLayer& layer : layers) {
                const Gate gate{chosen.id, slot, std::ssize(choices[0]) - 1,
                                std::ssize(layers) + 1};
                LB_TRY(outputs, emitNested(layer, e, y, gate, {}, roles));
                for (std::size_t i = 0; i < y.size(); ++i)
                    choices[i].push_back(outputs[i]);
            }
            for (std::size_t i = 0; i < y.size(); ++i) {
                choices[i].push_back(y[i]); // none
                y[i] = e.op(ops::pick(), std::move(choices[i]), {{"slot", slot}});
            }
        }
        for (std::size_t i = 0; i < y.size(); ++i)
            mixed[i].push_back(y[i]);
    }
    if (mixed.size() > 1)
        annotations.setMasks(e.op(ops::mixChains(), std::move(mixed[1])));
    const ValueRef y = e.op(ops::mixChains(), std::move(mixed[0]));
    return annotations.with(
        e.op(ops::clip(), {y}, {{"least", p.valueRange[0]}, {"most", p.valueRange[1]}}));
}

/// Draw numbers: 0 the layers, 1 and 2 the own share, from 3 on the shares of the chains.
Result<Transformation> AugMix::drawn(const AugMixParams& p, const DrawContext& context)
{
    const std::int64_t chains = std::max<std::int64_t>(p.numChains, 0);
    const std::int64_t depths = std::max<std::int64_t>(p.chainDepth, 0);
    const RandomStream stream = batchStream(context, p.seed);
    Transformation result{
        {"weight_sample", Tensor::of<float>({}, {betaNumber(stream, 1, p.alpha)})},
        {"chain_mixing_weights", Tensor::make<float>({chains}, [&](std::span<float> out) {
             float sum = 0;
             for (std::size_t i = 0; i < out.size(); ++i)
                 sum += out[i] = gammaNumber(stream, static_cast<std::uint32_t>(3 + i), p.alpha);
             for (float& share : out)
                 share /= sum;
         })}};
    if (chains == 0 || depths == 0)
        return result;
    result.emplace(std::string(kChosen),
                   Tensor::make<std::int32_t>({chains, depths}, [&](auto out) {
                       for (std::size_t i = 0; i < out.size(); ++i)
                           out[i] = static_cast<std::int32_t>(
                               wholeNumber(stream, 0, i, layerCount(p) + 1));
                   }));
    for (std::int64_t chain = 0; chain < chains; ++chain)
        for (std::int64_t depth = 0; depth < depths; ++depth) {
            LB_TRY(layers, layersAt(p, chain, depth));
            for (std::size_t i = 0; i < layers.size(); ++i) {
                const auto slot = static_cast<std::uint64_t>(chain * depths + depth);
                LB_TRY(inner, drawNested(layers[i], context, p.seed, slot * kLayers.size() + i,
                                         context.inputs));
                result.merge(inner);
            }
        }
    return result;
}

Config AugMix::completed(const Config& config, const Config& transformation) const
{
    const auto params = decoded(config);
    const auto* chains
        = transformation.find(kChains) ? transformation.find(kChains)->as<ConfigList>() : nullptr;
    if (!params.ok() || !chains || transformation.find(kChosen))
        return transformation;
    ConfigObject result = *transformation.as<ConfigObject>();
    result.erase(std::string(kChains));
    ConfigList chosen;
    for (std::int64_t chain = 0; chain < std::ssize(*chains); ++chain) {
        const auto* steps = (*chains)[static_cast<std::size_t>(chain)].as<ConfigList>();
        for (std::int64_t depth = 0; depth < params.value().chainDepth; ++depth) {
            auto layer = static_cast<std::ptrdiff_t>(layerCount(params.value()));
            const Config* step = steps && depth < std::ssize(*steps)
                ? &(*steps)[static_cast<std::size_t>(depth)]
                : nullptr;
            const Config* name = step ? step->find("layer_name") : nullptr;
            if (const auto* text = name ? name->as<std::string>() : nullptr)
                layer = std::ranges::find(kLayers, *text) - kLayers.begin();
            chosen.emplace_back(layer);
            const Config* inner = step ? step->find("transformation") : nullptr;
            const auto* draws = inner ? inner->as<ConfigObject>() : nullptr;
            if (!draws || layer >= std::ssize(kLayers))
                continue;
            const std::string prefix = place(chain, depth)
                + std::string(kLayers[static_cast<std::size_t>(layer)]) + "/";
            for (const auto& [key, value] : *draws)
                result.insert_or_assign(prefix + key, value);
        }
    }
    result.emplace(std::string(kChosen), std::move(chosen));
    return result;
}

bool AugMix::needs(const Config& config, const Config& transformation, std::string_view draw) const
{
    const auto params = decoded(config);
    const Config* chosen = transformation.find(kChosen);
    const auto* list = chosen ? chosen->as<ConfigList>() : nullptr;
    if (!params.ok() || !list || !draw.starts_with(kChains))
        return true;
    std::array<std::size_t, 2> at{};
    for (std::size_t& number : at) {
        draw.remove_prefix(std::min(draw.find('/') + 1, draw.size()));
        std::from_chars(draw.data(), draw.data() + draw.size(), number);
    }
    draw.remove_prefix(std::min(draw.find('/') + 1, draw.size()));
    const std::string_view name = draw.substr(0, draw.find('/'));
    const std::size_t slot = at[0] * static_cast<std::size_t>(params.value().chainDepth) + at[1];
    const auto* layer = slot < list->size() ? (*list)[slot].as<std::int64_t>() : nullptr;
    return !layer
        || (*layer >= 0 && *layer < std::ssize(kLayers)
            && kLayers[static_cast<std::size_t>(*layer)] == name);
}

} // namespace

void registerAugMix(LayerRegistry& registry)
{
    registry.add<AugMix>();
}

} // namespace lb
