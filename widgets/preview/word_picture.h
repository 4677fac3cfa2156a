#pragma once

#include "core/preview/preview_worker.h"

#include <QImage>
#include <QString>

class QPainter;
class QRectF;

namespace lb {

/// What a picture's value says in words; where it is a prediction of few classes, how likely each
/// is. Nothing where its picture tells more.
ValueWords shownWords(const NodePicture& picture, const std::vector<std::string>& classNames);

/// Draws words into a box, in the current theme: sentences wrapped, words over their ids, cells
/// under their names, ids as a strip, classes as bars. What does not fit is counted in the last
/// line. `scale` enlarges the fonts; words stand in `box` as given.
void paintWords(QPainter& painter, const QRectF& box, const ValueWords& words, double scale = 1);

/// The same as a picture, for thumbnails: `size` in device-independent pixels, twice as sharp.
QImage wordsImage(const ValueWords& words, const QSize& size);

/// "the 2, dog 1, sat 4": for screen readers and tool tips.
QString wordsText(const ValueWords& words);

} // namespace lb
