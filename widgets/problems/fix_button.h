#pragma once

#include <QPushButton>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace lb {

/// Where there is no room for the whole title its end is left out; text() stays whole.
class FixButton : public QPushButton {
public:
    explicit FixButton(const QString& title)
        : QPushButton(title)
    {
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    }
    QSize minimumSizeHint() const override { return {44, QPushButton::minimumSizeHint().height()}; }
    QString shownTitle() const ///< as it is painted
    {
        QStyleOptionButton option;
        initStyleOption(&option);
        const QRect inside = style()->subElementRect(QStyle::SE_PushButtonContents, &option, this);
        return fontMetrics().elidedText(text(), Qt::ElideRight, inside.width());
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QStyleOptionButton option;
        initStyleOption(&option);
        option.text = shownTitle();
        QStylePainter(this).drawControl(QStyle::CE_PushButton, option);
    }
};

} // namespace lb
