#include "widgets/export/parity_table.h"

#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kTableHead = 26;
constexpr int kSampleRow = 36;

} // namespace

QString differenceText(double difference)
{
    return difference == 0 ? QString("0") : QString::number(difference, 'e', 1);
}

ParityTable::ParityTable(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Parity of the samples"));
}

void ParityTable::setReport(const ExportReport& report)
{
    m_report = report;
    m_pictures.clear();
    for (const ExportReport::Sample& sample : report.samples)
        if (report.input().shape.size() == 4)
            m_pictures.push_back(pictureOf(sample.inputs.front()));
    updateGeometry();
    update();
}

QString ParityTable::cellText(int sample, bool onnx) const
{
    const ExportReport::Sample& s = m_report.samples.at(static_cast<std::size_t>(sample));
    const std::optional<double>& value = onnx ? s.onnx : s.keras;
    if (value)
        return differenceText(*value);
    const bool checked = s.keras.has_value();
    return onnx && checked ? tr("not run here") : QString("–");
}

QSize ParityTable::sizeHint() const
{
    return {420, kTableHead + kSampleRow * (static_cast<int>(m_report.samples.size()) + 1)};
}

QSize ParityTable::minimumSizeHint() const
{
    return {340, sizeHint().height()};
}

ParityTable::Columns ParityTable::columns() const
{
    const int mark = width() - 36;
    const int cell = std::clamp((width() - 36) / 4, 78, 110);
    return {std::max(120, mark - 2 * cell - 130), mark - 2 * cell, mark - cell, mark};
}

void ParityTable::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Columns at = columns();
    painter.setFont(uiFont(FontRole::Hint));
    painter.setPen(theme.text2);
    const auto head = [&](int x, int wide, Qt::Alignment side, const QString& text) {
        painter.drawText(QRect(x, 0, wide, kTableHead), side | Qt::AlignVCenter, text);
    };
    head(16, 100, Qt::AlignLeft, tr("sample"));
    head(at.predicted, 100, Qt::AlignLeft, tr("predicted"));
    head(at.keras, at.onnx - at.keras - 12, Qt::AlignRight, "model.keras");
    head(at.onnx, at.mark - at.onnx - 12, Qt::AlignRight, "model.onnx");
    painter.fillRect(0, kTableHead - 1, width(), 1, theme.line);
    for (int row = 0; row < std::ssize(m_report.samples); ++row)
        paintRow(painter, row, at);
    if (m_report.samples.empty())
        return;
    const int y = kTableHead + kSampleRow * static_cast<int>(m_report.samples.size());
    painter.setFont(uiFont(FontRole::Title));
    painter.setPen(theme.text);
    painter.drawText(QRect(at.predicted, y, 120, kSampleRow), Qt::AlignVCenter, tr("largest"));
    painter.setFont(uiFont(FontRole::Mono));
    const auto largest = [&](int x, int right, std::optional<double> ExportReport::Sample::*member) {
        const std::optional<double> value = m_report.largest(member);
        painter.drawText(QRect(x, y, right - x - 12, kSampleRow), Qt::AlignRight | Qt::AlignVCenter,
                         value ? differenceText(*value) : QString("–"));
    };
    largest(at.keras, at.onnx, &ExportReport::Sample::keras);
    largest(at.onnx, at.mark, &ExportReport::Sample::onnx);
}

void ParityTable::paintRow(QPainter& painter, int row, const Columns& at) const
{
    const Theme& theme = currentTheme();
    const ExportReport::Sample& sample = m_report.samples[static_cast<std::size_t>(row)];
    const QRect box(0, kTableHead + row * kSampleRow, width(), kSampleRow);
    painter.fillRect(0, box.bottom(), width(), 1, theme.line);
    const QRect thumb(16, box.top() + 4, 28, 28);
    painter.fillRect(thumb, theme.field);
    const QImage& picture = m_pictures[static_cast<std::size_t>(row)];
    if (!picture.isNull()) {
        const QImage shown = picture.scaled(thumb.size() * devicePixelRatioF(), Qt::KeepAspectRatio,
                                            Qt::SmoothTransformation);
        QRectF inside({0, 0}, QSizeF(shown.size()) / devicePixelRatioF());
        inside.moveCenter(QRectF(thumb).center());
        painter.drawImage(inside, shown);
    }
    painter.setPen(theme.text2);
    painter.setFont(uiFont(FontRole::Mono));
    const QRect name(54, box.top(), at.predicted - 60, kSampleRow);
    painter.drawText(name, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(QString::fromStdString(sample.name),
                                                      Qt::ElideLeft, name.width()));
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.text);
    const QRect predicted(at.predicted, box.top(), at.keras - at.predicted - 8, kSampleRow);
    const QString word = painter.fontMetrics().elidedText(QString::fromStdString(sample.predicted),
                                                          Qt::ElideRight, predicted.width() - 36);
    painter.drawText(predicted, Qt::AlignVCenter, word);
    const int used = painter.fontMetrics().horizontalAdvance(word) + 6;
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text3);
    painter.drawText(predicted.adjusted(used, 0, 0, 0), Qt::AlignVCenter,
                     QString::number(sample.probability, 'f', 2));
    paintDifference(painter, QRect(at.keras, box.top(), at.onnx - at.keras, kSampleRow - 1), sample.keras,
                    kKerasTolerance, cellText(row, false));
    paintDifference(painter, QRect(at.onnx, box.top(), at.mark - at.onnx, kSampleRow - 1), sample.onnx,
                    kOnnxTolerance, cellText(row, true));
    if (!sample.keras)
        return;
    const bool passed = *sample.keras <= kKerasTolerance
        && (!sample.onnx || *sample.onnx <= kOnnxTolerance);
    paintIcon(painter, QRectF(at.mark + 12, box.center().y() - 6, 14, 14),
              passed ? "check" : "cross-circle", passed ? theme.ok : theme.error);
}

void ParityTable::paintDifference(QPainter& painter, const QRect& cell,
                                  const std::optional<double>& value, double tolerance,
                                  const QString& text) const
{
    const Theme& theme = currentTheme();
    if (value) {
        const bool passed = *value <= tolerance;
        QColor tint = passed ? theme.group.numeric : theme.error;
        const double share = std::clamp(*value / tolerance, 0.0, 1.0);
        tint.setAlphaF(static_cast<float>(passed ? 0.08 + 0.35 * std::sqrt(share) : 0.45));
        painter.fillRect(cell, tint);
    }
    painter.setFont(value || text == "–" ? uiFont(FontRole::Mono) : uiFont(FontRole::Hint));
    painter.setPen(value ? theme.text : theme.text3);
    painter.drawText(cell.adjusted(0, 0, -12, 0), Qt::AlignRight | Qt::AlignVCenter, text);
}

} // namespace lb
