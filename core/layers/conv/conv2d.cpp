#include "core/layers/activations.h"
#include "core/layers/kernel_params.h"
#include "core/layers/registry.h"
#include "core/layers/windows.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

using Pair = BothOr<std::int64_t>;

struct Conv2dParams : KernelParams {
    std::int64_t filters = 0;
    Pair kernelSize;
    Pair strides{1, 1};
    Padding padding = Padding::Valid;
    DataFormat dataFormat = DataFormat::ChannelsLast;
    Pair dilation{1, 1};
    std::int64_t groups = 1;
    Config activation = "linear";

    bool operator==(const Conv2dParams&) const = default;
};

auto windowFields()
{
    using P = Conv2dParams;
    return std::tuple{
        field(&P::filters, "filters", LB_TR("Layer", "Filters"))
            .required(32)
            .least(1)
            .slider(1, 512)
            .help(LB_TR("Layer", "How many output channels there are.")),
        field(&P::kernelSize, "kernel_size", LB_TR("Layer", "Kernel size"))
            .required({3, 3})
            .least(1)
            .slider(1, 11)
            .help(LB_TR("Layer", "Height and width of a filter, in pixels.")),
        field(&P::activation, "activation", LB_TR("Layer", "Activation"))
            .editedAs(ParamKind::Activation, activationNames())
            .help(LB_TR("Layer", "Applied to the result.")),
        field(&P::padding, "padding", LB_TR("Layer", "Padding"))
            .help(LB_TR("Layer", "same puts zeros around, so that with stride 1 the size "
                                 "stays; valid uses whole windows only.")),
        field(&P::strides, "strides", LB_TR("Layer", "Strides"))
            .least(1)
            .slider(1, 4)
            .help(LB_TR("Layer", "How far the window moves: 2 halves the size.")),
        field(&P::dilation, "dilation_rate", LB_TR("Layer", "Dilation"))
            .least(1)
            .slider(1, 4)
            .advanced()
            .help(LB_TR("Layer", "Distance of the pixels that a filter sees.")),
        field(&P::groups, "groups", LB_TR("Layer", "Groups"))
            .least(1)
            .slider(1, 32)
            .advanced()
            .help(LB_TR("Layer", "Parts of the channels that are filtered separately.")),
        field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
            .advanced()
            .help(LB_TR("Layer", "Where the channels stand in a shape.")),
    };
}

/// Slides kernels over images: y = activation(x * kernel + bias), a cross-correlation.
///
/// Shapes: x [batch, height, width, in], kernel [h, w, in / groups, filters], bias [filters],
///         y [batch, height', width', filters]; with channels_first x and y have the channels
///         behind the batch. "same": height' = ceil(height / stride), the odd row of zeros behind;
///         "valid": windows that fit in. Floating.
/// Errors: BadParameter for strides together with dilation, filters that do not divide into the
///         groups; BadShape unless x has four axes and its channels, known, divide into the groups.
/// Source: Keras 3 `Conv2D`.
class Conv2d final : public LayerOf<Conv2d, Conv2dParams> {
public:
    static constexpr std::string_view kKerasClass = "Conv2D";

    static auto fields() { return std::tuple_cat(windowFields(), kernelFields<Conv2dParams>()); }
    static Result<> validate(const Conv2dParams& p)
    {
        if (p.filters % p.groups != 0)
            return Error{ErrorCode::BadParameter,
                         "groups",
                         {LB_TR("Error", "%1 filters do not divide into %2 groups"),
                          {p.filters, p.groups}}};
        if (std::max(p.strides.first, p.strides.second) > 1
            && std::max(p.dilation.first, p.dilation.second) > 1)
            return Error{ErrorCode::BadParameter, "dilation_rate",
                         LB_TR("Error", "must be 1 where strides are not, as in Keras")};
        return checkActivation(p.activation);
    }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Slides learned filters over images and shows where they fit."),
                "y(i, j, f) = activation(Σ x(s·i + d·u, s·j + d·v, c) · kernel(u, v, c, f) + "
                "bias(f))"};
    }
    static Result<Outputs> emit(const Conv2dParams& p, Emitter& e)
    {
        const ValueRef x = channelsLast(e, e.floatInput(0), p.dataFormat);
        LB_TRY(in, e.knownDim(x, -1));
        if (in % p.groups != 0)
            return Error{ErrorCode::BadShape,
                         "groups",
                         {LB_TR("Error", "%1 channels do not divide into %2 groups"),
                          {in, p.groups}}};
        const ValueRef kernel
            = e.weight({p.kernelSize.first, p.kernelSize.second, in / p.groups, p.filters},
                       p.kernel, p.kernelTerms());
        ValueRef y = e.op(ops::conv2d(), {x, kernel},
                          {{"strides", pairConfig(p.strides)},
                           {"padding", nameOf(p.padding)},
                           {"dilation", pairConfig(p.dilation)},
                           {"groups", p.groups}});
        if (p.useBias)
            y = e.add(y, e.weight({p.filters}, p.bias, p.biasTerms()));
        return Outputs{e.activation(p.activation, inFormat(e, y, p.dataFormat))};
    }
    static std::vector<Example> examples();
};

std::vector<Example> Conv2d::examples()
{
    return {
        {"same", ConfigObject{{"filters", 3}, {"kernel_size", 3}, {"padding", "same"}},
         {{2, 5, 4, 2}}},
        {"strides, even kernel",
         ConfigObject{{"filters", 2},
                      {"kernel_size", ConfigList{2, 4}},
                      {"strides", ConfigList{3, 2}},
                      {"padding", "same"},
                      {"activation", "tanh"}},
         {{1, 7, 6, 3}}},
        {"dilation, no bias",
         ConfigObject{{"filters", 2},
                      {"kernel_size", ConfigList{3, 2}},
                      {"dilation_rate", ConfigList{1, 2}},
                      {"use_bias", false}},
         {{2, 4, 5, 2}}},
        {"groups, relu",
         ConfigObject{{"filters", 4},
                      {"kernel_size", 2},
                      {"groups", 2},
                      {"activation", "relu"},
                      {"kernel_regularizer", "l2"}},
         {{2, 4, 3, 4}}},
        {"channels first",
         ConfigObject{{"filters", 3}, {"kernel_size", 2}, {"data_format", "channels_first"}},
         {{2, 2, 4, 3}}},
    };
}

} // namespace

void registerConv2d(LayerRegistry& registry)
{
    registry.add<Conv2d>();
}

} // namespace lb
