#include "core/ops/activation_recipes.h"

#include <cmath>
#include <numbers>

namespace lb {
namespace {

/// Writes small expressions over the op's input.
class Recipe {
public:
    explicit Recipe(OnnxNode& node)
        : m_node(node)
        , x(node.input(0))
    {
    }
    std::string number(double value) { return m_node.scalar(value); }
    std::string apply(const char* type, std::string a) { return m_node.add(type, {std::move(a)}); }
    std::string add(std::string a, std::string b) { return two("Add", a, b); }
    std::string sub(std::string a, std::string b) { return two("Sub", a, b); }
    std::string mul(std::string a, std::string b) { return two("Mul", a, b); }
    std::string clip(std::string a, double least, double most)
    {
        return m_node.add("Clip", {std::move(a), number(least), number(most)});
    }

private:
    std::string two(const char* type, std::string& a, std::string& b)
    {
        return m_node.add(type, {std::move(a), std::move(b)});
    }
    OnnxNode& m_node;

public:
    const std::string x;
};

/// Operators of ONNX with their attributes.
struct Direct {
    std::string_view op;
    const char* type;
    OnnxAttributes attributes = {};
};

std::string gelu(Recipe& r, bool approximate)
{
    if (!approximate) {
        const std::string error = r.apply("Erf", r.mul(r.x, r.number(1 / std::numbers::sqrt2)));
        return r.mul(r.mul(r.x, r.number(0.5)), r.add(error, r.number(1)));
    }
    const std::string cube = r.mul(r.mul(r.x, r.x), r.mul(r.x, r.number(0.044715)));
    const std::string inner
        = r.mul(r.add(r.x, cube), r.number(std::sqrt(2 / std::numbers::pi)));
    return r.mul(r.mul(r.x, r.number(0.5)), r.add(r.apply("Tanh", inner), r.number(1)));
}

/// "" if it is not composed.
std::string composed(std::string_view op, OnnxNode& node)
{
    Recipe r(node);
    if (op == "log_sigmoid")
        return r.apply("Neg", r.apply("Softplus", r.apply("Neg", r.x)));
    if (op == "hard_tanh")
        return r.clip(r.x, -1, 1);
    if (op == "tanh_shrink")
        return r.sub(r.x, r.apply("Tanh", r.x));
    if (op == "sparse_plus") { // (clip(x) + 1)^2 / 4, and x - 1 beyond 1
        const std::string half = r.mul(r.add(r.clip(r.x, -1, 1), r.number(1)), r.number(0.5));
        return r.add(r.mul(half, half), r.apply("Relu", r.sub(r.x, r.number(1))));
    }
    if (op == "sparse_sigmoid")
        return r.clip(r.mul(r.add(r.x, r.number(1)), r.number(0.5)), 0, 1);
    if (op == "squareplus") {
        const std::string root = r.apply("Sqrt", r.add(r.mul(r.x, r.x), r.number(4)));
        return r.mul(r.add(r.x, root), r.number(0.5));
    }
    if (op == "silu")
        return r.mul(r.x, r.apply("Sigmoid", r.x));
    if (op == "mish")
        return r.mul(r.x, r.apply("Tanh", r.apply("Softplus", r.x)));
    if (op == "square")
        return r.mul(r.x, r.x);
    if (op == "gelu")
        return gelu(r, boolArg(node.args(), "approximate"));
    if (op == "clip")
        return r.clip(r.x, realArg(node.args(), "least"), realArg(node.args(), "most"));
    return {};
}

} // namespace

Result<> onnxActivation(std::string_view op, OnnxNode& node)
{
    static const std::vector<Direct> direct{
        {"sigmoid", "Sigmoid"},
        {"tanh", "Tanh"},
        {"softplus", "Softplus"},
        {"softsign", "Softsign"},
        {"exponential", "Exp"},
        {"selu", "Selu"},
        {"hard_sigmoid", "HardSigmoid", {{"alpha", 1.0 / 6}, {"beta", 0.5}}},
        {"hard_silu", "HardSwish"},
        {"hard_shrink", "Shrink", {{"lambd", 0.5}, {"bias", 0.0}}},
        {"soft_shrink", "Shrink", {{"lambd", 0.5}, {"bias", 0.5}}},
        {"absolute", "Abs"},
    };
    for (const Direct& one : direct)
        if (one.op == op)
            return node.as(one.type, one.attributes);
    if (op == "elu" || op == "celu")
        return node.as(op == "elu" ? "Elu" : "Celu", {{"alpha", realArg(node.args(), "alpha")}});
    const std::string y = composed(op, node);
    if (y.empty())
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "the operation %1 has no ONNX form"), {std::string(op)}}};
    node.result(y);
    return std::monostate{};
}

} // namespace lb
