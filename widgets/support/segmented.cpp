#include "widgets/support/segmented.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace lb {

Segmented::Segmented(const QStringList& labels, QWidget* parent)
    : QFrame(parent)
    , m_buttons(new QButtonGroup(this))
{
    setProperty("look", "segments");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (int i = 0; i < labels.size(); ++i) {
        auto* button = new QToolButton(this);
        button->setProperty("look", "segment");
        button->setText(labels[i]);
        button->setCheckable(true);
        button->setObjectName(labels[i]);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_buttons->addButton(button, i);
        row->addWidget(button, 1);
    }
    m_buttons->setExclusive(true);
    connect(m_buttons, &QButtonGroup::idClicked, this, &Segmented::picked);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Segmented::setCurrent(int index)
{
    m_buttons->setExclusive(false);
    for (QAbstractButton* button : m_buttons->buttons())
        button->setChecked(m_buttons->id(button) == index);
    m_buttons->setExclusive(true);
}

int Segmented::current() const
{
    return m_buttons->checkedId();
}

void Segmented::setEnabledAt(int index, bool enabled, const QString& reason)
{
    QAbstractButton* button = m_buttons->button(index);
    button->setEnabled(enabled);
    button->setToolTip(enabled ? QString() : reason);
}

} // namespace lb
