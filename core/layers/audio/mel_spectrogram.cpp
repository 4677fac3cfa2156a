#include "core/layers/registry.h"
#include "core/layers/sound_window.h"
#include "core/ops/ops.h"

#include <cmath>
#include <numbers>

namespace lb {
namespace {

struct MelSpectrogramParams {
    std::int64_t fftLength = 2048;
    std::int64_t stride = 512;
    std::optional<std::int64_t> sequenceLength;
    Config window = "hann";
    std::int64_t samplingRate = 16000;
    std::int64_t melBins = 128;
    double minFrequency = 20;
    std::optional<double> maxFrequency;
    bool powerToDb = true;
    double topDb = 80;
    double exponent = 2;
    double minPower = 1e-10;
    double refPower = 1;

    bool operator==(const MelSpectrogramParams&) const = default;
    std::int64_t frame() const // Keras takes 0 for "not given"
    {
        return sequenceLength.value_or(0) == 0 ? fftLength : *sequenceLength;
    }
};

float melOf(float hertz)
{
    return 1127.0f * std::log(1.0f + hertz / 700.0f);
}

/// `count` numbers from `first` to `last`. Source: TensorFlow `linspace`.
std::vector<float> spread(float first, float last, std::int64_t count)
{
    std::vector<float> result{first};
    const float step = (last - first) / static_cast<float>(std::max<std::int64_t>(count - 1, 1));
    for (std::int64_t i = 1; i + 1 < count; ++i)
        result.push_back(first + step * static_cast<float>(i));
    if (count > 1)
        result.push_back(last);
    return result;
}

auto frameFields()
{
    using P = MelSpectrogramParams;
    return std::tuple{
        field(&P::fftLength, "fft_length", LB_TR("Layer", "FFT length"))
            .least(1)
            .slider(64, 4096)
            .help(LB_TR("Layer", "Samples that one spectrum is made of. Longer tells pitches "
                                 "apart better, shorter tells times apart better.")),
        field(&P::stride, "sequence_stride", LB_TR("Layer", "Stride"))
            .least(1)
            .slider(16, 2048)
            .help(LB_TR("Layer", "Samples from one column to the next.")),
        field(&P::sequenceLength, "sequence_length", LB_TR("Layer", "Window length"))
            .least(0)
            .advanced()
            .help(LB_TR("Layer", "Samples under the window. Empty: as the FFT length.")),
        field(&P::window, "window", LB_TR("Layer", "Window"))
            .editedAs(ParamKind::Choice, {"hann", "hamming"})
            .advanced()
            .help(LB_TR("Layer", "Fades each frame in and out, so that its ends do not click.")),
    };
}

auto bandFields()
{
    using P = MelSpectrogramParams;
    return std::tuple{
        field(&P::samplingRate, "sampling_rate", LB_TR("Layer", "Sampling rate"))
            .least(1)
            .slider(4000, 48000)
            .help(LB_TR("Layer", "Samples a second, in Hz, of the sounds that come in.")),
        field(&P::melBins, "num_mel_bins", LB_TR("Layer", "Bands"))
            .least(1)
            .slider(8, 256)
            .help(LB_TR("Layer", "How many rows the result has, low pitches first.")),
        field(&P::minFrequency, "min_freq", LB_TR("Layer", "Lowest frequency"))
            .slider(0.0, 1000.0)
            .help(LB_TR("Layer", "In Hz.")),
        field(&P::maxFrequency, "max_freq", LB_TR("Layer", "Highest frequency"))
            .help(LB_TR("Layer", "In Hz. Empty: half the sampling rate.")),
    };
}

auto loudnessFields()
{
    using P = MelSpectrogramParams;
    const auto decibels = [](const P& p) { return p.powerToDb; };
    return std::tuple{
        field(&P::powerToDb, "power_to_db", LB_TR("Layer", "Decibels"))
            .help(LB_TR("Layer", "On: 10 times the logarithm of the power.")),
        field(&P::topDb, "top_db", LB_TR("Layer", "Range in dB"))
            .slider(20.0, 120.0)
            .appliesIf(decibels)
            .help(LB_TR("Layer", "Nothing lies further below the loudest value.")),
        field(&P::exponent, "mag_exp", LB_TR("Layer", "Exponent"))
            .slider(1.0, 2.0)
            .advanced()
            .help(LB_TR("Layer", "1 gives magnitudes, 2 power.")),
        field(&P::minPower, "min_power", LB_TR("Layer", "Least power"))
            .advanced()
            .appliesIf(decibels)
            .help(LB_TR("Layer", "Silence counts as this.")),
        field(&P::refPower, "ref_power", LB_TR("Layer", "Power of 0 dB"))
            .advanced()
            .appliesIf(decibels)
            .help(LB_TR("Layer", "The power that is written as 0 dB.")),
    };
}

/// How loud a sound is over time in bands that are as wide as people hear them.
///
/// Shapes: x [samples] or [batch, samples], y [bands, frames] or [batch, bands, frames], float32;
///         a frame every sequence_stride samples, frames = 1 + samples / stride for even
///         fft_length. In decibels where power_to_db: none lies more than top_db below the loudest
///         of the whole batch.
/// Units:  frequencies in Hz.
/// Errors: BadShape unless there are one or two axes and more samples than half of fft_length;
///         BadParameter for a window longer than fft_length, and windows but hann, hamming, none
///         and a list of numbers.
/// Source: Keras 3 `MelSpectrogram`; mel scale and triangles of the HTK book.
class MelSpectrogram final : public LayerOf<MelSpectrogram, MelSpectrogramParams> {
public:
    static constexpr std::string_view kKerasClass = "MelSpectrogram";

