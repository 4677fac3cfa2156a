#include "widgets/predict/picture_well.h"

#include "widgets/support/tensor_picture.h"
#include "widgets/theme/theme.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QUrl>

namespace lb {
namespace {

QString fileIn(const QMimeData* data)
{
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            return url.toLocalFile();
    return {};
}

} // namespace

PictureWell::PictureWell(QWidget* parent)
    : QWidget(parent)
{
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setMinimumSize(240, 200);
    setAccessibleName(tr("Picture to predict"));
    setToolTip(tr("Drop a picture, or press Enter to choose one"));
}

void PictureWell::setPicture(const QImage& picture)
{
    m_picture = picture;
    update();
}

void PictureWell::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = m_hovered || hasFocus();
    painter.setPen(QPen(lit ? theme.accent : theme.line2, lit ? 2 : 1,
                        m_picture.isNull() ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(theme.field);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    if (m_picture.isNull()) {
        paintIcon(painter, QRectF(width() / 2.0 - 16, height() / 2.0 - 34, 32, 32), "image",
                  theme.text3);
        painter.setPen(theme.text2);
        painter.drawText(QRect(0, height() / 2 + 6, width(), 20), Qt::AlignCenter,
                         tr("Drop a picture here"));
        painter.setPen(theme.text3);
        painter.setFont(uiFont(FontRole::Hint));
        painter.drawText(QRect(0, height() / 2 + 24, width(), 20), Qt::AlignCenter,
                         tr("or click to choose one"));
        return;
    }
    const QImage shown = fitted(m_picture, (size() - QSize(16, 16)) * devicePixelRatioF());
    QRectF box({0, 0}, QSizeF(shown.size()) / devicePixelRatioF());
    box.moveCenter(QRectF(rect()).center());
    painter.drawImage(box, shown);
}

void PictureWell::dragEnterEvent(QDragEnterEvent* event)
{
    if (fileIn(event->mimeData()).isEmpty())
        return;
    m_hovered = true;
    event->acceptProposedAction();
    update();
}

void PictureWell::dragLeaveEvent(QDragLeaveEvent*)
{
    m_hovered = false;
    update();
}

void PictureWell::dropEvent(QDropEvent* event)
{
    m_hovered = false;
    update();
    const QString file = fileIn(event->mimeData());
    if (file.isEmpty())
        return;
    event->acceptProposedAction();
    Q_EMIT fileDropped(file);
}

void PictureWell::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
}

void PictureWell::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter
        || event->key() == Qt::Key_Space)
        Q_EMIT clicked();
    else
        QWidget::keyPressEvent(event);
}

} // namespace lb
