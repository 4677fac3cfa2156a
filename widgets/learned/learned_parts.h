#pragma once

#include <QString>

#include <cstdint>

class QLabel;
class QSplitter;
class QWidget;

namespace lb {

QString learnedNumber(double value); ///< four digits, the same in every locale
QString learnedCount(std::int64_t count); ///< with the locale's groups
QString learnedPercent(double share); ///< "12.5 %"
/// A title with a note at the right over a plot or table.
QWidget* titledPart(const QString& title, QWidget* note, QWidget* part);
/// The table at the left, the rest at the right; widths are shares.
QSplitter* sideBySide(QWidget* left, QWidget* right, int leftWidth, int rightWidth);

} // namespace lb
