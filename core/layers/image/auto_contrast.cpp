#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct AutoContrastParams {
    std::array<double, 2> valueRange{0, 255};
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const AutoContrastParams&) const = default;
};

/// Stretches each channel of each image over the whole value range, in training and at inference.
///
/// A channel that has one value only stays as it is. Keras looks for the ends of values over the
/// second and third axis whatever `data_format` says, and so does this.
/// Shapes: x [batch, height, width, channels] or one image; y as x, float32.
/// Source: Keras 3 `AutoContrast`.
class AutoContrast final : public LayerOf<AutoContrast, AutoContrastParams> {
public:
    static constexpr std::string_view kKerasClass = "AutoContrast";

    static auto fields()
    {
        return std::tuple{
            valueRangeField(&AutoContrastParams::valueRange),
            dataFormatField(&AutoContrastParams::dataFormat),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Image,
                LB_TR("Layer", "Stretches the values of every channel over the whole value range."),
                "y = (x − min x) · (most − least) / (max x − min x) + least"};
    }
    static Result<Outputs> emit(const AutoContrastParams& p, Emitter& e)
    {
        const ImageFrame frame(e, e.floatInput(0), DataFormat::ChannelsLast);
        return Outputs{frame.restored(
            e.op(ops::autoContrast(), {frame.images()}, rangeArgs(sorted(p.valueRange))))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image in 0..1",
             ConfigObject{{"value_range", ConfigList{0, 1}}},
             {{4, 5, 1}}},
        };
    }
};

} // namespace

void registerAutoContrast(LayerRegistry& registry)
{
    registry.add<AutoContrast>();
}

} // namespace lb
