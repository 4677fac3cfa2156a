#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"
#include "core/tensor/rounded.h"

#include <cmath>

namespace lb {
namespace {

/// Moves values linearly, as Keras writes it for this layer: one scale and one offset.
struct Line {
    double scale, offset;

    Line(std::array<double, 2> from, std::array<double, 2> to)
        : scale((to[1] - to[0]) / (from[1] - from[0]))
        , offset(to[0] - from[0] * scale)
    {
    }
    template <typename T> T operator()(T x) const
    {
        return x * static_cast<T>(scale) + static_cast<T>(offset);
    }
};

/// A bin's number, cut off towards 0; what is no int32 counts as bin 0, as it does there.
template <typename T> std::size_t binOf(T scaled, std::size_t bins)
{
    if (!(scaled >= 1) || scaled >= T{2'147'483'648.0})
        return 0;
    return std::min(static_cast<std::size_t>(scaled), bins - 1);
}

/// One channel of a whole batch.
template <typename T> class Channel {
public:
    Channel(const OpRun<T>& run, std::size_t first, std::size_t step)
        : m_run(run)
        , m_first(first)
        , m_step(step)
        , m_toBytes(valueRangeArg(run.args), kByteRange)
        , m_histogram(static_cast<std::size_t>(intArg(run.args, "bins")))
    {
    }
    void equalize()
    {
        const auto bins = m_histogram.size();
        const T last = static_cast<T>(bins - 1);
        each([&](std::size_t, T value) { // Keras counts in float32 whatever the dtype is
            ++m_histogram[binOf(static_cast<float>(value) * static_cast<float>(last) / 255.0f, bins)];
        });
        const Line back(kByteRange, valueRangeArg(m_run.args));
        if (std::ranges::count_if(m_histogram, [](std::int64_t n) { return n != 0; }) <= 1) {
            each([&](std::size_t i, T value) {
                m_run.y[i] = static_cast<T>(back(static_cast<double>(value)));
            });
            return;
        }
        std::vector<double> table = lookup();
        std::ranges::transform(table, table.begin(), back);
        each([&](std::size_t i, T value) {
            const T scaled = std::min(rounded(rounded(value / T{255}) * rounded(last)), last);
            m_run.y[i] = static_cast<T>(table[binOf(scaled, bins)]);
        });
    }

private:
    template <typename Visit> void each(Visit&& visit)
    {
        const auto x = m_run.in[0].value;
        for (std::size_t i = m_first; i < x.size(); i += m_step)
            visit(i, toBytes(x[i]));
    }
    /// In 16 bits every step is rounded: bins are cut off from the result.
    T rounded(T x) const
    {
        if (is16Bit(m_run.dtype))
            roundTo<T>(m_run.dtype, {&x, 1});
        return x;
    }
    T toBytes(T x) const
    {
        if (!is16Bit(m_run.dtype))
            return m_toBytes(x);
        return rounded(rounded(x * rounded(static_cast<T>(m_toBytes.scale)))
                       + rounded(static_cast<T>(m_toBytes.offset)));
    }
    /// For each bin its share of the pixels below, in 0..255.
    std::vector<double> lookup() const
    {
        const std::int64_t first
            = *std::ranges::find_if(m_histogram, [](std::int64_t n) { return n != 0; });
        std::int64_t all = -first;
        for (const std::int64_t count : m_histogram)
            all += count;
        std::vector<double> table;
        std::int64_t sum = -first;
        for (const std::int64_t count : m_histogram) {
            sum += count;
            const double share = static_cast<double>(sum * 255) / static_cast<double>(all);
            table.push_back(std::clamp(std::nearbyint(share), 0.0, 255.0)); // halves to even
        }
        return table;
    }

    const OpRun<T>& m_run;
    std::size_t m_first, m_step;
    Line m_toBytes;
    std::vector<std::int64_t> m_histogram;
};

/// Spreads the values of each channel so that they are used alike. The histogram is that of the
/// whole batch; a channel that fills one bin only stays as it is. Args: least, most, bins.
/// Shapes: images and result [batch, height, width, channels].
/// Source: Keras 3 `Equalization`; counts do not overflow here, where Keras' do from 8.4 million
/// pixels on.
struct Equalize {
    static constexpr std::string_view kName = "equalize";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsImages(kName, x); !fits.ok())
            return fits.error();
        return Spec{x.dtype, x.shape, spreadRange(x.range, valueRangeArg(query.args))};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto channels = static_cast<std::size_t>(run.in[0].shape[3]);
        if (intArg(run.args, "bins") < 2)
            std::ranges::copy(run.in[0].value, run.y.begin());
        else
            for (std::size_t c = 0; c < channels; ++c)
                Channel<T>(run, c, channels).equalize();
    }
};

} // namespace

const Op& ops::equalize()
{
    static constexpr Op op = opOf<Equalize>();
    return op;
}

} // namespace lb
