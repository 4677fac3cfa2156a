#include "app/workbench/canvas_page.h"

#include "app/workbench/canvas_edits.h"
#include "app/workbench/session.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/theme/theme.h"

#include <QFocusEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lb {
CanvasPage::CanvasPage(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_canvas(new CanvasView(session.registry()))
    , m_noticeText(new QLabel)
    , m_noticeRow(new QWidget)
    , m_notice(new QFrame)
    , m_ring(new QFrame(m_canvas))
{
    setProperty("look", "canvas");
    setAttribute(Qt::WA_StyledBackground);
    m_notice->setProperty("look", "warnCard");
    m_notice->setObjectName("dataNotice");
    m_noticeText->setWordWrap(true);
    m_noticeText->setProperty("look", "warn");
    auto* choose = new QPushButton(tr("Choose folder..."));
    choose->setObjectName("noticeChoose");
    auto* shapes = new QPushButton(tr("Use drawn shapes"));
    shapes->setObjectName("noticeShapes");
    auto* noticeLayout = new QHBoxLayout(m_notice);
    noticeLayout->setContentsMargins(12, 6, 6, 6);
    noticeLayout->addWidget(m_noticeText, 1);
    noticeLayout->addWidget(choose);
    noticeLayout->addWidget(shapes);
    auto* noticeMargin = new QVBoxLayout(m_noticeRow);
    noticeMargin->setContentsMargins(12, 8, 12, 6);
    noticeMargin->addWidget(m_notice);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_noticeRow);
    layout->addWidget(m_canvas, 1);

    connect(choose, &QPushButton::clicked, this, &CanvasPage::chooseDataRequested);
    connect(shapes, &QPushButton::clicked, this, &CanvasPage::drawnShapesRequested);
    connect(&session, &Session::sourceChanged, this, &CanvasPage::showNotice);
    joinCanvas(*m_canvas, session);
    m_ring->setProperty("look", "focusRing");
    m_ring->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_ring->hide();
    m_canvas->installEventFilter(this);
    showNotice();
}

/// A frame around the canvas that Tab came to; a mouse sees where it clicked.
bool CanvasPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        m_ring->setVisible(reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason);
        m_ring->raise();
    } else if (event->type() == QEvent::FocusOut) {
        m_ring->hide();
    } else if (event->type() == QEvent::Resize) {
        m_ring->setGeometry(m_canvas->rect());
    }
    return QWidget::eventFilter(watched, event);
}

void CanvasPage::showNotice()
{
    const QString why = m_session.sourceError();
    m_noticeRow->setVisible(!why.isEmpty());
    m_noticeText->setText(
        tr("The data are not there. %1. Choose their folder, or go on with drawn shapes.")
            .arg(why.endsWith('.') ? why.chopped(1) : why));
}

} // namespace lb
