#include "widgets/preview/preview_bar.h"

#include "widgets/inspector/number_field.h"
#include "widgets/support/segmented.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QRandomGenerator>
#include <QToolButton>

namespace lb {
namespace {

constexpr int kLeastBar = 780, kRoomyBar = 960;

QLabel* caption(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("look", "caption");
    return label;
}

} // namespace

PreviewBar::PreviewBar(QWidget* parent)
    : QWidget(parent)
    , m_epochField(new NumberField(true, false, this))
    , m_batchField(new NumberField(true, false, this))
    , m_scope(new Segmented({tr("This node"), tr("Up to here")}, this))
    , m_size(new Segmented({tr("Native"), tr("Model")}, this))
    , m_pins(new QPushButton(this))
    , m_menu(new QMenu(m_pins))
    , m_seedCaption(caption(tr("Seed"), this))
    , m_seedField(new NumberField(true, false, this))
    , m_lock(new QToolButton(this))
    , m_reshuffle(new QPushButton(themedIcon("dice"), tr("Reshuffle"), this))
{
    setObjectName("previewBar");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 12, 4);
    row->setSpacing(8);
    row->addStretch(1);
    for (const auto& [text, field, name] :
         {std::tuple{tr("Epoch"), m_epochField, "previewEpoch"},
          std::tuple{tr("batch"), m_batchField, "previewBatch"}}) {
        row->addWidget(caption(text, this));
        field->setLimits(1, 1e6);
        field->setValue(1);
        field->setFixedWidth(48);
        field->setObjectName(name);
        field->setAccessibleName(text);
        row->addWidget(field);
    }
    m_epochField->setToolTip(tr("Draw 1 is what a sample gets in this epoch, draw 2 in the next"));
    m_scope->setCurrent(0);
    m_scope->setToolTip(tr("Whether the random layers before this node draw too"));
    m_size->setCurrent(0);
    m_pins->setIcon(themedIcon("pin"));
    m_pins->setMenu(m_menu);
    m_pins->setObjectName("pins");
    m_pins->setStyleSheet(
        "QPushButton { text-align: left; padding-right: 22px; min-height: 22px; }");
    row->addSpacing(4);
    row->addWidget(m_scope);
    row->addWidget(m_size);
    row->addWidget(m_pins);
    row->addSpacing(4);
    row->addWidget(m_seedCaption);
    m_seedField->setFixedWidth(64);
    m_seedField->setObjectName("previewSeed");
    row->addWidget(m_seedField);
    m_lock->setObjectName("seedLock");
    m_lock->setAccessibleName(tr("Seed of the project"));
    row->addWidget(m_lock);
    m_reshuffle->setObjectName("reshuffle");
    m_reshuffle->setAccessibleName(tr("Reshuffle"));
    m_seedField->setAccessibleName(tr("Seed"));
    m_reshuffle->setStyleSheet("QPushButton { min-height: 22px; }");
    row->addWidget(m_reshuffle);
    connect(m_epochField, &NumberField::edited, this, [this](const Config& value) {
        m_epoch = static_cast<std::uint32_t>(*value.as<std::int64_t>() - 1);
        Q_EMIT changed();
    });
    connect(m_batchField, &NumberField::edited, this, [this](const Config& value) {
        m_batch = static_cast<std::uint64_t>(*value.as<std::int64_t>() - 1);
        Q_EMIT changed();
    });
    connect(m_scope, &Segmented::picked, this, &PreviewBar::changed);
    connect(m_size, &Segmented::picked, this, [this](int index) {
        m_nativeWanted = index == 0;
        Q_EMIT changed();
    });
    connect(m_seedField, &NumberField::edited, this, [this](const Config& value) {
        m_ownSeed = *value.as<std::int64_t>();
        Q_EMIT changed();
    });
    connect(m_lock, &QToolButton::clicked, this, [this] {
        setLocked(!m_locked);
        Q_EMIT changed();
    });
    connect(m_reshuffle, &QPushButton::clicked, this, &PreviewBar::reshuffle);
    setLocked(true);
    setPins({});
}

