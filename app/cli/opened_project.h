#pragma once

#include "core/data/sources.h"
#include "core/graph/analysis.h"

#include <functional>

namespace lb {

/// A project file with the data that its Source names.
struct OpenedProject {
    std::filesystem::path path;
    Document document;
    SourceHandle source; ///< null if it could not be opened
    SourceHandle heldOut; ///< validation data of their own; null: a fraction is split off
    std::optional<Error> sourceError; ///< why there is no source, or why shapes stand in for it

    Facts facts() const; ///< empty without a source
};

using DocumentChange = std::function<Result<Document>(Document)>;

/// `data` may name the folder of the data, or the folder that holds it; "": the project's own.
/// `change` comes before the data are opened. Errors: those of the project file and of `change`.
/// Data that cannot be opened are no error here.
Result<OpenedProject> openProject(const std::filesystem::path& path,
                                  const std::filesystem::path& data = {},
                                  const DocumentChange& change = {});

/// The error of data that could not be opened, if any.
Result<> needSource(const OpenedProject& project);

/// Where the data are absent, takes data of that sort that the program makes: shapes, sentences, or
/// passengers where their columns are the project's; sourceError stays.
void standIn(OpenedProject& project);

} // namespace lb
