#pragma once

#include "core/layers/registry.h"

#include <functional>

namespace CLI {
class App;
}

namespace lb {

/// What the subcommands share. Parsing only chooses `run`; main() calls it and prints its error.
struct Context {
    LayerRegistry registry;
    /// The command that was asked for. Returns the exit code, or an error that main() prints as
    /// one line on stderr.
    std::function<Result<int>()> run;
};

/// Each adds a family of subcommands; one file each.
void addLayerCommands(CLI::App& app, Context& context); ///< layers
void addCallCommands(CLI::App& app, Context& context); ///< call, conform
void addProjectCommands(CLI::App& app, Context& context); ///< new, check
void addPreviewCommands(CLI::App& app, Context& context); ///< preview
void addExportCommands(CLI::App& app, Context& context); ///< export, verify
void addPredictCommands(CLI::App& app, Context& context); ///< predict
void addTrainCommands(CLI::App& app, Context& context); ///< adapt, train, evaluate

} // namespace lb
