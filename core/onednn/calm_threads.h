#pragma once

namespace lb::onednn {

/// Lets the threads of a team sleep when they have waited for a tenth of a millisecond. By default
/// they spin for many milliseconds: where another program, or our own input pipeline, needs the
/// core, two threads were measured to take ten times as long as one.
///
/// libgomp reads its settings when it is loaded, so this starts the program again with them, and
/// returns where the user has chosen settings, or when that failed. First thing in main(), in
/// programs that train.
void waitCalmly(char** argv);

} // namespace lb::onednn
