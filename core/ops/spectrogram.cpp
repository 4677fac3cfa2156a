#include "core/interop/onnx/onnx_node.h"
#include "core/ops/fourier.h"
#include "core/ops/ops.h"

#include <cmath>
#include <limits>

namespace lb {
namespace {

/// |Fourier transform|^exponent of windowed frames of a sound. The sound is mirrored at its ends by
/// half a frame, so that frame k is centred at sample k * stride. No gradient.
/// Shapes: x [..., samples], window [length], y [..., frames, length / 2 + 1].
/// Args: stride, exponent. Errors: BadShape if the samples are not known, or no more than half a
///       frame: then there is nothing to mirror.
/// Source: Keras 3 `ops.stft` with center=True; NumPy's "reflect".
struct Spectrogram {
    static constexpr std::string_view kName = "spectrogram";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& x = query.in[0].shape;
        const std::int64_t length = query.in[1].shape.at(0);
        if (x.empty() || x.back() == kUnknown || x.back() <= length / 2)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "needs more than %1 samples (half of fft_length), the "
                                         "shape is %2"),
                          {length / 2, text(x)}}};
        Shape y = x;
        y.back() = 1 + (x.back() + length / 2 * 2 - length) / intArg(query.args, "stride");
        y.push_back(length / 2 + 1);
        return Spec{query.in[0].dtype, std::move(y), ValueRange::proven(0, kMost)};
    }
    /// ONNX' STFT, of a batch of sounds with one channel, behind mirrored ends.
    static Result<> onnx(OnnxNode& node)
    {
        const std::size_t rank = node.inputSpec(0).shape.size();
        if (rank > 2)
            return Error{ErrorCode::Unsupported, "",
                         LB_TR("Error", "sounds with more than two axes have no ONNX form")};
        const std::int64_t half = node.inputSpec(1).shape[0] / 2;
        std::vector<std::int64_t> ends(2 * rank, 0);
        ends[rank - 1] = ends[2 * rank - 1] = half;
        std::string x = node.add("Pad", {node.input(0), node.ints(ends)}, {{"mode", "reflect"}});
        if (rank == 1)
            x = node.add("Unsqueeze", {x, node.ints({0})});
        x = node.add("Unsqueeze", {x, node.ints({2})});
        const auto number = [&](std::int64_t value) {
            return node.initializer(Tensor::of<std::int64_t>({}, {value}));
        };
        const std::string parts
            = node.add("STFT", {x, number(intArg(node.args(), "stride")), node.input(1)},
                       {{"onesided", std::int64_t{1}}});
        const std::string power = node.add("ReduceSumSquare", {parts, node.ints({-1})},
                                           {{"keepdims", std::int64_t{0}}});
        std::string y = node.add(
            "Pow", {power, node.scalar(realArg(node.args(), "exponent") / 2)});
        if (rank == 1)
            y = node.add("Squeeze", {y, node.ints({0})});
        node.result(y);
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const std::int64_t samples = run.in[0].shape.back();
        const std::int64_t length = run.in[1].shape[0];
        const std::int64_t frames = run.shape[run.shape.size() - 2];
        const std::int64_t stride = intArg(run.args, "stride");
        const double exponent = realArg(run.args, "exponent");
        const std::int64_t sounds = std::ssize(run.in[0].value) / samples;
        Fourier fourier(static_cast<std::size_t>(length));
        std::vector<std::complex<double>> frame(static_cast<std::size_t>(length));
        std::size_t out = 0;
        for (std::int64_t sound = 0; sound < sounds; ++sound)
            for (std::int64_t at = 0; at < frames; ++at) {
                for (std::int64_t t = 0; t < length; ++t) {
                    std::int64_t from = std::abs(at * stride + t - length / 2);
                    if (from >= samples)
                        from = 2 * (samples - 1) - from;
                    const T x = run.in[0].value[static_cast<std::size_t>(sound * samples + from)];
                    const T weighed = x * run.in[1].value[static_cast<std::size_t>(t)];
                    frame[static_cast<std::size_t>(t)] = static_cast<double>(weighed);
                }
                fourier.transform(frame);
                for (std::int64_t k = 0; k <= length / 2; ++k) {
                    const double size = std::abs(frame[static_cast<std::size_t>(k)]);
                    run.y[out++] = static_cast<T>(std::pow(size, exponent));
                }
            }
    }

private:
    static constexpr double kMost = std::numeric_limits<double>::infinity();
};

} // namespace

const Op& ops::spectrogram()
{
    static constexpr Op op = opOf<Spectrogram>();
    return op;
}

} // namespace lb
