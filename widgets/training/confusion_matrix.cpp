#include "widgets/training/confusion_matrix.h"

#include "widgets/support/translated.h"
#include "widgets/theme/contrast.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kLine = 16; // of a name or the caption
constexpr int kGap = 4; // between cells and names

} // namespace

ConfusionMatrix::ConfusionMatrix(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(280, 260);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Confusion matrix"));
}

void ConfusionMatrix::setCounts(std::vector<std::int64_t> counts, QStringList names)
{
    if (names.size() != m_names.size())
        m_actual = m_predicted = -1;
    m_counts = std::move(counts);
    m_names = std::move(names);
    if (std::ssize(m_counts) != qint64{classes()} * classes())
        m_counts.clear();
    m_rowTotals.assign(m_counts.empty() ? 0 : static_cast<std::size_t>(classes()), 0);
    for (std::size_t i = 0; i < m_counts.size(); ++i)
        m_rowTotals[i / m_rowTotals.size()] += m_counts[i];
    // Mistakes are scaled to the worst one, so that they are seen in a good model too.
    m_worst = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const std::size_t row = i / m_rowTotals.size();
        if (i % m_rowTotals.size() != row && m_rowTotals[row] > 0)
            m_worst = std::max(m_worst, static_cast<double>(m_counts[i])
                                   / static_cast<double>(m_rowTotals[row]));
    }
    update();
}

void ConfusionMatrix::setPercent(bool rowPercent)
{
    m_percent = rowPercent;
    update();
}

void ConfusionMatrix::setCurrent(int actual, int predicted)
{
    m_actual = actual;
    m_predicted = predicted;
    update();
}

std::int64_t ConfusionMatrix::count(int actual, int predicted) const
{
    const auto at = static_cast<std::size_t>(actual * classes() + predicted);
    return at < m_counts.size() ? m_counts[at] : 0;
}

std::int64_t ConfusionMatrix::rowTotal(int actual) const
{
    const auto at = static_cast<std::size_t>(actual);
    return at < m_rowTotals.size() ? m_rowTotals[at] : 0;
}

QString ConfusionMatrix::cellText(int actual, int predicted) const
{
    const std::int64_t n = count(actual, predicted);
    if (!m_percent)
        return QString::number(n);
    const std::int64_t total = rowTotal(actual);
    return total == 0 ? QString("–")
                      : QString::number(100.0 * static_cast<double>(n) / static_cast<double>(total),
                                        'f', 0);
}

/// Names stand beside and below the cells; below they are turned where they are longer than a cell.
ConfusionMatrix::Places ConfusionMatrix::places() const
{
    const QFontMetrics metrics(uiFont(FontRole::Title));
    int longest = 0;
    for (const QString& name : m_names)
        longest = std::max(longest, metrics.horizontalAdvance(name) + 2);
    const int n = std::max(1, classes());
    const int beside = std::clamp(longest + 2 * kGap, 40, std::max(64, width() * 3 / 10));
    const auto square = [&](int below) {
        const int side = std::max(0, std::min(width() - beside - kGap, height() - below - kLine - kGap));
        return QRect(beside, 0, side, side);
    };
    const QRect flat = square(kLine + kGap);
    const int pitch = std::max(1, flat.width() / n);
    const int room = pitch * ((kLine + pitch - 1) / pitch); // of a name, where not each has one
    if (longest <= room - kGap)
        return {flat, false, kLine};
    const int below = std::min(longest, height() / 3);
    return {square(below + kGap), true, below};
}

QRect ConfusionMatrix::field() const
{
    return places().cells;
}

QRect ConfusionMatrix::cellRect(int actual, int predicted) const
{
    const QRect all = field();
    const int n = std::max(1, classes());
    const auto edge = [&](int i) { return all.width() * i / n; };
    const int gap = all.width() / n > 12 ? 2 : all.width() / n > 5 ? 1 : 0;
    return {all.left() + edge(predicted), all.top() + edge(actual),
            edge(predicted + 1) - edge(predicted) - gap, edge(actual + 1) - edge(actual) - gap};
}

QPoint ConfusionMatrix::cellAt(const QPoint& position) const
{
    const QRect all = field();
    if (m_counts.empty() || !all.contains(position))
        return {-1, -1};
    return {(position.x() - all.left()) * classes() / all.width(),
            (position.y() - all.top()) * classes() / all.height()};
}

QSize ConfusionMatrix::sizeHint() const
{
    return {420, 400};
}

void ConfusionMatrix::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_counts.empty()) {
        painter.setPen(theme.text3);
        painter.drawText(rect().adjusted(16, 16, -16, -16),
                         static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                         tr("The matrix comes after the first epoch with validation."));
        return;
    }
    for (int actual = 0; actual < classes(); ++actual)
        for (int predicted = 0; predicted < classes(); ++predicted)
            paintCell(painter, actual, predicted);
    paintNames(painter);
}

