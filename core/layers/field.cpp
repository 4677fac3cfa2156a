#include "core/layers/field.h"

namespace lb {

Error valueIsMissing(const std::string& key)
{
    return {ErrorCode::BadParameter, key, LB_TR("Error", "a value is needed")};
}

Error typeIsWrong(const std::string& key)
{
    return {ErrorCode::BadParameter, key, LB_TR("Error", "has the wrong type")};
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
