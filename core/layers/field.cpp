#include "core/layers/field.h"

#include "core/support/json.h"
#include "core/support/nearest_name.h"

namespace lb {

Error valueIsMissing(const std::string& key)
{
    return {ErrorCode::BadParameter, key, LB_TR("Error", "a value is needed")};
}

Error valueIsWrong(const ParamSpec& spec, const Config& value)
{
    const auto* name = value.as<std::string>();
    if (spec.kind != ParamKind::Choice || spec.choices.empty() || (!name && !value.isNull()))
        return {ErrorCode::BadParameter, spec.key, LB_TR("Error", "has the wrong type")};
    std::string choices;
    for (const std::string& choice : spec.choices)
        choices += (choices.empty() ? "" : ", ") + choice;
    const std::string written = writeJson(value, JsonStyle::Compact);
    if (const std::string near = name ? nearestName(*name, spec.choices) : ""; !near.empty())
        return {ErrorCode::BadParameter, spec.key,
                {LB_TR("Error", "is %1, but there are: %2; is %3 meant?"),
                 {written, std::move(choices), near}}};
    return {ErrorCode::BadParameter, spec.key,
            {LB_TR("Error", "is %1, but there are: %2"), {written, std::move(choices)}}};
}

Error isBelow(const std::string& key, Arg least, Arg value)
{
    return {ErrorCode::BadParameter, key,
            {LB_TR("Error", "must be at least %1, is: %2"), {std::move(least), std::move(value)}}};
}

Error isAbove(const std::string& key, Arg most, Arg value)
{
    return {ErrorCode::BadParameter, key,
            {LB_TR("Error", "must be at most %1, is: %2"), {std::move(most), std::move(value)}}};
}

ParamSpec bareSpec(const std::string& key, const Message& label, ParamKind kind,
                   const std::optional<Text>& help)
{
    ParamSpec spec{.key = key, .label = label};
    spec.kind = kind;
    if (help)
        spec.help = *help;
    return spec;
}

} // namespace lb