    static auto fields()
    {
        return std::tuple_cat(frameFields(), bandFields(), loudnessFields());
    }
    static Result<> validate(const MelSpectrogramParams& p)
    {
        if (p.frame() > p.fftLength)
            return Error{ErrorCode::BadParameter,
                         "fft_length",
                         {LB_TR("Error", "must be at least sequence_length, %1, is: %2"),
                          {p.frame(), p.fftLength}}};
        const auto* name = p.window.as<std::string>();
        if (name && *name != "hann" && *name != "hamming")
            return Error{ErrorCode::BadParameter, "window",
                         LB_TR("Error", "must be hann, hamming, numbers or nothing")};
        const auto weights = windowOf(p.window, p.frame(), true);
        return weights.ok() ? Result<>(std::monostate{}) : weights.error();
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Shows a sound as loudness over time and pitch."),
                "y = 10 log₁₀ max(|STFT(x)|ᵖ · mel, min_power) − 10 log₁₀ ref_power"};
    }
    /// 16-bit policies compute in float32.
    static Result<Outputs> emit(const MelSpectrogramParams& p, Emitter& e)
    {
        if (e.compute() == DType::Float64)
            return notComputedIn(e.compute());
        const ValueRef x = e.cast(e.floatInput(0), DType::Float32);
        LB_TRY(outputs, e.withPolicy({}, [&] { return emitFrom(p, e, x); }));
        return Outputs{e.cast(outputs.front(), e.compute())};
    }
    static Result<Outputs> emitFrom(const MelSpectrogramParams& p, Emitter& e, ValueRef x)
    {
        const std::int64_t rank = e.rank(x);
        if (rank != 1 && rank != 2)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "needs [samples] or [batch, samples], shape is: %1"),
                          {text(e.spec(x).shape)}}};
        LB_TRY(window, centredWindow(p));
        const std::int64_t bins = p.fftLength / 2 + 1;
        ValueRef y = e.op(ops::spectrogram(), {x, e.constant({p.fftLength}, window)},
                          {{"stride", p.stride}, {"exponent", p.exponent}});
        y = e.matmul(y, e.constant({bins, p.melBins}, bands(p, bins)));
        if (p.powerToDb)
            y = decibels(p, e, y);
        const ConfigList order = rank == 1 ? ConfigList{1, 0} : ConfigList{0, 2, 1};
        return Outputs{e.op(ops::transpose(), {y}, {{"perm", order}})};
    }
    static std::vector<Example> examples()
    {
        const ConfigObject small{{"fft_length", 8},      {"sequence_stride", 3},
                                 {"num_mel_bins", 3},    {"sampling_rate", 100},
                                 {"min_freq", 1.0}};
        ConfigObject loud = small;
        loud["fft_length"] = 9;
        loud["sequence_length"] = 6;
        loud["window"] = Config();
        loud["power_to_db"] = false;
        return {
            {"decibels", small, {{2, 20}}},
            {"one sound, power, odd length", loud, {{13}}},
        };
    }

