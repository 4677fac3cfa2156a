#include "core/kernels/hashing.h"
#include "core/layers/hash_onnx.h"
#include "core/layers/index_lookup.h"
#include "core/layers/lookup_onnx.h"
#include "core/layers/registry.h"
#include "core/tensor/dispatch.h"

#include <array>
#include <charconv>

namespace lb {
namespace {

struct HashingParams {
    std::int64_t bins = 0;
    Config mask;
    LookupSalt salt;
    OutputMode mode = OutputMode::Int;
    bool sparse = false;
    Config dtype;

    bool operator==(const HashingParams&) const = default;
};

/// The bins of values: decimal digits of integers (and of what floats are without their fraction),
/// bytes of strings.
class HashWork final : public HostWork, public hash_onnx::HashesStrings {
public:
    explicit HashWork(HashingParams params, DType dtype)
        : m_params(std::move(params))
        , m_key(hashKey(m_params.salt))
        , m_dtype(dtype)
        , m_masked(!m_params.mask.isNull() && m_params.bins > 1)
        , m_bins(static_cast<std::uint64_t>(m_params.bins - (m_masked ? 1 : 0)))
    {
    }

    std::string_view name() const override { return "hashing"; }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        const Tensor& x = inputs[0];
        std::vector<std::int64_t> ids(static_cast<std::size_t>(elementCount(x.shape())));
        dispatchAny(x.dtype(), [&]<typename T>(const T&) {
            const auto values = x.values<T>();
            for (std::size_t i = 0; i < ids.size(); ++i)
                ids[i] = m_masked && isMask(values[i])
                    ? 0
                    : static_cast<std::int64_t>(hashOf(values[i]) % m_bins) + (m_masked ? 1 : 0);
        });
        return codesOf(squeezed(x.shape(), m_params.mode), ids, m_params.mode, m_params.bins,
                       m_dtype);
    }
    Result<> onnx(OnnxNode& node) const override
    {
        const Shape& shape = node.inputSpec(0).shape;
        const DType given = node.inputSpec(0).dtype;
        const std::string mask = m_masked ? node.add("Equal", {comparable(node), maskOf(node)}) : "";
        std::string ids = hash_onnx::binsOf(node, node.input(0), given, m_key,
                                            static_cast<std::int64_t>(m_bins), mask);
        if (m_masked) {
            const auto number = [&](std::int64_t value) {
                return node.initializer(Tensor::of<std::int64_t>({}, {value}));
            };
            ids = node.add("Where", {mask, number(0), node.add("Add", {ids, number(1)})});
        }
        const Shape left = squeezed(shape, m_params.mode);
        if (left.size() < shape.size())
            ids = node.add("Squeeze", {ids, node.ints({-1})});
        LB_TRY(codes, lookup_onnx::codesOf(node, ids, left, m_params.mode, m_params.bins));
        node.result(node.add("Cast", {codes}, {{"to", onnxType(m_dtype)}}));
        return std::monostate{};
    }
    /// Keras takes one axis of length 1 away before the codes, which take a second one.
    static Shape squeezed(Shape shape, OutputMode mode)
    {
        if (mode == OutputMode::OneHot && !shape.empty() && shape.back() == 1)
            shape.pop_back();
        return shape;
    }

private:
    template <typename T> bool isMask(const T& value) const
    {
        if constexpr (std::is_same_v<T, std::string>) {
            const auto* text = m_params.mask.as<std::string>();
            return text && *text == value;
        } else {
            double mask = 0;
            if (const auto* integer = m_params.mask.as<std::int64_t>();
                integer && std::is_integral_v<T>)
                return static_cast<std::int64_t>(value) == *integer;
            return Codec<double>::read(m_params.mask, mask)
                && static_cast<float>(value) == static_cast<float>(mask);
        }
    }
    /// The input and the mask of one dtype, compared as isMask() does.
    std::string comparable(OnnxNode& node) const
    {
        const DType given = node.inputSpec(0).dtype;
        return given == DType::String ? node.input(0) : node.inputAs(0, comparedAs(given));
    }
    std::string maskOf(OnnxNode& node) const
    {
        if (const auto* text = m_params.mask.as<std::string>())
            return node.initializer(Tensor::of<std::string>({}, {*text}));
        if (comparedAs(node.inputSpec(0).dtype) == DType::Int64)
            return node.initializer(Tensor::of<std::int64_t>({}, {*m_params.mask.as<std::int64_t>()}));
        double mask = 0;
        Codec<double>::read(m_params.mask, mask);
        return node.initializer(Tensor::of<float>({}, {static_cast<float>(mask)}));
    }
    DType comparedAs(DType given) const
    {
        return m_params.mask.as<std::int64_t>() && !isFloating(given) ? DType::Int64 : DType::Float32;
    }
    std::uint64_t hashOf(std::string_view bytes) const
    {
        return m_key ? kernels::sipHash24(*m_key, bytes) : kernels::fingerprint64(bytes);
    }
    std::uint64_t hashOf(const std::string& text) const { return hashOf(std::string_view(text)); }
    std::uint64_t hashOf(bool value) const
    {
        return hashOf(std::string_view(value ? "true" : "false"));
    }
    std::uint64_t hashOf(Float16Bits auto value) const { return hashOf(float{value}); }
    template <typename Number>
    requires std::is_arithmetic_v<Number> std::uint64_t hashOf(Number value) const
    {
        std::array<char, 24> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                       static_cast<std::int64_t>(value));
        return hashOf(
            std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data())));
    }

    HashingParams m_params;
    std::optional<std::array<std::uint64_t, 2>> m_key;
    DType m_dtype;
    bool m_masked;
    std::uint64_t m_bins;
};

