#pragma once

#include <QColor>

namespace lb {

/// How well a text reads on its ground, 1 to 21; 4.5 is enough for small letters (WCAG 2.1, 1.4.3).
double contrastRatio(const QColor& text, const QColor& ground);
/// What is seen of a colour that lets the ground through.
QColor laidOver(const QColor& color, const QColor& ground);
/// White or a near black, whichever reads better on the ground; black where both are too weak.
QColor inkOn(const QColor& ground);

} // namespace lb
