#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct ReluParams {
    std::optional<double> maxValue;
    double negativeSlope = 0;
    double threshold = 0;

    bool operator==(const ReluParams&) const = default;
};

/// y = x above `threshold` and at most `max_value`; negative_slope (x - threshold) below it.
/// Shapes: y as x, float32. Source: Keras 3 `ReLU`.
class Relu final : public LayerOf<Relu, ReluParams> {
public:
    static constexpr std::string_view kKerasClass = "ReLU";

    static auto fields()
    {
        return std::tuple{
            field(&ReluParams::maxValue, "max_value", LB_TR("Layer", "Greatest value"))
                .least(0.0)
                .slider(0.0, 10.0)
                .help(LB_TR("Layer", "Values above it become it; empty: there is no end.")),
            field(&ReluParams::negativeSlope, "negative_slope", LB_TR("Layer", "Negative slope"))
                .least(0.0)
                .slider(0.0, 1.0)
                .help(LB_TR("Layer", "How much of the values below the threshold is kept.")),
            field(&ReluParams::threshold, "threshold", LB_TR("Layer", "Threshold"))
                .least(0.0)
                .slider(0.0, 5.0)
                .help(LB_TR("Layer", "Values up to it count as negative.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Lets positive values through."),
                "y = min(x, max_value) for x > threshold, negative_slope · (x − threshold) "
                "otherwise"};
    }
    static Result<Outputs> emit(const ReluParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        const ValueRef y = e.op(ops::relu(), {x},
                                {{"max_value", p.maxValue ? Config(*p.maxValue) : Config()},
                                 {"negative_slope", p.negativeSlope},
                                 {"threshold", p.threshold}});
        return Outputs{y.withMask(x.mask)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 5}}},
            {"everything",
             ConfigObject{{"max_value", 0.6}, {"negative_slope", 0.25}, {"threshold", 0.125}},
             {{2, 3, 4}}},
        };
    }
};

} // namespace

void registerRelu(LayerRegistry& registry)
{
    registry.add<Relu>();
}

} // namespace lb