/// Every value goes into one of `num_bins` bins by a hash: FarmHash64, or SipHash-2-4 with a salt. No
/// vocabulary and no adapt(); different values may share a bin. mask_value gets bin 0 to itself.
///
/// Shapes: int as x; one_hot, multi_hot and count see codesOf(). dtype as the policy: int64 (int) or
/// float32. Takes integers, strings, and floats without their fraction. Errors: BadParameter as
/// Keras, BadShape (mask_value of another kind than x). Source: Keras 3 `Hashing`.
class Hashing final : public LayerOf<Hashing, HashingParams> {
public:
    static constexpr std::string_view kKerasClass = "Hashing";

    static auto fields()
    {
        return std::tuple{
            field(&HashingParams::bins, "num_bins", LB_TR("Layer", "Bins"))
                .required(64)
                .least(1)
                .slider(2, 4096)
                .help(LB_TR("Layer", "More bins, fewer values that share one.")),
            field(&HashingParams::mask, "mask_value", LB_TR("Layer", "Mask value"))
                .help(LB_TR("Layer", "The value that stands for nothing; it gets bin 0.")),
            field(&HashingParams::salt, "salt", LB_TR("Layer", "Salt"))
                .help(LB_TR("Layer",
                            "One or two integers; another salt spreads the values another way.")),
            field(&HashingParams::mode, "output_mode", LB_TR("Layer", "Output"))
                .editedAs(ParamKind::Choice, {"int", "one_hot", "multi_hot", "count"})
                .help(LB_TR("Layer", "Numbers of bins, or vectors with a place for each bin.")),
            field(&HashingParams::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras then keeps only what is not 0; the numbers are the same.")),
            field(&HashingParams::dtype, "dtype", LB_TR("Layer", "Data type")).advanced(),
        };
    }
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static Result<> validate(const HashingParams& p)
    {
        if (p.mode == OutputMode::TfIdf)
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error", "must be int, one_hot, multi_hot or count")};
        if (p.sparse && p.mode == OutputMode::Int)
            return Error{ErrorCode::BadParameter, "sparse",
                         LB_TR("Error", "can only be on if output_mode is not int")};
        LB_TRY(dtype, codeDType(p.dtype, p.mode));
        static_cast<void>(dtype);
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Puts values into a fixed number of bins, without learning."),
                "y = hash(x) mod bins"};
    }
    static Result<Outputs> emit(const HashingParams& p, Emitter& e)
    {
        const ValueRef x = e.input(0);
        const Spec& in = e.spec(x);
        const bool strings = in.dtype == DType::String;
        if (!p.mask.isNull() && p.bins > 1 && (p.mask.as<std::string>() != nullptr) != strings)
            return Error{ErrorCode::BadShape,
                         "mask_value",
                         {LB_TR("Error", "must be of the input's kind, which is %1"),
                          {std::string(nameOf(in.dtype))}}};
        LB_TRY(dtype, codeDType(p.dtype, p.mode));
        LB_TRY(shape, codeShape(HashWork::squeezed(in.shape, p.mode), p.mode, p.bins));
        Spec out{dtype, shape, {}};
        if (p.mode != OutputMode::Count)
            out.range = ValueRange::proven(
                0, p.mode == OutputMode::Int ? static_cast<double>(p.bins - 1) : 1);
        return Outputs{e.host(std::make_shared<HashWork>(p, dtype), {x}, std::move(out))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"integers", ConfigObject{{"num_bins", 3}}, {{DType::Int64, {5}, {}}}},
            {"strings, masked and salted",
             ConfigObject{{"num_bins", 3}, {"mask_value", ""}, {"salt", ConfigList{133, 137}}},
             {{DType::String, {2, 3}, {}}}},
            {"which bins occur",
             ConfigObject{{"num_bins", 5}, {"output_mode", "multi_hot"}},
             {{DType::String, {2, 3}, {}}}},
        };
    }
};

} // namespace

void registerHashing(LayerRegistry& registry)
{
    registry.add<Hashing>();
}

} // namespace lb
