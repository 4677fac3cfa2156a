#include "core/layers/dtype_policy.h"

#include "core/layers/layer.h"

namespace lb {
namespace {

Error unsupported(Message message)
{
    return {ErrorCode::Unsupported, "dtype", std::move(message)};
}

Error unknownPolicy(const std::string& name)
{
    return unsupported({LB_TR("Error",
                              "this layer is not computed in the policy %1 here: use float32"),
                        {name}});
}

} // namespace

Result<std::optional<std::string>> policyName(const Config& config)
{
    const Config* dtype = config.find("dtype");
    if (!dtype || dtype->isNull())
        return std::optional<std::string>();
    const Config* inner = dtype->find("config");
    const Config* name = inner ? inner->find("name") : dtype;
    if (const auto* text = name ? name->as<std::string>() : nullptr)
        return std::optional(*text);
    return unsupported(LB_TR("Error", "must be the name of a dtype policy: use float32"));
}

std::optional<DTypePolicy> policyNamed(std::string_view name)
{
    if (name == "mixed_float16")
        return DTypePolicy{DType::Float16, DType::Float32};
    if (name == "mixed_bfloat16")
        return DTypePolicy{DType::BFloat16, DType::Float32};
    const auto dtype = dtypeNamed(name);
    if (!dtype || *dtype == DType::String || *dtype == DType::Bool)
        return {};
    return DTypePolicy{*dtype, *dtype};
}

Result<DTypePolicy> policyOf(const Config& config, const DTypePolicy& otherwise)
{
    LB_TRY(name, policyName(config));
    if (!name)
        return otherwise;
    if (const auto known = policyNamed(*name))
        return *known;
    return unknownPolicy(*name);
}

Result<> checkPolicy(const LayerType& layer, const Config& config)
{
    LB_TRY(name, policyName(config));
    if (name && !layer.computesWith(*name))
        return unknownPolicy(*name);
    return std::monostate{};
}

Result<> checkProjectPolicy(const LayerType& layer, const Config& config)
{
    if (Result<> known = checkPolicy(layer, config); !known.ok())
        return known;
    LB_TRY(policy, policyOf(config));
    if (policy.compute == DType::Float64)
        return float64InProject();
    using Family = About::Family;
    const Family family = layer.about().family;
    const bool prepares = family == Family::Image || family == Family::RandomImage
        || family == Family::Text || family == Family::Numeric;
    if (!prepares && policy != DTypePolicy{})
        return unsupported(LB_TR("Error",
                                 "layers of a model are trained in float32 here, without the loss "
                                 "scaling of other policies: use float32"));
    return std::monostate{};
}

Error float64InProject()
{
    return unsupported(LB_TR("Error",
                             "a project is computed in float32, and float64 in `call` and in Try "
                             "it only: use float32"));
}

Error notComputedIn(DType dtype)
{
    return unsupported({LB_TR("Error",
                              "Keras does not compute this in %1: use float32"),
                        {std::string(nameOf(dtype))}});
}

} // namespace lb
