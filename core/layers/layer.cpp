#include "core/layers/layer.h"

#include "core/kernels/boxes.h"
#include "core/layers/annotations.h"
#include "core/layers/described.h"

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
                     LB_TR("Error", "needs a regularizer: a name, or an object of class_name and "
                                    "config")};
    for (const ValueRef& output : outputs.value())
        emitter.regularizeActivity(regularizer, output);
    return outputs;
}

const ParamSpec* boxFormatSpec(const About& about)
{
    static const ParamSpec spec = [] {
        const auto names = kernels::kerasNames(kernels::BoxFormat{});
        ParamSpec made = bareSpec(
            "bounding_box_format", LB_TR("Layer", "Format of boxes"), ParamKind::Choice,
            LB_TR("Layer",
                  "What the four numbers of a bounding box are, where boxes come with the images; "
                  "empty: none come."));
        made.nullable = true;
        made.advanced = true;
        made.choices = {names.begin(), names.end()};
        return made;
    }();
    const bool images
        = about.family == About::Family::Image || about.family == About::Family::RandomImage;
    return images ? &spec : nullptr;
}

Result<> checkBoxFormat(const Config& config)
{
    LB_TRY(format, boxFormatOf(config));
    static_cast<void>(format);
    return std::monostate{};
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
    return finished(layer, config, state, Emitter(std::move(inputs), phase));
}

Result<OpGraph> finished(const LayerType& layer, const Config& config, const StateHandle& state,
                         Emitter emitter, Outputs* outputs)
{
    Result<Outputs> made = layer.describe(config, state, emitter);
    Result<OpGraph> graph = std::move(emitter).finish(made.ok() ? made.value() : Outputs{});
    if (!graph.ok())
        return graph;
    if (!made.ok())
        return std::move(made.error());
    if (outputs)
        *outputs = std::move(made.value());
    return graph;
}

} // namespace lb
