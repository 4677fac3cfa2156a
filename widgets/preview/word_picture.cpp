#include "widgets/preview/word_picture.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

using WordsKind = ValueWords::Kind;
using Line = ValueWords::Line;

constexpr std::size_t kMostClasses = 8;

/// Words in a box: where the pen stands, and the fonts at the wanted size.
class WordPainter {
    Q_DECLARE_TR_FUNCTIONS(WordPainter)
public:
    WordPainter(QPainter& painter, const QRectF& box, const ValueWords& words, double scale)
        : m_painter(painter)
        , m_box(box.adjusted(6 * scale, 4 * scale, -6 * scale, -4 * scale))
        , m_words(words)
        , m_scale(scale)
        , m_theme(currentTheme())
    {
    }

    void paint()
    {
        switch (m_words.kind) {
        case WordsKind::Texts:
            return m_words.count == 1 ? paintText() : paintTexts();
        case WordsKind::Pairs:
            return m_words.count == 1      ? paintSinglePair()
                : m_box.width() > kWide * m_scale ? paintChips()
                                                  : paintRows(true);
        case WordsKind::Row:
            return paintRows(false);
        case WordsKind::Numbers:
            return m_words.count == 1 ? paintFigure(text(m_words.lines.front().to)) : paintStrip();
        case WordsKind::Shares:
            return paintShares();
        case WordsKind::Nothing:
            break;
        }
    }

private:
    static constexpr double kWide = 190; ///< chips stand beside each other

    static QString text(const std::string& words)
    {
        QString shown = QString::fromStdString(words).simplified();
        return shown.isEmpty() ? QString("\"\"") : shown;
    }
    QFont font(FontRole role) const
    {
        QFont result = uiFont(role);
        result.setPixelSize(static_cast<int>(std::lround(result.pixelSize() * m_scale)));
        return result;
    }
    void use(FontRole role, const QColor& color)
    {
        m_painter.setFont(font(role));
        m_painter.setPen(color);
    }
    void draw(const QRectF& box, Qt::Alignment side, const QString& words)
    {
        m_painter.drawText(box, static_cast<int>(side | Qt::AlignVCenter),
                           QFontMetricsF(m_painter.font())
                               .elidedText(words, Qt::ElideRight, box.width()));
    }
    /// A line that says how many more there are.
    void drawMore(const QRectF& box, std::int64_t more)
    {
        use(FontRole::Hint, m_theme.text3);
        draw(box, Qt::AlignLeft, tr("%n more", nullptr, static_cast<int>(more)));
    }

