#include "core/layers/number_array.h"
#include "core/layers/registry.h"
#include "core/tensor/rounded.h"

namespace lb {
namespace {

struct RescalingParams {
    NumberArray scale = NumberArray::of(1);
    NumberArray offset = NumberArray::of(0);

    bool operator==(const RescalingParams&) const = default;
};

/// Element-wise y = x * scale + offset; lists hold a number for each channel (the last axis).
/// Shapes: y has the shape of x. Errors: BadShape if a list does not fit x.
/// Source: Keras 3 `Rescaling`.
class Rescaling final : public LayerOf<Rescaling, RescalingParams> {
public:
    static constexpr std::string_view kKerasClass = "Rescaling";

    static auto fields()
    {
        return std::tuple{
            field(&RescalingParams::scale, "scale", LB_TR("Layer", "Scale"))
                .required(NumberArray::of(1.0 / 255))
                .slider(0.0, 1.0)
                .help(LB_TR("Layer",
                            "Every value is multiplied by it; a list has one number a channel. "
                            "1/255 takes bytes to 0..1.")),
            field(&RescalingParams::offset, "offset", LB_TR("Layer", "Offset"))
                .slider(-1.0, 1.0)
                .help(LB_TR("Layer", "Added after scaling; a list has one number a channel.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Brings values into another range, such as 0..255 into 0..1."),
                "y = x · scale + offset"};
    }
    static Result<Outputs> emit(const RescalingParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        const ValueRef scaled = e.mul(x, constantOf(p.scale, e));
        const ValueRef y = e.add(scaled, constantOf(p.offset, e));
        return Outputs{y.withMask(e.input(0).mask)};
    }
    /// TensorFlow makes float32 of Python's numbers before Keras casts them, in float64 too.
    static ValueRef constantOf(const NumberArray& numbers, Emitter& e)
    {
        if (e.compute() != DType::Float64)
            return e.constant(numbers.shape, numbers.values);
        std::vector<double> rounded = numbers.values;
        roundTo<double>(DType::Float32, rounded);
        return e.constant(numbers.shape, rounded);
    }
    static std::vector<Example> examples()
    {
        return {
            {"bytes to 0..1", ConfigObject{{"scale", 1.0 / 255}}, {{1, 2, 2, 3}}},
            {"a number for each channel",
             ConfigObject{{"scale", ConfigList{1.0, 2.0, 3.0}},
                          {"offset", ConfigList{0.0, 1, -2.0}}},
             {{2, 2, 3}}},
        };
    }
};

} // namespace

void registerRescaling(LayerRegistry& registry)
{
    registry.add<Rescaling>();
}

} // namespace lb
