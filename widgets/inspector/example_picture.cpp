#include "widgets/inspector/example_picture.h"

#include "widgets/preview/pictures.h"
#include "widgets/preview/word_picture.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace lb {
namespace {

constexpr int kBoxHeight = 84, kNoteHeight = 16, kArrow = 26, kBetween = 6;

QString sizesOf(const Spec& spec)
{
    QStringList sizes;
    for (const std::int64_t size : spec.shape)
        sizes << QString::number(size);
    const auto dtype = nameOf(spec.dtype);
    return (sizes.isEmpty() ? QString() : sizes.join(QChar(0xD7)) + ' ')
        + QString::fromLatin1(dtype.data(), static_cast<qsizetype>(dtype.size()));
}

} // namespace

ExamplePicture::ExamplePicture(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Example"));
    hide();
}

void ExamplePicture::setExample(std::optional<LayerExample> example)
{
    m_example = std::move(example);
    setVisible(m_example.has_value());
    if (m_example) {
        QStringList parts;
        for (const ExampleValue& input : m_example->inputs)
            parts << (input.words.empty() ? sizesOf(input.spec) : wordsText(input.words));
        parts << QString(QChar(0x2192))
              << (m_example->output.words.empty() ? sizesOf(m_example->output.spec)
                                                  : wordsText(m_example->output.words));
        setAccessibleDescription(parts.join(' '));
    }
    updateGeometry();
    update();
}

QSize ExamplePicture::sizeHint() const
{
    const int inputs = m_example ? static_cast<int>(std::min<std::size_t>(m_example->inputs.size(), 2))
                                 : 1;
    const int beside = inputs * (kBoxHeight + kNoteHeight) + (inputs - 1) * kBetween;
    return {264, beside};
}

void ExamplePicture::paintValue(QPainter& painter, const QRectF& box, const ExampleValue& value,
                                const QString& note) const
{
    const Theme& theme = currentTheme();
    const QRectF frame(box.left(), box.top(), box.width(), kBoxHeight);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.field);
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    if (!value.words.empty()) {
        paintWords(painter, frame, value.words);
    } else if (const QImage picture = imageOf(value.picture); !picture.isNull()) {
        const QImage shown = fitted(picture, (frame.size() - QSizeF(8, 8)).toSize()
                                        * devicePixelRatioF());
        QRectF at({0, 0}, QSizeF(shown.size()) / devicePixelRatioF());
        at.moveCenter(frame.center());
        painter.drawImage(at, shown);
    }
    painter.setFont(uiFont(FontRole::MonoSmall));
    painter.setPen(theme.text3);
    const QRectF below(box.left(), box.top() + kBoxHeight, box.width(), kNoteHeight);
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignBottom,
                     QFontMetricsF(painter.font()).elidedText(note, Qt::ElideRight, below.width()));
}

void ExamplePicture::paintEvent(QPaintEvent*)
{
    if (!m_example)
        return;
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const double side = (width() - kArrow) / 2.0;
    const auto inputs = std::min<std::size_t>(m_example->inputs.size(), 2);
    for (std::size_t i = 0; i < inputs; ++i) {
        const ExampleValue& input = m_example->inputs[i];
        const double top = static_cast<double>(i) * (kBoxHeight + kNoteHeight + kBetween);
        paintValue(painter, {0, top, side, kBoxHeight + kNoteHeight}, input, sizesOf(input.spec));
    }
    const double middle = (height() - kNoteHeight) / 2.0;
    painter.setPen(QPen(theme.text3, 1.4));
    painter.drawLine(QPointF(side + 6, middle), QPointF(side + kArrow - 6, middle));
    painter.drawLine(QPointF(side + kArrow - 11, middle - 4), QPointF(side + kArrow - 6, middle));
    painter.drawLine(QPointF(side + kArrow - 11, middle + 4), QPointF(side + kArrow - 6, middle));
    const QString note = m_example->shown.empty() ? sizesOf(m_example->output.spec)
                                                  : QString::fromStdString(m_example->shown);
    paintValue(painter,
               {side + kArrow, (height() - kBoxHeight - kNoteHeight) / 2.0, side,
                kBoxHeight + kNoteHeight},
               m_example->output, note);
}

} // namespace lb
