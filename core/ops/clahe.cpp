#include "core/ops/clahe_tiles.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/ops/value_map.h"

namespace lb {
namespace {

constexpr auto kBins = static_cast<std::size_t>(kClaheBins);

template <typename T> std::size_t binOf(T value)
{
    return value >= 1 ? static_cast<std::size_t>(std::min(value, T{255})) : 0;
}

/// Turns a tile's histogram into the curve that equalizes it, with what rises above the limit
/// spread over all bins.
template <typename T> void intoCurve(std::span<T> bins, double clipLimit, std::int64_t pixels)
{
    if (clipLimit > 0) {
        const T limit = static_cast<T>(clipLimit * static_cast<double>(pixels) / kBins);
        T excess = 0;
        for (T& bin : bins) {
            const T kept = std::min(bin, limit);
            excess += bin - kept;
            bin = kept;
        }
        for (T& bin : bins)
            bin += excess / static_cast<T>(kBins);
    }
    for (std::size_t i = 1; i < bins.size(); ++i)
        bins[i] += bins[i - 1];
    const T least = bins[0];
    const T width = static_cast<T>(pixels) - least;
    for (T& bin : bins)
        bin = std::min((bin - least) * 255 / (width == 0 ? 1 : width), T{255});
}

/// One image: the curves of two rows of tiles at a time, so that memory does not follow the grid.
template <typename T> class Image {
public:
    Image(const OpRun<T>& run, std::span<const T> bytes)
        : m_rows(run.in[0].shape[1], intArg(run.args, "rows"))
        , m_columns(run.in[0].shape[2], intArg(run.args, "columns"))
        , m_channels(run.in[0].shape[3])
        , m_clipLimit(realArg(run.args, "clip_limit"))
        , m_bytes(bytes)
    {
    }
    void equalize(const ValueMap<T>& back, std::span<T> y)
    {
        std::vector<BetweenTiles<T>> columns;
        for (std::int64_t column = 0; column < m_columns.size; ++column)
            columns.emplace_back(m_columns, column);
        std::size_t i = 0;
        for (std::int64_t row = 0; row < m_rows.size; ++row) {
            const BetweenTiles<T> rows(m_rows, row);
            const T* upper = curves(rows.first);
            const T* lower = curves(rows.second);
            for (const BetweenTiles<T>& column : columns)
                for (std::int64_t c = 0; c < m_channels; ++c, ++i) {
                    const std::size_t bin = binOf(m_bytes[i]);
                    const std::size_t left = curveAt(column.first, c) + bin;
                    const std::size_t right = curveAt(column.second, c) + bin;
                    const T top = mixed(upper[left], upper[right], column.share);
                    const T bottom = mixed(lower[left], lower[right], column.share);
                    y[i] = back(mixed(top, bottom, rows.share));
                }
        }
    }

private:
    static T mixed(T a, T b, T share) { return a * (1 - share) + b * share; }
    std::size_t curveAt(std::int64_t tile, std::int64_t channel) const
    {
        return static_cast<std::size_t>(tile * m_channels + channel) * kBins;
    }
    /// Of a row of tiles: [tile, channel, bin].
    const T* curves(std::int64_t row)
    {
        auto& [of, values] = m_cache[static_cast<std::size_t>(row % 2)];
        if (of == row)
            return values.data();
        of = row;
        values.assign(curveAt(m_columns.tiles, 0), T{0});
        for (std::int64_t i = row * m_rows.tile; i < (row + 1) * m_rows.tile; ++i)
            for (std::int64_t j = 0; j < m_columns.padded(); ++j) {
                const std::int64_t at
                    = (m_rows.pixel(i) * m_columns.size + m_columns.pixel(j)) * m_channels;
                for (std::int64_t c = 0; c < m_channels; ++c)
                    values[curveAt(j / m_columns.tile, c)
                           + binOf(m_bytes[static_cast<std::size_t>(at + c)])]
                        += 1;
            }
        for (std::size_t i = 0; i < values.size(); i += kBins)
            intoCurve(std::span(values).subspan(i, kBins), m_clipLimit,
                      m_rows.tile * m_columns.tile);
        return values.data();
    }

    TiledAxis m_rows, m_columns;
    std::int64_t m_channels;
    double m_clipLimit;
    std::span<const T> m_bytes;
    std::array<std::pair<std::int64_t, std::vector<T>>, 2> m_cache{{{-1, {}}, {-1, {}}}};
};

/// Equalizes each channel of each image by the histograms of the tiles around each pixel, whose
/// bins are cut at clip_limit times the mean (0: not at all). Args: least, most, clip_limit, rows,
/// columns. Shapes: images and result [batch, height, width, channels].
/// Errors: BadShape if mirroring cannot fill the tiles, which needs half as many pixels as tiles.
/// Source: Keras 3 `ContrastLimitedAdaptiveHistogramEqualization`.
struct Clahe {
    static constexpr std::string_view kName = "clahe";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        if (Result<> fits = needsImages(kName, x); !fits.ok())
            return fits.error();
        const std::int64_t rows = intArg(query.args, "rows");
        const std::int64_t columns = intArg(query.args, "columns");
        const auto fits = [](std::int64_t size, std::int64_t tiles) {
            return size == kUnknown || TiledAxis(size, tiles).fits();
        };
        if (!fits(x.shape[1], rows) || !fits(x.shape[2], columns))
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error",
                                "images %1 are too small for %2 x %3 tiles: choose fewer tiles"),
                          {text(x.shape), rows, columns}}};
        const auto [least, most] = std::ranges::minmax(valueRangeArg(query.args));
        return Spec{x.dtype, x.shape, ValueRange::proven(least, most)};
    }
    static Result<> onnx(OnnxNode& node) { return onnxClahe(node); }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const ValueMap<T> toBytes(valueRangeArg(run.args), kByteRange);
        const ValueMap<T> back(kByteRange, valueRangeArg(run.args));
        std::vector<T> bytes;
        eachImage(run, [&](std::size_t, std::span<const T> x, std::span<T> y) {
            bytes.resize(x.size());
            std::ranges::transform(x, bytes.begin(), toBytes);
            Image<T>(run, bytes).equalize(back, y);
        });
    }
};

} // namespace

const Op& ops::clahe()
{
    static constexpr Op op = opOf<Clahe>();
    return op;
}

} // namespace lb
