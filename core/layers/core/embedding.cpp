#include "core/layers/kernel_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

struct EmbeddingParams {
    std::int64_t inputDim = 0;
    std::int64_t outputDim = 0;
    WeightRule embeddings{"embeddings", Config("RandomUniform")};
    Regularizer embeddingsRegularizer, activityRegularizer;
    Constraint embeddingsConstraint;
    bool maskZero = false;
    bool trainable = true;

    bool operator==(const EmbeddingParams&) const = default;
};

/// A learned row of numbers for each id.
///
/// Shapes: ids any, whole numbers 0..input_dim-1 (others are cut to integers), embeddings
///         [input_dim, output_dim], y [ids..., output_dim]. With mask_zero the mask of y is
///         ids != 0.
/// Errors: BadParameter for an id out of range when it is called. Keras counts -1 from the end;
///         here it is refused, because in data it is an error. A plan gives NaN instead.
/// Source: Keras 3 `Embedding`.
class Embedding final : public LayerOf<Embedding, EmbeddingParams> {
public:
    static constexpr std::string_view kKerasClass = "Embedding";

    static auto fields()
    {
        using P = EmbeddingParams;
        return std::tuple{
            field(&P::inputDim, "input_dim", LB_TR("Layer", "Vocabulary size"))
                .required(1'000)
                .least(1)
                .slider(1, 20'000)
                .help(LB_TR("Layer", "How many ids there are: they run from 0 to one less.")),
            field(&P::outputDim, "output_dim", LB_TR("Layer", "Width"))
                .required(64)
                .least(1)
                .slider(1, 512)
                .help(LB_TR("Layer", "How many numbers stand for one id.")),
            field(&P::maskZero, "mask_zero", LB_TR("Layer", "Id 0 is padding"))
                .help(LB_TR("Layer", "Layers behind it that know masks leave out steps with id 0.")),
            weightFields(&P::embeddings)
                .help(LB_TR("Layer", "How the rows start, before training.")),
            regularizerField(&P::embeddingsRegularizer, "embeddings_regularizer",
                             LB_TR("Layer", "Regularizer of embeddings")),
            regularizerField(&P::activityRegularizer, "activity_regularizer",
                             LB_TR("Layer", "Regularizer of the output")),
            constraintField(&P::embeddingsConstraint, "embeddings_constraint",
                            LB_TR("Layer", "Constraint of embeddings")),
            trainableField(&P::trainable),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Sequence,
                LB_TR("Layer", "Gives each id of a vocabulary a learned row of numbers."),
                "y(i) = embeddings[xᵢ]"};
    }
    static Result<Outputs> emit(const EmbeddingParams& p, Emitter& e)
    {
        const ValueRef ids = e.input(0);
        const ValueRef table
            = e.weight({p.inputDim, p.outputDim}, p.embeddings,
                       {p.embeddingsRegularizer, p.embeddingsConstraint, p.trainable});
        const ValueRef y = e.op(ops::gather(), {table, ids});
        return Outputs{p.maskZero ? y.withMask(e.cast(ids, DType::Bool).id) : y};
    }
    static Result<> checkValues(const EmbeddingParams& p, std::span<const Tensor> inputs)
    {
        return dispatch(inputs[0].dtype(), [&]<typename Number>(Number) -> Result<> {
            for (const Number id : inputs[0].values<Number>()) {
                const auto number = static_cast<double>(id);
                if (!(number > -1 && number < static_cast<double>(p.inputDim)))
                    return Error{ErrorCode::BadParameter,
                                 "",
                                 {LB_TR("Error", "ids must lie in 0..%1, found: %2"),
                                  {p.inputDim - 1, number}}};
            }
            return std::monostate{};
        });
    }
    static std::vector<Example> examples()
    {
        const std::vector<Spec> ids{{DType::Int64, {2, 3}, {}}};
        return {
            {"plain", ConfigObject{{"input_dim", 8}, {"output_dim", 3}}, ids},
            {"masked and regularized",
             ConfigObject{{"input_dim", 8},
                          {"output_dim", 2},
                          {"mask_zero", true},
                          {"embeddings_regularizer", "l2"},
                          {"activity_regularizer", "l1"}},
             ids},
        };
    }
};

} // namespace

void registerEmbedding(LayerRegistry& registry)
{
    registry.add<Embedding>();
}

} // namespace lb
