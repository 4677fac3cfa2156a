#pragma once

class QPlainTextEdit;

namespace lb {

/// A text of numbers: monospaced, lines are not broken.
void setUpNumbers(QPlainTextEdit& editor);
/// Makes it as high as its lines, between `least` and `most` of them.
void fitLines(QPlainTextEdit& editor, int least, int most);

} // namespace lb
