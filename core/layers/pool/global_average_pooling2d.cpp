#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct GlobalAveragePooling2dParams {
    DataFormat dataFormat = DataFormat::ChannelsLast;
    bool keepdims = false;

    bool operator==(const GlobalAveragePooling2dParams&) const = default;
};

/// The mean of each channel over the whole image.
///
/// Shapes: x [batch, height, width, channels] (or channels first), y [batch, channels]; with
///         keepdims height and width stay as 1.
/// Errors: BadShape unless x has four axes. Source: Keras 3 `GlobalAveragePooling2D`.
class GlobalAveragePooling2d final
    : public LayerOf<GlobalAveragePooling2d, GlobalAveragePooling2dParams> {
public:
    static constexpr std::string_view kKerasClass = "GlobalAveragePooling2D";

    static auto fields()
    {
        using P = GlobalAveragePooling2dParams;
        return std::tuple{
            field(&P::keepdims, "keepdims", LB_TR("Layer", "Keep axes"))
                .help(LB_TR("Layer", "Height and width stay, with length 1.")),
            field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Replaces each channel of an image by its mean."),
                "y(c) = Σ x(i, j, c) / (height · width)"};
    }
    static Result<Outputs> emit(const GlobalAveragePooling2dParams& p, Emitter& e)
    {
        const ValueRef x = e.floatInput(0);
        if (e.rank(x) != 4)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "needs a batch of images (4 axes), shape is: %1"),
                          {text(e.spec(x).shape)}}};
        const std::int64_t first = p.dataFormat == DataFormat::ChannelsLast ? 1 : 2;
        return Outputs{e.op(ops::reduceMean(), {x},
                            {{"axes", ConfigList{first, first + 1}}, {"keepdims", p.keepdims}})};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 3, 4, 5}}},
            {"kept axes, channels first",
             ConfigObject{{"keepdims", true}, {"data_format", "channels_first"}},
             {{2, 3, 2, 4}}},
        };
    }
};

} // namespace

void registerGlobalAveragePooling2d(LayerRegistry& registry)
{
    registry.add<GlobalAveragePooling2d>();
}

} // namespace lb
