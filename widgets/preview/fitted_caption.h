#pragma once

#include <QFontMetrics>
#include <QString>

namespace lb {

/// "rotation +12.4°" of "random_rotation +12.4°": what nearly all of the layers are called by goes
/// first.
QString shortCaption(QString caption);
/// A caption of names and numbers in `width` pixels: names lose letters, the longest first, numbers
/// stay; where names would be too short to be read, its end goes.
QString fittedCaption(const QString& caption, const QFontMetrics& metrics, int width);

} // namespace lb
