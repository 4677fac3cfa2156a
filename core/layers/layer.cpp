#include "core/layers/layer.h"

namespace lb {

Config LayerType::newConfig() const
{
    ConfigObject values;
    for (const ParamSpec& spec : specs())
        values.emplace(spec.key, spec.initial);
    return values;
}

Result<OpGraph> describedBy(const LayerType& layer, const Config& config, std::vector<Spec> inputs,
                            Phase phase, const StateHandle& state)
{
    Emitter emitter(std::move(inputs), phase);
    LB_TRY(outputs, layer.describe(config, state, emitter));
    return std::move(emitter).finish(outputs);
}

} // namespace lb
