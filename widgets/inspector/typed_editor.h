#pragma once

class QFrame;
class QPlainTextEdit;
class QWidget;

namespace lb {

/// A text of numbers: monospaced, lines are not broken.
void setUpNumbers(QPlainTextEdit& editor);
/// The editor within a border, as fields have one.
QFrame* framed(QPlainTextEdit& editor, QWidget* parent);
/// Makes it as high as its lines, between `least` and `most` of them.
void fitLines(QPlainTextEdit& editor, int least, int most);

} // namespace lb
