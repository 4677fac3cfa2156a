#pragma once

class QString;
class QWidget;

namespace lb {

/// Makes Tab go through what stands in `root` as one reads: by its layouts, tables row by row. The
/// whole keeps its place between its neighbours.
void tabAsItReads(QWidget& root);

/// Gives what Tab reaches in `root` and has no name of its own for screen readers: buttons their
/// tool tip's first line, other controls `name`.
void nameForReaders(QWidget& root, const QString& name);

} // namespace lb