    /// One text, wrapped; the last line that fits is cut.
    void paintText()
    {
        use(FontRole::Hint, m_theme.text);
        const QString words = text(m_words.lines.front().to);
        QTextLayout layout(words, m_painter.font());
        layout.beginLayout();
        double y = 0;
        while (true) {
            QTextLine line = layout.createLine();
            if (!line.isValid())
                break;
            line.setLineWidth(m_box.width());
            const bool last = y + 2 * line.height() > m_box.height();
            const QRectF place(m_box.left(), m_box.top() + y, m_box.width(), line.height());
            if (last) {
                draw(place, Qt::AlignLeft, words.mid(line.textStart()));
                break;
            }
            m_painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                               words.mid(line.textStart(), line.textLength()).trimmed());
            y += line.height();
        }
        layout.endLayout();
    }

    /// Several texts, one a line.
    void paintTexts()
    {
        const double step = 13 * m_scale; // four in a thumbnail
        const auto fit = static_cast<std::size_t>(std::max(1.0, m_box.height() / step));
        const bool all = m_words.count <= static_cast<std::int64_t>(fit);
        const std::size_t shown = std::min(m_words.lines.size(), all ? fit : fit - 1);
        for (std::size_t i = 0; i < shown; ++i) {
            const QRectF row(m_box.left(), m_box.top() + static_cast<double>(i) * step,
                             m_box.width(), step);
            m_painter.fillRect(QRectF(row.left(), row.top() + 2 * m_scale, 2 * m_scale,
                                      step - 4 * m_scale),
                               m_theme.port.string);
            use(FontRole::Hint, m_theme.text);
            draw(row.adjusted(7 * m_scale, 0, 0, 0), Qt::AlignLeft, text(m_words.lines[i].to));
        }
        if (!all)
            drawMore(QRectF(m_box.left(), m_box.top() + static_cast<double>(shown) * step,
                            m_box.width(), step),
                     m_words.count - static_cast<std::int64_t>(shown));
    }

    void paintFigure(const QString& words)
    {
        use(FontRole::BigFigure, m_theme.text);
        draw(m_box, Qt::AlignHCenter, words);
    }

    /// A value over what became of it.
    void paintSinglePair()
    {
        const Line& line = m_words.lines.front();
        const double half = m_box.height() / 2;
        use(FontRole::Base, m_theme.text2);
        draw(QRectF(m_box.left(), m_box.top(), m_box.width(), half), Qt::AlignHCenter,
             text(line.from));
        use(FontRole::Figure, line.unknown ? m_theme.error : m_theme.text);
        draw(QRectF(m_box.left(), m_box.top() + half, m_box.width(), half), Qt::AlignHCenter,
             QString(QChar(0x2192)) + ' ' + text(line.to));
    }

    /// Name left, value right; with arrows between where one became the other.
    void paintRows(bool arrows)
    {
        constexpr double kTwoColumns = 280, kBetween = 24;
        const double step = (arrows ? 17 : 14) * m_scale;
        const auto down = static_cast<std::size_t>(std::max(1.0, m_box.height() / step));
        const std::size_t across = !arrows && m_box.width() > kTwoColumns * m_scale ? 2 : 1;
        const std::size_t fit = down * across;
        const double wide = across == 1 ? m_box.width() : (m_box.width() - kBetween * m_scale) / 2;
        const auto rowAt = [&](std::size_t i) {
            return QRectF(m_box.left() + static_cast<double>(i / down) * (wide + kBetween * m_scale),
                          m_box.top() + static_cast<double>(i % down) * step, wide, step);
        };
        const bool all = m_words.count <= static_cast<std::int64_t>(fit) || arrows;
        const std::size_t shown
            = std::min(m_words.lines.size(), all ? fit : std::max<std::size_t>(fit - 1, 1));
        for (std::size_t i = 0; i < shown; ++i) {
            const Line& line = m_words.lines[i];
            const QRectF row = rowAt(i);
            const double half = row.width() * 0.5;
            const QRectF left(row.left(), row.top() + m_scale, half, row.height() - 2 * m_scale);
            if (arrows) {
                paintChip(left, line.unknown);
                use(FontRole::Mono, m_theme.text3);
                draw(left.translated(half + 4 * m_scale, 0), Qt::AlignLeft,
                     QString(QChar(0x2192)));
            }
            use(arrows ? FontRole::Chip : FontRole::Hint,
                line.unknown       ? m_theme.error
                    : arrows ? m_theme.text
                             : m_theme.text3);
            draw(arrows ? left.adjusted(4 * m_scale, 0, -4 * m_scale, 0) : left, Qt::AlignLeft,
                 text(line.from));
            use(FontRole::Mono, line.unknown ? m_theme.error
                                    : arrows ? m_theme.port.ids
                                             : m_theme.text);
            draw(left.translated(half, 0), Qt::AlignRight, text(line.to));
        }
        if (!all && m_words.count > static_cast<std::int64_t>(shown))
            drawMore(rowAt(shown), m_words.count - static_cast<std::int64_t>(shown));
    }

    void paintChip(const QRectF& box, bool unknown)
    {
        m_painter.setPen(unknown ? QPen(m_theme.error, m_scale, Qt::DashLine) : QPen(Qt::NoPen));
        m_painter.setBrush(unknown ? m_theme.errorBg : m_theme.hover);
        m_painter.drawRoundedRect(box, 3 * m_scale, 3 * m_scale);
        m_painter.setBrush(Qt::NoBrush);
    }

    /// Words over their ids, beside each other.
    void paintChips()
    {
        const double high = 30 * m_scale, gap = 4 * m_scale, inner = 6 * m_scale;
        double x = m_box.left(), y = m_box.top();
        for (std::size_t i = 0; i < m_words.lines.size(); ++i) {
            const Line& line = m_words.lines[i];
            const double from = QFontMetricsF(font(FontRole::Hint)).horizontalAdvance(text(line.from));
            const double to = QFontMetricsF(font(FontRole::Mono)).horizontalAdvance(text(line.to));
            const double wide = std::min(std::max(from, to) + 2 * inner, m_box.width());
            if (x + wide > m_box.right() && x > m_box.left()) {
                x = m_box.left();
                y += high + gap;
            }
            const bool lastLine = y + 2 * high + gap > m_box.bottom();
            const std::int64_t more = m_words.count - static_cast<std::int64_t>(i);
            if (y + high > m_box.bottom() + 1
                || (lastLine && more > 1 && x + wide + 60 * m_scale > m_box.right())) {
                use(FontRole::Hint, m_theme.text3);
                const QRectF place(x, std::min(y, m_box.bottom() - high), m_box.right() - x, high);
                return draw(place, Qt::AlignLeft, tr("+%1").arg(more));
            }
            const QRectF chip(x, y, wide, high);
            paintChip(chip, line.unknown);
            use(FontRole::Hint, line.unknown ? m_theme.error : m_theme.text);
            draw(QRectF(x + inner, y + m_scale, wide - 2 * inner, high / 2), Qt::AlignHCenter,
                 text(line.from));
            use(FontRole::Mono, line.unknown ? m_theme.error : m_theme.port.ids);
            draw(QRectF(x + inner, y + high / 2 - m_scale, wide - 2 * inner, high / 2),
                 Qt::AlignHCenter, text(line.to));
            x += wide + gap;
        }
    }

    /// Numbers in cells of one width, as they follow each other.
    void paintStrip()
    {
        QFont mono = font(FontRole::MonoSmall);
        double wide = 18 * m_scale;
        for (const Line& line : m_words.lines)
            wide = std::max(wide, QFontMetricsF(mono).horizontalAdvance(text(line.to)) + 8 * m_scale);
        const double high = 17 * m_scale;
        const auto across = std::max(1, static_cast<int>(m_box.width() / wide));
        const auto down = std::max(1, static_cast<int>(m_box.height() / high));
        const auto fit = static_cast<std::size_t>(across) * static_cast<std::size_t>(down);
        const double column = m_box.width() / across;
        for (std::size_t i = 0; i < std::min(m_words.lines.size(), fit); ++i) {
            const QRectF cell(m_box.left() + static_cast<double>(i % std::size_t(across)) * column,
                              m_box.top() + static_cast<double>(i / std::size_t(across)) * high,
                              column - 2 * m_scale, high - 2 * m_scale);
            const bool last = i + 1 == fit && m_words.count > static_cast<std::int64_t>(fit);
            const std::string& number = m_words.lines[i].to;
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(number == "0" ? m_theme.field : m_theme.hover);
            m_painter.drawRoundedRect(cell, 2 * m_scale, 2 * m_scale);
            use(FontRole::MonoSmall, number == "0" || last ? m_theme.text3 : m_theme.text);
            draw(cell, Qt::AlignHCenter, last ? QString(QChar(0x2026)) : text(number));
        }
    }

    /// Classes with a bar each; the most likely stands out.
    void paintShares()
    {
        const auto count = static_cast<double>(m_words.lines.size());
        const double step = std::min(m_box.height() / count, 24 * m_scale);
        const double top = m_box.top() + (m_box.height() - step * count) / 2;
        const double names = m_box.width() * 0.5;
        const double values = 27 * m_scale;
        const auto best = std::ranges::max_element(m_words.lines, {}, &Line::share);
        for (std::size_t i = 0; i < m_words.lines.size(); ++i) {
            const Line& line = m_words.lines[i];
            const bool most = &line == &*best;
            const QRectF row(m_box.left(), top + static_cast<double>(i) * step, m_box.width(), step);
            use(FontRole::Hint, most ? m_theme.text : m_theme.text2);
            draw(QRectF(row.left(), row.top(), names - 4 * m_scale, step), Qt::AlignLeft,
                 text(line.from));
            const double room = row.width() - names - values;
            const double high = std::min(8 * m_scale, step - 3 * m_scale);
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(most ? m_theme.group.layer : m_theme.port.vector);
            m_painter.drawRoundedRect(
                QRectF(row.left() + names, row.center().y() - high / 2,
                       std::max(2 * m_scale, room * std::clamp(line.share, 0.0, 1.0)), high),
                2 * m_scale, 2 * m_scale);
            use(FontRole::MonoSmall, most ? m_theme.text : m_theme.text2);
            draw(QRectF(row.right() - values, row.top(), values, step), Qt::AlignRight,
                 QString::fromStdString(line.to));
        }
    }

    QPainter& m_painter;
    QRectF m_box;
    const ValueWords& m_words;
    double m_scale;
    const Theme& m_theme;
};

} // namespace

