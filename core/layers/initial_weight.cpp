#include "core/layers/number_array.h"
#include "core/layers/sound_window.h"
#include "core/layers/weight_rule.h"
#include "core/ops/broadcast.h"
#include "core/support/nearest_name.h"

#include <Eigen/QR>

#include <cmath>
#include <numbers>

namespace lb {
namespace {

/// The numbers behind the elements of one weight: element i is number i % 4 of block i / 4.
class Numbers {
public:
    explicit Numbers(StreamKey key)
        : m_stream(key, /*epoch=*/0, /*sample=*/0)
    {
    }

    void uniform(std::span<float> out, double low, double high) const
    {
        const auto from = static_cast<float>(low);
        const float width = static_cast<float>(high) - from;
        each(out.size(), [&](std::size_t i, const PhiloxBlock& block) {
            out[i] = from + width * (static_cast<float>(block[i % 4] >> 8) * 0x1p-24f);
        });
    }
    template <typename T> void normal(std::span<T> out, double mean, double deviation) const
    {
        each(out.size(), [&](std::size_t i, const PhiloxBlock& block) {
            out[i] = static_cast<T>(mean + deviation * standard(block, i % 4));
        });
    }
    /// Draws again what lies beyond two standard deviations.
    void truncatedNormal(std::span<float> out, double mean, double deviation) const
    {
        each(out.size(), [&](std::size_t i, const PhiloxBlock& block) {
            double z = standard(block, i % 4);
            for (std::uint32_t draw = 1; std::abs(z) > 2; ++draw)
                z = standard(m_stream.block(draw, i / 4), i % 4);
            out[i] = static_cast<float>(mean + deviation * z);
        });
    }

private:
    template <typename Visit> void each(std::size_t count, Visit&& visit) const
    {
        PhiloxBlock block{};
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 4 == 0)
                block = m_stream.block(/*draw=*/0, i / 4);
            visit(i, block);
        }
    }
    static double standard(const PhiloxBlock& block, std::size_t k)
    {
        const auto open = [](std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; };
        const double radius = std::sqrt(-2 * std::log(open(block[k / 2 * 2])));
        const double angle = 2 * std::numbers::pi * open(block[k / 2 * 2 + 1]);
        return radius * (k % 2 == 0 ? std::cos(angle) : std::sin(angle));
    }

    RandomStream m_stream;
};

/// Reads the config of one initializer and fills one shape.
class Initializer {
public:
    Initializer(const Config& serialized, const Shape& shape, StreamKey key)
        : m_class(initializerClass(serialized))
        , m_shape(shape)
        , m_key(key)
    {
        const Config* config = serialized.find("class_name") ? serialized.find("config") : nullptr;
        m_config = config ? *config : Config(ConfigObject{});
        const Config* seed = m_config.find("seed");
        if (const auto* own = seed ? seed->as<std::int64_t>() : nullptr)
            m_key = StreamKey{static_cast<std::uint64_t>(*own)};
    }

