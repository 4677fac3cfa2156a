#include "app/workbench/canvas_page.h"

#include "app/workbench/canvas_edits.h"
#include "app/workbench/session.h"
#include "core/data/sources.h"
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
    auto* choose = m_noticeChoose = new QPushButton;
    choose->setObjectName("noticeChoose");
    auto* shapes = m_noticeMade = new QPushButton;
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
    connect(shapes, &QPushButton::clicked, this, [this] { Q_EMIT madeDataRequested(m_madeKind); });
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
    const Node* node = m_session.document().source();
    const LayerDef* layer = node ? m_session.document().layerOf(node->id) : nullptr;
    const Config* kind = layer ? layer->config.find("kind") : nullptr;
    const auto* name = kind ? kind->as<std::string>() : nullptr;
    const bool file = name && (*name == "csv" || *name == "text"); // as the dialog asks for
    const std::string_view made = madeKindFor(name ? *name : "");
    m_madeKind = QString::fromUtf8(made.data(), static_cast<qsizetype>(made.size()));
    const QString instead = made == "sentences" ? tr("sentences that the program makes")
        : made == "passengers"                  ? tr("passengers that the program makes")
                                                : tr("drawn shapes");
    m_noticeChoose->setText(file ? tr("Choose file...") : tr("Choose folder..."));
    m_noticeMade->setText(made == "sentences"        ? tr("Use made sentences")
                              : made == "passengers" ? tr("Use made passengers")
                                                     : tr("Use drawn shapes"));
    m_noticeText->setText(tr("The data cannot be opened. %1. You can also go on with %2.")
                              .arg(why.endsWith('.') ? why.chopped(1) : why, instead));
}

} // namespace lb
