#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "core/support/version.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace {

constexpr int kBadArguments = 2;

void complain(const std::string& line)
{
    std::fprintf(stderr, "layerbench-cli: %s\n", line.c_str());
}

} // namespace

int main(int argc, char** argv)
{
    lb::Context context;
    lb::registerBuiltinLayers(context.registry);
    CLI::App app("Layerbench without a window: layers, data, training and export.",
                 "layerbench-cli");
    app.require_subcommand(1);
    app.set_version_flag("--version", "layerbench-cli " + std::string(lb::version()));
    lb::addLayerCommands(app, context);
    lb::addCallCommands(app, context);
    lb::addProjectCommands(app, context);
    lb::addPreviewCommands(app, context);
    lb::addExportCommands(app, context);
    lb::addPredictCommands(app, context);
    lb::addTrainCommands(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // help was asked for
            return app.exit(error);
        const std::span<const char* const> arguments(argv + std::min(argc, 1),
                                                     static_cast<std::size_t>(std::max(argc - 1, 0)));
        const auto unknown = lb::unknownArgument(app, arguments);
        complain((unknown ? unknown->where + ": " + lb::english(unknown->message)
                          : std::string(error.what()))
                 + "; try --help");
        return kBadArguments;
    }
    try {
        const lb::Result<int> done = context.run();
        if (done.ok())
            return done.value();
        const lb::Error& error = done.error();
        complain((error.where.empty() ? "" : error.where + ": ") + lb::english(error.message));
    } catch (const std::exception& error) { // out of memory, or our bug
        complain(error.what());
    }
    return 1;
}