    Result<Tensor> values() const
    {
        if (m_class == "Zeros")
            return filled(0);
        if (m_class == "Ones")
            return filled(1);
        if (m_class == "Constant")
            return constant();
        if (m_class == "Identity")
            return identity();
        if (m_class == "Orthogonal")
            return orthogonal();
        if (m_class == "STFT")
            return fourier();
        if (m_class == "RandomUniform")
            return drawn("minval", -0.05, "maxval", 0.05, &Numbers::uniform);
        if (m_class == "RandomNormal")
            return drawn("mean", 0, "stddev", 0.05, &Numbers::normal<float>);
        if (m_class == "TruncatedNormal")
            return drawn("mean", 0, "stddev", 0.05, &Numbers::truncatedNormal);
        if (m_class == "VarianceScaling") {
            LB_TRY(scale, number("scale", 1));
            return scaled(scale, word("mode", "fan_in"),
                          word("distribution", "truncated_normal"));
        }
        const std::string_view shape
            = m_class.ends_with("Uniform") ? "uniform" : "truncated_normal";
        if (m_class == "GlorotUniform" || m_class == "GlorotNormal")
            return scaled(1, "fan_avg", shape);
        if (m_class == "HeUniform" || m_class == "HeNormal")
            return scaled(2, "fan_in", shape);
        if (m_class == "LecunUniform" || m_class == "LecunNormal")
            return scaled(1, "fan_in", shape);
        const std::string near = nearestName(m_class, initializerNames());
        return Error{ErrorCode::BadParameter, m_class,
                     near.empty()
                         ? Message(LB_TR("Error", "is not a known initializer"))
                         : Message{LB_TR("Error", "is not a known initializer; is %1 meant?"),
                                   {near}}};
    }

private:
    Tensor filled(double value) const
    {
        return Tensor::make<float>(m_shape, [value](std::span<float> out) {
            std::ranges::fill(out, static_cast<float>(value));
        });
    }
    template <typename Fill>
    Result<Tensor> drawn(std::string_view first, double firstDefault, std::string_view second,
                         double secondDefault, Fill fill) const
    {
        LB_TRY(a, number(first, firstDefault));
        LB_TRY(b, number(second, secondDefault));
        return Tensor::make<float>(m_shape,
                                   [&](std::span<float> out) { (Numbers(m_key).*fill)(out, a, b); });
    }
    Result<Tensor> constant() const;
    Result<Tensor> identity() const;
    Result<Tensor> orthogonal() const;
    Result<Tensor> fourier() const;
    Result<Tensor> scaled(double scale, std::string_view mode, std::string_view shape) const;
    Result<std::array<double, 2>> fans() const;

    Result<double> number(std::string_view key, double otherwise) const
    {
        const Config* value = m_config.find(key);
        double result = otherwise;
        if (value && !Codec<double>::read(*value, result))
            return wrong(key);
        return result;
    }
    std::string word(std::string_view key, std::string_view otherwise) const
    {
        const Config* value = m_config.find(key);
        const auto* text = value ? value->as<std::string>() : nullptr;
        return text ? *text : std::string(otherwise);
    }
    Error wrong(std::string_view key) const
    {
        return {ErrorCode::BadParameter, m_class + "/" + std::string(key),
                LB_TR("Error", "has a value that is not known")};
    }

    std::string m_class;
    Config m_config;
    Shape m_shape;
    StreamKey m_key;
};

Result<Tensor> Initializer::constant() const
{
    NumberArray array = NumberArray::of(0);
    const Config* value = m_config.find("value");
    if (value && !Codec<NumberArray>::read(*value, array))
        return wrong("value");
    const auto fits = broadcastShape(m_class, array.shape, m_shape);
    if (!fits.ok() || fits.value() != m_shape)
        return Error{ErrorCode::BadShape,
                     m_class,
                     {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                      {text(array.shape), text(m_shape)}}};
    const BroadcastIndex index(array.shape, m_shape);
    return Tensor::make<float>(m_shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(array.values[index.at(static_cast<std::int64_t>(i))]);
    });
}

Result<Tensor> Initializer::identity() const
{
    LB_TRY(gain, number("gain", 1));
    if (m_shape.size() != 2)
        return Error{ErrorCode::BadShape,
                     m_class,
                     {LB_TR("Error", "fills matrices only, the shape is %1"), {text(m_shape)}}};
    return Tensor::make<float>(m_shape, [&](std::span<float> out) {
        for (std::int64_t i = 0; i < std::min(m_shape[0], m_shape[1]); ++i)
            out[static_cast<std::size_t>(i * (m_shape[1] + 1))] = static_cast<float>(gain);
    });
}

/// Q of a matrix of normal numbers, its columns turned so that R's diagonal is positive.
Result<Tensor> Initializer::orthogonal() const
{
    LB_TRY(gain, number("gain", 1));
    if (m_shape.size() < 2)
        return Error{ErrorCode::BadShape,
                     m_class,
                     {LB_TR("Error", "needs two axes or more, the shape is %1"), {text(m_shape)}}};
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Index columns = m_shape.back();
    const Eigen::Index rows = columns == 0 ? 0 : elementCount(m_shape) / columns;
    Matrix a(std::max(rows, columns), std::min(rows, columns));
    Numbers(m_key).normal(std::span<double>(a.data(), static_cast<std::size_t>(a.size())), 0, 1);
    const Eigen::HouseholderQR<Matrix> qr(a);
    Matrix q = qr.householderQ() * Matrix::Identity(a.rows(), a.cols());
    for (Eigen::Index i = 0; i < q.cols(); ++i)
        if (qr.matrixQR()(i, i) < 0)
            q.col(i) *= -1;
    if (rows < columns)
        q.transposeInPlace();
    return Tensor::make<float>(m_shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(gain * q.data()[i]);
    });
}

