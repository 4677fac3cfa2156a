#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct ConcatenateParams {
    std::int64_t axis = -1;

    bool operator==(const ConcatenateParams&) const = default;
};

/// The inputs one behind the other along `axis`. Shapes: equal beside it. Integers stay.
/// Masks are joined likewise. Errors: BadShape. Source: Keras 3 `Concatenate`.
class Concatenate final : public LayerOf<Concatenate, ConcatenateParams> {
public:
    static constexpr std::string_view kKerasClass = "Concatenate";

    static auto fields()
    {
        return std::tuple{
            field(&ConcatenateParams::axis, "axis", LB_TR("Layer", "Axis"))
                .help(LB_TR("Layer", "Along it the inputs are put together; -1 is the last axis.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Puts its inputs one behind the other."),
                "y = [x₀, x₁, …]"};
    }
    static Result<Outputs> emit(const ConcatenateParams& p, Emitter& e)
    {
        std::vector<ValueRef> inputs;
        for (std::size_t i = 0; i < e.inputCount(); ++i)
            inputs.push_back(e.autocastInput(i));
        const ValueRef y = e.op(ops::concat(), inputs, {{"axis", p.axis}});
        return Outputs{y.withMask(joinedMask(p, e, inputs))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 3}, {2, 2}}},
            {"rows of three images",
             ConfigObject{{"axis", 1}},
             {{2, 1, 2, 2}, {2, 3, 2, 2}, {2, 2, 2, 2}}},
        };
    }

private:
    /// As many places as y has without its last axis: one counts where any value behind it does.
    static ValueId joinedMask(const ConcatenateParams& p, Emitter& e,
                              std::span<const ValueRef> inputs)
    {
        if (std::ranges::all_of(inputs, [](ValueRef x) { return x.mask == kNoValue; }))
            return kNoValue;
        const ValueRef yes = e.constant(Tensor::of<bool>({}, {true}));
        std::vector<ValueRef> masks;
        for (const ValueRef& x : inputs) {
            ValueRef mask = x.mask == kNoValue ? yes : ValueRef{x.mask};
            if (e.rank(mask) > 0 && e.rank(mask) < e.rank(x))
                mask = e.op(ops::expandDims(), {mask}, {{"axis", e.rank(mask)}});
            masks.push_back(e.op(ops::where(), {x, mask, mask})); // in x's shape
        }
        const ValueRef all = e.op(ops::concat(), masks, {{"axis", p.axis}});
        return e.op(ops::reduceMax(), {all}, {{"axes", ConfigList{-1}}, {"keepdims", false}}).id;
    }
};

} // namespace

void registerConcatenate(LayerRegistry& registry)
{
    registry.add<Concatenate>();
}

} // namespace lb
