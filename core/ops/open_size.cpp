#include "core/ops/open_size.h"

namespace lb::open_size {
namespace {

using kernels::Interpolation;

/// Small expressions over the sizes of the op's input.
class Expression {
public:
    explicit Expression(OnnxNode& node)
        : m_node(node)
    {
    }
    std::string size(const std::string& x, std::int64_t axis) ///< int64 [1]
    {
        return m_node.add("Gather", {m_node.add("Shape", {x}), m_node.ints({axis})},
                          {{"axis", std::int64_t{0}}});
    }
    std::string number(float value) { return m_node.initializer(Tensor::of<float>({}, {value})); }
    std::string real(const std::string& x) { return cast(x, DType::Float32); }
    std::string integer(const std::string& x) { return cast(x, DType::Int64); }
    std::string one(const char* type, const std::string& a) { return m_node.add(type, {a}); }
    std::string two(const char* type, const std::string& a, const std::string& b)
    {
        return m_node.add(type, {a, b});
    }
    std::string count(std::int64_t value) { return m_node.ints({value}); }
    OnnxNode& node() { return m_node; }

private:
    std::string cast(const std::string& x, DType dtype)
    {
        return m_node.add("Cast", {x}, {{"to", onnxType(dtype)}});
    }
    OnnxNode& m_node;
};

/// i + 1/2 for each pixel of the result; `tail` axes of length 1 behind.
std::string middles(Expression& e, std::int64_t count, std::size_t tail)
{
    Shape shape(1 + tail, 1);
    shape.front() = count;
    return e.node().initializer(Tensor::make<float>(shape, [](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(i) + 0.5f;
    }));
}

std::string gathered(Expression& e, const std::string& x, const std::string& places,
                     std::int64_t axis)
{
    return e.node().add("Gather", {x, e.integer(places)}, {{"axis", axis}});
}

std::string nearest(Expression& e, const std::string& x, std::int64_t axis, std::int64_t to)
{
    const std::string size = e.real(e.size(x, axis));
    const std::string scale = e.two("Div", size, e.number(static_cast<float>(to)));
    const std::string at = e.one("Floor", e.two("Mul", middles(e, to, 0), scale));
    return gathered(e, x, e.two("Min", at, e.two("Sub", size, e.number(1))), axis);
}

std::string bilinear(Expression& e, const std::string& x, std::int64_t axis, std::int64_t to)
{
    const std::string size = e.real(e.size(x, axis));
    const std::string last = e.two("Sub", size, e.number(1));
    const std::string scale = e.two("Div", size, e.number(static_cast<float>(to)));
    const std::string at
        = e.two("Sub", e.two("Mul", middles(e, to, 0), scale), e.number(0.5f));
    const std::string below = e.one("Floor", at);
    const std::string lower = e.two("Min", e.two("Max", below, e.number(0)), last);
    const std::string upper
        = e.two("Max", e.two("Min", e.one("Ceil", at), last), e.number(0));
    const std::string weight = e.node().add(
        "Reshape", {e.two("Sub", at, below), e.node().ints(axis == 1 ? Shape{-1, 1, 1} : Shape{-1, 1})});
    const std::string first = gathered(e, x, lower, axis);
    const std::string step = e.two("Sub", gathered(e, x, upper, axis), first);
    return e.two("Add", first, e.two("Mul", step, weight));
}

/// The weights [to, from] of a triangle that is as wide as a pixel of the result.
std::string triangles(Expression& e, std::int64_t axis, std::int64_t to)
{
    const std::string size = e.size(e.node().input(0), axis);
    const std::string scale
        = e.two("Div", e.number(static_cast<float>(to)), e.real(size));
    const std::string inverse = e.two("Div", e.number(1), scale);
    const std::string stretch = e.two("Max", inverse, e.number(1));
    const std::string at = e.two("Mul", middles(e, to, 1), inverse);
    const std::string scalar = e.node().add("Squeeze", {size});
    const auto whole = [&](std::int64_t value) {
        return e.node().initializer(Tensor::of<std::int64_t>({}, {value}));
    };
    const std::string pixels
        = e.two("Add", e.real(e.node().add("Range", {whole(0), scalar, whole(1)})), e.number(0.5f));
    const std::string distance = e.one("Abs", e.two("Sub", pixels, at));
    const std::string weights = e.one(
        "Relu", e.two("Sub", e.number(1), e.two("Div", distance, stretch)));
    const std::string sum = e.node().add("ReduceSum", {weights, e.count(1)});
    return e.two("Div", weights, sum);
}

std::string fitted(Expression& e, const std::string& other, std::int64_t wanted,
                   std::int64_t otherWanted, const std::string& size)
{
    const std::string exact = e.two("Div", e.real(e.two("Mul", other, e.count(wanted))),
                                    e.number(static_cast<float>(otherWanted)));
    return e.two("Max", e.two("Min", e.integer(exact), size), e.count(1));
}

} // namespace

Result<std::string> resized(OnnxNode& node, Interpolation interpolation, bool antialias)
{
    Expression e(node);
    const Shape& y = node.spec().shape;
    std::string value = node.input(0);
    if (interpolation == Interpolation::Nearest)
        return nearest(e, nearest(e, value, 1, y[1]), 2, y[2]);
    if (interpolation != Interpolation::Bilinear)
        return Error{ErrorCode::Unsupported, "interpolation",
                     LB_TR("Error", "of images of different sizes must be nearest or bilinear in an "
                                    "ONNX file")};
    if (!isFloating(node.inputSpec(0).dtype))
        value = node.add("Cast", {value}, {{"to", onnxType(DType::Float32)}});
    if (!antialias)
        return bilinear(e, bilinear(e, value, 2, y[2]), 1, y[1]);
    value = node.add("Reshape", {value, node.ints({0, 0, -1})});
    value = node.add("MatMul", {triangles(e, 1, y[1]), value});
    value = node.add("Reshape", {value, node.ints({0, y[1], -1, y[3]})});
    return node.add("MatMul", {triangles(e, 2, y[2]), value});
}

Result<> cropped(OnnxNode& node, std::int64_t height, std::int64_t width, bool aspect)
{
    Expression e(node);
    const std::string& x = node.input(0);
    const std::string rows = e.size(x, 1), columns = e.size(x, 2);
    std::string keptRows = fitted(e, columns, height, width, rows);
    std::string keptColumns = fitted(e, rows, width, height, columns);
    if (!aspect) {
        const std::string enough
            = e.two("And", e.two("GreaterOrEqual", rows, e.count(height)),
                    e.two("GreaterOrEqual", columns, e.count(width)));
        keptRows = node.add("Where", {enough, e.count(height), keptRows});
        keptColumns = node.add("Where", {enough, e.count(width), keptColumns});
    }
    const auto start = [&](const std::string& from, const std::string& kept) {
        return e.two("Div", e.two("Sub", from, kept), e.count(2));
    };
    const auto both = [&](const std::string& a, const std::string& b) {
        return node.add("Concat", {a, b}, {{"axis", std::int64_t{0}}});
    };
    const std::string top = start(rows, keptRows), left = start(columns, keptColumns);
    const std::string end = both(e.two("Add", top, keptRows), e.two("Add", left, keptColumns));
    std::string y = node.add("Slice", {x, both(top, left), end, node.ints({1, 2})});
    if (!aspect && isFloating(node.spec().dtype)) // the same numbers where it was large enough
        y = bilinear(e, bilinear(e, y, 2, width), 1, height);
    node.result(std::move(y));
    return std::monostate{};
}

} // namespace lb::open_size
