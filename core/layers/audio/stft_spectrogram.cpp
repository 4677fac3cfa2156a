#include "core/layers/registry.h"
#include "core/layers/sound_window.h"
#include "core/layers/windows.h"
#include "core/ops/ops.h"

#include <bit>

namespace lb {
namespace {

constexpr double kEpsilon = 1e-7; // keras.config.epsilon()

enum class SpectrumMode : std::uint8_t { Log, Magnitude, Psd, Real, Imag, Angle, Stft };

constexpr std::array<std::string_view, 7> kerasNames(SpectrumMode)
{
    return {"log", "magnitude", "psd", "real", "imag", "angle", "stft"};
}

struct StftSpectrogramParams {
    SpectrumMode mode = SpectrumMode::Log;
    std::int64_t frameLength = 256;
    std::optional<std::int64_t> frameStep, fftLength;
    Config window = "hann";
    bool periodic = false;
    Config scaling = "density";
    Padding padding = Padding::Valid;
    bool expandDims = false;
    DataFormat dataFormat = DataFormat::ChannelsLast;
    bool trainable = true;

    bool operator==(const StftSpectrogramParams&) const = default;
    std::int64_t bins() const // a power of two unless given
    {
        const auto next = std::bit_ceil(static_cast<std::uint64_t>(frameLength));
        return fftLength.value_or(static_cast<std::int64_t>(next)) / 2 + 1;
    }
    std::int64_t step() const { return frameStep.value_or(frameLength / 2); }
};

auto stftFrameFields()
{
    using P = StftSpectrogramParams;
    return std::tuple{
        field(&P::mode, "mode", LB_TR("Layer", "Mode"))
            .help(LB_TR("Layer", "log, magnitude, psd (power), angle, real and imaginary part, "
                                 "or both of these one behind the other (stft).")),
        field(&P::frameLength, "frame_length", LB_TR("Layer", "Frame length"))
            .least(1)
            .slider(16, 2048)
            .help(LB_TR("Layer", "Samples that one spectrum is made of.")),
        field(&P::frameStep, "frame_step", LB_TR("Layer", "Frame step"))
            .help(LB_TR("Layer", "Samples from one frame to the next. Empty: half a frame.")),
        field(&P::fftLength, "fft_length", LB_TR("Layer", "FFT length"))
            .advanced()
            .help(LB_TR("Layer", "Empty: the next power of two from the frame length on.")),
        field(&P::window, "window", LB_TR("Layer", "Window"))
            .editedAs(ParamKind::Choice, windowNames())
            .advanced()
            .help(LB_TR("Layer", "Fades each frame in and out, so that its ends do not click.")),
        field(&P::periodic, "periodic", LB_TR("Layer", "Periodic window"))
            .advanced()
            .help(LB_TR("Layer", "Off: the window is symmetric.")),
        field(&P::scaling, "scaling", LB_TR("Layer", "Scaling"))
            .editedAs(ParamKind::Choice, {"density", "spectrum"})
            .advanced()
            .help(LB_TR("Layer", "What the window is divided by.")),
    };
}

auto resultFields()
{
    using P = StftSpectrogramParams;
    return std::tuple{
        field(&P::padding, "padding", LB_TR("Layer", "Padding"))
            .help(LB_TR("Layer", "same puts zeros around; valid uses whole frames only.")),
        field(&P::expandDims, "expand_dims", LB_TR("Layer", "As images"))
            .help(LB_TR("Layer", "Frequencies get an axis of their own.")),
        field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
            .advanced()
            .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        field(&P::trainable, "trainable", LB_TR("Layer", "Trainable"))
            .advanced()
            .help(LB_TR("Layer", "Off: training leaves the kernels as they are.")),
    };
}

/// The short-time Fourier transform of sounds, written as a convolution whose kernels could learn.
///
/// Shapes: x [batch, samples, channels], y [batch, frames, channels * bins], or [batch, frames,
///         bins, channels] with expand_dims; channels first: x [batch, channels, samples], y
///         [batch, channels * bins, frames] or [batch, channels, frames, bins]. bins =
///         fft_length / 2 + 1, twice as many in mode stft. Kernels [frame_length, 1, bins].
/// Errors: BadShape unless samples and channels are known and a frame fits in; BadParameter for
///         integers, as in Keras, and for what Keras refuses of the lengths.
/// Source: Keras 3 `STFTSpectrogram`.
class StftSpectrogram final : public LayerOf<StftSpectrogram, StftSpectrogramParams> {
public:
    static constexpr std::string_view kKerasClass = "STFTSpectrogram";

