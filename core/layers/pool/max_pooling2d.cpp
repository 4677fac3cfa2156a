#include "core/layers/pooling_params.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

/// The largest value of each window, for each channel; among equal ones the first gets the gradient.
///
/// Shapes: x [batch, height, width, channels], y [batch, height', width', channels]; with
///         channels_first the channels stand behind the batch. Sizes as in Conv2D; padding never wins.
/// Errors: BadShape unless x has four axes and a window fits in.
/// Source: Keras 3 `MaxPooling2D`.
class MaxPooling2d final : public LayerOf<MaxPooling2d, PoolingParams> {
public:
    static constexpr std::string_view kKerasClass = "MaxPooling2D";

    static auto fields() { return poolingFields(); }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Keeps the largest value of each window."),
                "y(i, j, c) = max x(s·i + u, s·j + v, c)"};
    }
    static Result<Outputs> emit(const PoolingParams& p, Emitter& e)
    {
        return emitPooling(ops::maxPool2d(), p, e, e.autocastInput(0));
    }
    static std::vector<Example> examples() { return poolingExamples(); }
};

} // namespace

void registerMaxPooling2d(LayerRegistry& registry)
{
    registry.add<MaxPooling2d>();
}

} // namespace lb