void PreviewBar::setProjectSeed(std::int64_t seed)
{
    m_projectSeed = seed;
    showSeed();
}

void PreviewBar::setModelSize(const QString& text, bool native, const QString& whyNoNative)
{
    m_nativeFits = native;
    m_size->setEnabledAt(0, native, whyNoNative);
    if (auto* model = m_size->findChildren<QToolButton*>().value(1))
        model->setText(text);
    m_size->setCurrent(this->native() ? 0 : 1);
}

void PreviewBar::setBatchMatters(bool matters)
{
    m_batchField->setEnabled(matters);
    m_batchField->setToolTip(matters ? tr("Which batch of the epoch")
                                     : tr("This node draws for every sample by itself, whatever "
                                          "the batch"));
}

QSize PreviewBar::minimumSizeHint() const
{
    return {kLeastBar, QWidget::minimumSizeHint().height()};
}

void PreviewBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

/// Words that tool tips say, too, give way where there is little room.
void PreviewBar::fit()
{
    const bool narrow = width() < kRoomyBar;
    const QString pinned = tr("%n pinned", nullptr, static_cast<int>(m_names.size()));
    m_pins->setText(narrow ? QString::number(m_names.size()) : pinned);
    m_pins->setToolTip(pinned);
    m_pins->setAccessibleName(pinned);
    m_pins->setMinimumWidth(narrow ? 80 : 112);
    m_reshuffle->setText(narrow ? QString() : tr("Reshuffle"));
    m_seedCaption->setVisible(!narrow);
    layout()->setSpacing(narrow ? 4 : 8);
}

void PreviewBar::setPins(const QStringList& names)
{
    m_names = names;
    fit();
    m_menu->clear();
    QAction* add = m_menu->addAction(themedIcon("plus"),
                                     m_rows ? tr("Pin another row…") : tr("Pin an image file…"));
    connect(add, &QAction::triggered, this, &PreviewBar::pinRequested);
    m_menu->addSeparator();
    for (int i = 0; i < names.size(); ++i) {
        QAction* unpin = m_menu->addAction(themedIcon("close"), tr("Unpin %1").arg(names[i]));
        unpin->setEnabled(names.size() > 1);
        connect(unpin, &QAction::triggered, this, [this, i] { Q_EMIT unpinRequested(i); });
    }
}

void PreviewBar::setRows(bool rows)
{
    if (rows == m_rows)
        return;
    m_rows = rows;
    m_size->setVisible(!rows);
    setPins(m_names);
}

bool PreviewBar::thisNode() const
{
    return m_scope->current() == 0;
}

bool PreviewBar::native() const
{
    return m_rows || (m_nativeWanted && m_nativeFits);
}

std::optional<std::uint64_t> PreviewBar::seed() const
{
    return m_locked ? std::nullopt : std::optional(static_cast<std::uint64_t>(m_ownSeed));
}

void PreviewBar::reshuffle()
{
    if (m_locked)
        return;
    m_ownSeed = static_cast<std::int64_t>(QRandomGenerator::global()->bounded(1, 100'000));
    showSeed();
    Q_EMIT changed();
}

void PreviewBar::setLocked(bool locked)
{
    m_locked = locked;
    if (!locked && m_ownSeed == 0)
        m_ownSeed = m_projectSeed;
    m_lock->setIcon(
        themedIcon(locked ? "lock" : "unlock", locked ? &Theme::accent : &Theme::text2));
    m_lock->setToolTip(locked ? tr("The draws are those of training. Click to try other seeds")
                              : tr("Back to the draws of training"));
    m_reshuffle->setEnabled(!locked);
    m_reshuffle->setToolTip(locked ? tr("Open the lock to try other seeds")
                                   : tr("Another seed (S)"));
    m_seedField->setReadOnly(locked);
    showSeed();
}

void PreviewBar::showSeed()
{
    m_seedField->setValue(Config(m_locked ? m_projectSeed : m_ownSeed));
}

} // namespace lb