private:
    using P = MelSpectrogramParams;

    /// The window in the middle of fft_length samples. TensorFlow's windows of odd length are
    /// symmetric, whatever is asked for.
    static Result<std::vector<double>> centredWindow(const P& p)
    {
        const std::int64_t length = p.frame();
        LB_TRY(window, windowOf(p.window, length, length % 2 == 0));
        std::vector<double> result(static_cast<std::size_t>(p.fftLength), 0.0);
        if (p.window.isNull()) // Keras then weighs nothing, its padding neither
            return std::vector<double>(result.size(), 1.0);
        std::ranges::copy(window, result.begin() + (p.fftLength - length) / 2);
        return result;
    }

    /// The share of each frequency in each band, [bins, bands]: triangles on the mel scale.
    static std::vector<double> bands(const P& p, std::int64_t bins)
    {
        const double most = p.maxFrequency.value_or(0) != 0
            ? *p.maxFrequency
            : static_cast<double>(p.samplingRate / 2);
        const float nyquist = static_cast<float>(p.samplingRate) / 2.0f;
        const std::vector<float> hertz = spread(0, nyquist, bins);
        const std::vector<float> edges
            = spread(melOf(static_cast<float>(p.minFrequency)), melOf(static_cast<float>(most)),
                     p.melBins + 2);
        std::vector<double> shares(static_cast<std::size_t>(bins * p.melBins), 0.0);
        for (std::size_t k = 1; k < hertz.size(); ++k) { // frequency 0 counts nowhere
            const float mel = melOf(hertz[k]);
            for (std::size_t band = 0; band + 2 < edges.size(); ++band) {
                const float rising = (mel - edges[band]) / (edges[band + 1] - edges[band]);
                const float falling
                    = (edges[band + 2] - mel) / (edges[band + 2] - edges[band + 1]);
                shares[k * static_cast<std::size_t>(p.melBins) + band]
                    = static_cast<double>(std::max(0.0f, std::min(rising, falling)));
            }
        }
        return shares;
    }

    static ValueRef decibels(const P& p, Emitter& e, ValueRef power)
    {
        const ValueRef factor = e.constant(10 / std::numbers::ln10);
        const auto inDecibels = [&](ValueRef x) { return e.mul(e.op(ops::log(), {x}), factor); };
        const ValueRef least = e.constant(p.minPower);
        const double reference = 10 * std::log10(std::max(std::abs(p.refPower), p.minPower));
        const ValueRef y = e.sub(inDecibels(e.op(ops::maximum(), {power, least})),
                                 e.constant(reference));
        ConfigList all;
        for (std::int64_t axis = 0; axis < e.rank(y); ++axis)
            all.emplace_back(axis);
        const ValueRef loudest
            = e.op(ops::reduceMax(), {y}, {{"axes", all}, {"keepdims", false}});
        return e.op(ops::maximum(), {y, e.sub(loudest, e.constant(p.topDb))});
    }
};

} // namespace

void registerMelSpectrogram(LayerRegistry& registry)
{
    registry.add<MelSpectrogram>();
}

} // namespace lb
