#include "core/kernels/hashing.h"
#include "core/layers/category_codes.h"
#include "core/layers/hash_onnx.h"
#include "core/layers/lookup_onnx.h"
#include "core/layers/registry.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

struct HashedCrossingParams {
    std::int64_t bins = 0;
    OutputMode mode = OutputMode::Int;
    bool sparse = false;
    Config dtype;

    bool operator==(const HashedCrossingParams&) const = default;
};

class CrossWork final : public HostWork, public hash_onnx::HashesStrings {
public:
    CrossWork(std::int64_t bins, OutputMode mode, DType dtype)
        : m_bins(bins)
        , m_mode(mode)
        , m_dtype(dtype)
    {
    }

    std::string_view name() const override { return "hashed_crossing"; }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        constexpr std::uint64_t start = 0xDECAFCAFFE; // TensorFlow's default key of cross_hashed
        const Shape& shape = inputs.front().shape();
        std::vector<std::uint64_t> hashes(static_cast<std::size_t>(elementCount(shape)), start);
        for (const Tensor& input : inputs) {
            if (input.shape() != shape)
                return Error{ErrorCode::BadShape,
                             "",
                             {LB_TR("Error", "all inputs must have one shape, got %1 and %2"),
                              {text(shape), text(input.shape())}}};
            dispatchAny(input.dtype(), [&]<typename T>(const T&) {
                const auto values = input.values<T>();
                for (std::size_t i = 0; i < hashes.size(); ++i)
                    hashes[i] = kernels::fingerprintCat64(hashes[i], featureOf(values[i]));
            });
        }
        std::vector<std::int64_t> ids(hashes.size());
        std::ranges::transform(hashes, ids.begin(), [this](std::uint64_t hash) {
            return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(m_bins));
        });
        return codesOf(shape, ids, m_mode, m_bins, m_dtype);
    }

    Result<> onnx(OnnxNode& node) const override
    {
        const std::string ids = hash_onnx::crossedBins(node, m_bins);
        LB_TRY(codes, lookup_onnx::codesOf(node, ids, node.inputSpec(0).shape, m_mode, m_bins));
        node.result(node.add("Cast", {codes}, {{"to", onnxType(m_dtype)}}));
        return std::monostate{};
    }

private:
    template <typename T> static std::uint64_t featureOf(const T& value)
    {
        if constexpr (std::is_same_v<T, std::string>)
            return kernels::fingerprint64(value);
        else
            return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    }

    std::int64_t m_bins;
    OutputMode m_mode;
    DType m_dtype;
};

/// The bin of a combination of values, one from each input: fingerprints (FarmHash64 of strings, the
/// bits of integers) joined in the order of the inputs.
///
/// Shapes: two or more inputs of one shape [], [batch] or [batch, 1]; int gives that shape, one_hot
/// [batch, num_bins]. dtype as the policy: int64 (int) or float32. Errors: BadParameter, BadShape as
/// Keras. Source: Keras 3 `HashedCrossing`, TensorFlow `SparseCrossHashed`.
class HashedCrossing final : public LayerOf<HashedCrossing, HashedCrossingParams> {
public:
    static constexpr std::string_view kKerasClass = "HashedCrossing";

    static auto fields()
    {
        return std::tuple{
            field(&HashedCrossingParams::bins, "num_bins", LB_TR("Layer", "Bins"))
                .required(64)
                .least(1)
                .slider(2, 4096)
                .help(LB_TR("Layer", "More bins, fewer combinations that share one.")),
            field(&HashedCrossingParams::mode, "output_mode", LB_TR("Layer", "Output"))
                .editedAs(ParamKind::Choice, {"int", "one_hot"})
                .help(LB_TR("Layer", "Numbers of bins, or vectors with a place for each bin.")),
            field(&HashedCrossingParams::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras then keeps only what is not 0; the numbers are the same.")),
            field(&HashedCrossingParams::dtype, "dtype", LB_TR("Layer", "Data type")).advanced(),
        };
    }
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static Result<> validate(const HashedCrossingParams& p)
    {
        if (p.mode != OutputMode::Int && p.mode != OutputMode::OneHot)
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error", "must be int or one_hot")};
        LB_TRY(dtype, dtypeOf(p));
        static_cast<void>(dtype);
        return std::monostate{};
    }
    static Result<DType> dtypeOf(const HashedCrossingParams& p)
    {
        if (p.dtype.isNull())
            return codeDType(p.dtype, p.mode);
        LB_TRY(policy, policyOf(ConfigObject{{"dtype", p.dtype}}));
        return policy.compute; // ids of any dtype, too
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer", "Puts combinations of several columns into bins."),
                "y = hash(x₁, x₂, …) mod bins"};
    }
    static Result<Outputs> emit(const HashedCrossingParams& p, Emitter& e)
    {
        if (e.inputCount() < 2)
            return Error{ErrorCode::BadShape, "",
                         LB_TR("Error", "needs at least two inputs, for example two columns")};
        std::vector<ValueRef> inputs;
        const Shape shape = e.spec(e.input(0)).shape;
        for (std::size_t i = 0; i < e.inputCount(); ++i) {
            inputs.push_back(e.input(i));
            const Spec& in = e.spec(inputs.back());
            if (in.shape.size() > 2 || (in.shape.size() == 2 && in.shape.back() != 1))
                return Error{ErrorCode::BadShape,
                             "",
                             {LB_TR("Error", "inputs must be [], [batch] or [batch, 1], is: %1"),
                              {text(in.shape)}}};
            if (in.shape.size() != shape.size())
                return Error{ErrorCode::BadShape,
                             "",
                             {LB_TR("Error", "all inputs must have one shape, got %1 and %2"),
                              {text(shape), text(in.shape)}}};
            if (isFloating(in.dtype) || in.dtype == DType::Bool)
                return Error{ErrorCode::BadShape,
                             "",
                             {LB_TR("Error",
                                    "crosses integers and strings, got %1; put a Discretization "
                                    "before it"),
                              {std::string(nameOf(in.dtype))}}};
        }
        LB_TRY(dtype, dtypeOf(p));
        LB_TRY(codes, codeShape(shape, p.mode, p.bins));
        return Outputs{e.host(
            std::make_shared<CrossWork>(p.bins, p.mode, dtype), std::move(inputs),
            {dtype, codes,
             ValueRange::proven(0, p.mode == OutputMode::Int ? static_cast<double>(p.bins - 1) : 1)})};
    }
    static std::vector<Example> examples()
    {
        return {
            {"a string and an integer",
             ConfigObject{{"num_bins", 5}},
             {{DType::String, {4}, {}}, {DType::Int64, {4}, {}}}},
            {"a vector each",
             ConfigObject{{"num_bins", 5}, {"output_mode", "one_hot"}},
             {{DType::Int64, {3, 1}, {}}, {DType::Int64, {3, 1}, {}}, {DType::Int64, {3, 1}, {}}}},
        };
    }
};

} // namespace

void registerHashedCrossing(LayerRegistry& registry)
{
    registry.add<HashedCrossing>();
}

} // namespace lb
