#include "core/layers/pooling_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// The mean of each window, for each channel.
///
/// Shapes: x [batch, height, width, channels], y [batch, height', width', channels]; with
///         channels_first the channels stand behind the batch. Sizes as in Conv2D; padding does not count.
/// Errors: BadShape unless x has four axes and a window fits in.
/// Source: Keras 3 `AveragePooling2D`.
class AveragePooling2d final : public LayerOf<AveragePooling2d, PoolingParams> {
public:
    static constexpr std::string_view kKerasClass = "AveragePooling2D";

    static auto fields() { return poolingFields(); }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Replaces each window by its mean."),
                "y(i, j, c) = mean x(s·i + u, s·j + v, c)"};
    }
    static Result<Outputs> emit(const PoolingParams& p, Emitter& e)
    {
        return emitPooling(ops::avgPool2d(), p, e, e.floatInput(0));
    }
    static std::vector<Example> examples() { return poolingExamples(); }
};

} // namespace

void registerAveragePooling2d(LayerRegistry& registry)
{
    registry.add<AveragePooling2d>();
}

} // namespace lb
