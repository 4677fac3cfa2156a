#include "core/kernels/resize.h"
#include "core/layers/annotations.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

#include <cmath>
#include <limits>

namespace lb {
namespace kernels {

constexpr auto kerasNames(Interpolation)
{
    return std::to_array<std::string_view>(
        {"nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5"});
}

} // namespace kernels

namespace {

struct ResizingParams {
    std::int64_t height = 0;
    std::int64_t width = 0;
    kernels::Interpolation interpolation = kernels::Interpolation::Bilinear;
    bool cropToAspectRatio = false;
    bool padToAspectRatio = false;
    std::string fillMode = "constant";
    double fillValue = 0;
    bool antialias = false;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const ResizingParams&) const = default;
};

/// Images of another size, stretched, cut or padded.
/// Shapes: x [batch, h, w, channels] or one image; y the same with height and width. Integers stay
/// what they are, rounded half to even and kept in their range.
/// Source: Keras 3 `Resizing` on TensorFlow.
class Resizing final : public LayerOf<Resizing, ResizingParams> {
public:
    static constexpr std::string_view kKerasClass = "Resizing";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = ResizingParams;
        return std::tuple{
            field(&P::height, "height", LB_TR("Layer", "Height"))
                .required(224)
                .least(1)
                .slider(1, 512)
                .help(LB_TR("Layer", "Rows of the result, in pixels.")),
            field(&P::width, "width", LB_TR("Layer", "Width"))
                .required(224)
                .least(1)
                .slider(1, 512)
                .help(LB_TR("Layer", "Columns of the result, in pixels.")),
            field(&P::interpolation, "interpolation", LB_TR("Layer", "Interpolation"))
                .help(LB_TR("Layer", "How pixels between pixels are made.")),
            field(&P::cropToAspectRatio, "crop_to_aspect_ratio",
                  LB_TR("Layer", "Crop to aspect ratio"))
                .appliesIf([](const P& p) { return !p.padToAspectRatio; })
                .help(LB_TR("Layer", "Cuts the sides off instead of distorting.")),
            field(&P::padToAspectRatio, "pad_to_aspect_ratio",
                  LB_TR("Layer", "Pad to aspect ratio"))
                .appliesIf([](const P& p) { return !p.cropToAspectRatio; })
                .help(LB_TR("Layer", "Adds borders instead of distorting.")),
            field(&P::fillMode, "fill_mode", LB_TR("Layer", "Fill mode"))
                .editedAs(ParamKind::Choice, {"constant"})
                .appliesIf([](const P& p) { return p.padToAspectRatio; })
                .advanced()
                .help(LB_TR("Layer", "What the borders show.")),
            field(&P::fillValue, "fill_value", LB_TR("Layer", "Fill value"))
                .appliesIf([](const P& p) { return p.padToAspectRatio; })
                .slider(0.0, 255.0)
                .help(
                    LB_TR("Layer", "The value of the added borders, in the units of the images.")),
            field(&P::antialias, "antialias", LB_TR("Layer", "Antialias"))
                .help(LB_TR("Layer",
                            "Blurs before shrinking, so that fine patterns do not flicker.")),
            field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static Result<> validate(const ResizingParams& p)
    {
        if (p.cropToAspectRatio && p.padToAspectRatio)
            return Error{ErrorCode::BadParameter, "pad_to_aspect_ratio",
                         LB_TR("Error", "cannot be set together with crop_to_aspect_ratio")};
        if (p.fillMode != "constant")
            return Error{ErrorCode::BadParameter,
                         "fill_mode",
                         {LB_TR("Error", "must be \"constant\", is: %1"), {p.fillMode}}};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Image, LB_TR("Layer", "Gives every image the same size."),
                "y[i, j] = Σ w · x at ((i + ½) · h / height − ½, (j + ½) · w / width − ½)"};
    }
    static Result<Outputs> emit(const ResizingParams& p, Emitter& e)
    {
        const std::string name(
            kerasNames(p.interpolation).at(static_cast<std::size_t>(p.interpolation)));
        const bool integer = !isFloating(e.spec(e.input(0)).dtype);
        const ImageFrame frame(e, integer ? e.input(0) : e.floatInput(0), p.dataFormat);
        const ValueRef y = resized(p, e, frame.images(), name);
        Annotations annotations(e, p.dataFormat);
        annotations.moveMasks([&](ValueRef masks) { return resized(p, e, masks, "nearest"); });
        annotations.moveBoxes([&](BoxFrame& boxes) {
            const ValueRef given = boxes.boxes();
            boxes.read("xyxy", frame.images());
            boxes.apply(ops::fitBoxes(), {frame.images()},
                        {{"height", p.height},
                         {"width", p.width},
                         {"fit",
                          p.padToAspectRatio        ? "pad"
                              : p.cropToAspectRatio ? "crop"
                                                    : "stretch"}});
            boxes.clip(y);
            boxes.apply(ops::blankBoxes(), {given});
            boxes.write("xyxy", y);
        });
        return annotations.with(frame.restored(y));
    }
    static std::vector<Example> examples()
    {
        const auto to = [](std::int64_t height, std::int64_t width, ConfigObject more) {
            more.emplace("height", height);
            more.emplace("width", width);
            return Config(std::move(more));
        };
        std::vector<Example> result{
            {"one image", to(3, 4, {}), {{5, 6, 3}}},
            {"channels first", to(3, 4, {{"data_format", "channels_first"}}), {{1, 3, 5, 6}}},
            {"cut", to(3, 5, {{"crop_to_aspect_ratio", true}}), {{1, 6, 4, 1}}},
            {"padded",
             to(3, 5, {{"pad_to_aspect_ratio", true}, {"fill_value", 0.5}}),
             {{1, 6, 4, 1}}},
            {"antialiased", to(2, 3, {{"antialias", true}}), {{1, 7, 8, 2}}},
        };
        for (const std::string_view name : kerasNames(kernels::Interpolation{}))
            result.push_back({std::string(name),
                              to(3, 7, {{"interpolation", std::string(name)}}),
                              {{2, 5, 4, 3}}});
        return result;
    }

private:
    static ValueRef resized(const ResizingParams& p, Emitter& e, ValueRef images,
                            const std::string& interpolation)
    {
        const DType dtype = e.spec(images).dtype;
        const bool integer = !isFloating(dtype);
        const ConfigObject size{{"height", p.height}, {"width", p.width}};
        const auto with = [&](ConfigObject more) {
            more.insert(size.begin(), size.end());
            return more;
        };
        ValueRef y = images;
        if (p.cropToAspectRatio)
            y = e.op(ops::crop(), {y}, with({{"aspect", true}}));
        if (p.padToAspectRatio)
            y = e.op(ops::aspectPad(), {y},
                     with({{"fill_value", integer ? std::trunc(p.fillValue) : p.fillValue}}));
        const bool bytes = dtype == DType::UInt8 && interpolation == "bilinear";
        y = e.op(ops::resize(), {y},
                 with({{"interpolation", interpolation},
                       {"antialias", p.antialias},
                       {"bytes", bytes}}));
        if (e.spec(y).dtype == dtype)
            return y;
        if (!integer)
            return e.cast(y, dtype);
        y = e.op(ops::round(), {y});
        // a mean of pixels lies between them
        const bool mean = interpolation == "area" && dtype == DType::UInt8;
        return mean ? e.cast(y, dtype) : saturated(e, y, dtype);
    }
    /// Source: Keras 3 `saturate_cast`.
    static ValueRef saturated(Emitter& e, ValueRef y, DType dtype)
    {
        const auto kept = [&](double least, double most) {
            return e.op(ops::clip(), {y}, {{"least", least}, {"most", most}});
        };
        if (dtype == DType::UInt8)
            y = kept(0.0, 255.0);
        else if (dtype == DType::Bool)
            y = kept(0.0, 1.0);
        else if (dtype == DType::Int32)
            y = kept(double{std::numeric_limits<std::int32_t>::min()},
                     double{std::numeric_limits<std::int32_t>::max()});
        return e.cast(y, dtype);
    }
};

} // namespace

void registerResizing(LayerRegistry& registry)
{
    registry.add<Resizing>();
}

} // namespace lb
