// How a sample grid paints texts and rows of tables; what it does is in sample_grid.cpp.
#include "widgets/data/sample_grid.h"

#include "widgets/support/sample_loader.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

constexpr int kNumber = 58; ///< pixels for the row's number
constexpr int kClass = 116; ///< and for its class
constexpr int kLeastCell = 72;

} // namespace

/// As wide as all have room; what has none is left out at the right.
std::vector<QRect> SampleGrid::cells(const QRect& line) const
{
    const QRect inside = line.adjusted(kNumber, 0, -kClass, 0);
    const auto count = static_cast<int>(std::max<qsizetype>(m_columns.size(), 1));
    const int wide = std::max(inside.width() / count, kLeastCell);
    std::vector<QRect> result;
    for (int i = 0; i < count && (i + 1) * wide <= std::max(inside.width(), wide) + count; ++i)
        result.emplace_back(inside.left() + i * wide, inside.top(), wide - 8, inside.height());
    return result;
}

void SampleGrid::paintHead(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const QRect line(tileRect(0).left(), 0, tileRect(0).width(), head());
    painter.fillRect(QRect(0, 0, viewport()->width(), head()), theme.panel);
    painter.fillRect(0, head() - 1, viewport()->width(), 1, theme.line);
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text2);
    const std::vector<QRect> places = cells(line);
    for (std::size_t i = 0; i < places.size(); ++i)
        painter.drawText(places[i], Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_columns.value(static_cast<int>(i)),
                                                          Qt::ElideRight, places[i].width()));
    const auto left = m_columns.size() - static_cast<qsizetype>(places.size());
    painter.drawText(QRect(line.right() - kClass, 0, kClass, head()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     left > 0 ? tr("+%1, class").arg(left) : tr("class"));
}

void SampleGrid::paintLine(QPainter& painter, int place) const
{
    const Theme& theme = currentTheme();
    const std::int64_t index = m_rows[static_cast<std::size_t>(place)];
    const QRect line = tileRect(place);
    const bool isCurrent = place == m_current;
    painter.setRenderHint(QPainter::Antialiasing);
    if (isCurrent)
        painter.fillRect(line, theme.accentBg);
    painter.fillRect(line.left(), line.bottom() + 1, line.width(), 1, theme.line);
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text3);
    painter.drawText(QRect(line.left() + 6, line.top(), kNumber - 14, line.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, QString::number(index));

    const QString failure = m_loader->failure(index);
    const QStringList parts = m_columns.size() > 1 ? m_loader->words(index).split('\n')
                                                   : QStringList{m_loader->words(index).simplified()};
    const std::vector<QRect> places = cells(line);
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(failure.isEmpty() ? theme.text : theme.error);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto column = static_cast<int>(i);
        QString words = failure.isEmpty() ? parts.value(column) : i == 0 ? failure : QString();
        if (m_columns.size() > 1 && failure.isEmpty())
            words.remove(0, m_columns.value(column).size() + 1); // "age 22" stands under age
        if (line.height() < 30)
            painter.drawText(places[i], Qt::AlignLeft | Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(words, Qt::ElideRight,
                                                              places[i].width()));
        else
            painter.drawText(places[i].adjusted(0, 2, 0, -2),
                             static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter) | Qt::TextWordWrap,
                             words);
    }

    const QRect label(line.right() - kClass, line.top(), kClass - 30, line.height());
    QString caption = m_captions.value(place);
    if (caption.isEmpty() && m_source)
        caption = QString::fromStdString(labelName(*m_source, index));
    painter.setPen(theme.text2);
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(caption, Qt::ElideRight, label.width()));
    if (m_validation.contains(index)) {
        const QRect chip(line.right() - 26, line.center().y() - 6, 22, 13);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.panel);
        painter.drawRoundedRect(chip, 3, 3);
        painter.setPen(theme.validation);
        painter.setFont(uiFont(FontRole::MonoTiny));
        painter.drawText(chip, Qt::AlignCenter, tr("val"));
    }
    if (isCurrent && hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRect(QRectF(line).adjusted(1, 1, -1, -1));
    }
}

} // namespace lb
