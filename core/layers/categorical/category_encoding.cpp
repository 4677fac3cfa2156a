#include "core/layers/encoding.h"
#include "core/layers/registry.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

struct CategoryEncodingParams {
    std::int64_t numTokens = 0;
    NamedOutputMode outputMode{OutputMode::MultiHot};
    bool sparse = false;

    bool operator==(const CategoryEncodingParams&) const = default;
};

/// Turns ids 0..num_tokens-1 into zeros and ones, or counts. An id beyond the last one counts
/// nowhere. In count mode a second input weighs each id.
///
/// Shapes: ids [batch, length] or [batch], y [batch, num_tokens]; one_hot keeps a length that is
///         not 1: [batch, length, num_tokens]. float32.
/// Errors: BadParameter for weights in another mode than count and for a negative id, where Keras
///         refuses it (multi_hot and count of one or two axes).
/// Source: Keras 3 `CategoryEncoding`.
class CategoryEncoding final : public LayerOf<CategoryEncoding, CategoryEncodingParams> {
public:
    static constexpr std::string_view kKerasClass = "CategoryEncoding";

    static auto fields()
    {
        using P = CategoryEncodingParams;
        return std::tuple{
            field(&P::numTokens, "num_tokens", LB_TR("Layer", "Categories"))
                .required(10)
                .least(1)
                .slider(1, 100)
                .help(LB_TR("Layer", "How many categories there are: ids run from 0 to one less.")),
            field(&P::outputMode, "output_mode", LB_TR("Layer", "Output"))
                .editedAs(ParamKind::Choice, {"multi_hot", "one_hot", "count"})
                .help(LB_TR("Layer",
                            "multi_hot: one row a sample with a 1 for each id in it. one_hot: one "
                            "row an id. count: how often each id occurs.")),
            field(&P::sparse, "sparse", LB_TR("Layer", "Sparse"))
                .advanced()
                .help(LB_TR("Layer", "Keras stores the result as a sparse tensor; the numbers "
                                     "are the same, and here they are stored in full.")),
        };
    }
    static Result<> validate(const CategoryEncodingParams& p)
    {
        const OutputMode mode = p.outputMode.mode;
        if (mode == OutputMode::Int || mode == OutputMode::TfIdf)
            return Error{ErrorCode::BadParameter, "output_mode",
                         LB_TR("Error", "must be one_hot, multi_hot or count")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Text,
                LB_TR("Layer", "Turns category numbers into zeros and ones, or counts."),
                "multi_hot: y(k) = 1 if k ∈ x · count: y(k) = Σᵢ wᵢ [xᵢ = k]"};
    }
    static bool acceptsPolicy(std::string_view policy) { return policyNamed(policy).has_value(); }
    static Result<Outputs> emit(const CategoryEncodingParams& p, Emitter& e)
    {
        ValueRef weights;
        if (e.inputCount() > 1) {
            if (p.outputMode.mode != OutputMode::Count)
                return Error{ErrorCode::BadParameter, "count_weights",
                             LB_TR("Error", "is used in output mode count only")};
            weights = e.cast(e.input(1), e.policy().variable);
        }
        return Outputs{encoded(e, e.input(0), p.outputMode.mode, p.numTokens, weights,
                               e.policy().variable)};
    }
    static Result<> checkValues(const CategoryEncodingParams& p, std::span<const Tensor> inputs)
    {
        const Tensor& ids = inputs[0];
        if (p.outputMode.mode == OutputMode::OneHot || ids.shape().size() > 2)
            return std::monostate{};
        return dispatch(ids.dtype(), [&]<typename Number>(Number) -> Result<> {
            if constexpr (std::is_signed_v<Number> || RealNumber<Number>)
                for (const Number id : ids.values<Number>())
                    if (id <= Number(-1))
                        return Error{ErrorCode::BadParameter,
                                     "",
                                     {LB_TR("Error", "ids must not be negative, found: %1"),
                                      {static_cast<std::int64_t>(id)}}};
            return std::monostate{};
        });
    }
    static std::vector<Example> examples()
    {
        const std::vector<Spec> ids{{DType::Int64, {2, 3}, {}}};
        return {
            {"multi hot", ConfigObject{{"num_tokens", 6}}, ids},
            {"one hot",
             ConfigObject{{"num_tokens", 6}, {"output_mode", "one_hot"}},
             std::vector<Spec>{{DType::Int64, {4, 1}, {}}}},
            {"weighed counts",
             ConfigObject{{"num_tokens", 6}, {"output_mode", "count"}},
             std::vector<Spec>{ids[0], {DType::Float32, {2, 3}, {}}}},
        };
    }
};

} // namespace

void registerCategoryEncoding(LayerRegistry& registry)
{
    registry.add<CategoryEncoding>();
}

} // namespace lb
