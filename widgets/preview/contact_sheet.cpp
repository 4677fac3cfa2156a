#include "widgets/preview/contact_sheet.h"

#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kNames = 107; // width of the column of names
constexpr int kHead = 22;
constexpr int kGap = 14; // at least
constexpr int kCaption = 18;
constexpr int kLeft = 16;

} // namespace

ContactSheet::ContactSheet(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setMinimumHeight(140);
    m_ring.setInterval(60);
    connect(&m_ring, &QTimer::timeout, this, [this] {
        ++m_turn;
        viewport()->update();
    });
}

void ContactSheet::setLayoutOf(const QStringList& columns, std::vector<SheetRow> rows)
{
    for (std::size_t i = 0; i < std::min(rows.size(), m_rows.size()); ++i)
        if (rows[i].name == m_rows[i].name && rows[i].cells.size() == m_rows[i].cells.size())
            for (std::size_t c = 0; c < rows[i].cells.size(); ++c)
                if (rows[i].cells[c].picture.isNull())
                    rows[i].cells[c] = m_rows[i].cells[c];
    m_columns = columns;
    m_rows = std::move(rows);
    updateBars();
    viewport()->update();
}

void ContactSheet::setCell(int row, int column, const QImage& picture, const QString& caption)
{
    SheetCell& cell
        = m_rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column));
    cell.picture = picture;
    cell.caption = caption;
    cell.isBusy = false;
    cell.error.clear();
    updateBars(); // its shape may be another
    viewport()->update();
}

void ContactSheet::setError(int row, int column, const QString& error)
{
    SheetCell& cell
        = m_rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column));
    cell = {{}, {}, false, false, error};
    viewport()->update();
}

void ContactSheet::setBusy(int row, int column, bool busy)
{
    m_rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column)).isBusy
        = busy;
    bool any = false;
    for (const SheetRow& each : m_rows)
        any |= std::ranges::any_of(each.cells, &SheetCell::isBusy);
    if (any && !m_ring.isActive())
        m_ring.start();
    if (!any)
        m_ring.stop();
    viewport()->update();
}

void ContactSheet::setExtremes(std::vector<SheetCell> cells, StripPlot plot)
{
    for (std::size_t i = 0; i < std::min(cells.size(), m_extremes.size()); ++i)
        if (cells[i].picture.isNull())
            cells[i].picture = m_extremes[i].picture;
    m_extremes = std::move(cells);
    m_plot = std::move(plot);
    updateBars();
    viewport()->update();
}

void ContactSheet::setExtreme(int index, const QImage& picture)
{
    m_extremes.at(static_cast<std::size_t>(index)).picture = picture;
    viewport()->update();
}

void ContactSheet::setCurrentRow(int row)
{
    m_current = row;
    viewport()->update();
}

void ContactSheet::setEmptyText(const QString& sentence)
{
    m_emptyText = sentence;
    viewport()->update();
}

int ContactSheet::columnWidth(int cell) const
{
    const bool few = m_columns.size() <= 2; // no draws: room for the picture
    const int height = few ? 2 * cell : cell;
    double widest = 1;
    for (const SheetRow& row : m_rows)
        for (const SheetCell& each : row.cells)
            if (each.picture.height() > 0)
                widest = std::max(widest,
                                  static_cast<double>(each.picture.width()) / each.picture.height());
    return static_cast<int>(std::lround(height * std::clamp(widest, 1.2, few ? 2.2 : 1.55)));
}

int ContactSheet::rowHeight(int cell) const
{
    return (m_columns.size() <= 2 ? 2 * cell : cell) + kCaption;
}

int ContactSheet::contentWidth(int cell) const
{
    return kLeft + kNames + static_cast<int>(m_columns.size()) * (columnWidth(cell) + kGap);
}

int ContactSheet::contentHeight(int cell) const
{
    const bool last = !m_extremes.empty() || !m_plot.sentence.isEmpty();
    return kHead + static_cast<int>(m_rows.size()) * rowHeight(cell)
        + (last ? cell + kCaption + 6 : 0) + 6;
}

/// The largest at which everything is seen; where nothing can do that, the usual one.
int ContactSheet::fittingCell() const
{
    constexpr int kUsual = 60, kLargest = 96;
    const int smallest = m_columns.size() <= 2 ? 30 : 46;
    for (int cell = kLargest; cell >= smallest; --cell)
        if (contentHeight(cell) <= viewport()->height()
            && contentWidth(cell) <= viewport()->width() + kGap)
            return cell;
    return kUsual;
}

