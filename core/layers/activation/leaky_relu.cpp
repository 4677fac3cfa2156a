#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct LeakyReluParams {
    double negativeSlope = 0.3;

    bool operator==(const LeakyReluParams&) const = default;
};

/// Element-wise y = x for x > 0, negative_slope * x otherwise.
/// Shapes: y has the shape of x. Source: Keras 3 `LeakyReLU`.
class LeakyRelu final : public LayerOf<LeakyRelu, LeakyReluParams> {
public:
    static constexpr std::string_view kKerasClass = "LeakyReLU";

    static auto fields()
    {
        return std::tuple{
            field(&LeakyReluParams::negativeSlope, "negative_slope",
                  LB_TR("Layer", "Negative slope"))
                .least(0.0)
                .slider(0.0, 1.0),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Lets a part of negative values through."),
                "y = x for x > 0, negative_slope · x otherwise"};
    }
    static Result<Outputs> emit(const LeakyReluParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        return Outputs{e.op(ops::leakyRelu(), {x}, {{"negative_slope", p.negativeSlope}}).withMask(x.mask)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 5}}},
            {"steep, image", ConfigObject{{"negative_slope", 2}}, {{1, 2, 2, 3}}},
        };
    }
};

} // namespace

void registerLeakyRelu(LayerRegistry& registry)
{
    registry.add<LeakyRelu>();
}

} // namespace lb
