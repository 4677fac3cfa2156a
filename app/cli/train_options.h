#pragma once

#include "app/cli/opened_project.h"
#include "core/layers/registry.h"

namespace CLI {
class App;
}

namespace lb {

/// What `adapt`, `train` and `evaluate` are told.
struct TrainOptions {
    std::string project, data, out, weights, resume;
    std::int64_t epochs = -1; ///< -1: as the recipe says
    std::vector<std::string> sets; ///< "node.key=value", "recipe.key=value"
    int threads = 0, workers = 0; ///< 0: a thread a core
    std::string on = "training"; ///< of adapt: which rows; or "validation", "all"

    void addTo(CLI::App& command);
};

/// The project with its data, and with what the command line sets; the file
/// stays as it is. Errors: those of the project and its data; NotFound (no such
/// node or key), BadParameter.
Result<OpenedProject> openFor(const TrainOptions& options, const LayerRegistry& registry);

/// The folder that gets the files. One that was made for this and got none goes with the object.
class OutFolder {
public:
    /// --out, or the project's own; made if it is not there. Errors: Io.
    static Result<OutFolder> of(const TrainOptions& options);
    OutFolder(OutFolder&& other) noexcept;
    OutFolder& operator=(OutFolder&&) = delete;
    ~OutFolder();

    const std::filesystem::path& path() const { return m_path; }

private:
    OutFolder(std::filesystem::path path, bool made);

    std::filesystem::path m_path;
    bool m_made;
};

/// `document` with one "node.key=value"; the value is JSON, or text where that
/// fails. The node is named by its layer; "recipe" is the training recipe.
Result<Document> withSetting(const Document& document, const LayerRegistry& registry,
                             std::string_view setting);

} // namespace lb