void ContactSheet::updateBars()
{
    if (m_isFitted)
        m_cell = fittingCell();
    verticalScrollBar()->setRange(0, std::max(0, contentHeight(m_cell) - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight() / 3);
    const int beyond = contentWidth(m_cell) - kGap - viewport()->width();
    horizontalScrollBar()->setRange(0, std::max(0, beyond));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(columnWidth() / 2);
}

/// Draws are spread over the width, as far as the eye still follows a row.
int ContactSheet::pitch() const
{
    const auto columns = static_cast<int>(m_columns.size());
    if (columns <= 2)
        return columnWidth() + kGap;
    const int room = viewport()->width() - kLeft - kNames - columnWidth() - 12;
    return columnWidth() + std::clamp(room / (columns - 1) - columnWidth(), kGap, 4 * kGap);
}

QRect ContactSheet::cellRect(int row, int column) const
{
    return {kLeft + kNames + column * pitch() - horizontalScrollBar()->value(),
            kHead + row * rowHeight() - verticalScrollBar()->value(), columnWidth(),
            rowHeight() - kCaption};
}

QRect ContactSheet::extremeRect(int index) const
{
    return {kLeft + kNames + index * pitch() - horizontalScrollBar()->value(),
            kHead + static_cast<int>(m_rows.size()) * rowHeight() + 6
                - verticalScrollBar()->value(),
            columnWidth(), m_cell};
}

QRect ContactSheet::pinRect(int row) const
{
    const QRect cell = cellRect(row, 0);
    return {kLeft - 4, cell.top() + cell.height() / 2 - 22, 20, 20};
}

std::pair<int, int> ContactSheet::visibleRows() const
{
    const int first = std::max(0, (verticalScrollBar()->value() - kHead) / rowHeight());
    const int last = (verticalScrollBar()->value() + viewport()->height() - kHead) / rowHeight();
    return {first, std::min(last, static_cast<int>(m_rows.size()) - 1)};
}

void ContactSheet::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.panel);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    if (m_rows.empty()) {
        painter.setFont(uiFont(FontRole::Base));
        painter.setPen(theme.text3);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_emptyText);
        return;
    }
    for (int row = 0; row < std::ssize(m_rows); ++row)
        paintRow(painter, row);
    paintExtremes(painter);
    painter.fillRect(QRect(0, 0, viewport()->width(), kHead - 2), theme.panel);
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text3);
    for (int column = 0; column < m_columns.size(); ++column) {
        QRect head = cellRect(0, column);
        head.setTop(0);
        head.setHeight(kHead - 2);
        painter.drawText(head, Qt::AlignCenter, m_columns[column]);
    }
}

void ContactSheet::paintCell(QPainter& painter, const QRect& place, const SheetCell& cell,
                             bool framed) const
{
    const Theme& theme = currentTheme();
    if (cell.picture.isNull()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(cell.error.isEmpty() ? theme.field : theme.errorBg);
        painter.drawRoundedRect(place, 4, 4);
        if (!cell.error.isEmpty())
            paintIcon(painter, QRectF(place.center().x() - 8, place.center().y() - 8, 16, 16),
                      "warning", theme.error);
    } else {
        const QSizeF size
            = QSizeF(cell.picture.size()).scaled(place.size(), Qt::KeepAspectRatio);
        const QRectF box(place.center().x() + 0.5 - size.width() / 2,
                         place.center().y() + 0.5 - size.height() / 2, size.width(),
                         size.height());
        QPainterPath clip;
        clip.addRoundedRect(box, 4, 4);
        painter.save();
        painter.setClipPath(clip);
        // pixels of tiny pictures are what is looked at: not blurred
        const bool tiny = cell.picture.width() * 2 <= box.width();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, !tiny);
        painter.drawImage(box, cell.picture);
        painter.restore();
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(framed ? theme.line2 : theme.line, 1));
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 4, 4);
    }
    if (cell.isBusy) {
        const QRectF ring(place.center().x() - 8, place.center().y() - 8, 16, 16);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawArc(ring, -m_turn * 16 * 24, 270 * 16);
    }
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(cell.isHint ? theme.text3 : theme.text);
    painter.drawText(QRect(place.left() - kGap / 2, place.bottom() + 1, place.width() + kGap,
                           kCaption),
                     Qt::AlignHCenter | Qt::AlignVCenter, cell.caption);
}

