#include "widgets/preview/contact_sheet.h"

#include "widgets/preview/sheet_metrics.h"
#include "widgets/preview/word_picture.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lb {

using namespace sheet;

ContactSheet::ContactSheet(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Previews of the pinned samples"));
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
                if (rows[i].cells[c].picture.isNull() && rows[i].cells[c].words.empty()
                    && rows[i].cells[c].error.isEmpty())
                    rows[i].cells[c] = m_rows[i].cells[c];
    m_columns = columns;
    m_rows = std::move(rows);
    describe();
    updateBars();
    viewport()->update();
}

void ContactSheet::setCell(int row, int column, const QImage& picture, const QString& caption,
                           const ValueWords& words)
{
    SheetCell& cell
        = m_rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column));
    cell.picture = picture;
    cell.caption = caption;
    cell.words = words;
    cell.isBusy = false;
    cell.error.clear();
    if (row == m_current)
        describe();
    updateBars(); // its shape may be another
    viewport()->update();
}

void ContactSheet::setError(int row, int column, const QString& error)
{
    SheetCell& cell
        = m_rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column));
    cell = {{}, {}, false, false, error, {}};
    if (row == m_current)
        describe();
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
    describe();
    viewport()->update();
}

/// "no. 3: The cat sat → the 2, cat 3".
void ContactSheet::describe()
{
    if (m_current < 0 || m_current >= std::ssize(m_rows))
        return setAccessibleDescription(m_emptyText);
    const SheetRow& row = m_rows[static_cast<std::size_t>(m_current)];
    QStringList parts;
    for (const SheetCell& cell : row.cells) {
        const QString words = wordsText(cell.words);
        const QString& said = !cell.error.isEmpty() ? cell.error
            : words.isEmpty()                       ? cell.caption
                                                    : words;
        if (!said.isEmpty())
            parts << said;
    }
    setAccessibleDescription(row.name + ": " + parts.join(" → "));
}

void ContactSheet::setEmptyText(const QString& sentence)
{
    m_emptyText = sentence;
    viewport()->update();
}

int ContactSheet::columnWidth(int cell) const
{
    constexpr double kFewWords = 2.2;
    constexpr int kLeastWords = 180, kMostWords = 560;
    const bool few = m_columns.size() <= 2; // no draws: room for the picture
    const int height = few ? 2 * cell : cell;
    double widest = 1;
    for (const SheetRow& row : m_rows)
        for (const SheetCell& each : row.cells)
            if (!each.words.empty()) // words need the width that there is
                return few ? std::clamp((viewport()->width() - kLeft - kNames) / 2 - kGap,
                                        kLeastWords, kMostWords)
                           : static_cast<int>(std::lround(height * kFewWords));
            else if (each.picture.height() > 0)
                widest = std::max(
                    widest, static_cast<double>(each.picture.width()) / each.picture.height());
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

void ContactSheet::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_rows.size()) - 1;
    const auto pick = [&](int row) {
        if (row >= 0 && row <= last && row != m_current)
            Q_EMIT rowPicked(row);
    };
    switch (event->key()) {
    case Qt::Key_Up:
        return pick(m_current - 1);
    case Qt::Key_Down:
        return pick(m_current + 1);
    case Qt::Key_Home:
        return pick(0);
    case Qt::Key_End:
        return pick(last);
    case Qt::Key_Delete:
        if (last > 0 && m_current >= 0 && m_current <= last)
            Q_EMIT unpinRequested(m_current);
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void ContactSheet::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ContactSheet::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
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
            if (cellRect(row, column).adjusted(0, 0, 0, kCaption).contains(help->pos())) {
                const auto& cells = m_rows[static_cast<std::size_t>(row)].cells;
                const SheetCell& cell = cells[static_cast<std::size_t>(column)];
                text = cell.error.isEmpty() ? wordsText(cell.words) : cell.error;
                if (text.isEmpty() && column > 1)
                    text = tr("What this sample gets %n epochs later", nullptr, column - 1);
                if (cell.error.isEmpty()
                    && shownCaption(cell, captionWidth(columnWidth()), m_captions) != cell.caption)
                    text = text.isEmpty() ? cell.caption : cell.caption + "\n" + text;
            }
        if (isRefused(row) && refusalRect(row).contains(help->pos()))
            text = m_rows[static_cast<std::size_t>(row)].cells[1].error;
    }
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, viewport());
    return true;
}

} // namespace lb
