#pragma once

#include "core/graph/document.h"
#include "core/support/result.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lb {

/// An option's whole number, from `least` on.
CLI::Validator atLeast(std::int64_t least);

/// An option's word, one of these; the nearest is named.
CLI::Validator oneOf(std::vector<std::string> known);

/// What stands on the command line and is no subcommand or option of `app`; nothing: all is known.
std::optional<Error> unknownArgument(const CLI::App& app, std::span<const char* const> arguments);

/// What is wrong with a name that nothing has: the one that was probably meant, else all there are.
/// `what` is all that is known of it: "is no node of the project".
Error noSuchName(const std::string& name, const Message& what,
                 std::span<const std::string> known);

/// The error of a model that was given the weights in `file`: named where they do not fit a layer.
Error ofWeights(Error error, const std::string& file, const Document& document);

/// Notes for the user: a line each on stderr.
void tell(std::span<const Message> notes);

std::vector<std::string> nodeNames(const Document& document); ///< of the outermost nodes

} // namespace lb
