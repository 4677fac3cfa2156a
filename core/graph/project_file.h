#pragma once

#include "core/graph/document.h"
#include "core/support/limits.h"

#include <filesystem>

namespace lb {

inline constexpr std::int64_t kProjectFormat = 1;

/// Canonical `.lbench` JSON: sorted keys, one item a line, stable ids, no absolute paths.
/// parse(write(document)) is the document and write(parse(text)) is the text, byte for byte,
/// for text that write() made; unknown fields survive.
std::string writeProject(const Document& document);
/// Errors: BadFile (not JSON, not a project, with line and key), Unsupported (a newer format).
Result<Document> parseProject(std::string_view text, const Limits& limits);

Result<Document> loadProject(const std::filesystem::path& path, const Limits& limits);
Result<> saveProject(const Document& document, const std::filesystem::path& path); ///< atomic

/// Where the weights of a project are looked for that names none: the archive of its name beside it.
std::filesystem::path weightsBeside(const std::filesystem::path& project);
/// What is read when a project is made into a model.
struct ProjectFiles {
    std::filesystem::path project;
    std::filesystem::path weights; ///< that were named; empty: those beside the project
    std::vector<std::filesystem::path> data = {}; ///< files and folders; empty ones are none
};
/// Those of a document that lies at `project`.
ProjectFiles filesOf(const Document& document, const std::filesystem::path& project);
/// Refuses to write a model over what it is made of.
/// Errors: BadParameter at `target`, with a way out.
Result<> checkNotOwnFile(const ProjectFiles& own, const std::filesystem::path& target);

/// The built-in templates (resources/templates/*.lbench, compiled in), by file stem.
struct Template {
    std::string name; ///< "drawn_shapes"
    Text title, description;
    std::string_view json;
};
std::span<const Template> builtinTemplates();

} // namespace lb
