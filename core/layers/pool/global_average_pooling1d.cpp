#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct GlobalAveragePooling1dParams {
    DataFormat dataFormat = DataFormat::ChannelsLast;
    bool keepdims = false;

    bool operator==(const GlobalAveragePooling1dParams&) const = default;
};

/// The mean of each feature over all steps, those left out that a mask says are padding. A row
/// without a step that counts gives NaN, as in Keras.
///
/// Shapes: x [batch, steps, features] (or features first), mask [batch, steps], y [batch,
///         features]; with keepdims the steps stay as 1. The mask ends here.
/// Errors: BadShape unless x has three axes. Source: Keras 3 `GlobalAveragePooling1D`.
class GlobalAveragePooling1d final
    : public LayerOf<GlobalAveragePooling1d, GlobalAveragePooling1dParams> {
public:
    static constexpr std::string_view kKerasClass = "GlobalAveragePooling1D";

    static auto fields()
    {
        using P = GlobalAveragePooling1dParams;
        return std::tuple{
            field(&P::keepdims, "keepdims", LB_TR("Layer", "Keep axes"))
                .help(LB_TR("Layer", "The axis of the steps stays, with length 1.")),
            field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Sequence,
                LB_TR("Layer", "Replaces each feature of a sequence by its mean over the steps."),
                "y(c) = Σ m(t) x(t, c) / Σ m(t)"};
    }
    static Result<Outputs> emit(const GlobalAveragePooling1dParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (e.rank(x) != 3)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "needs a batch of sequences (3 axes), shape is: %1"),
                          {text(e.spec(x).shape)}}};
        const bool last = p.dataFormat == DataFormat::ChannelsLast;
        const ConfigObject over{{"axes", ConfigList{last ? 1 : 2}}, {"keepdims", p.keepdims}};
        if (e.input(0).mask == kNoValue)
            return Outputs{e.op(ops::reduceMean(), {x}, over)};
        const ValueRef mask = e.op(ops::expandDims(),
                                   {e.cast({e.input(0).mask}, DType::Bool)},
                                   {{"axis", last ? 2 : 1}});
        const ValueRef kept = e.op(ops::where(), {mask, x, e.constant(0.0)});
        const ValueRef sum = e.op(ops::reduceSum(), {kept}, over);
        const ValueRef steps = e.op(ops::reduceSum(), {e.cast(mask, e.compute())}, over);
        return Outputs{e.div(sum, steps)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 3, 4}}},
            {"kept axes, channels first",
             ConfigObject{{"keepdims", true}, {"data_format", "channels_first"}},
             {{2, 3, 4}}},
        };
    }
};

} // namespace

void registerGlobalAveragePooling1d(LayerRegistry& registry)
{
    registry.add<GlobalAveragePooling1d>();
}

} // namespace lb
