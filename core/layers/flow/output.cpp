#include "core/layers/registry.h"

namespace lb {
namespace {

struct OutputLayerParams {
    bool operator==(const OutputLayerParams&) const = default;
};

/// Where the prediction leaves the model and the loss is taken.
/// Shapes: as they come; it computes nothing. Ours, not Keras'.
class OutputLayer final : public LayerOf<OutputLayer, OutputLayerParams> {
public:
    static constexpr std::string_view kKerasClass = "Output";

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Output,
                LB_TR("Layer", "Compares predictions with labels and gives the result."),
                "loss(label, prediction)"};
    }
    static Result<Outputs> emit(const OutputLayerParams&, Emitter& e)
    {
        return Outputs{e.input(0)};
    }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

} // namespace

void registerOutput(LayerRegistry& registry)
{
    registry.add<OutputLayer>();
}

} // namespace lb
