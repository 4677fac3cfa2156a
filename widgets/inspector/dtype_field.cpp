#include "widgets/inspector/dtype_field.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::string_view kDtype = "dtype";

/// FeatureSpace is none of Keras' layers; flows have no numbers of their own.
bool hasPolicy(const LayerType& type)
{
    const About::Family family = type.about().family;
    return family != About::Family::Data && family != About::Family::Output
        && type.kerasClass() != "FeatureSpace";
}

ParamSpec dtypeSpec(const LayerType& type)
{
    ParamSpec spec{.key = std::string(kDtype),
                   .label = LB_TR("Inspector", "Data type"),
                   .kind = ParamKind::Choice,
                   .help = LB_TR("Inspector",
                                 "The dtype policy: what the layer computes in; a mixed one keeps its "
                                 "weights in float32.")};
    spec.advanced = true;
    for (const char* policy : {"float32", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16",
                               "float64", "int32", "int64"})
        if (type.computesWith(policy))
            spec.choices.emplace_back(policy);
    // Without one, layers of ids give int64 or float32 as their output mode asks for.
    spec.nullable = type.computesWith("int64");
    spec.kerasDefault = spec.initial = spec.nullable ? Config() : Config("float32");
    return spec;
}

} // namespace

std::vector<ParamSpec> fieldsWithDtype(const LayerType& type)
{
    const std::span<const ParamSpec> own = type.specs();
    std::vector<ParamSpec> fields(own.begin(), own.end());
    if (!hasPolicy(type))
        return fields;
    std::erase_if(fields, [](const ParamSpec& each) { return each.key == kDtype; });
    fields.push_back(dtypeSpec(type));
    return fields;
}

Config valuesWithDtype(const Config& config)
{
    const Config* dtype = config.find(kDtype);
    const auto name = policyName(config);
    if (!dtype || !dtype->as<ConfigObject>() || !name.ok() || !name.value())
        return config;
    auto named = withParam(config, kDtype, *name.value());
    return named.ok() ? std::move(named.value()) : config;
}

} // namespace lb
