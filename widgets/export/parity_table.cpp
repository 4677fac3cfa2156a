#include "widgets/export/parity_table.h"

#include "core/preview/value_words.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

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
        m_pictures.push_back(report.input().shape.size() == 4
                                 ? pictureOf(sample.inputs.front())
                                 : QImage());
    QStringList lines;
    for (int i = 0; i < std::ssize(report.samples); ++i)
        lines << tr("%1: model.keras %2, model.onnx %3")
                     .arg(nameText(i), cellText(i, false), cellText(i, true));
    setAccessibleDescription(lines.join("; "));
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
    if (onnx && m_report.noOnnx)
        return tr("not written");
    return onnx && checked ? tr("not run here") : QString("–");
}

QString ParityTable::nameText(int sample) const
{
    const ExportReport::Sample& s = m_report.samples.at(static_cast<std::size_t>(sample));
    const bool text = m_report.inputs.size() == 1 && m_report.input().dtype == DType::String;
    if (!text && m_report.inputs.size() < 2)
        return QString::fromStdString(s.name);
    QStringList cells;
    for (std::size_t i = 0; i < s.inputs.size() && i < m_report.inputs.size(); ++i) {
        const QString value = QString::fromStdString(elementText(s.inputs[i], 0)).simplified();
        cells << (text ? value : QString::fromStdString(m_report.inputs[i].name) + ' ' + value);
    }
    return cells.join(", ");
}

bool ParityTable::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = (help->pos().y() - kTableHead) / kSampleRow;
    if (help->pos().y() >= kTableHead && row < std::ssize(m_report.samples)) {
        const ExportReport::Sample& sample = m_report.samples[static_cast<std::size_t>(row)];
        QToolTip::showText(help->globalPos(),
                           tr("%1\nsample %2, is %3")
                               .arg(nameText(row), QString::fromStdString(sample.name),
                                    QString::fromStdString(sample.label)),
                           this);
    } else {
        QToolTip::hideText();
    }
    return true;
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
    const bool isRow = m_report.input().shape.size() != 4;
    if (!isRow)
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
    painter.setFont(uiFont(isRow ? FontRole::Base : FontRole::Mono));
    const int left = isRow ? 16 : 54;
    const QRect name(left, box.top(), at.predicted - left - 6, kSampleRow);
    painter.drawText(name, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(
                         nameText(row), isRow ? Qt::ElideRight : Qt::ElideLeft, name.width()));
    painter.setFont(uiFont(FontRole::Base));
    painter.setPen(theme.text);
    const QRect predicted(at.predicted, box.top(), at.keras - at.predicted - 8, kSampleRow);
    const QString word = painter.fontMetrics().elidedText(QString::fromStdString(sample.predicted),
                                                          Qt::ElideRight, predicted.width() - 36);
    painter.drawText(predicted, Qt::AlignVCenter, word);
    const int used = painter.fontMetrics().horizontalAdvance(word) + 6;
    painter.setFont(uiFont(FontRole::Mono));
    painter.setPen(theme.text3);
    if (sample.keras || !sample.predicted.empty()) // else nobody has asked yet
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
