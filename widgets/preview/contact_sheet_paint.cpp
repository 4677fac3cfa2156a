#include "widgets/preview/contact_sheet.h"

#include "widgets/preview/fitted_caption.h"
#include "widgets/preview/sheet_metrics.h"
#include "widgets/preview/word_picture.h"
#include "widgets/support/fitted_text.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>

#include <algorithm>

namespace lb {

using namespace sheet;

namespace {

constexpr int kLeastLetters = 3;

/// With every name of more than `letters` letters cut to these.
QString withNamesOf(const QString& caption, int letters)
{
    static const QRegularExpression name("[\\p{L}_][\\p{L}\\d_]{3,}");
    QString text;
    qsizetype end = 0;
    for (auto each = name.globalMatch(caption); each.hasNext();) {
        const auto match = each.next();
        text += caption.mid(end, match.capturedStart() - end);
        text += match.capturedLength() > letters + 1 ? match.captured().left(letters) + QChar(0x2026)
                                                     : match.captured();
        end = match.capturedEnd();
    }
    return text + caption.mid(end);
}

} // namespace

QString shortCaption(QString caption)
{
    static const QRegularExpression random("\\brandom_(?=\\w)");
    return caption.replace(random, {});
}

QString fittedCaption(const QString& caption, const QFontMetrics& metrics, int width)
{
    if (metrics.horizontalAdvance(caption) <= width)
        return caption;
    for (int letters = static_cast<int>(caption.size()); letters >= kLeastLetters; --letters)
        if (const QString text = withNamesOf(caption, letters);
            metrics.horizontalAdvance(text) <= width)
            return text;
    return metrics.elidedText(caption, Qt::ElideRight, width);
}

void ContactSheet::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.panel);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    if (m_rows.empty()) {
        if (hasFocus()) {
            painter.setPen(theme.accent);
            painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
        }
        painter.setFont(uiFont(FontRole::Base));
        painter.setPen(theme.text3);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_emptyText);
        return;
    }
    m_captions = captionLook();
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
    if (!cell.words.empty()) {
        painter.setPen(QPen(framed ? theme.line2 : theme.line, 1));
        painter.setBrush(theme.field);
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        paintWords(painter, place, cell.words);
    } else if (cell.picture.isNull()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(cell.error.isEmpty() ? theme.field : theme.errorBg);
        painter.drawRoundedRect(place, 4, 4);
        if (!cell.error.isEmpty())
            paintIcon(painter, QRectF(place.center().x() - 8, place.center().y() - 8, 16, 16),
                      "warning", theme.error);
    } else {
        const QSizeF size = QSizeF(cell.picture.size()).scaled(place.size(), Qt::KeepAspectRatio);
        const QRectF box(place.center().x() + 0.5 - size.width() / 2,
                         place.center().y() + 0.5 - size.height() / 2, size.width(), size.height());
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
    painter.setFont(uiFont(m_captions == Captions::Tiny ? FontRole::MonoTiny : FontRole::Mono));
    painter.setPen(cell.isHint ? theme.text3 : theme.text);
    QRect line(0, place.bottom() + 1, captionWidth(place.width()), kCaption);
    line.moveCenter({place.center().x(), line.center().y()});
    painter.drawText(line, Qt::AlignHCenter | Qt::AlignVCenter,
                     shownCaption(cell, line.width(), m_captions));
}

int ContactSheet::captionWidth(int width) const
{
    constexpr int kApart = 8; // from the caption beside it
    return std::max(width, pitch() - kApart);
}

/// The largest in which every caption fits.
ContactSheet::Captions ContactSheet::captionLook() const
{
    const QFontMetrics metrics(uiFont(FontRole::Mono));
    const int width = captionWidth(columnWidth());
    Captions look = Captions::Whole;
    const auto see = [&](const SheetCell& cell) {
        if (metrics.horizontalAdvance(cell.caption) <= width)
            return;
        look = std::max(look, metrics.horizontalAdvance(shortCaption(cell.caption)) <= width
                                  ? Captions::Short
                                  : Captions::Tiny);
    };
    for (const SheetRow& row : m_rows)
        std::ranges::for_each(row.cells, see);
    std::ranges::for_each(m_extremes, see);
    return look;
}

QString ContactSheet::shownCaption(const SheetCell& cell, int width, Captions look) const
{
    const QFontMetrics metrics(uiFont(look == Captions::Tiny ? FontRole::MonoTiny : FontRole::Mono));
    return fittedCaption(look == Captions::Whole || cell.isHint ? cell.caption
                                                               : shortCaption(cell.caption),
                         metrics, width);
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
    if (row == m_current && hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 2, Qt::DashLine));
        painter.drawRoundedRect(QRectF(pin.left() - 2, pin.top() - 2, kNames - 2, 42), 4, 4);
        painter.setPen(theme.text);
    }
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text3);
    painter.drawText(text.translated(0, 18), Qt::AlignLeft | Qt::AlignVCenter, shown.size);
    const auto draws = std::span(shown.cells).subspan(std::min<std::size_t>(1, shown.cells.size()));
    const bool refused = isRefused(row);
    for (int column = 0; column < (refused ? 1 : static_cast<int>(shown.cells.size())); ++column)
        paintCell(painter, cellRect(row, column), shown.cells[static_cast<std::size_t>(column)],
                  column == 0);
    if (refused)
        paintRefusal(painter, refusalRect(row), draws.front().error);
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
    painter.setPen(theme.error);
    const QRect box = place.adjusted(36, 4, -8, -4);
    QString shown = fittedText(reason, uiFont(FontRole::Base), box.size());
    painter.setFont(uiFont(FontRole::Base));
    if (shown != reason) { // small before it is cut; the tool tip has all of it
        painter.setFont(uiFont(FontRole::Hint));
        shown = fittedText(reason, painter.font(), box.size());
    }
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, shown);
}

/// From the first draw to the edge: a sentence needs more room than a picture.
QRect ContactSheet::refusalRect(int row) const
{
    constexpr int kMargin = 12;
    QRect place = cellRect(row, 1).united(cellRect(row, static_cast<int>(m_columns.size()) - 1));
    place.setRight(std::max(place.right(), viewport()->width() - kMargin));
    return place;
}

bool ContactSheet::isRefused(int row) const
{
    const auto& cells = m_rows[static_cast<std::size_t>(row)].cells;
    const auto draws = std::span(cells).subspan(std::min<std::size_t>(1, cells.size()));
    return !draws.empty()
        && std::ranges::none_of(draws, [](const SheetCell& cell) { return cell.error.isEmpty(); });
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

} // namespace lb