void ContactSheet::paintRow(QPainter& painter, int row) const
{
    const Theme& theme = currentTheme();
    const SheetRow& shown = m_rows[static_cast<std::size_t>(row)];
    const QRect first = cellRect(row, 0);
    if (first.bottom() + kCaption < 0 || first.top() > viewport()->height())
        return;
    const bool current = row == m_current && m_rows.size() > 1;
    const QRect pin = pinRect(row);
    const bool overPin = m_hoveredPin == row && m_rows.size() > 1;
    paintIcon(painter, QRectF(pin).adjusted(3, 3, -3, -3), overPin ? "close" : "pin",
              current ? theme.accent : theme.text2);
    const QRect text(pin.right() + 3, pin.top() + 1, kNames - 26, 18);
    painter.setFont(uiFont(current ? FontRole::Title : FontRole::Base));
    painter.setPen(theme.text);
    const QFontMetrics metrics(painter.font());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(shown.name, Qt::ElideMiddle, text.width()));
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text3);
    painter.drawText(text.translated(0, 18), Qt::AlignLeft | Qt::AlignVCenter, shown.size);
    const auto draws = std::span(shown.cells).subspan(std::min<std::size_t>(1, shown.cells.size()));
    const bool refused = !draws.empty()
        && std::ranges::none_of(draws, [](const SheetCell& cell) { return cell.error.isEmpty(); });
    for (int column = 0; column < (refused ? 1 : static_cast<int>(shown.cells.size())); ++column)
        paintCell(painter, cellRect(row, column), shown.cells[static_cast<std::size_t>(column)],
                  column == 0);
    if (refused)
        paintRefusal(painter,
                     cellRect(row, 1).united(cellRect(row, static_cast<int>(m_columns.size()) - 1)),
                     draws.front().error);
}

/// Nothing came out of the node: the reason, once a row.
void ContactSheet::paintRefusal(QPainter& painter, const QRect& place, const QString& reason) const
{
    const Theme& theme = currentTheme();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.errorBg);
    painter.drawRoundedRect(place, 4, 4);
    paintIcon(painter, QRectF(place.left() + 12, place.center().y() - 7, 14, 14), "warning",
              theme.error);
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.error);
    painter.drawText(place.adjusted(36, 4, -8, -4),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, reason);
}

void ContactSheet::paintExtremes(QPainter& painter) const
{
    if (m_extremes.empty() && m_plot.sentence.isEmpty())
        return;
    const Theme& theme = currentTheme();
    const QRect first = extremeRect(0);
    if (!m_extremes.empty()) {
        painter.setFont(uiFont(FontRole::Base));
        painter.setPen(theme.text);
        const QRect text(kLeft, first.top() + first.height() / 2 - 18, kNames - 8, 18);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, tr("Extremes"));
        painter.setFont(uiFont(FontRole::Hint));
        painter.setPen(theme.text3);
        painter.drawText(text.translated(0, 17), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("of the range"));
    }
    for (int i = 0; i < std::ssize(m_extremes); ++i)
        paintCell(painter, extremeRect(i), m_extremes[static_cast<std::size_t>(i)], false);
    const QRect after = extremeRect(static_cast<int>(m_extremes.size()));
    const QRect last = extremeRect(static_cast<int>(m_columns.size()) - 1);
    const QRect box(after.left() + 10, after.top() - 2,
                    std::max(last.right() - after.left() - 10, 320), m_cell + kCaption + 2);
    if (!m_plot.sentence.isEmpty()) {
        paintIcon(painter, QRectF(box.left(), box.center().y() - 14, 14, 14), "info", theme.text2);
        painter.setFont(uiFont(FontRole::Base));
        painter.setPen(theme.text2);
        painter.drawText(QRect(box.left() + 22, box.top(), box.width() - 22, box.height() - 14),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_plot.sentence);
    } else {
        paintPlot(painter, box);
    }
}

