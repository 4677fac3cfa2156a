#include "core/layers/registry.h"

namespace lb {
namespace {

struct BatchLayerParams {
    bool operator==(const BatchLayerParams&) const = default;
};

/// Where rows become batches: what follows runs with the model.
/// Shapes: as they come; it computes nothing. Ours, not Keras'.
class BatchLayer final : public LayerOf<BatchLayer, BatchLayerParams> {
public:
    static constexpr std::string_view kKerasClass = "Batch";

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Data,
                LB_TR("Layer", "Stacks samples into batches; what follows runs on whole batches."),
                "B × sample"};
    }
    static Result<Outputs> emit(const BatchLayerParams&, Emitter& e) { return Outputs{e.input(0)}; }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

} // namespace

void registerBatch(LayerRegistry& registry)
{
    registry.add<BatchLayer>();
}

} // namespace lb
