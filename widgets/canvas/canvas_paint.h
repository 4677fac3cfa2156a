#pragma once

#include "widgets/canvas/node_face.h"

#include <QColor>
#include <QFont>

class QPainter;
class QPainterPath;

/// What several items of the canvas draw.
namespace lb::canvas {

/// Fonts and metrics are asked for thousands of times a repaint; made once.
struct CanvasFonts {
    QFont title, hint, chip, fact, mono, monoSmall;
};
const CanvasFonts& canvasFonts();

/// What holds for all items: asked while painting, so a change needs an update only.
struct CanvasLook {
    Phase phase = Phase::Training;
    bool thumbnails = true, ranges = true, costs = true;
    bool wiring = false; ///< a wire is being dragged: ports that do not fit step back
};

enum class Detail : std::uint8_t { Full, NoParams, HeaderOnly };
Detail detailAt(double scale); ///< below 60 % no parameters, below 35 % the header only

QColor portColor(PortKind kind);
QColor toneColor(Tone tone);
QColor toneBackground(Tone tone);
QColor withAlpha(QColor color, double alpha);

/// The shape of a port, about 12 across, around the origin.
QPainterPath portShape(PortKind kind);
/// Icon plus word, 18 high, left edge at `at`; returns its width.
double paintChip(QPainter& painter, QPointF at, const Chip& chip);
double chipWidth(const Chip& chip);

/// The pill of a wire: one line or two around `center`.
struct Pill {
    QString shape, range, extra;
    bool oneLine = false;
    bool warn = false, accent = false;
};
QSizeF pillSize(const Pill& pill);
void paintPill(QPainter& painter, QPointF center, const Pill& pill);

} // namespace lb::canvas
