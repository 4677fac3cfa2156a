#include "widgets/vocabulary/try_text.h"

#include "widgets/support/controls.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lb {

namespace {

constexpr int kChipHeight = 38, kChipGap = 8, kChipPad = 8;
constexpr int kCellWidth = 40, kCellHeight = 22;
constexpr std::size_t kMostCells = 512, kMostChips = 256;

QString cellNumber(double value)
{
    return std::floor(value) == value && std::abs(value) < 1e15
        ? QString::number(static_cast<qlonglong>(value))
        : QString::number(value, 'g', 4);
}

} // namespace

/// The tokens in rows, each over its id.
class TryText::Chips : public QWidget {
public:
    explicit Chips(const TriedText& text)
        : m_text(text)
    {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override
    {
        const std::vector<QRect> boxes = places(width);
        return boxes.empty() ? 0 : boxes.back().bottom() + 1;
    }
    QSize sizeHint() const override { return {320, heightForWidth(std::max(width(), 320))}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(uiFont(FontRole::Mono));
        const Theme& theme = currentTheme();
        const std::vector<QRect> boxes = places(width());
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const TriedToken& token = m_text.tokens[i];
            painter.setBrush(token.oov ? theme.errorBg : theme.raised);
            painter.setPen(QPen(token.oov ? theme.error : theme.line2, 1,
                                token.oov ? Qt::DashLine : Qt::SolidLine));
            painter.drawRoundedRect(QRectF(boxes[i]).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
            painter.setPen(token.oov ? theme.error : theme.text);
            const QRect upper = boxes[i].adjusted(0, 3, 0, -kChipHeight / 2);
            painter.drawText(upper, Qt::AlignCenter, shown(token));
            painter.setPen(token.oov ? theme.error : theme.port.ids);
            painter.drawText(boxes[i].adjusted(0, kChipHeight / 2, 0, -3), Qt::AlignCenter,
                             QString::number(token.id));
        }
    }

private:
    static QString shown(const TriedToken& token)
    {
        return token.text.empty() ? QStringLiteral("\"\"") : QString::fromStdString(token.text);
    }
    std::vector<QRect> places(int width) const
    {
        const QFontMetrics metrics(uiFont(FontRole::Mono));
        std::vector<QRect> boxes;
        int x = 0, y = 0;
        for (std::size_t i = 0; i < std::min(m_text.tokens.size(), kMostChips); ++i) {
            const TriedToken& token = m_text.tokens[i];
            const int wide = std::max(metrics.horizontalAdvance(shown(token)),
                                      metrics.horizontalAdvance(QString::number(token.id)))
                + 2 * kChipPad;
            if (x > 0 && x + wide > width) {
                x = 0;
                y += kChipHeight + kChipGap;
            }
            boxes.emplace_back(x, y, wide, kChipHeight);
            x += wide + kChipGap;
        }
        return boxes;
    }

    const TriedText& m_text;
};

/// The tensor, row after row; ids of out-of-vocabulary tokens stand out, padding steps back.
class TryText::Cells : public QWidget {
public:
    explicit Cells(const TriedText& text)
        : m_text(text)
    {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override
    {
        const int columns = std::max(1, width / kCellWidth);
        return (static_cast<int>(count()) + columns - 1) / columns * kCellHeight;
    }
    QSize sizeHint() const override { return {320, heightForWidth(std::max(width(), 320))}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setFont(uiFont(FontRole::MonoSmall));
        const Theme& theme = currentTheme();
        const int columns = std::max(1, width() / kCellWidth);
        for (std::size_t i = 0; i < count(); ++i) {
            const QRect cell(static_cast<int>(i) % columns * kCellWidth,
                             static_cast<int>(i) / columns * kCellHeight, kCellWidth - 1,
                             kCellHeight - 1);
            const double value = m_text.output[i];
            const bool oov = m_text.ids && i < m_text.tokens.size() && m_text.tokens[i].oov
                && value == static_cast<double>(m_text.tokens[i].id);
            painter.fillRect(cell, oov ? theme.errorBg : value == 0 ? theme.field : theme.hover);
            painter.setPen(oov ? theme.error : value == 0 ? theme.text3 : theme.text);
            painter.drawText(cell, Qt::AlignCenter, cellNumber(value));
        }
    }

private:
    std::size_t count() const { return std::min(m_text.output.size(), kMostCells); }

    const TriedText& m_text;
};

TryText::TryText(QWidget* parent)
    : QWidget(parent)
    , m_field(new QLineEdit)
    , m_oov(makeLabel({}, "errorChip"))
    , m_standardized(makeLabel({}, "hint"))
    , m_chips(new Chips(m_result))
    , m_dtype(makeLabel({}, "monoHint"))
    , m_cells(new Cells(m_result))
    , m_decoded(makeLabel({}, "hint"))
{
    m_field->setAccessibleName(tr("Sentence to try"));
    m_field->setPlaceholderText(tr("Type a sentence"));
    m_field->setMinimumHeight(28);
    for (QLabel* label : {m_standardized, m_decoded}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Try it"), "title"));
    head->addWidget(makeLabel(tr("type text, see what the model gets"), "hint"), 1);
    head->addWidget(m_oov);
    auto* tensor = new QHBoxLayout;
    tensor->addWidget(makeLabel(tr("Tensor"), "hint"), 1);
    tensor->addWidget(m_dtype);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_field);
    layout->addWidget(m_standardized);
    layout->addWidget(m_chips);
    layout->addLayout(tensor);
    layout->addWidget(m_cells);
    layout->addWidget(m_decoded);
    layout->addStretch(1);
    setResult({});
    connect(m_field, &QLineEdit::textChanged, this, &TryText::sentenceChanged);
}

QString TryText::sentence() const
{
    return m_field->text();
}

void TryText::setSentence(const QString& sentence)
{
    m_field->setText(sentence);
}

void TryText::setResult(const TriedText& result)
{
    m_result = result;
    const auto unknown = std::ranges::count_if(result.tokens, &TriedToken::oov);
    m_oov->setText(tr("%1 of %2 tokens OOV")
                       .arg(unknown)
                       .arg(static_cast<qlonglong>(result.tokens.size())));
    m_oov->setVisible(unknown > 0);
    const bool failed = result.error.has_value();
    setLook(m_standardized, failed ? "error" : "hint");
    m_standardized->setText(failed ? translated(*result.error)
                                   : tr("Standardized: %1")
                                         .arg(QString::fromStdString(result.standardized)));
    m_standardized->setVisible(failed || !result.standardized.empty());
    m_dtype->setText(QString::fromStdString(result.dtype));
    m_decoded->setText(tr("Decoded: %1").arg(QString::fromStdString(result.decoded)));
    m_decoded->setVisible(!result.decoded.empty());
    m_chips->updateGeometry();
    m_cells->updateGeometry();
    m_chips->update();
    m_cells->update();
}

} // namespace lb
