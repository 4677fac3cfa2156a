#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct EqualizationParams {
    std::array<double, 2> valueRange{0, 255};
    std::int64_t bins = 256;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const EqualizationParams&) const = default;
};

/// Spreads the values of each channel by their histogram over the whole batch, in training only.
///
/// A channel that fills one bin only stays as it is. Shapes: x [batch, height, width, channels] or
/// one image; y as x, float32 in training, at inference x itself.
/// Errors: BadParameter if both ends of the value range are the same. Source: Keras 3
/// `Equalization`.
class Equalization final : public LayerOf<Equalization, EqualizationParams> {
public:
    static constexpr std::string_view kKerasClass = "Equalization";

    static auto fields()
    {
        return std::tuple{
            valueRangeField(&EqualizationParams::valueRange),
            field(&EqualizationParams::bins, "bins", LB_TR("Layer", "Bins"))
                .most(1 << 24)
                .slider(2, 256)
                .help(LB_TR("Layer",
                            "How many steps of brightness are counted and kept apart; 256 for "
                            "bytes.")),
            dataFormatField(&EqualizationParams::dataFormat),
        };
    }
    static Result<> validate(const EqualizationParams& p)
    {
        if (p.valueRange[0] == p.valueRange[1])
            return Error{ErrorCode::BadParameter, "value_range",
                         LB_TR("Error", "both ends are the same: nothing can be spread there")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Image,
                LB_TR("Layer", "Spreads the values of every channel so that all are used alike."),
                "y = round(255 · (cdf(x) − cdf₀) / (cdf₂₅₅ − cdf₀)), over the batch", true, true};
    }
    static Result<Outputs> emit(const EqualizationParams& p, Emitter& e)
    {
        if (!e.training())
            return passedOn(e, e.autocastInput(0), p.dataFormat);
        const ImageFrame frame(e, e.floatInput(0), p.dataFormat);
        ConfigObject args = rangeArgs(sorted(p.valueRange));
        args["bins"] = p.bins;
        return Outputs{frame.restored(e.op(ops::equalize(), {frame.images()}, std::move(args)))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 4, 5, 3}}},
            {"one image in 0..1, few bins",
             ConfigObject{{"value_range", ConfigList{0, 1}}, {"bins", 8}},
             {{4, 5, 1}}},
            {"channels first in -1..1",
             ConfigObject{{"value_range", ConfigList{-1, 1}}, {"data_format", "channels_first"}},
             {{2, 3, 4, 5}}},
        };
    }
};

} // namespace

void registerEqualization(LayerRegistry& registry)
{
    registry.add<Equalization>();
}

} // namespace lb
