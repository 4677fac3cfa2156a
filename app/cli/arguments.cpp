#include "app/cli/arguments.h"

#include "core/support/nearest_name.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace lb {
namespace {

constexpr std::size_t kMostListed = 30;

std::string listed(std::span<const std::string> names)
{
    std::string result;
    for (const std::string& name : names.first(std::min(names.size(), kMostListed)))
        result += (result.empty() ? "" : ", ") + name;
    return names.size() > kMostListed ? result + ", ..." : result;
}

} // namespace

CLI::Validator atLeast(std::int64_t least)
{
    return {[least](std::string& text) {
                std::int64_t number = 0;
                const char* const end = text.data() + text.size();
                const auto read = std::from_chars(text.data(), end, number);
                if (read.ec != std::errc() || read.ptr != end)
                    return english({LB_TR("Error", "needs a whole number, is: %1"), {text}});
                if (number < least)
                    return english({LB_TR("Error", "must be at least %1, is: %2"), {least, number}});
                return std::string();
            },
            ""};
}

CLI::Validator oneOf(std::vector<std::string> known)
{
    return {[known = std::move(known)](std::string& text) {
                if (std::ranges::find(known, text) != known.end())
                    return std::string();
                const std::string near = nearestName(text, known);
                return near.empty()
                    ? english({LB_TR("Error", "is %1, but there are: %2"), {text, listed(known)}})
                    : english({LB_TR("Error", "is %1, but there are: %2; is %3 meant?"),
                               {text, listed(known), near}});
            },
            ""};
}

std::optional<Error> unknownArgument(const CLI::App& app, std::span<const char* const> arguments)
{
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) {
        const auto word = std::ranges::find_if(
            arguments, [](const char* argument) { return argument[0] != '-'; });
        if (word == arguments.end())
            return std::nullopt;
        std::vector<std::string> commands;
        for (const CLI::App* command : app.get_subcommands(nullptr))
            commands.push_back(command->get_name());
        return noSuchName(*word, LB_TR("Error", "is no command"), commands);
    }
    const CLI::App& command = *chosen.front();
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames())
            known.push_back("--" + name);
    for (const std::string& argument : command.remaining()) {
        const std::string name = argument.substr(0, argument.find('='));
        if (name.size() > 1 && name[0] == '-')
            return noSuchName(name, {LB_TR("Error", "is no option of %1"), {command.get_name()}},
                              known);
    }
    return std::nullopt;
}

Error noSuchName(const std::string& name, const Message& what, std::span<const std::string> known)
{
    const std::string said = english(what);
    if (const std::string near = nearestName(name, known); !near.empty())
        return {ErrorCode::NotFound, name, {LB_TR("Error", "%1; is %2 meant?"), {said, near}}};
    return {ErrorCode::NotFound, name, {LB_TR("Error", "%1; there are: %2"), {said, listed(known)}}};
}

Error ofWeights(Error error, const std::string& file, const Document& document)
{
    const std::size_t slash = error.where.find('/'); // layer/weight
    const auto isMeant = [&](const auto& layer) {
        return layer->name == error.where.substr(0, slash);
    };
    if (error.code != ErrorCode::BadShape || slash == std::string::npos
        || std::ranges::none_of(document.layers, isMeant))
        return error;
    return {error.code, file + ": " + error.where,
            {LB_TR("Error", "%1; these are weights of another model: train this project, or name its "
                            "own"),
             {english(error.message)}}};
}

void tell(std::span<const Message> notes)
{
    for (const Message& note : notes)
        std::fprintf(stderr, "layerbench-cli: %s\n", english(note).c_str());
}

std::vector<std::string> nodeNames(const Document& document)
{
    std::vector<std::string> names;
    for (const auto& node : document.root().nodes)
        names.push_back(document.nameOf(node->id));
    return names;
}

} // namespace lb
