#include "core/graph/unique_name.h"

#include <charconv>
#include <optional>

namespace lb {
namespace {

/// What stands behind `stem` and an underscore, written as a counter does; else nothing.
std::optional<std::size_t> counterBehind(std::string_view name, std::string_view stem)
{
    if (name.size() < stem.size() + 2 || name[stem.size()] != '_' || !name.starts_with(stem))
        return std::nullopt;
    const std::string_view digits = name.substr(stem.size() + 1);
    std::size_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    return whole && digits.front() != '0' ? std::optional(number) : std::nullopt;
}

/// dense_1 -> dense: the next number, not dense_1_1.
std::string_view stemOf(std::string_view name)
{
    const auto last = name.rfind('_');
    const bool counted = last != std::string_view::npos && last + 1 < name.size()
        && name.find_first_not_of("0123456789", last + 1) == std::string_view::npos;
    return counted ? name.substr(0, last) : name;
}

} // namespace

/// One look at every name: a chain of a thousand layers is built name by name.
std::string uniqueName(const Document& document, const std::string& wish)
{
    const std::string_view stem = stemOf(wish);
    std::vector<bool> taken(document.layers.size() + document.bodies.size() + 2, false);
    bool wished = false;
    const auto look = [&](const std::string& name) {
        wished = wished || name == wish;
        if (const auto number = counterBehind(name, stem); number && *number < taken.size())
            taken[*number] = true;
    };
    for (const auto& layer : document.layers)
        look(layer->name);
    for (std::size_t i = 1; i < document.bodies.size(); ++i) // the root's is shown to nobody
        look(document.bodies[i]->name);
    if (!wished)
        return wish;
    std::size_t number = 1;
    while (taken[number])
        ++number;
    return std::string(stem) + "_" + std::to_string(number);
}

} // namespace lb
