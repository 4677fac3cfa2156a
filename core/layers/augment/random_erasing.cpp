#include "core/layers/number_array.h"
#include "core/layers/random_image.h"
#include "core/layers/random_numbers.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

struct RandomErasingParams {
    Factor factor = Factor::of(1);
    Factor scale = Factor::between(0.02, 0.33);
    std::optional<NumberArray> fillValue;
    std::array<double, 2> valueRange{0, 255};
    Seed seed;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const RandomErasingParams&) const = default;
};

/// Overwrites a rectangle of every image, by chance and in training only.
///
/// Draws `apply_erasing` [batch], `batch_masks` (as the batch of images; set inside the rectangle)
/// and `fill_value` (the same shape). A rectangle has sides sqrt(s) · height and sqrt(t) · width,
/// s and t between the ends of `scale`, and lies inside the image. Without a fill value of the
/// config the fill is normal noise times the upper end of the value range. Shapes: x [batch,
/// height, width, channels] or one image; y as x, float32.
/// Errors: BadShape where three fill values do not fit the last axis. Source: Keras 3
/// `RandomErasing`.
class RandomErasing final : public RandomLayerOf<RandomErasing, RandomErasingParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomErasing";

    static auto fields()
    {
        using P = RandomErasingParams;
        return std::tuple_cat(
            std::tuple{
                chanceField(&P::factor),
                field(&P::scale, "scale", LB_TR("Layer", "Scale"))
                    .least(0.0)
                    .most(1.0)
                    .slider(0.0, 1.0)
                    .help(LB_TR("Layer",
                                "The share of the image that a rectangle covers, about: the "
                                "square of either side's share lies between these ends.")),
                field(&P::fillValue, "fill_value", LB_TR("Layer", "Fill value"))
                    .slider(0.0, 255.0)
                    .help(LB_TR("Layer",
                                "What stands in the rectangle: a number, or three for the "
                                "channels; empty: noise.")),
                field(&P::valueRange, "value_range", LB_TR("Layer", "Value range"))
                    .slider(0.0, 255.0)
                    .help(LB_TR("Layer",
                                "The values that images have when they come here: 0 to 255, or 0 "
                                "to 1 after rescaling. The fill is kept inside."))},
            drawFields(&P::seed, &P::dataFormat));
    }
    static Result<> validate(const RandomErasingParams& p)
    {
        if (Result<> fits = checkFactor("factor", p.factor, 0, 1); !fits.ok())
            return fits;
        if (Result<> fits = checkFactor("scale", p.scale, 0, 1); !fits.ok())
            return fits;
        if (p.fillValue && !p.fillValue->shape.empty() && p.fillValue->shape != Shape{3})
            return Error{ErrorCode::BadParameter, "fill_value",
                         LB_TR("Error", "must be a number or a list of three numbers")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Overwrites a rectangle of some of the images."),
                "y = fill inside √s · height × √t · width, s, t ~ U(scale), if u < p; "
                "u ~ U(0, 1), p ~ U(low, high)",
                true};
    }
    static Result<Outputs> emit(const RandomErasingParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (!e.training())
            return passedOn(e, x, p.dataFormat);
        const ImageFrame frame(e, x, DataFormat::ChannelsLast); // masks are drawn as images stand
        const Shape shape = e.spec(frame.images()).shape;
        if (p.fillValue && p.fillValue->shape == Shape{3} && shape.size() == 4
            && shape.back() != 3 && shape.back() != kUnknown)
            return Error{ErrorCode::BadShape,
                         "fill_value",
                         {LB_TR("Error", "three numbers do not fit images of shape %1"),
                          {text(shape)}}};
        const ValueRef applied
            = e.drawn("apply_erasing", drawnSpec(frame.batch(), 0, DType::Bool));
        const ValueRef masks = e.drawn("batch_masks", {DType::Bool, shape, {}});
        const ValueRef fill = e.drawn(
            "fill_value",
            {DType::Float32, shape, ValueRange::declared(p.valueRange[0], p.valueRange[1])});
        const ValueRef erased = e.op(ops::where(), {masks, fill, frame.images()});
        return Outputs{frame.restored(e.op(ops::chooseRows(), {applied, erased, frame.images()}))};
    }
    static Result<Transformation> drawn(const RandomErasingParams& p, const DrawContext& context);
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        return drawnNumber(drawn, "apply_erasing", sample) != 0 ? "▭" : "–";
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 6, 5, 3}}},
            {"one image, always, a colour",
             ConfigObject{{"factor", ConfigList{1.0, 1.0}},
                          {"fill_value", ConfigList{1.0, 2.0, 3.0}},
                          {"scale", ConfigList{0.2, 0.5}}},
             {{6, 5, 3}}},
            {"channels first, a number",
             ConfigObject{{"fill_value", 0.5},
                          {"value_range", ConfigList{0, 1}},
                          {"data_format", "channels_first"}},
             {{1, 3, 5, 6}}},
        };
    }

private:
    static void fill(const RandomErasingParams& p, const RandomStream& stream,
                     std::span<float> image);
};

/// Draw numbers as Keras' order: 0 sides, 1 column, 2 row, 3 probability, 4 threshold, 5 noise.
Result<Transformation> RandomErasing::drawn(const RandomErasingParams& p,
                                            const DrawContext& context)
{
    LB_TRY(size, drawnImageSize(context, p.dataFormat));
    Shape shape = context.inputs[0].shape;
    if (shape.size() == 3)
        shape.insert(shape.begin(), 1);
    shape[0] = std::ssize(context.sampleIds);
    const bool channelsFirst = p.dataFormat == DataFormat::ChannelsFirst;
    const std::size_t count = context.sampleIds.size();
    const auto [low, high] = endsOf(p.scale, 0);
    const auto ratio = [least = static_cast<float>(low), most = static_cast<float>(high)](float u) {
        return std::sqrt(least + (most - least) * u);
    };
    const auto each = [&](auto out, auto&& write) {
        for (std::size_t i = 0; i < count; ++i)
            write(sampleStream(context, p.seed, i),
                  out.subspan(i * (out.size() / count), out.size() / count));
    };
    const Tensor masks = Tensor::make<bool>(shape, [&](std::span<bool> out) {
        each(out, [&](const RandomStream& stream, std::span<bool> image) {
            rectangleOf(stream, 1, ratio(stream.uniform(0, 0)), ratio(stream.uniform(0, 1)), size)
                .fill(image, size, channelsFirst);
        });
    });
    const Tensor fills = Tensor::make<float>(shape, [&](std::span<float> out) {
        each(out, [&](const RandomStream& stream, std::span<float> image) {
            fill(p, stream, image);
        });
    });
    return Transformation{{"apply_erasing", flagDraw(context, p.seed, 3, p.factor)},
                          {"batch_masks", masks},
                          {"fill_value", fills}};
}

void RandomErasing::fill(const RandomErasingParams& p, const RandomStream& stream,
                         std::span<float> image)
{
    const auto least = static_cast<float>(p.valueRange[0]);
    const auto most = static_cast<float>(p.valueRange[1]);
    if (p.fillValue)
        for (std::size_t i = 0; i < image.size(); ++i)
            image[i] = static_cast<float>(p.fillValue->values[i % p.fillValue->values.size()]);
    else
        fillNormal(stream, 5, image);
    for (float& value : image)
        value = std::max(std::min(p.fillValue ? value : value * most, most), least);
}

} // namespace

void registerRandomErasing(LayerRegistry& registry)
{
    registry.add<RandomErasing>();
}

} // namespace lb