/// Kernels [frame, 1, bins] of STFTSpectrogram.
Result<Tensor> Initializer::fourier() const
{
    if (m_shape.size() != 3 || m_shape[1] != 1)
        return Error{ErrorCode::BadShape,
                     m_class,
                     {LB_TR("Error", "fills kernels [frame, 1, bins] only, the shape is %1"),
                      {text(m_shape)}}};
    const Config* window = m_config.find("window");
    const Config* scaling = m_config.find("scaling");
    const Config* periodic = m_config.find("periodic");
    const bool* repeats = periodic ? periodic->as<bool>() : nullptr;
    const std::string divisor = scaling && scaling->isNull() ? "" : word("scaling", "density");
    return fourierKernel(m_shape[0], m_shape[2], word("side", "real") == "imag",
                         window ? *window : Config("hann"), divisor, repeats && *repeats,
                         dtypeNamed(word("dtype", "float32")).value_or(DType::Float32));
}

/// How many values a unit sees and how many see it. A kernel [height, width, in, out] sees
/// height * width places.
Result<std::array<double, 2>> Initializer::fans() const
{
    std::array<double, 2> fans{1, 1};
    std::array<std::vector<std::int64_t>, 2> axes;
    bool given = true;
    for (const std::size_t side : {0u, 1u}) {
        const std::string_view key = side == 0 ? "input_axes" : "output_axes";
        const Config* list = m_config.find(key);
        given = given && list && !list->isNull();
        if (list && !list->isNull() && !Codec<std::vector<std::int64_t>>::read(*list, axes[side]))
            return wrong(key);
    }
    const std::int64_t rank = std::ssize(m_shape);
    for (const std::size_t side : {0u, 1u})
        for (const std::int64_t axis : given ? axes[side] : std::vector<std::int64_t>{}) {
            const std::int64_t at = axis < 0 ? axis + rank : axis;
            if (at < 0 || at >= rank)
                return wrong(side == 0 ? "input_axes" : "output_axes");
            fans[side] *= static_cast<double>(m_shape[static_cast<std::size_t>(at)]);
        }
    if (given || rank == 0)
        return fans;
    double field = 1;
    for (std::int64_t i = 0; i + 2 < rank; ++i)
        field *= static_cast<double>(m_shape[static_cast<std::size_t>(i)]);
    fans[1] = field * static_cast<double>(m_shape.back());
    fans[0] = rank == 1 ? fans[1]
                        : field * static_cast<double>(m_shape[static_cast<std::size_t>(rank - 2)]);
    return fans;
}

Result<Tensor> Initializer::scaled(double scale, std::string_view mode,
                                   std::string_view shape) const
{
    constexpr double kTruncatedDeviation = 0.87962566103423978; // of a normal cut at 2
    if (!(scale > 0))
        return wrong("scale");
    LB_TRY(both, fans());
    if (mode != "fan_in" && mode != "fan_out" && mode != "fan_avg")
        return wrong("mode");
    const double fan = mode == "fan_in" ? both[0]
        : mode == "fan_out"             ? both[1]
                                        : (both[0] + both[1]) / 2;
    const double variance = scale / std::max(1.0, fan);
    const double limit = std::sqrt(3 * variance);
    if (shape != "uniform" && shape != "truncated_normal" && shape != "normal"
        && shape != "untruncated_normal")
        return wrong("distribution");
    return Tensor::make<float>(m_shape, [&](std::span<float> out) {
        const Numbers numbers(m_key);
        if (shape == "uniform")
            numbers.uniform(out, -limit, limit);
        else if (shape == "untruncated_normal")
            numbers.normal(out, 0, std::sqrt(variance));
        else
            numbers.truncatedNormal(out, 0, std::sqrt(variance) / kTruncatedDeviation);
    });
}

} // namespace

Result<Tensor> initialWeight(const Config& initializer, const Shape& shape, StreamKey key)
{
    return Initializer(initializer, shape, key).values();
}

} // namespace lb
