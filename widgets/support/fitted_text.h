#pragma once

#include <QFont>
#include <QFontMetrics>
#include <QRect>
#include <QString>

namespace lb {

/// A sentence on as many lines as `box` holds, the rest left out for "…" between two words.
inline QString fittedText(const QString& text, const QFont& font, const QSize& box)
{
    const QFontMetrics metrics(font);
    const auto fits = [&](const QString& some) {
        return metrics.boundingRect(QRect({}, QSize(box.width(), 100'000)), Qt::TextWordWrap, some)
                   .height()
            <= box.height();
    };
    if (fits(text))
        return text;
    const auto shortened = [&text](qsizetype letters) {
        const qsizetype word = letters < text.size() ? text.lastIndexOf(' ', letters) : letters;
        return text.left(word > 0 ? word : letters) + QChar(0x2026);
    };
    qsizetype fitting = 0, most = text.size();
    while (fitting < most) {
        const qsizetype middle = (fitting + most + 1) / 2;
        if (fits(shortened(middle)))
            fitting = middle;
        else
            most = middle - 1;
    }
    return shortened(fitting);
}

} // namespace lb