    static auto fields() { return std::tuple_cat(stftFrameFields(), resultFields()); }

    static Result<> validate(const StftSpectrogramParams& p)
    {
        if (p.frameStep && (*p.frameStep > p.frameLength || *p.frameStep < 1))
            return Error{ErrorCode::BadParameter,
                         "frame_step",
                         {LB_TR("Error", "must lie in 1..frame_length (%1), is: %2"),
                          {p.frameLength, *p.frameStep}}};
        if (p.step() < 1)
            return Error{ErrorCode::BadParameter, "frame_length",
                         LB_TR("Error", "is too short for steps of half a frame: give frame_step")};
        if (p.fftLength && *p.fftLength < p.frameLength)
            return Error{ErrorCode::BadParameter,
                         "fft_length",
                         {LB_TR("Error", "must be at least frame_length, %1, or be left out, is: %2"),
                          {p.frameLength, *p.fftLength}}};
        const auto* scaling = p.scaling.as<std::string>();
        if (!p.scaling.isNull() && (!scaling || (*scaling != "density" && *scaling != "spectrum")))
            return Error{ErrorCode::BadParameter, "scaling",
                         LB_TR("Error", "must be density, spectrum or nothing")};
        const auto weights = windowOf(p.window, p.frameLength, p.periodic);
        return weights.ok() ? Result<>(std::monostate{}) : weights.error();
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Takes a sound apart into frequencies over time."),
                "X(f, k) = Σₜ x(f · step + t) w(t) exp(−2πi k t / n)"};
    }
    static Result<Outputs> emit(const StftSpectrogramParams& p, Emitter& e);

    static std::vector<Example> examples()
    {
        const ConfigObject small{{"frame_length", 6}};
        const auto with = [&](ConfigObject more) {
            more.insert(small.begin(), small.end());
            return more;
        };
        return {
            {"log", small, {{2, 9, 1}}}, // few: the slope of log has no bound
            {"magnitude, same", with({{"mode", "magnitude"}, {"padding", "same"}}), {{1, 13, 1}}},
            {"psd, channels first",
             with({{"mode", "psd"}, {"data_format", "channels_first"}, {"frame_step", 2}}),
             {{2, 2, 11}}},
            {"both parts, expanded", with({{"mode", "stft"}, {"expand_dims", true}}), {{2, 12, 2}}},
            {"angle, channels first, expanded",
             with({{"mode", "angle"},
                   {"data_format", "channels_first"},
                   {"expand_dims", true},
                   {"fft_length", 10},
                   {"window", Config()}}),
             {{1, 2, 12}}},
            {"real", with({{"mode", "real"}, {"scaling", Config()}}), {{1, 8, 1}}},
            {"imaginary", with({{"mode", "imag"}, {"scaling", "spectrum"}}), {{1, 8, 1}}},
        };
    }

private:
    using P = StftSpectrogramParams;

