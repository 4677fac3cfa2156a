#include "core/kernels/resize.h"
#include "core/interop/onnx/onnx_node.h"
#include "core/kernels/rounding.h"
#include "core/ops/image_op.h"
#include "core/ops/open_size.h"
#include "core/ops/ops.h"
#include "core/ops/resize_bytes.h"

#include <array>
#include <cmath>
#include <functional>

namespace lb {
namespace {

using kernels::Interpolation;
using kernels::Taps;

/// Images of another size. Args: height, width, interpolation (Keras' name), antialias, bytes: y is
/// uint8 as x is, rounded half to even (only bilinear, which leaves bytes between bytes).
/// Shapes: x [batch, h, w, channels], y [batch, height, width, channels]; otherwise y is float32
/// unless it is a choice of x's pixels (nearest, or the size that x has).
/// Source: TensorFlow `tf.image.resize`; of bytes Keras `Resizing`.
struct Resize {
    static constexpr std::string_view kName = "resize";

    static Interpolation interpolationOf(const Config& args)
    {
        static constexpr std::array<std::string_view, 6> names{"nearest", "bilinear", "bicubic",
                                                               "area",    "lanczos3", "lanczos5"};
        const auto found = std::ranges::find(names, textArg(args, "interpolation"));
        assert(found != names.end());
        return static_cast<Interpolation>(found - names.begin());
    }
    static Taps tapsOf(const Config& args, std::int64_t from, std::int64_t to)
    {
        return kernels::tapsOf(interpolationOf(args), boolArg(args, "antialias"), from, to);
    }
    /// Whether a line is made of one or two pixels, as TensorFlow's bilinear kernel does.
    static bool hasPairs(const Config& args)
    {
        return interpolationOf(args) == Interpolation::Bilinear && !boolArg(args, "antialias");
    }
    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const std::int64_t height = intArg(query.args, "height");
        const std::int64_t width = intArg(query.args, "width");
        if (y.shape[1] == height && y.shape[2] == width)
            return y;
        if (boolArg(query.args, "bytes")) {
            assert(y.dtype == DType::UInt8);
            y.range.least = std::nearbyint(y.range.least);
            y.range.most = std::nearbyint(y.range.most);
        } else if (interpolationOf(query.args) != Interpolation::Nearest) {
            y.dtype = DType::Float32;
            y.range = rangeAfter(query, y.range);
        }
        y.shape[1] = height;
        y.shape[2] = width;
        return y;
    }
    static std::int64_t macs(const OpQuery& query, const Spec& y)
    {
        const Shape& x = query.in[0].shape;
        const Taps rows = tapsOf(query.args, x[1], y.shape[1]);
        const Taps columns = tapsOf(query.args, x[2], y.shape[2]);
        return y.shape[0] * x[3]
            * (x[2] * std::ssize(rows.weights) + y.shape[1] * std::ssize(columns.weights));
    }
    /// Nearest and bilinear gather pixels, so that they round as reference() does; the others are
    /// two multiplications with constant weights.
    static Result<> onnx(OnnxNode& node)
    {
        const Spec& x = node.inputSpec(0);
        const Shape& y = node.spec().shape;
        const Interpolation interpolation = interpolationOf(node.args());
        if (x.shape[1] == kUnknown || x.shape[2] == kUnknown) {
            LB_TRY(open, open_size::resized(node, interpolation, boolArg(node.args(), "antialias")));
            node.result(inBytes(node, open));
            return std::monostate{};
        }
        if (x.shape[1] == y[1] && x.shape[2] == y[2])
            return node.as("Identity");
        const Taps rows = tapsOf(node.args(), x.shape[1], y[1]);
        const Taps columns = tapsOf(node.args(), x.shape[2], y[2]);
        if (interpolation == Interpolation::Nearest) {
            const std::string lines = gathered(node, node.input(0), rows, 1, false);
            node.result(gathered(node, lines, columns, 2, false));
            return std::monostate{};
        }
        std::string value = node.input(0);
        if (!isFloating(x.dtype))
            value = node.add("Cast", {value}, {{"to", onnxType(DType::Float32)}});
        if (hasPairs(node.args())) {
            value = blended(node, value, columns, 2);
            node.result(inBytes(node, blended(node, value, rows, 1)));
            return std::monostate{};
        }
        const std::int64_t line = x.shape[2] * x.shape[3];
        value = node.add("Reshape", {value, node.ints({0, x.shape[1], line})});
        value = node.add("MatMul", {node.initializer(matrix(rows, x.shape[1])), value});
        value = node.add("Reshape", {value, node.ints({0, y[1], x.shape[2], x.shape[3]})});
        value = node.add("MatMul", {node.initializer(matrix(columns, x.shape[2])), value});
        node.result(inBytes(node, std::move(value)));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].shape;
        if (x[1] == run.shape[1] && x[2] == run.shape[2]) {
            std::ranges::copy(run.in[0].value, run.y.begin());
            return;
        }
        const Taps rows = tapsOf(run.args, x[1], run.shape[1]);
        const Taps columns = tapsOf(run.args, x[2], run.shape[2]);
        const bool bytes = boolArg(run.args, "bytes");
        const auto size = static_cast<std::size_t>(run.shape[1] * run.shape[2] * x[3]);
        for (std::int64_t image = 0; image < x[0]; ++image) {
            const T* from = run.in[0].value.data() + image * x[1] * x[2] * x[3];
            const auto to = run.y.subspan(static_cast<std::size_t>(image) * size, size);
            if constexpr (std::same_as<T, float>)
                if (bytes && hasPairs(run.args)) {
                    kernels::resizeBilinearRounded(from, x[2], x[3], rows, columns, to.data());
                    continue;
                }
            resizeImage(run, from, rows, columns, to.data());
            if (bytes)
                roundEven(to);
        }
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto x = run.in[0].shape;
        const auto into = run.in[0].gradient;
        if (into.empty())
            return;
        if (x[1] == run.shape[1] && x[2] == run.shape[2]) {
            std::ranges::transform(run.dy, into, into.begin(), std::plus<>());
            return;
        }
        if (boolArg(run.args, "bytes")) // steps have no slope
            return;
        const Taps rows = tapsOf(run.args, x[1], run.shape[1]);
        const Taps columns = tapsOf(run.args, x[2], run.shape[2]);
        for (std::int64_t image = 0; image < x[0]; ++image)
            kernels::resizeGradient(run.dy.data() + image * run.shape[1] * run.shape[2] * x[3],
                                    x[2], x[3], rows, columns,
                                    into.data() + image * x[1] * x[2] * x[3]);
    }

private:
    template <typename T>
    static void resizeImage(const OpRun<T>& run, const T* from, const Taps& rows,
                            const Taps& columns, T* to)
    {
        const auto x = run.in[0].shape;
        if constexpr (std::same_as<T, float>) { // double checks gradients, which are those of resize()
            if (interpolationOf(run.args) == Interpolation::Area)
                return kernels::resizeArea(from, x[1], x[2], x[3], run.shape[1], run.shape[2], to);
            if (hasPairs(run.args))
                return kernels::resizeBilinear(from, x[2], x[3], rows, columns, to);
        }
        kernels::resize(from, x[2], x[3], rows, columns, to);
    }
    template <typename T> static void roundEven(std::span<T> values)
    {
        if constexpr (std::same_as<T, float>)
            kernels::roundEven(values, values.data());
        else
            std::ranges::transform(values, values.begin(), [](T x) { return std::nearbyint(x); });
    }
    /// What a recipe computed in float32, as y's dtype.
    static std::string inBytes(OnnxNode& node, std::string value)
    {
        if (!boolArg(node.args(), "bytes"))
            return value;
        return node.add("Cast", {node.add("Round", {std::move(value)})},
                        {{"to", onnxType(DType::UInt8)}});
    }
    static Tensor matrix(const Taps& taps, std::int64_t from)
    {
        return Tensor::make<float>({std::ssize(taps.spans), from}, [&](std::span<float> out) {
            for (std::size_t i = 0; i < taps.spans.size(); ++i)
                for (std::int64_t k = 0; k < taps.spans[i].count; ++k)
                    out[i * static_cast<std::size_t>(from)
                        + static_cast<std::size_t>(taps.spans[i].first + k)]
                        = taps.weights[taps.spans[i].weight + static_cast<std::size_t>(k)];
        });
    }
    /// The first pixel of every span, or the last.
    static std::string gathered(OnnxNode& node, const std::string& x, const Taps& taps,
                                std::int64_t axis, bool last)
    {
        std::vector<std::int64_t> indices;
        for (const Taps::Span& span : taps.spans)
            indices.push_back(span.first + (last ? span.count - 1 : 0));
        return node.add("Gather", {x, node.ints(std::move(indices))}, {{"axis", axis}});
    }
    static std::string blended(OnnxNode& node, const std::string& x, const Taps& taps,
                               std::int64_t axis)
    {
        const std::int64_t size = std::ssize(taps.spans);
        const Shape shape = axis == 1 ? Shape{size, 1, 1} : Shape{size, 1};
        const std::string weights
            = node.initializer(Tensor::make<float>(shape, [&](std::span<float> out) {
                  for (std::size_t i = 0; i < out.size(); ++i)
                      if (taps.spans[i].count > 1)
                          out[i] = taps.weights[taps.spans[i].weight + 1];
              }));
        const std::string first = gathered(node, x, taps, axis, false);
        const std::string last = gathered(node, x, taps, axis, true);
        const std::string step = node.add("Mul", {node.add("Sub", {last, first}), weights});
        return node.add("Add", {first, step});
    }
    /// Cubic and Lanczos kernels overshoot: by how much follows from their weights.
    static ValueRange rangeAfter(const OpQuery& query, const ValueRange& range)
    {
        const Interpolation interpolation = interpolationOf(query.args);
        if (interpolation == Interpolation::Bilinear || interpolation == Interpolation::Area)
            return range;
        const Shape& x = query.in[0].shape;
        if (!range.known() || x[1] == kUnknown || x[2] == kUnknown)
            return {};
        const double gain = double{tapsOf(query.args, x[1], intArg(query.args, "height")).gain()}
            * double{tapsOf(query.args, x[2], intArg(query.args, "width")).gain()};
        const double middle = (range.least + range.most) / 2;
        const double half = (range.most - range.least) / 2 * std::max(gain, 1.0);
        return {range.trust, middle - half, middle + half};
    }
};

} // namespace

bool takesBytes(const OpNode& node, const Spec& images)
{
    const Shape &x = images.shape, &y = node.spec.shape;
    return node.op == &ops::resize() && boolArg(node.args, "bytes") && Resize::hasPairs(node.args)
        && y[1] * y[2] < x[1] * x[2];
}

void resizeBytes(const OpNode& node, const Tensor& images, std::span<float> y)
{
    const Shape &from = images.shape(), &to = node.spec.shape;
    const Taps rows = Resize::tapsOf(node.args, from[1], to[1]);
    const Taps columns = Resize::tapsOf(node.args, from[2], to[2]);
    const std::uint8_t* image = images.values<std::uint8_t>().data();
    const std::int64_t each = to[1] * to[2] * to[3];
    for (std::int64_t i = 0; i < from[0]; ++i, image += from[1] * from[2] * from[3])
        kernels::resizeBilinearRounded(image, from[2], from[3], rows, columns, y.data() + i * each);
}

const Op& ops::resize()
{
    static constexpr Op op = opOf<Resize>();
    return op;
}

} // namespace lb
