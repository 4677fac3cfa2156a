#include "core/layers/lookup_onnx.h"

#include "core/interop/onnx/onnx_builder.h"
#include "core/layers/hash_onnx.h"

namespace lb::lookup_onnx {
namespace {

Error unsupported(Text reason)
{
    return {ErrorCode::Unsupported, "", reason};
}

template <typename Token> OnnxAttribute keysOf(const std::vector<Token>& keys)
{
    return keys;
}

template <typename Token> constexpr const char* kKeys
    = std::is_same_v<Token, std::string> ? "keys_strings" : "keys_int64s";
template <typename Token> constexpr const char* kValues
    = std::is_same_v<Token, std::string> ? "values_strings" : "values_int64s";

/// A vector of `depth` places for the ids along the last axis of one or two.
std::string bag(OnnxNode& node, const std::string& ids, const Shape& shape, bool counts,
                std::int64_t depth)
{
    const bool rows = shape.size() == 2;
    const std::string places = node.ints({depth + 1}); // one more for what leaves no trace
    std::string size = places;
    if (rows) {
        const std::string count = node.add("Slice", {node.add("Shape", {ids}), node.ints({0}), node.ints({1})});
        size = node.add("Concat", {count, places}, {{"axis", std::int64_t{0}}});
    }
    const std::string zero = node.initializer(Tensor::of<std::int64_t>({}, {0}));
    const std::string one = node.initializer(Tensor::of<std::int64_t>({}, {1}));
    const std::string empty = node.add("Expand", {zero, size});
    const std::string ones = node.add("Expand", {one, node.add("Shape", {ids})});
    const std::int64_t axis = rows ? 1 : 0;
    const std::string filled
        = node.add("ScatterElements", {empty, ids, ones},
                   {{"axis", axis}, {"reduction", std::string(counts ? "add" : "none")}});
    return node.add("Slice", {filled, node.ints({0}), node.ints({depth}), node.ints({axis})});
}

std::string oneHot(OnnxNode& node, std::string ids, const Shape& shape, std::int64_t depth)
{
    Shape left = shape;
    if (left.size() > 1 && left.back() == 1) {
        left.pop_back();
        ids = node.add("Squeeze", {ids, node.ints({-1})});
    } else if (left.empty()) {
        left = {1};
        ids = node.add("Unsqueeze", {ids, node.ints({0})});
    }
    const std::string vectors = node.add(
        "OneHot", {ids, node.initializer(Tensor::of<std::int64_t>({}, {depth + 1})), node.ints({0, 1})});
    return node.add("Slice", {vectors, node.ints({0}), node.ints({depth}),
                              node.ints({std::ssize(left)})});
}

} // namespace

template <typename Token>
Result<std::string> ids(OnnxNode& node, const std::string& x, const Lookup<Token>& lookup)
{
    const LookupSettings<Token>& settings = lookup.settings();
    if (!lookup.ready())
        return lookup.missing();
    if (settings.oovIndices == 0)
        return unsupported(LB_TR("Error",
                                 "ONNX cannot refuse unknown tokens; set num_oov_indices to 1"));
    const bool spreads = settings.oovIndices > 1;
    std::vector<Token> keys;
    std::vector<std::int64_t> values;
    if (settings.mask) {
        keys.push_back(*settings.mask);
        values.push_back(settings.mode == OutputMode::Int ? 0 : lookup.depth());
    }
    for (const Token& token : lookup.tokens()) {
        keys.push_back(token);
        values.push_back(settings.tokenStart() + std::ssize(values) - (settings.mask ? 1 : 0));
    }
    const std::string found = node.add("LabelEncoder", {x},
                                       {{kKeys<Token>, keysOf(keys)},
                                        {"values_int64s", values},
                                        {"default_int64", spreads ? std::int64_t{-1} : settings.oovStart()}});
    if (!spreads)
        return found;
    const auto number = [&](std::int64_t value) {
        return node.initializer(Tensor::of<std::int64_t>({}, {value}));
    };
    const std::string isUnknown = node.add("Equal", {found, number(-1)});
    const bool hashed = std::is_same_v<Token, std::string> || settings.farmHash;
    const std::string rest = hashed
        ? hash_onnx::binsOf(node, x, kDTypeOf<Token>, settings.salt, settings.oovIndices,
                            node.add("Not", {isUnknown}))
        : node.add("Mod", {x, number(settings.oovIndices)});
    const std::string unknown = node.add("Add", {rest, number(settings.oovStart())});
    return node.add("Where", {isUnknown, unknown, found});
}

Result<std::string> codesOf(OnnxNode& node, const std::string& ids, const Shape& shape,
                            OutputMode mode, std::int64_t depth)
{
    if (mode == OutputMode::Int)
        return ids;
    if (mode == OutputMode::OneHot)
        return oneHot(node, ids, shape, depth);
    if (shape.size() > 2 || shape.empty())
        return unsupported(LB_TR("Error", "vectors of tables with more than two axes have no ONNX form"));
    return bag(node, ids, shape, mode != OutputMode::MultiHot, depth);
}

template <typename Token>
Result<std::string> codes(OnnxNode& node, const std::string& ids, const Shape& shape,
                          const Lookup<Token>& lookup)
{
    const OutputMode mode = lookup.settings().mode;
    LB_TRY(bags, codesOf(node, ids, shape, mode, lookup.depth()));
    if (mode != OutputMode::TfIdf)
        return bags;
    const std::string weights
        = node.initializer(Tensor::make<float>({lookup.depth()}, [&](std::span<float> out) {
              std::ranges::copy(lookup.weights(), out.begin());
          }));
    return node.add("Mul", {node.add("Cast", {bags}, {{"to", onnxType(DType::Float32)}}), weights});
}

template <typename Token>
std::string tokens(OnnxNode& node, const std::string& ids, const Lookup<Token>& lookup)
{
    const LookupSettings<Token>& settings = lookup.settings();
    std::vector<std::int64_t> keys;
    std::vector<Token> values;
    if (settings.mask) {
        keys.push_back(0);
        values.push_back(*settings.mask);
    }
    for (const Token& token : lookup.tokens()) {
        keys.push_back(settings.tokenStart() + std::ssize(keys) - (settings.mask ? 1 : 0));
        values.push_back(token);
    }
    return node.add("LabelEncoder", {ids},
                    {{"keys_int64s", keys},
                     {kValues<Token>, keysOf(values)},
                     {std::is_same_v<Token, std::string> ? "default_string" : "default_int64",
                      OnnxAttribute(*settings.oov)}});
}

std::string replaced(OnnxNode& node, const std::string& x, const std::string& what,
                     const std::string& by)
{
    const auto number = [&](std::int64_t value) {
        return node.initializer(Tensor::of<std::int64_t>({}, {value}));
    };
    const auto split = node.addAll("StringSplit", {x}, {{"delimiter", what}}, 2);
    const std::string most = node.add("Gather", {node.add("Shape", {split[0]}), number(1)});
    const std::string none = node.initializer(Tensor::of<std::string>({}, {""}));
    const std::string start = node.add("Expand", {none, node.add("Shape", {x})});
    const std::string yes = node.initializer(Tensor::of<bool>({}, {true}));

    // The body puts one piece after the other behind the text so far. Scan would be wrong: it uses
    // the memory of StringConcat's result again.
    const std::string turn = node.fresh("turn"), on = node.fresh("on"), text = node.fresh("text");
    const std::string onOut = node.fresh("on"), textOut = node.fresh("text");
    ProtobufWriter body;
    const auto inner = [&](const char* type, std::vector<std::string> inputs,
                           OnnxAttributes attributes, std::string output) {
        body.message(1, onnxNodeMessage(type, inputs, attributes, std::span(&output, 1)));
        return output;
    };
    inner("Identity", {on}, {}, onOut);
    const std::string piece = inner("Gather", {split[0], turn}, {{"axis", std::int64_t{1}}}, node.fresh("piece"));
    std::string before = text;
    if (!by.empty()) {
        const std::string notFirst = inner("Greater", {turn, number(0)}, {}, node.fresh("later"));
        const std::string notLast = inner("Less", {turn, split[1]}, {}, node.fresh("within"));
        const std::string between = inner("And", {notFirst, notLast}, {}, node.fresh("between"));
        const std::string sign = inner(
            "Where", {between, node.initializer(Tensor::of<std::string>({}, {by})), none}, {},
            node.fresh("sign"));
        before = inner("StringConcat", {text, sign}, {}, node.fresh("joined"));
    }
    inner("StringConcat", {before, piece}, {}, textOut);
    body.bytes(2, node.fresh("replace"));
    const auto value = [](const std::string& name, DType dtype, std::size_t rank) {
        ProtobufWriter shape, tensor, type, info;
        for (std::size_t i = 0; i < rank; ++i)
            shape.message(1, ProtobufWriter());
        tensor.integer(1, onnxType(dtype)).message(2, shape);
        type.message(1, tensor);
        info.bytes(1, name).message(2, type);
        return info;
    };
    body.message(11, value(turn, DType::Int64, 0))
        .message(11, value(on, DType::Bool, 0))
        .message(11, value(text, DType::String, 1))
        .message(12, value(onOut, DType::Bool, 0))
        .message(12, value(textOut, DType::String, 1));
    return node.add("Loop", {most, yes, start}, {{"body", OnnxSubgraph{body.result()}}});
}

template Result<std::string> ids(OnnxNode&, const std::string&, const Lookup<std::string>&);
template Result<std::string> ids(OnnxNode&, const std::string&, const Lookup<std::int64_t>&);
template Result<std::string> codes(OnnxNode&, const std::string&, const Shape&, const Lookup<std::string>&);
template Result<std::string> codes(OnnxNode&, const std::string&, const Shape&, const Lookup<std::int64_t>&);
template std::string tokens(OnnxNode&, const std::string&, const Lookup<std::string>&);
template std::string tokens(OnnxNode&, const std::string&, const Lookup<std::int64_t>&);

} // namespace lb::lookup_onnx
