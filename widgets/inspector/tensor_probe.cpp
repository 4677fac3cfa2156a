#include "widgets/inspector/tensor_probe.h"

#include "core/graph/analysis.h"
#include "widgets/support/number_text.h"
#include "widgets/theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

constexpr int kPlotHeight = 56;

QString shortNumber(double value)
{
    if (value == 0)
        return "0";
    const double size = std::abs(value);
    if (size >= 1e6 || size < 1e-3)
        return QString::number(value, 'e', 2);
    QString text = fixedText(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4);
    while (text.contains('.') && (text.endsWith('0') || text.endsWith('.')))
        text.chop(1);
    return text;
}

/// The outline of a histogram, smoothed over three bins, the highest at the top.
QPainterPath outline(const std::vector<std::int64_t>& counts, const QRectF& box, double most)
{
    QPainterPath path(box.bottomLeft());
    const auto bins = static_cast<int>(counts.size());
    for (int i = 0; i < bins; ++i) {
        double sum = 0;
        int used = 0;
        for (int j = std::max(0, i - 1); j <= std::min(bins - 1, i + 1); ++j, ++used)
            sum += static_cast<double>(counts[static_cast<std::size_t>(j)]);
        // the square root keeps small counts visible beside a peak
        const double part = std::sqrt(sum / used / most);
        path.lineTo(box.left() + (i + 0.5) * box.width() / bins,
                    box.bottom() - std::min(part, 1.0) * box.height());
    }
    path.lineTo(box.bottomRight());
    return path;
}

} // namespace

TensorProbe::TensorProbe(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TensorProbe::setStatistics(std::optional<TensorStatistics> statistics)
{
    m_statistics = std::move(statistics);
    if (m_statistics && m_statistics->dtype == DType::String)
        setAccessibleDescription(tr("%n text(s), the shortest with %1 characters, the longest "
                                    "with %2, %3 empty",
                                    nullptr,
                                    static_cast<int>(elementCount(m_statistics->shape)))
                                     .arg(shortNumber(m_statistics->min), shortNumber(m_statistics->max))
                                     .arg(m_statistics->empty));
    else if (m_statistics)
        setAccessibleDescription(tr("shape %1, min %2, max %3, mean %4, NaN %5")
                                     .arg(QString::fromStdString(text(m_statistics->shape)),
                                          shortNumber(m_statistics->min), shortNumber(m_statistics->max),
                                          shortNumber(m_statistics->mean))
                                     .arg(m_statistics->nans));
    update();
}

void TensorProbe::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool texts = m_statistics && m_statistics->dtype == DType::String;
    if (texts)
        paintTexts(painter);
    else if (m_statistics)
        paintHistograms(painter);
    painter.setPen(QPen(theme.line2, 1));
    painter.drawLine(QPointF(0, kPlotHeight + 2.5), QPointF(width(), kPlotHeight + 2.5));
    painter.setFont(uiFont(FontRole::MonoSmall));
    painter.setPen(theme.text3);
    const QRectF axis(0, kPlotHeight + 4, width(), 14);
    if (m_statistics && !texts) {
        painter.drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, shortNumber(m_statistics->from));
        painter.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, shortNumber(m_statistics->to));
    }
    paintFigures(painter);
}

QRectF TensorProbe::plot() const
{
    return {0, 2, static_cast<double>(width()), kPlotHeight};
}

void TensorProbe::paintTexts(QPainter& painter) const
{
    QStringList lines;
    for (const std::string& text : m_statistics->texts)
        lines << QString::fromStdString(text).simplified();
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(currentTheme().text);
    painter.drawText(plot(), static_cast<int>(Qt::AlignLeft | Qt::AlignTop) | Qt::TextWordWrap,
                     lines.join('\n'));
}

void TensorProbe::paintHistograms(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const auto& histograms = m_statistics->histograms;
    const bool colors = histograms.size() == 3;
    const std::array<QColor, 3> inks{colors ? theme.error : theme.accent, theme.ok, theme.accent};
    double most = 1;
    for (const auto& counts : histograms)
        for (const std::int64_t count : counts)
            most = std::max(most, static_cast<double>(count));
    for (std::size_t i = 0; i < std::min<std::size_t>(histograms.size(), 3); ++i) {
        const QPainterPath path = outline(histograms[i], plot(), most);
        QColor fill = inks[i];
        fill.setAlphaF(0.16F);
        painter.fillPath(path, fill);
        painter.setPen(QPen(inks[i], 1.2));
        painter.drawPath(path);
    }
}

/// Names and values in two columns; a dash where nothing is known.
void TensorProbe::paintFigures(QPainter& painter) const
{
    const Theme& theme = currentTheme();
    const bool texts = m_statistics && m_statistics->dtype == DType::String;
    const QString none("–");
    const auto value = [&](auto&& get) { return m_statistics ? get(*m_statistics) : none; };
    QString shape = none;
    if (m_statistics) {
        QStringList sizes;
        for (const std::int64_t size : m_statistics->shape)
            sizes << QString::number(size);
        shape = sizes.isEmpty() ? tr("scalar") : sizes.join("×");
    }
    const std::array<std::pair<QString, QString>, 6> cells{
        {{tr("shape"), shape},
         {tr("dtype"), value([](const auto& s) {
              const auto name = nameOf(s.dtype);
              return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
          })},
         {texts ? tr("shortest") : tr("min"), value([](const auto& s) { return shortNumber(s.min); })},
         {texts ? tr("longest") : tr("max"), value([](const auto& s) { return shortNumber(s.max); })},
         {texts ? tr("mean length") : tr("mean"),
          value([](const auto& s) { return shortNumber(s.mean); })},
         {texts ? tr("empty") : tr("NaN"), value([texts](const auto& s) {
              return QString::number(texts ? s.empty : s.nans + s.infinities);
          })}}};
    const double column = (width() - 20) / 2.0;
    for (int i = 0; i < 6; ++i) {
        const auto& [name, text] = cells[static_cast<std::size_t>(i)];
        const QRectF cell(i % 2 * (column + 20), kPlotHeight + 22 + i / 2 * 18, column, 18);
        painter.setFont(uiFont(FontRole::Hint));
        painter.setPen(theme.text2);
        painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.setFont(uiFont(FontRole::Mono));
        const bool bad = i == 5 && m_statistics && m_statistics->nans + m_statistics->infinities;
        painter.setPen(bad ? theme.error : theme.text);
        painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter, text);
    }
}

} // namespace lb
