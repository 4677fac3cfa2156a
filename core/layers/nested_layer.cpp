#include "core/layers/nested_layer.h"

#include "core/layers/dtype_policy.h"
#include "core/layers/registry.h"

namespace lb {
namespace {

constexpr std::uint64_t kNested = 0x6E65'7374; // no seed of a layer leads to the same stream

Error placed(const std::string& name, Error error)
{
    error.where = error.where.empty() ? name : name + "/" + error.where;
    return error;
}

} // namespace

Result<NestedLayer> nestedLayer(std::string name, const std::string& kerasClass, Config config)
{
    const Result<const LayerType*> type = builtinLayers().find(kerasClass);
    if (!type.ok())
        return type.error();
    if (Result<> fits = type.value()->check(config); !fits.ok())
        return placed(name, fits.error());
    if (Result<> policy = checkPolicy(*type.value(), config); !policy.ok())
        return placed(name, policy.error());
    return NestedLayer{std::move(name), type.value(), std::move(config)};
}

Result<NestedLayer> nestedLayer(std::string name, const Config& serialized)
{
    const Config* kerasClass = serialized.find("class_name");
    const auto* text = kerasClass ? kerasClass->as<std::string>() : nullptr;
    const Config* config = serialized.find("config");
    if (!text || (config && !config->as<ConfigObject>()))
        return Error{ErrorCode::BadParameter, std::move(name),
                     LB_TR("Error", "must be a layer: {\"class_name\": ..., \"config\": {...}}")};
    return nestedLayer(std::move(name), *text, config ? *config : Config(ConfigObject{}));
}

Result<Outputs> emitNested(const NestedLayer& layer, Emitter& emitter, std::vector<ValueRef> inputs,
                           const std::optional<Gate>& gate, const StateHandle& state,
                           const std::optional<std::vector<Role>>& roles)
{
    const std::vector<Role> outerRoles(emitter.roles().begin(), emitter.roles().end());
    const std::optional<std::string> outerFormat = emitter.boxFormat();
    if (roles)
        emitter.setRoles(*roles);
    Result<Outputs> outputs = emitter.inside(layer.name + "/", std::move(inputs), gate, [&] {
        return layer.type->describe(layer.config, state, emitter);
    });
    emitter.setRoles(outerRoles);
    emitter.setBoxFormat(outerFormat);
    if (!outputs.ok())
        return placed(layer.name, outputs.error());
    return outputs;
}

Result<Transformation> drawNested(const NestedLayer& layer, const DrawContext& context,
                                  const Seed& seed, std::uint64_t index,
                                  std::span<const Spec> inputs)
{
    const RandomLayerType* random = layer.random();
    if (!random)
        return Transformation{};
    DrawContext inner = context;
    if (seed.value)
        inner.path = inner.path.child(static_cast<std::uint64_t>(*seed.value));
    inner.path = inner.path.child(kNested).child(index);
    inner.inputs = inputs;
    LB_TRY(drawn, random->draw(layer.config, inner));
    Transformation result;
    for (const auto& [name, tensor] : drawn)
        result.emplace(layer.name + "/" + name, tensor);
    return result;
}

} // namespace lb
