#include "core/layers/color_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct ClaheParams {
    std::array<double, 2> valueRange{0, 255};
    double clipLimit = 4;
    std::array<std::int64_t, 2> tileGridSize{8, 8};
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const ClaheParams&) const = default;
};

/// Equalizes each channel of each image by the histograms of the tiles around a pixel (CLAHE), in
/// training and at inference.
///
/// Shapes: x [batch, height, width, channels] or one image; y as x, of x's dtype: integers are cut
/// off towards 0. Errors: BadParameter for a grid without tiles; BadShape for images with less than
/// half as many pixels as tiles along an axis.
/// Source: Keras 3 `ContrastLimitedAdaptiveHistogramEqualization`.
class Clahe final : public LayerOf<Clahe, ClaheParams> {
public:
    static constexpr std::string_view kKerasClass = "ContrastLimitedAdaptiveHistogramEqualization";

    static auto fields()
    {
        return std::tuple{
            valueRangeField(&ClaheParams::valueRange),
            field(&ClaheParams::clipLimit, "clip_limit", LB_TR("Layer", "Clip limit"))
                .slider(0.0, 16.0)
                .help(LB_TR("Layer",
                            "No step of brightness counts more than so many times the mean; lower "
                            "means less contrast, 0 no limit.")),
            field(&ClaheParams::tileGridSize, "tile_grid_size", LB_TR("Layer", "Tile grid"))
                .least(1)
                .slider(1, 16)
                .help(LB_TR("Layer", "Into how many rows and columns of tiles an image is cut.")),
            dataFormatField(&ClaheParams::dataFormat),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Image,
                LB_TR("Layer",
                      "Equalizes every part of an image by itself, with limited contrast."),
                "y = 255 · (cdf(x) − cdf₀) / (pixels − cdf₀), between the tiles around x"};
    }
    static Result<Outputs> emit(const ClaheParams& p, Emitter& e)
    {
        if (e.isAnnotated())
            return annotationsRefused();
        const ValueRef given = e.autocastInput(0);
        const DType dtype = e.spec(given).dtype;
        const ImageFrame frame(e, e.cast(given, DType::Float32), p.dataFormat);
        ConfigObject args = rangeArgs(p.valueRange);
        args["clip_limit"] = p.clipLimit;
        args["rows"] = p.tileGridSize[0];
        args["columns"] = p.tileGridSize[1];
        const ValueRef y = e.op(ops::clahe(), {frame.images()}, std::move(args));
        return Outputs{frame.restored(e.cast(y, dtype))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"default", ConfigObject{}, {{2, 9, 10, 3}}},
            {"one image in 0..1, two tiles",
             ConfigObject{{"value_range", ConfigList{0, 1}},
                          {"tile_grid_size", ConfigList{1, 2}},
                          {"clip_limit", 1.5}},
             {{4, 5, 1}}},
            {"bytes, channels first, no limit",
             ConfigObject{{"clip_limit", 0},
                          {"tile_grid_size", ConfigList{2, 3}},
                          {"data_format", "channels_first"}},
             {Spec{DType::UInt8, {2, 3, 4, 5}, {}}}},
        };
    }
};

} // namespace

void registerContrastLimitedAdaptiveHistogramEqualization(LayerRegistry& registry)
{
    registry.add<Clahe>();
}

} // namespace lb