void ContactSheet::paintPlot(QPainter& painter, const QRect& box) const
{
    if (!(m_plot.high > m_plot.low))
        return;
    const Theme& theme = currentTheme();
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text2);
    painter.drawText(QRect(box.left(), box.top(), box.width(), 14),
                     Qt::AlignLeft | Qt::AlignVCenter, m_plot.title);
    painter.setFont(uiFont(FontRole::MonoSmall));
    painter.setPen(theme.text3);
    painter.drawText(QRect(box.left(), box.top(), box.width(), 14),
                     Qt::AlignRight | Qt::AlignVCenter, m_plot.summary);
    const double left = box.left() + 14.0, right = box.right() - 14.0;
    const double axis = box.bottom() - 24.0;
    const auto xOf = [&](double number) {
        return left + (number - m_plot.low) / (m_plot.high - m_plot.low) * (right - left);
    };
    painter.setPen(QPen(theme.line2, 1));
    painter.drawLine(QPointF(left, axis), QPointF(right, axis));
    painter.setFont(uiFont(FontRole::MonoSmall));
    for (qsizetype i = 0; i < m_plot.ticks.size(); ++i) {
        const double x = left
            + (right - left) * static_cast<double>(i)
                / static_cast<double>(std::max<qsizetype>(m_plot.ticks.size() - 1, 1));
        painter.setPen(QPen(theme.line2, 1));
        painter.drawLine(QPointF(x, axis - 3), QPointF(x, axis + 3));
        painter.setPen(theme.text3);
        painter.drawText(QRectF(x - 40, axis + 6, 80, 14), Qt::AlignCenter, m_plot.ticks[i]);
    }
    painter.setPen(Qt::NoPen);
    const double top = box.top() + 22.0;
    for (std::size_t i = 0; i < m_plot.numbers.size(); ++i) {
        QColor ink = theme.trainOnly;
        ink.setAlphaF(0.45F + 0.5F * static_cast<float>(i % 2));
        painter.setBrush(ink);
        const double y = top + static_cast<double>(i % 3) * (axis - top - 6) / 3;
        painter.drawEllipse(QPointF(xOf(m_plot.numbers[i]), y), 3.2, 3.2);
    }
}

void ContactSheet::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
    Q_EMIT visibleChanged();
}

void ContactSheet::scrollContentsBy(int, int)
{
    viewport()->update();
    Q_EMIT visibleChanged();
}

void ContactSheet::mousePressEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    for (int row = 0; row < std::ssize(m_rows); ++row) {
        if (event->button() == Qt::LeftButton && pinRect(row).contains(at) && m_rows.size() > 1)
            return Q_EMIT unpinRequested(row);
        const QRect cell = cellRect(row, 0);
        if (at.y() >= cell.top() && at.y() < cell.top() + rowHeight() && at.y() >= kHead)
            return Q_EMIT rowPicked(row);
    }
    QAbstractScrollArea::mousePressEvent(event);
}

void ContactSheet::mouseMoveEvent(QMouseEvent* event)
{
    int hovered = -1;
    for (int row = 0; row < std::ssize(m_rows); ++row)
        if (pinRect(row).contains(event->position().toPoint()))
            hovered = row;
    if (std::exchange(m_hoveredPin, hovered) != hovered)
        viewport()->update();
}

void ContactSheet::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    const int before = m_cell;
    const double factor = std::pow(1.0015, event->angleDelta().y());
    m_isFitted = false;
    m_cell = std::clamp(static_cast<int>(std::lround(m_cell * factor)), 40, 240);
    event->accept();
    if (before == m_cell)
        return;
    updateBars();
    viewport()->update();
    Q_EMIT zoomed();
}

void ContactSheet::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
}

bool ContactSheet::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    auto* help = static_cast<QHelpEvent*>(event);
    QString text;
    for (int row = 0; row < std::ssize(m_rows); ++row) {
        if (pinRect(row).contains(help->pos()) && m_rows.size() > 1)
            text = tr("Unpin %1").arg(m_rows[static_cast<std::size_t>(row)].name);
        for (int column = 0; column < m_columns.size(); ++column)
            if (cellRect(row, column).contains(help->pos())) {
                const auto& cells = m_rows[static_cast<std::size_t>(row)].cells;
                text = cells[static_cast<std::size_t>(column)].error;
                if (text.isEmpty() && column > 1)
                    text = tr("What this sample gets %n epochs later", nullptr, column - 1);
            }
    }
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, viewport());
    return true;
}

} // namespace lb
