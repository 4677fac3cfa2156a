#pragma once

namespace lb {

class MainWindow;
struct CommandLine;

/// Selects and trains as `line` says, runs the event loop until every picture of the window is
/// there, or for a minute, and writes the window as PNG. Returns the program's exit code: 0, or 1 with a line on stderr.
int paintedInto(MainWindow& window, const CommandLine& line);

} // namespace lb
