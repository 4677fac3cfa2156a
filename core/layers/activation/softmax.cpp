#include "core/layers/axis_list.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// Keras' stand-in for minus infinity.
double largeNegative(DType dtype)
{
    return dtype == DType::Float16 ? -3e4 : -1e9;
}

struct SoftmaxParams {
    AxisList axis{{-1}, true};

    bool operator==(const SoftmaxParams&) const = default;
};

/// Shares that add up to 1 along an axis, or along several together. A mask leaves places out;
/// where it leaves none, the shares are 0.
///
/// Shapes: y as x, float32; the mask broadcasts to x. Errors: BadShape where an axis is not there
/// or the mask does not fit, BadParameter without an axis. Source: Keras 3 `Softmax`.
class Softmax final : public LayerOf<Softmax, SoftmaxParams> {
public:
    static constexpr std::string_view kKerasClass = "Softmax";

    static auto fields()
    {
        return std::tuple{
            field(&SoftmaxParams::axis, "axis", LB_TR("Layer", "Axis"))
                .help(LB_TR("Layer", "Along it the shares add up to 1; -1 is the last axis.")),
        };
    }
    static Result<> validate(const SoftmaxParams& p)
    {
        if (p.axis.axes.empty())
            return Error{ErrorCode::BadParameter, "axis", LB_TR("Error", "needs an axis")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Turns values into shares that add up to 1, such as probabilities."),
                "y = exp(x) / Σ exp(x)"};
    }
    static Result<Outputs> emit(const SoftmaxParams& p, Emitter& e)
    {
        const ValueRef input = e.floatInput(0);
        if (input.mask == kNoValue)
            return Outputs{shares(p, e, input)};
        ValueRef mask{input.mask};
        if (e.spec(mask).dtype != DType::Bool) // above one half counts
            mask = e.op(ops::relu(), {e.sub(e.cast(mask, e.compute()), e.constant(0.5))},
                        {{"max_value", Config()}, {"negative_slope", 0.0}, {"threshold", 0.0}});
        const ValueRef x = e.op(ops::where(), {mask, input, e.constant(largeNegative(e.compute()))});
        if (x.id != kNoValue && e.spec(x).shape != e.spec(input).shape)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "a mask of shape %1 does not fit values of shape %2"),
                          {text(e.spec(mask).shape), text(e.spec(input).shape)}}};
        const ValueRef y = e.op(ops::where(), {mask, shares(p, e, x), e.constant(0.0)});
        return Outputs{y.withMask(input.mask)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 5}}},
            {"middle axis", ConfigObject{{"axis", 1}}, {{2, 3, 4}}},
            {"two axes", ConfigObject{{"axis", ConfigList{1, 2}}}, {{2, 3, 2}}},
        };
    }

private:
    static ValueRef shares(const SoftmaxParams& p, Emitter& e, ValueRef x)
    {
        if (p.axis.axes.size() == 1)
            return e.op(ops::softmax(), {x}, {{"axis", p.axis.axes[0]}});
        const ConfigObject over{{"axes", intsConfig(p.axis.axes)}, {"keepdims", true}};
        const ValueRef part = e.op(ops::exponential(), {e.sub(x, e.op(ops::reduceMax(), {x}, over))});
        return e.div(part, e.op(ops::reduceSum(), {part}, over));
    }
};

} // namespace

void registerSoftmax(LayerRegistry& registry)
{
    registry.add<Softmax>();
}

} // namespace lb
