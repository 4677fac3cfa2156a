#include "core/layers/activations.h"
#include "core/layers/kernel_params.h"
#include "core/layers/registry.h"

namespace lb {
namespace {

struct DenseParams : KernelParams {
    std::int64_t units = 0;
    Config activation = "linear";

    bool operator==(const DenseParams&) const = default;
};

/// Fully connected layer: y = activation(x W + b).
///
/// Shapes: x [batch, ..., in], W [in, units], b [units], y [batch, ..., units]; floating.
/// Errors: BadShape unless `in` is known, >= 1, and x has a batch axis.
/// Source: Keras 3 `Dense`.
class Dense final : public LayerOf<Dense, DenseParams> {
public:
    static constexpr std::string_view kKerasClass = "Dense";

    static auto fields() // inspector, project file, Keras config and undo all read this
    {
        return std::tuple_cat(
            std::tuple{
                field(&DenseParams::units, "units", LB_TR("Layer", "Units"))
                    .required(64)
                    .least(1)
                    .slider(1, 1'024)
                    .help(LB_TR("Layer", "How many outputs there are, each with its own weights.")),
                field(&DenseParams::activation, "activation", LB_TR("Layer", "Activation"))
                    .editedAs(ParamKind::Activation, activationNames())
                    .help(LB_TR("Layer", "Applied to the result.")),
            },
            kernelFields<DenseParams>());
    }
    static Result<> validate(const DenseParams& p) { return checkActivation(p.activation); }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Connects every input with every unit."),
                "y = activation(x · kernel + bias)"};
    }
    static Result<Outputs> emit(const DenseParams& p, Emitter& e) // describes, computes nothing
    {
        const ValueRef x = e.floatInput(0);
        if (e.rank(x) < 2)
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "needs a batch of rows (2 axes or more), shape is: %1"),
                          {text(e.spec(x).shape)}}};
        LB_TRY(in, e.knownDim(x, -1));
        ValueRef y = e.matmul(x, e.weight({in, p.units}, p.kernel, p.kernelTerms()));
        if (p.useBias)
            y = e.add(y, e.weight({p.units}, p.bias, p.biasTerms()));
        return Outputs{e.activation(p.activation, y).withMask(x.mask)};
    }
    static std::vector<Example> examples()
    {
        return {
            {"plain", ConfigObject{{"units", 3}}, {{2, 4}}},
            {"no bias, activated",
             ConfigObject{{"units", 3}, {"use_bias", false}, {"activation", "leaky_relu"}},
             {{2, 4}}},
            {"over time", ConfigObject{{"units", 2}}, {{2, 3, 4}}},
            {"regularized",
             ConfigObject{
                 {"units", 2},
                 {"kernel_regularizer",
                  ConfigObject{{"class_name", "L1L2"},
                               {"config", ConfigObject{{"l1", 0.1}, {"l2", 0.2}}}}},
                 {"bias_regularizer", "l2"},
                 {"activity_regularizer", "l1"},
             },
             {{3, 4}}},
            {"not trainable", ConfigObject{{"units", 2}, {"trainable", false}}, {{2, 3}}},
        };
    }
};

} // namespace

void registerDense(LayerRegistry& registry) // called from generated code, never by a static object
{
    registry.add<Dense>();
}

} // namespace lb
