#include "widgets/learned/matrix_page.h"

#include "widgets/learned/learned_parts.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kNameWidth = 132, kHeadHeight = 108, kSumHeight = 34;
constexpr int kLeastSide = 20, kMostSide = 44;

} // namespace

MatrixPage::MatrixPage(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Matrix of categories"));
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
}

int MatrixPage::rows() const
{
    return m_report ? static_cast<int>(m_report->rows.size()) : 0;
}

int MatrixPage::columns() const
{
    return m_report ? static_cast<int>(m_report->columns.size()) : 0;
}

int MatrixPage::side() const
{
    return std::clamp((viewport()->width() - kNameWidth - 12) / std::max(columns(), 1), kLeastSide,
                      kMostSide);
}

void MatrixPage::setReport(std::shared_ptr<const MatrixReport> report)
{
    m_report = std::move(report);
    fitBars();
    viewport()->update();
}

void MatrixPage::fitBars()
{
    const int width = kNameWidth + columns() * side() + 12;
    const int height = kHeadHeight + rows() * kLeastSide + 8;
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(side());
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(kLeastSide);
}

QRect MatrixPage::cell(int row, int column) const
{
    return {kNameWidth + column * side() - horizontalScrollBar()->value(),
            kHeadHeight + row * kLeastSide - verticalScrollBar()->value(), side(), kLeastSide};
}

void MatrixPage::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    fitBars();
}

QString MatrixPage::textAt(const QPoint& position) const
{
    if (position.x() < kNameWidth || !m_report)
        return {};
    const int column = (position.x() - kNameWidth + horizontalScrollBar()->value()) / side();
    if (column >= columns())
        return {};
    const auto at = static_cast<std::size_t>(column);
    const QString name = QString::fromStdString(m_report->columns[at]);
    if (position.y() < kHeadHeight)
        return tr("Category %1, %2: %3 over all rows")
            .arg(column)
            .arg(name, learnedNumber(m_report->sums[at]));
    const int row = (position.y() - kHeadHeight + verticalScrollBar()->value()) / kLeastSide;
    if (row >= rows())
        return {};
    const auto index = static_cast<std::size_t>(row) * m_report->columns.size() + at;
    return tr("Row %1 (%2), category %3, %4: %5")
        .arg(row)
        .arg(QString::fromStdString(m_report->rows[static_cast<std::size_t>(row)]))
        .arg(column)
        .arg(name, learnedNumber(static_cast<double>(m_report->values[index])));
}

bool MatrixPage::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), textAt(help->pos()), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

/// The sum as a bar that stands on the name, which is turned upright.
void MatrixPage::paintHead(QPainter& painter, int column, double most) const
{
    const Theme& theme = currentTheme();
    const auto at = static_cast<std::size_t>(column);
    const QRect top = cell(0, column).translated(0, verticalScrollBar()->value());
    const double share = most > 0 ? m_report->sums[at] / most : 0;
    const int height = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * (kSumHeight - 6)));
    painter.fillRect(QRect(top.left() + 3, kSumHeight - height, top.width() - 6, height),
                     theme.group.numeric);
    painter.save();
    painter.translate(top.center().x(), kHeadHeight - 4);
    painter.rotate(-90);
    painter.setPen(theme.text2);
    const QFontMetrics metrics(painter.font());
    const int room = kHeadHeight - kSumHeight - 10;
    const QString name = metrics.elidedText(QString::fromStdString(m_report->columns[at]),
                                            Qt::ElideRight, room);
    painter.drawText(QRect(0, -top.width() / 2, room, top.width()),
                     Qt::AlignLeft | Qt::AlignVCenter, name);
    painter.restore();
}

void MatrixPage::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const Theme& theme = currentTheme();
    painter.fillRect(event->rect(), theme.panel);
    if (!m_report || rows() == 0)
        return;
    painter.setFont(uiFont(FontRole::Mono));
    double largest = 1;
    for (const float value : m_report->values)
        largest = std::max(largest, std::abs(static_cast<double>(value)));
    const int firstRow = verticalScrollBar()->value() / kLeastSide;
    const int firstColumn = horizontalScrollBar()->value() / side();
    const int lastRow = std::min(rows(), firstRow + viewport()->height() / kLeastSide + 2);
    const int lastColumn = std::min(columns(), firstColumn + viewport()->width() / side() + 2);
    for (int row = firstRow; row < lastRow; ++row)
        for (int column = firstColumn; column < lastColumn; ++column) {
            const auto index = static_cast<std::size_t>(row) * m_report->columns.size()
                + static_cast<std::size_t>(column);
            const auto value = static_cast<double>(m_report->values[index]);
            QColor color = value == 0 ? theme.field : theme.group.numeric;
            if (value != 0)
                color.setAlphaF(static_cast<float>(0.35 + 0.65 * std::abs(value) / largest));
            const QRect box = cell(row, column).adjusted(1, 1, -1, -1);
            painter.fillRect(box, color);
            if (value != 0) {
                painter.setPen(std::abs(value) > 0.4 * largest ? theme.onAccent : theme.text);
                painter.drawText(box, Qt::AlignCenter, learnedNumber(value));
            }
        }
    painter.fillRect(QRect(0, 0, kNameWidth, viewport()->height()), theme.panel);
    for (int row = firstRow; row < lastRow; ++row) {
        const QRect line(12, cell(row, 0).top(), kNameWidth - 20, kLeastSide);
        painter.setPen(theme.text3);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, QString::number(row));
        painter.setPen(theme.text2);
        const QString came = QString::fromStdString(m_report->rows[static_cast<std::size_t>(row)]);
        painter.drawText(line.adjusted(36, 0, 0, 0), Qt::AlignRight | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(came, Qt::ElideRight, line.width() - 36));
    }
    painter.fillRect(QRect(0, 0, viewport()->width(), kHeadHeight), theme.panel);
    const double most = m_report->sums.empty() ? 0 : *std::ranges::max_element(m_report->sums);
    painter.setClipRect(QRect(kNameWidth, 0, viewport()->width() - kNameWidth, kHeadHeight));
    for (int column = firstColumn; column < lastColumn; ++column)
        paintHead(painter, column, most);
    painter.setClipping(false);
    painter.setPen(theme.text3);
    painter.setFont(uiFont(FontRole::Hint));
    painter.drawText(QRect(12, 0, kNameWidth - 20, kSumHeight), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("sum of all rows"));
    painter.drawText(QRect(12, kHeadHeight - 22, kNameWidth - 20, 18), Qt::AlignLeft, tr("row"));
    painter.drawText(QRect(12, kHeadHeight - 22, kNameWidth - 20, 18), Qt::AlignRight,
                     tr("what came in"));
    if (hasFocus()) {
        painter.setClipping(false);
        painter.setPen(theme.accent);
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

} // namespace lb
