#include "widgets/inspector/inspector_header.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace lb {

InspectorHeader::InspectorHeader(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_name(new QLineEdit(this))
    , m_mute(new QToolButton(this))
{
    setFixedHeight(60);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(50, 10, 8, 6);
    row->setSpacing(4);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    m_title->setProperty("look", "inspectorTitle");
    m_title->setIndent(3); // as the line edit below
    words->addWidget(m_title);
    m_name->setObjectName("layerName");
    m_name->setToolTip(tr("The layer’s name (F2)"));
    m_name->setAccessibleName(tr("Name of the layer"));
    m_name->setStyleSheet(
        QString("QLineEdit { font-family: \"%1\"; font-size: 11px; border-color: transparent; "
                "background: transparent; padding: 0 2px; min-height: 18px; "
                "max-height: 18px; }")
            .arg(uiFont(FontRole::Mono).family()));
    words->addWidget(m_name);
    row->addLayout(words, 1);
    m_mute->setCheckable(true);
    m_mute->setObjectName("mute");
    m_mute->setIcon(themedIcon("mute"));
    m_mute->setAccessibleName(tr("Mute"));
    m_mute->setToolTip(tr("Mute: what comes in passes through (M)"));
    row->addWidget(m_mute, 0, Qt::AlignVCenter);
    connect(m_name, &QLineEdit::editingFinished, this, &InspectorHeader::commit);
    connect(m_mute, &QToolButton::clicked, this, &InspectorHeader::muteToggled);
    m_name->installEventFilter(this);
}

void InspectorHeader::showLayer(const std::string& kerasClass, About::Family family,
                                const QString& name, bool muted)
{
    m_class = kerasClass;
    m_family = family;
    m_title->setText(QString::fromStdString(kerasClass));
    const bool other = m_shown != name;
    m_shown = name;
    if (other || !m_name->hasFocus() || !m_name->isModified())
        m_name->setText(name);
    m_mute->setChecked(muted);
    update();
}

void InspectorHeader::commit()
{
    if (!m_name->isModified())
        return;
    m_name->setModified(false);
    const QString name = m_name->text().trimmed();
    if (name.isEmpty() || name == m_shown)
        m_name->setText(m_shown);
    else
        Q_EMIT renamed(name);
}

bool InspectorHeader::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_name && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        m_name->setText(m_shown); // and the key goes on: the window's focus moves with it
    }
    return QWidget::eventFilter(watched, event);
}

void InspectorHeader::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintTile(painter, QRectF(12, 14, 32, 32), layerIcon(m_class), layerColor(m_class, m_family));
}

} // namespace lb
