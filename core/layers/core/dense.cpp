#include "core/layers/registry.h"

namespace lb {
namespace {

struct DenseParams {
    std::int64_t units = 0;
    Config activation = "linear";
    bool useBias = true;
    WeightRule kernel{"kernel", Config("GlorotUniform")};
    WeightRule bias{"bias", Config("Zeros")};

    bool operator==(const DenseParams&) const = default;
};

/// Fully connected layer: y = activation(x W + b).
///
/// Shapes: x [batch, ..., in], W [in, units], b [units], y [batch, ..., units]; floating.
/// Errors: BadShape unless `in` is known, >= 1, and x has a batch axis.
/// Source: Keras 3 `Dense`, here without regularizers and constraints.
class Dense final : public LayerOf<Dense, DenseParams> {
public:
    static constexpr std::string_view kKerasClass = "Dense";

    static auto fields() // inspector, project file, Keras config and undo all read this
    {
        return std::tuple{
            field(&DenseParams::units, "units", LB_TR("Layer", "Units"))
                .required(64)
                .least(1)
                .slider(1, 1'024),
            field(&DenseParams::activation, "activation", LB_TR("Layer", "Activation"))
                .editedAs(ParamKind::Activation),
            field(&DenseParams::useBias, "use_bias", LB_TR("Layer", "Use bias")),
            weightFields(&DenseParams::kernel),
            weightFields(&DenseParams::bias).appliesIf([](const DenseParams& p) {
                return p.useBias;
            }),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Connects every input with every unit."),
                "y = activation(x · kernel + bias)"};
    }
    static Result<Outputs> emit(const DenseParams& p, Emitter& e) // describes, computes nothing
    {
        const ValueRef x = e.floatInput(0);
        LB_TRY(in, e.knownDim(x, -1));
        ValueRef y = e.matmul(x, e.weight({in, p.units}, p.kernel));
        if (p.useBias)
            y = e.add(y, e.weight({p.units}, p.bias));
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
        };
    }
};

} // namespace

void registerDense(LayerRegistry& registry) // called from generated code, never by a static object
{
    registry.add<Dense>();
}

} // namespace lb
