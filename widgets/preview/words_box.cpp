#include "widgets/preview/words_box.h"

#include "widgets/preview/word_picture.h"
#include "widgets/theme/theme.h"

#include <QPainter>

namespace lb {

WordsBox::WordsBox(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void WordsBox::setWords(const ValueWords& words)
{
    m_words = words;
    setAccessibleDescription(wordsText(words));
    setToolTip(wordsText(words));
    update();
}

void WordsBox::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.field);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    paintWords(painter, rect(), m_words);
}

} // namespace lb
