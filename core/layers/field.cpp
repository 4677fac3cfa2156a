#include "core/layers/field.h"

#include "core/support/nearest_name.h"
#include "core/support/written_value.h"

namespace lb {

Error valueIsMissing(const std::string& key)
{
    return {ErrorCode::BadParameter, key, LB_TR("Error", "a value is needed")};
}

namespace {

/// What a field of this kind takes.
Text wantedOf(const ParamSpec& spec)
{
    const bool whole = spec.integral;
    switch (spec.kind) {
    case ParamKind::Bool:
        return LB_TR("Error", "needs true or false, is: %1");
    case ParamKind::Integer:
        return spec.nullable ? LB_TR("Error", "needs a whole number, or null, is: %1")
                             : LB_TR("Error", "needs a whole number, is: %1");
    case ParamKind::Seed:
        return LB_TR("Error", "needs a whole number, or null, is: %1");
    case ParamKind::Real:
        return spec.nullable ? LB_TR("Error", "needs a number, or null, is: %1")
                             : LB_TR("Error", "needs a number, is: %1");
    case ParamKind::Text:
        return spec.nullable ? LB_TR("Error", "needs a string, or null, is: %1")
                             : LB_TR("Error", "needs a string, is: %1");
    case ParamKind::Range:
        return whole ? LB_TR("Error", "needs a whole number, or two of them, [low, high], is: %1")
                     : LB_TR("Error", "needs a number, or two of them, [low, high], is: %1");
    case ParamKind::Pair:
        if (spec.scalarPair)
            return whole ? LB_TR("Error", "needs a whole number, or two of them, [a, b], is: %1")
                         : LB_TR("Error", "needs a number, or two of them, [a, b], is: %1");
        return whole ? LB_TR("Error", "needs two whole numbers, [a, b], is: %1")
                     : LB_TR("Error", "needs two numbers, [a, b], is: %1");
    case ParamKind::Initializer:
    case ParamKind::Activation:
        return LB_TR("Error", "needs a name, or an object of class_name and config, is: %1");
    case ParamKind::List:
        return whole ? LB_TR("Error", "needs a list of whole numbers, is: %1")
                     : LB_TR("Error", "needs a list of numbers, is: %1");
    case ParamKind::NumberOrList:
        return LB_TR("Error", "needs a number, or a list of one for each channel, is: %1");
    case ParamKind::Choice:
    case ParamKind::Any:
        break;
    }
    return LB_TR("Error", "cannot be: %1");
}

} // namespace

Error valueIsWrong(const ParamSpec& spec, const Config& value)
{
    const auto* name = value.as<std::string>();
    const std::string written = writtenValue(value);
    if (spec.kind != ParamKind::Choice || spec.choices.empty())
        return {ErrorCode::BadParameter, spec.key, {wantedOf(spec), {written}}};
    std::string choices;
    for (const std::string& choice : spec.choices)
        choices += (choices.empty() ? "" : ", ") + choice;
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
