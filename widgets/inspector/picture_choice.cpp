#include "widgets/inspector/param_editor.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

constexpr int kChoiceGap = 8;
constexpr int kPicture = 40;
constexpr int kName = 18;

/// A few choices, each with what it would make of the sample. Click, or arrows with the focus.
class PictureChoice : public ParamEditor {
public:
    PictureChoice(const ParamSpec& spec, QWidget* parent)
        : ParamEditor(parent)
        , m_choices(spec.choices)
        , m_pictures(spec.choices.size())
        , m_note(new QLabel(this))
    {
        m_note->setProperty("look", "monoHint");
        setFocusPolicy(Qt::StrongFocus);
        setMouseTracking(true);
        setFixedHeight(kPicture + kName + 4);
        setCursor(Qt::PointingHandCursor);
    }
    bool wide() const override { return true; }
    QWidget* headExtra() override { return m_note; }
    void show(const Config& value) override
    {
        const auto* name = value.as<std::string>();
        const auto found = name ? std::ranges::find(m_choices, *name) : m_choices.end();
        m_current = found == m_choices.end() ? -1 : static_cast<int>(found - m_choices.begin());
        update();
    }
    void setPictures(const std::vector<QImage>& pictures, const QString& note) override
    {
        if (pictures.empty()) // there will be none
            std::ranges::fill(m_pictures, QImage());
        for (std::size_t i = 0; i < std::min(pictures.size(), m_pictures.size()); ++i)
            if (!pictures[i].isNull()) // else the old one stays until the new one is there
                m_pictures[i] = pictures[i];
        m_note->setText(note);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = currentTheme();
        QPainter painter(this);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        for (int i = 0; i < std::ssize(m_choices); ++i) {
            const QRectF box = place(i);
            QPainterPath round;
            round.addRoundedRect(box, 4, 4);
            painter.fillPath(round, theme.field);
            const QImage& picture = m_pictures[static_cast<std::size_t>(i)];
            if (!picture.isNull()) {
                painter.save();
                painter.setClipPath(round);
                const QSizeF size
                    = QSizeF(picture.size()).scaled(box.size(), Qt::KeepAspectRatioByExpanding);
                painter.drawImage(QRectF(box.center().x() - size.width() / 2,
                                         box.center().y() - size.height() / 2, size.width(),
                                         size.height()),
                                  picture);
                painter.restore();
            }
            const bool current = i == m_current;
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(current              ? theme.accent
                                    : i == m_hovered ? theme.text3
                                                     : theme.line,
                                current ? 2 : 1));
            painter.drawRoundedRect(current ? box.adjusted(-1, -1, 1, 1) : box, 4, 4);
            painter.setFont(uiFont(current ? FontRole::Title : FontRole::Hint));
            painter.setPen(current ? theme.text : theme.text2);
            painter.drawText(
                QRectF(box.left() - kChoiceGap / 2, box.bottom() + 3, box.width() + kChoiceGap, kName),
                Qt::AlignHCenter | Qt::AlignVCenter,
                QString::fromStdString(m_choices[static_cast<std::size_t>(i)]));
        }
        if (hasFocus() && m_current >= 0) {
            painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
            painter.drawRoundedRect(place(m_current).adjusted(-3, -3, 3, 3), 6, 6);
        }
    }
    void mousePressEvent(QMouseEvent* event) override
    {
        if (event->button() == Qt::LeftButton)
            pick(at(event->position()));
    }
    void mouseMoveEvent(QMouseEvent* event) override
    {
        if (const int hovered = at(event->position()); hovered != std::exchange(m_hovered, hovered))
            update();
    }
    void leaveEvent(QEvent*) override
    {
        m_hovered = -1;
        update();
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        const auto last = static_cast<int>(m_choices.size()) - 1;
        if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Up)
            pick(std::max(0, m_current - 1));
        else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Down)
            pick(std::min(last, m_current + 1));
        else
            QWidget::keyPressEvent(event);
    }

private:
    QRectF place(int index) const
    {
        const auto count = static_cast<int>(m_choices.size());
        const double width = (this->width() - 4.0 - (count - 1) * kChoiceGap) / count;
        return {2 + index * (width + kChoiceGap), 2, width, kPicture};
    }
    int at(QPointF point) const
    {
        for (int i = 0; i < std::ssize(m_choices); ++i)
            if (place(i).adjusted(0, 0, 0, kName).contains(point))
                return i;
        return -1;
    }
    void pick(int index)
    {
        if (index >= 0 && index != m_current)
            Q_EMIT edited(Config(m_choices[static_cast<std::size_t>(index)]), false);
    }

    const std::vector<std::string> m_choices;
    std::vector<QImage> m_pictures; // one a choice
    QLabel* m_note; // Qt child of the row's head
    int m_current = -1, m_hovered = -1;
};

} // namespace

ParamEditor* makePictureChoiceEditor(const ParamSpec& spec, QWidget* parent)
{
    return new PictureChoice(spec, parent);
}

} // namespace lb