    /// One part of the transform, [batch, channels, frames, bins].
    static ValueRef part(const P& p, Emitter& e, ValueRef rows, std::int64_t channels,
                         std::string_view name)
    {
        ConfigObject values{{"side", std::string(name.substr(0, 4))},
                            {"window", p.window},
                            {"scaling", p.scaling},
                            {"periodic", p.periodic}};
        if (const DType kept = e.policy().variable; kept != DType::Float32)
            values.emplace("dtype", std::string(nameOf(kept))); // Keras computes it in that
        const Config initializer
            = ConfigObject{{"class_name", "STFT"}, {"config", std::move(values)}};
        WeightTerms terms;
        terms.trainable = p.trainable;
        const ValueRef kernel
            = e.weight({p.frameLength, 1, p.bins()}, WeightRule{name, initializer}, terms);
        const ValueRef plane = e.op(ops::expandDims(), {kernel}, {{"axis", 0}});
        const ValueRef y = e.op(ops::conv2d(), {rows, plane},
                                {{"strides", ConfigList{1, p.step()}},
                                 {"padding", Codec<Padding>::write(p.padding)},
                                 {"dilation", ConfigList{1, 1}},
                                 {"groups", 1}});
        const Shape& shape = e.spec(y).shape;
        if (shape.size() != 4)
            return {};
        return e.op(ops::reshape(), {y},
                    {{"shape", ConfigList{-1, channels, shape[2], shape[3]}}});
    }
    static ValueRef spectrum(const P& p, Emitter& e, ValueRef real, ValueRef imaginary);
    static ValueRef arranged(const P& p, Emitter& e, ValueRef y);
};

/// What the mode asks for, of [batch, channels, frames, bins].
ValueRef StftSpectrogram::spectrum(const P& p, Emitter& e, ValueRef real, ValueRef imaginary)
{
    using Mode = SpectrumMode;
    if (p.mode == Mode::Real)
        return real;
    if (p.mode == Mode::Imag)
        return imaginary;
    if (p.mode == Mode::Angle)
        return e.op(ops::arctan2(), {imaginary, real});
    if (p.mode == Mode::Stft)
        return e.op(ops::concat(), {real, imaginary}, {{"axis", -1}});
    const ValueRef power
        = e.add(e.op(ops::square(), {real}), e.op(ops::square(), {imaginary}));
    if (p.mode == Mode::Psd) { // all but the ends stand for a negative frequency, too
        std::vector<double> twice(static_cast<std::size_t>(p.bins()), 2.0);
        twice.front() = twice.back() = 1;
        return e.mul(power, e.constant({p.bins()}, twice));
    }
    const ValueRef least = e.constant(kEpsilon);
    const ValueRef magnitude = e.op(ops::sqrt(), {e.op(ops::maximum(), {power, least})});
    return p.mode == Mode::Magnitude
        ? magnitude
        : e.op(ops::log(), {e.op(ops::maximum(), {magnitude, least})});
}

/// [batch, channels, frames, bins] as the data format has it.
ValueRef StftSpectrogram::arranged(const P& p, Emitter& e, ValueRef y)
{
    const bool last = p.dataFormat == DataFormat::ChannelsLast;
    const auto ordered = [&](ConfigList order) {
        return e.op(ops::transpose(), {y}, {{"perm", std::move(order)}});
    };
    if (p.expandDims)
        return last ? ordered({0, 2, 3, 1}) : y;
    const Shape shape = e.spec(y).shape;
    if (shape.size() != 4)
        return {};
    const std::int64_t columns = shape[1] * shape[3];
    return last ? e.op(ops::reshape(), {ordered({0, 2, 1, 3})},
                       {{"shape", ConfigList{-1, shape[2], columns}}})
                : e.op(ops::reshape(), {ordered({0, 1, 3, 2})},
                       {{"shape", ConfigList{-1, columns, shape[2]}}});
}

Result<Outputs> StftSpectrogram::emit(const P& p, Emitter& e)
{
    if (!isFloating(e.spec(e.input(0)).dtype))
        return Error{ErrorCode::BadParameter,
                     "",
                     {LB_TR("Error", "needs floating-point samples, not %1: rescale them first"),
                      {std::string(nameOf(e.spec(e.input(0)).dtype))}}};
    if (e.compute() == DType::BFloat16)
        return notComputedIn(e.compute());
    const ValueRef x = e.floatInput(0);
    if (e.rank(x) != 3)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "needs a batch of sounds with channels (3 axes), shape is: %1"),
                      {text(e.spec(x).shape)}}};
    const bool last = p.dataFormat == DataFormat::ChannelsLast;
    LB_TRY(samples, e.knownDim(x, last ? 1 : 2));
    LB_TRY(channels, e.knownDim(x, last ? 2 : 1));
    if (p.padding == Padding::Valid && samples < p.frameLength)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "needs at least one frame, %1 samples, has %2: shorten the "
                                     "frame or take padding same"),
                      {p.frameLength, samples}}};
    const ValueRef first
        = last ? e.op(ops::transpose(), {x}, {{"perm", ConfigList{0, 2, 1}}}) : x;
    const ValueRef rows
        = e.op(ops::reshape(), {first}, {{"shape", ConfigList{-1, 1, samples, 1}}});
    ValueRef real, imaginary;
    if (p.mode != SpectrumMode::Imag)
        real = part(p, e, rows, channels, "real_kernel");
    if (p.mode != SpectrumMode::Real)
        imaginary = part(p, e, rows, channels, "imag_kernel");
    return Outputs{arranged(p, e, spectrum(p, e, real, imaginary))};
}

} // namespace

void registerStftSpectrogram(LayerRegistry& registry)
{
    registry.add<StftSpectrogram>();
}

} // namespace lb
