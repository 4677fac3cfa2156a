#include "core/layers/activations.h"
#include "core/layers/registry.h"

namespace lb {
namespace {

struct ActivationParams {
    Config activation;

    bool operator==(const ActivationParams&) const = default;
};

/// Applies a function by its Keras name to every value (softmax and its like along the last axis).
/// Shapes: y as x, float32; glu halves the last axis. Source: Keras 3 `Activation`.
class Activation final : public LayerOf<Activation, ActivationParams> {
public:
    static constexpr std::string_view kKerasClass = "Activation";

    static auto fields()
    {
        return std::tuple{
            field(&ActivationParams::activation, "activation", LB_TR("Layer", "Activation"))
                .required("relu")
                .editedAs(ParamKind::Activation, activationNames())
                .help(LB_TR("Layer", "The function, by Keras' name.")),
        };
    }
    static Result<> validate(const ActivationParams& p) { return checkActivation(p.activation); }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Applies a function to every value."),
                "y = f(x), such as relu(x) = max(x, 0)"};
    }
    static Result<Outputs> emit(const ActivationParams& p, Emitter& e)
    {
        return Outputs{e.activation(p.activation, e.floatInput(0))};
    }
    static std::vector<Example> examples()
    {
        std::vector<Example> examples; // by the numbers that the contract feeds, none stands where
        for (const std::string& name : activationNames()) // a function has no slope
            examples.push_back({name, ConfigObject{{"activation", name}}, {{2, 3, 4}}});
        return examples;
    }
};

} // namespace

void registerActivation(LayerRegistry& registry)
{
    registry.add<Activation>();
}

} // namespace lb