ValueWords shownWords(const NodePicture& picture, const std::vector<std::string>& classNames)
{
    const auto classes = classNames.size();
    if (picture.words.kind == WordsKind::Pairs || classes < 2 || classes > kMostClasses
        || picture.numbers.size() != classes || !isFloating(picture.dtype)
        || std::ranges::any_of(picture.numbers, [](double x) { return !(x >= 0 && x <= 1); }))
        return picture.words;
    ValueWords shares;
    shares.kind = WordsKind::Shares;
    shares.count = static_cast<std::int64_t>(classes);
    for (std::size_t i = 0; i < classes; ++i)
        shares.lines.push_back({classNames[i],
                                QString::number(picture.numbers[i], 'f', 2).toStdString(),
                                picture.numbers[i], false});
    return shares;
}

void paintWords(QPainter& painter, const QRectF& box, const ValueWords& words, double scale)
{
    if (words.empty())
        return;
    painter.save();
    painter.setClipRect(box, Qt::IntersectClip);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    WordPainter(painter, box, words, scale).paint();
    painter.restore();
}

QImage wordsImage(const ValueWords& words, const QSize& size)
{
    constexpr int kSharp = 2;
    if (words.empty())
        return {};
    QImage image(size * kSharp, QImage::Format_RGB32);
    image.fill(currentTheme().field);
    QPainter painter(&image);
    paintWords(painter, QRectF(QPointF(), QSizeF(image.size())), words, kSharp);
    return image;
}

QString wordsText(const ValueWords& words)
{
    QStringList parts;
    for (const Line& line : words.lines) {
        const QString from = QString::fromStdString(line.from);
        parts << (from.isEmpty() ? QString::fromStdString(line.to)
                                 : from + ' ' + QString::fromStdString(line.to));
    }
    if (words.count > std::ssize(words.lines))
        parts << QString(QChar(0x2026));
    return parts.join(", ");
}

} // namespace lb
