#include "core/layers/layer.h"

#include "core/layers/annotations.h"

namespace lb {

Config LayerType::newConfig() const
{
    ConfigObject values;
    for (const ParamSpec& spec : specs())
        values.emplace(spec.key, spec.initial);
    return values;
}

Result<Outputs> regularized(const Config& config, Result<Outputs> outputs, Emitter& emitter)
{
    const Config* stored = config.find("activity_regularizer");
    if (!outputs.ok() || !stored || stored->isNull())
        return outputs;
    Regularizer regularizer;
    if (!Codec<Regularizer>::read(*stored, regularizer))
        return Error{ErrorCode::BadParameter, "activity_regularizer",
                     LB_TR("Error", "has the wrong type")};
    for (const ValueRef& output : outputs.value())
        emitter.regularizeActivity(regularizer, output);
    return outputs;
}

Result<> prepareAnnotations(const Config& config, const About& about, Emitter& emitter)
{
    if (about.family != About::Family::Image && about.family != About::Family::RandomImage)
        return annotationsRefused();
    LB_TRY(format, boxFormatOf(config));
    if (format) // else that of the layer around it, if any
        emitter.setBoxFormat(std::string(*format));
    return std::monostate{};
}

Result<Outputs> withAnnotations(Result<Outputs> outputs, Emitter& emitter)
{
    if (!outputs.ok())
        return outputs;
    for (std::size_t i = outputs.value().size(); i < emitter.roles().size(); ++i) {
        LB_TRY(passed, passedAnnotation(emitter, i));
        outputs.value().push_back(passed);
    }
    return outputs;
}

Result<OpGraph> describedBy(const LayerType& layer, const Config& config, std::vector<Spec> inputs,
                            Phase phase, const StateHandle& state)
{
    Emitter emitter(std::move(inputs), phase);
    LB_TRY(outputs, layer.describe(config, state, emitter));
    return std::move(emitter).finish(outputs);
}

} // namespace lb
