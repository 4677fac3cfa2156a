#include "core/interop/code/code_literal.h"

#include "core/interop/keras/keras_names.h"
#include "core/support/json.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

bool isPython(CodeLanguage language)
{
    return language == CodeLanguage::Python;
}

std::string number(double value, CodeLanguage language)
{
    if (std::isnan(value))
        return isPython(language) ? "float(\"nan\")" : "NaN";
    if (std::isinf(value))
        return std::string(value < 0 ? "-" : "") + (isPython(language) ? "float(\"inf\")" : "Inf");
    return writeJson(Config(value), JsonStyle::Compact);
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string listLiteral(const ConfigList& list, CodeLanguage language)
{
    std::vector<std::string> parts;
    bool plain = !list.empty(); // R: c() for numbers and words, list() for the rest
    for (const Config& item : list) {
        parts.push_back(codeLiteral(item, language));
        plain = plain && !item.isNull() && !item.as<ConfigList>() && !item.as<ConfigObject>();
    }
    if (isPython(language))
        return "[" + joined(parts) + "]";
    return (plain ? "c(" : "list(") + joined(parts) + ")";
}

std::string objectLiteral(const ConfigObject& object, CodeLanguage language)
{
    std::vector<std::string> parts;
    for (const auto& [key, value] : object) {
        const std::string name = writeJson(Config(key), JsonStyle::Compact);
        parts.push_back(isPython(language) ? name + ": " + codeLiteral(value, language)
                                           : "`" + key + "` = " + codeLiteral(value, language));
    }
    return (isPython(language) ? "{" : "list(") + joined(parts) + (isPython(language) ? "}" : ")");
}

constexpr std::array kPythonWords{
    "False",  "None",   "True",  "and",    "as",       "assert", "async", "await", "break",
    "class",  "continue", "def", "del",    "elif",     "else",   "except", "finally", "for",
    "from",   "global", "if",    "import", "in",       "is",     "lambda", "nonlocal", "not",
    "or",     "pass",   "raise", "return", "try",      "while",  "with",  "yield", "keras",
    "layers", "model"};
constexpr std::array kRWords{"if",    "else", "repeat", "while", "function", "for", "next",
                             "break", "TRUE", "FALSE",  "NULL",  "Inf",      "NaN", "NA",
                             "in",    "c",    "list",   "model"};

template <typename Words> bool isAmong(const Words& words, const std::string& name)
{
    return std::ranges::any_of(words, [&](const char* word) { return name == word; });
}

} // namespace

std::string codeLiteral(const Config& value, CodeLanguage language)
{
    const bool python = isPython(language);
    if (value.isNull())
        return python ? "None" : "NULL";
    if (const auto* flag = value.as<bool>())
        return python ? (*flag ? "True" : "False") : (*flag ? "TRUE" : "FALSE");
    if (const auto* integer = value.as<std::int64_t>()) {
        const bool wide = *integer > 2'147'483'647 || *integer < -2'147'483'647; // no R integer
        return std::to_string(*integer) + (python || wide ? "" : "L");
    }
    if (const auto* real = value.as<double>())
        return number(*real, language);
    if (const auto* list = value.as<ConfigList>())
        return listLiteral(*list, language);
    if (const auto* object = value.as<ConfigObject>())
        return objectLiteral(*object, language);
    return writeJson(value, JsonStyle::Compact); // JSON's escapes are theirs
}

std::string codeName(std::string_view name, CodeLanguage language, std::vector<std::string>& used)
{
    std::string safe;
    for (const char c : name)
        safe += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    if (safe.empty() || (safe.front() >= '0' && safe.front() <= '9') || safe.front() == '_')
        safe.insert(0, "layer_");
    if (isPython(language) ? isAmong(kPythonWords, safe) : isAmong(kRWords, safe))
        safe += "_layer";
    std::string unique = safe;
    for (int count = 2; std::ranges::find(used, unique) != used.end(); ++count)
        unique = safe + "_" + std::to_string(count);
    used.push_back(unique);
    return unique;
}

std::string layerFunction(std::string_view kerasClass)
{
    static const std::map<std::string_view, const char*> special{
        {"ReLU", "activation_relu"},        {"LeakyReLU", "activation_leaky_relu"},
        {"Softmax", "activation_softmax"},  {"ELU", "activation_elu"},
        {"PReLU", "activation_parametric_relu"},
    };
    if (const auto found = special.find(kerasClass); found != special.end())
        return std::string("layer_") + found->second;
    std::string name = kerasSnakeCase(kerasClass);
    for (std::size_t i = 1; i + 1 < name.size(); ++i)
        if (name[i] >= '1' && name[i] <= '3' && name[i + 1] == 'd' && name[i - 1] != '_')
            name.insert(i, "_");
    return "layer_" + name;
}

} // namespace lb
