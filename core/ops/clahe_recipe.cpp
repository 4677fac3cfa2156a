#include "core/interop/onnx/onnx_node.h"
#include "core/ops/clahe_tiles.h"
#include "core/ops/image_op.h"
#include "core/ops/value_map.h"

namespace lb {
namespace {

/// Writes clahe as ONNX operators. Values are [N, H, W, C]; what is counted and looked up lies
/// flat, [N, tile row, tile column, channel, bin].
class ClaheRecipe {
public:
    explicit ClaheRecipe(OnnxNode& node)
        : m_node(node)
        , m_rows(node.inputSpec(0).shape[1], intArg(node.args(), "rows"))
        , m_columns(node.inputSpec(0).shape[2], intArg(node.args(), "columns"))
        , m_channels(node.inputSpec(0).shape[3])
    {
    }
    std::string write()
    {
        const std::array<double, 2> range = valueRangeArg(m_node.args());
        const std::string bytes = moved(m_node.input(0), range, kByteRange);
        m_pixels = m_node.add("Cast", {m_node.add("Clip", {bytes, number(0), number(255)})},
                              {{"to", onnxType(DType::Int64)}});
        m_curves = curves(histograms());
        const auto row = places(m_rows);
        const auto column = places(m_columns);
        const std::string right = share(column, 2);
        const std::string upper = mixed(looked(row, false, column, false),
                                        looked(row, false, column, true), right);
        const std::string lower = mixed(looked(row, true, column, false),
                                        looked(row, true, column, true), right);
        return moved(mixed(upper, lower, share(row, 1)), kByteRange, range);
    }

private:
    using Places = std::vector<BetweenTiles<float>>;