void ConfusionMatrix::paintNames(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const auto [all, turned, below] = places();
    const int pitch = std::max(1, all.width() / classes());
    const int every = (kLine + pitch - 1) / pitch; // names do not overlap
    const auto use = [&](bool chosen) {
        painter.setFont(uiFont(chosen ? FontRole::Title : FontRole::Hint));
        painter.setPen(chosen ? theme.text : theme.text2);
    };
    const auto draw = [&](const QRect& place, int alignment, const QString& name) {
        painter.drawText(place, alignment | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(name, Qt::ElideRight, place.width()));
    };
    for (int i = 0; i < classes(); i += every) {
        const QRect cell = cellRect(i, i);
        use(i == m_actual);
        draw({0, cell.center().y() - kLine / 2, all.left() - 2 * kGap, kLine}, Qt::AlignRight, m_names[i]);
        use(i == m_predicted);
        if (!turned) {
            draw({cell.left() - 1, all.bottom() + kGap, pitch * every, kLine}, Qt::AlignHCenter, m_names[i]);
            continue;
        }
        painter.save();
        painter.translate(cell.center().x(), all.bottom() + 1 + kGap);
        painter.rotate(-90);
        draw({-below, -kLine / 2, below, kLine}, Qt::AlignRight, m_names[i]);
        painter.restore();
    }
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text3);
    painter.drawText(QRect(all.left(), all.bottom() + below + 2 * kGap, all.width(), kLine),
                     Qt::AlignHCenter, tr("predicted (rows: true class)"));
}

QColor ConfusionMatrix::cellColor(int actual, int predicted) const
{
    const Theme& theme = currentTheme();
    const std::int64_t total = rowTotal(actual);
    const double share
        = total > 0 ? static_cast<double>(count(actual, predicted)) / static_cast<double>(total) : 0;
    QColor color = actual == predicted ? theme.accent : theme.error;
    const double strength = actual == predicted ? share
        : m_worst > 0                           ? std::pow(share / m_worst, 0.8)
                                                : 0;
    color.setAlphaF(static_cast<float>(strength * (actual == predicted ? 0.75 : 0.85)));
    return laidOver(color, theme.field);
}

QColor ConfusionMatrix::cellInk(int actual, int predicted) const
{
    return count(actual, predicted) == 0 ? currentTheme().text3 : inkOn(cellColor(actual, predicted));
}

void ConfusionMatrix::paintCell(QPainter& painter, int actual, int predicted) const
{
    const Theme& theme = currentTheme();
    const QRect cell = cellRect(actual, predicted);
    painter.setPen(Qt::NoPen);
    painter.setBrush(cellColor(actual, predicted));
    painter.drawRoundedRect(cell, 3, 3);
    if (actual == m_actual && predicted == m_predicted) {
        painter.setPen(QPen(hasFocus() ? theme.accent : theme.text, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(cell).adjusted(0, 0, 0, 0), 3, 3);
    }
    const QString text = cellText(actual, predicted);
    painter.setFont(uiFont(FontRole::Mono));
    if (painter.fontMetrics().horizontalAdvance(text) > cell.width() - 2 || cell.height() < 14)
        return; // many classes: the colour and the tooltip tell it
    painter.setPen(cellInk(actual, predicted));
    painter.drawText(cell, Qt::AlignCenter, text);
}

void ConfusionMatrix::choose(int actual, int predicted)
{
    setCurrent(actual, predicted);
    Q_EMIT cellChosen(actual, predicted);
}

void ConfusionMatrix::mousePressEvent(QMouseEvent* event)
{
    const QPoint cell = cellAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && cell.x() >= 0)
        choose(cell.y(), cell.x());
}

void ConfusionMatrix::keyPressEvent(QKeyEvent* event)
{
    if (m_counts.empty())
        return QWidget::keyPressEvent(event);
    QPoint step;
    switch (event->key()) {
    case Qt::Key_Left:
        step = {-1, 0};
        break;
    case Qt::Key_Right:
        step = {1, 0};
        break;
    case Qt::Key_Up:
        step = {0, -1};
        break;
    case Qt::Key_Down:
        step = {0, 1};
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    if (m_actual < 0)
        return choose(0, 0);
    choose(std::clamp(m_actual + step.y(), 0, classes() - 1),
           std::clamp(m_predicted + step.x(), 0, classes() - 1));
}

/// A name may be shortened.
void ConfusionMatrix::showNameAt(const QHelpEvent& help) const
{
    const QRect all = field();
    const QPoint at = help.pos();
    const bool beside = at.x() < all.left() && at.y() >= 0 && at.y() < all.height();
    const bool under = at.y() > all.bottom() && at.x() >= all.left() && at.x() <= all.right();
    if (m_counts.empty() || (!beside && !under))
        return QToolTip::hideText();
    const int one = beside ? at.y() * classes() / all.height()
                           : (at.x() - all.left()) * classes() / all.width();
    QToolTip::showText(help.globalPos(),
                       beside ? m_names[one] + ": " + counted(rowTotal(one), tr("1 sample"), tr("%1 samples"))
                              : tr("taken for %1").arg(m_names[one]),
                       const_cast<ConfusionMatrix*>(this));
}

bool ConfusionMatrix::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QPoint cell = cellAt(help->pos());
    if (cell.x() < 0)
        showNameAt(*help);
    else
        QToolTip::showText(help->globalPos(),
                           tr("%1 of %2 samples of %3 were taken for %4")
                               .arg(count(cell.y(), cell.x()))
                               .arg(rowTotal(cell.y()))
                               .arg(m_names[cell.y()], m_names[cell.x()]),
                           this);
    return true;
}

} // namespace lb
