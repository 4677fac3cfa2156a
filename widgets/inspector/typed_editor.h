#pragma once

class QFrame;
class QPlainTextEdit;
class QWidget;

namespace lb {

/// A text that is typed: monospaced, lines are not broken, Tab goes on.
void setUpTyped(QPlainTextEdit& editor);
/// The same for numbers, which are applied as they are typed: Escape does not take them back.
void setUpNumbers(QPlainTextEdit& editor);
/// The editor within a border, as fields have one; it shows the focus.
QFrame* framed(QPlainTextEdit& editor, QWidget* parent);
/// Makes it as high as its lines, between `least` and `most` of them.
void fitLines(QPlainTextEdit& editor, int least, int most);

} // namespace lb