    std::string number(double value) { return m_node.scalar(value); }
    std::string two(const char* type, const std::string& a, const std::string& b)
    {
        return m_node.add(type, {a, b});
    }
    std::string shaped(const std::string& x, std::vector<std::int64_t> shape) // 0: the batch
    {
        return two("Reshape", x, m_node.ints(std::move(shape)));
    }
    std::string moved(const std::string& x, std::array<double, 2> from, std::array<double, 2> to)
    {
        if (from == to)
            return x;
        const std::string part
            = two("Div", two("Sub", x, number(from[0])), number(from[1] - from[0]));
        return two("Add", two("Mul", part, number(to[1] - to[0])), number(to[0]));
    }
    static Places places(const TiledAxis& axis)
    {
        Places result;
        for (std::int64_t pixel = 0; pixel < axis.size; ++pixel)
            result.emplace_back(axis, pixel);
        return result;
    }
    /// Numbers along one axis of [N, H, W, C].
    template <typename T> std::string along(std::size_t axis, const std::vector<T>& values)
    {
        Shape shape(4, 1);
        shape[axis] = std::ssize(values);
        return m_node.initializer(Tensor::make<T>(
            shape, [&](std::span<T> out) { std::ranges::copy(values, out.begin()); }));
    }
    std::string share(const Places& of, std::size_t axis)
    {
        std::vector<float> values;
        for (const BetweenTiles<float>& place : of)
            values.push_back(place.share);
        return along(axis, values);
    }
    /// Where the bins of each pixel's tile and channel begin.
    std::string begins(const std::vector<std::int64_t>& rows,
                       const std::vector<std::int64_t>& columns)
    {
        const auto scaled = [](std::vector<std::int64_t> of, std::int64_t stride) {
            for (std::int64_t& each : of)
                each *= stride;
            return of;
        };
        std::vector<std::int64_t> channels;
        for (std::int64_t c = 0; c < m_channels; ++c)
            channels.push_back(c);
        const std::int64_t tile = m_channels * kClaheBins;
        return two("Add",
                   two("Add", along(1, scaled(rows, m_columns.tiles * tile)),
                       along(2, scaled(columns, tile))),
                   along(3, scaled(channels, kClaheBins)));
    }
    std::string padded(const std::string& x, const TiledAxis& axis, std::int64_t at)
    {
        if (axis.padded() == axis.size)
            return x;
        std::vector<std::int64_t> from;
        for (std::int64_t i = 0; i < axis.padded(); ++i)
            from.push_back(axis.pixel(i));
        return m_node.add("Gather", {x, m_node.ints(from)}, {{"axis", at}});
    }
    std::string histograms()
    {
        const auto tilesOf = [](const TiledAxis& axis) {
            std::vector<std::int64_t> tiles;
            for (std::int64_t i = 0; i < axis.padded(); ++i)
                tiles.push_back(i / axis.tile);
            return tiles;
        };
        const std::string pixels = padded(padded(m_pixels, m_rows, 1), m_columns, 2);
        const std::string at
            = shaped(two("Add", pixels, begins(tilesOf(m_rows), tilesOf(m_columns))), {0, -1});
        const std::string ones = m_node.add("Cast", {two("Equal", at, at)},
                                            {{"to", onnxType(DType::Float32)}});
        const std::string batch
            = m_node.add("Shape", {m_node.input(0)}, {{"start", std::int64_t{0}},
                                                      {"end", std::int64_t{1}}});
        const std::string empty = m_node.add(
            "ConstantOfShape",
            {m_node.add("Concat", {batch, m_node.ints({tiles() * kClaheBins})},
                        {{"axis", std::int64_t{0}}})});
        return shaped(m_node.add("ScatterElements", {empty, at, ones},
                                 {{"axis", std::int64_t{1}}, {"reduction", std::string("add")}}),
                      {0, tiles(), kClaheBins});
    }
    std::string curves(std::string histograms)
    {
        const double pixels = static_cast<double>(m_rows.tile * m_columns.tile);
        const double clipLimit = realArg(m_node.args(), "clip_limit");
        if (clipLimit > 0) {
            const std::string kept
                = two("Min", histograms, number(clipLimit * pixels / kClaheBins));
            const std::string excess
                = m_node.add("ReduceSum", {two("Sub", histograms, kept), m_node.ints({2})},
                             {{"keepdims", std::int64_t{1}}});
            histograms = two("Add", kept, two("Div", excess, number(kClaheBins)));
        }
        const std::string axis = m_node.initializer(Tensor::of<std::int64_t>({}, {2}));
        const std::string sums = two("CumSum", histograms, axis);
        const std::string least
            = m_node.add("Gather", {sums, m_node.ints({0})}, {{"axis", std::int64_t{2}}});
        const std::string width = two("Sub", number(pixels), least);
        const std::string safe
            = m_node.add("Where", {two("Equal", width, number(0)), number(1), width});
        const std::string curve
            = two("Div", two("Mul", two("Sub", sums, least), number(255)), safe);
        return shaped(two("Min", curve, number(255)), {0, -1});
    }
    /// What the curves of the first or second tiles say about each pixel.
    std::string looked(const Places& rows, bool lower, const Places& columns, bool right)
    {
        const auto chosen = [](const Places& of, bool second) {
            std::vector<std::int64_t> tiles;
            for (const BetweenTiles<float>& place : of)
                tiles.push_back(second ? place.second : place.first);
            return tiles;
        };
        const std::string at = shaped(
            two("Add", m_pixels, begins(chosen(rows, lower), chosen(columns, right))), {0, -1});
        const std::string values
            = m_node.add("GatherElements", {m_curves, at}, {{"axis", std::int64_t{1}}});
        return shaped(values, {0, m_rows.size, m_columns.size, m_channels});
    }
    std::string mixed(const std::string& a, const std::string& b, const std::string& share)
    {
        return two("Add", two("Mul", a, two("Sub", number(1), share)), two("Mul", b, share));
    }
    std::int64_t tiles() const { return m_rows.tiles * m_columns.tiles * m_channels; }

    OnnxNode& m_node;
    TiledAxis m_rows, m_columns;
    std::int64_t m_channels;
    std::string m_pixels, m_curves;
};

} // namespace

Result<> onnxClahe(OnnxNode& node)
{
    const Shape& shape = node.inputSpec(0).shape;
    if (Result<> known = needsKnownSize("clahe", shape); !known.ok())
        return known;
    if (shape[3] == kUnknown)
        return Error{ErrorCode::Unsupported,
                     "clahe",
                     {LB_TR("Error", "needs a known number of channels in an ONNX file, shape is: "
                                     "%1"),
                      {text(shape)}}};
    node.result(ClaheRecipe(node).write());
    return std::monostate{};
}

} // namespace lb
