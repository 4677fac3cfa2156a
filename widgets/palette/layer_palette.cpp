#include "widgets/palette/layer_palette.h"

#include "widgets/palette/palette_tree.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QTreeWidgetItemIterator>
#include <QVBoxLayout>

#include <array>

namespace lb {
namespace {

struct FamilyRow {
    About::Family family;
    const char* title;
};

constexpr std::array<FamilyRow, 8> kFamilies{{
    {About::Family::Data, QT_TRANSLATE_NOOP("lb::LayerPalette", "Data")},
    {About::Family::Image, QT_TRANSLATE_NOOP("lb::LayerPalette", "Image preprocessing")},
    {About::Family::RandomImage, QT_TRANSLATE_NOOP("lb::LayerPalette", "Random image")},
    {About::Family::Text, QT_TRANSLATE_NOOP("lb::LayerPalette", "Text and categories")},
    {About::Family::Numeric, QT_TRANSLATE_NOOP("lb::LayerPalette", "Numeric")},
    {About::Family::Layer, QT_TRANSLATE_NOOP("lb::LayerPalette", "Layers")},
    {About::Family::Sequence, QT_TRANSLATE_NOOP("lb::LayerPalette", "Sequences")},
    {About::Family::Output, QT_TRANSLATE_NOOP("lb::LayerPalette", "Output")},
}};

// A body's input is drawn where a composite is edited, never dropped into the main graph.
bool isOffered(const LayerType& layer)
{
    return layer.kerasClass() != "Input";
}

} // namespace

LayerPalette::LayerPalette(const LayerRegistry& registry, QWidget* parent)
    : QWidget(parent)
    , m_search(new QLineEdit)
    , m_tree(new PaletteTree(this))
    , m_header(new QWidget)
    , m_empty(new QWidget)
    , m_emptyText(new QLabel)
    , m_toggle(new QToolButton)
{
    setProperty("look", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_search->setObjectName("paletteSearch");
    m_search->setPlaceholderText(tr("Search layers"));
    m_search->setAccessibleName(tr("Search layers"));
    m_tree->setAccessibleName(tr("Layers"));
    m_toggle->setAccessibleName(tr("Open the palette"));
    m_search->addAction(themedIcon("search", &Theme::text3), QLineEdit::LeadingPosition);
    m_search->setFixedHeight(28);
    m_search->setToolTip(tr("Find a layer by name or by what it does (Tab on the canvas)"));
    m_search->installEventFilter(this);
    auto* key = new QLabel(tr("Tab"), m_search);
    key->setProperty("look", "monoHint");
    auto* keyLayout = new QHBoxLayout(m_search);
    keyLayout->setContentsMargins(0, 0, 8, 0);
    keyLayout->addStretch();
    keyLayout->addWidget(key);
    connect(m_search, &QLineEdit::textChanged, key,
            [key](const QString& words) { key->setVisible(words.isEmpty()); });

    m_toggle->setIcon(themedIcon("chevron-right"));
    m_toggle->setToolTip(tr("Open the palette"));
    m_toggle->setVisible(false);
    auto* headerLayout = new QHBoxLayout(m_header);
    headerLayout->setContentsMargins(10, 10, 10, 6);
    headerLayout->addWidget(m_search);
    headerLayout->addWidget(m_toggle);

    m_emptyText->setProperty("look", "hint");
    m_emptyText->setWordWrap(true);
    auto* emptyLayout = new QVBoxLayout(m_empty);
    emptyLayout->setContentsMargins(12, 8, 12, 8);
    emptyLayout->addWidget(m_emptyText);
    m_empty->setVisible(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_empty);
    layout->addWidget(m_tree, 1);
    m_tree->setObjectName("paletteRows");
    fill(registry);
    setMinimumWidth(kWidth);
    setMaximumWidth(320);

    connect(m_search, &QLineEdit::textChanged, this, &LayerPalette::filter);
    connect(m_toggle, &QToolButton::clicked, this, [this] { setCollapsed(false); });
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) { add(item); });
    connect(m_tree, &QTreeWidget::itemClicked, this, [](QTreeWidgetItem* item) {
        if (item->data(0, ClassRole).toString().isEmpty())
            item->setExpanded(!item->isExpanded());
    });
}

void LayerPalette::fill(const LayerRegistry& registry)
{
    for (const FamilyRow& row : kFamilies) {
        auto* family = new QTreeWidgetItem(QStringList(tr(row.title)));
        for (const LayerType* layer : registry.layers()) {
            const About about = layer->about();
            if (about.family != row.family || !isOffered(*layer))
                continue;
            const QString name = QString::fromUtf8(layer->kerasClass().data(),
                                                   qsizetype(layer->kerasClass().size()));
            auto* item = new QTreeWidgetItem(family, QStringList(name));
            item->setData(0, ClassRole, name);
            item->setData(0, FamilyRole, static_cast<int>(about.family));
            item->setToolTip(0, QString("<b>%1</b><br>%2").arg(
                                    name, translated(Message(about.summary)).toHtmlEscaped()));
            item->setFlags(item->flags() | Qt::ItemIsDragEnabled);
        }
        if (family->childCount() == 0) {
            delete family;
            continue;
        }
        family->setData(0, CountRole, family->childCount());
        family->setFlags(Qt::ItemIsEnabled);
        m_tree->addTopLevelItem(family);
        family->setExpanded(true);
    }
}

void LayerPalette::filter(const QString& words)
{
    int shownLayers = 0;
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem* family = m_tree->topLevelItem(i);
        int here = 0;
        for (int j = 0; j < family->childCount(); ++j) {
            QTreeWidgetItem* item = family->child(j);
            const bool fits = item->text(0).contains(words, Qt::CaseInsensitive)
                || item->toolTip(0).contains(words, Qt::CaseInsensitive);
            item->setHidden(!fits);
            here += fits ? 1 : 0;
        }
        family->setHidden(here == 0);
        family->setData(0, CountRole, here);
        if (!words.isEmpty())
            family->setExpanded(true);
        shownLayers += here;
    }
    m_emptyText->setText(tr("No layer called “%1”.").arg(words));
    m_empty->setVisible(shownLayers == 0);
    m_tree->setCurrentItem(words.isEmpty() ? nullptr : firstShown());
}

QTreeWidgetItem* LayerPalette::firstShown() const
{
    // Who types a name means the layer that begins with it, not one whose text mentions it.
    QTreeWidgetItem* first = nullptr;
    for (QTreeWidgetItemIterator it(m_tree); *it; ++it) {
        if ((*it)->isHidden() || (*it)->data(0, ClassRole).toString().isEmpty())
            continue;
        if ((*it)->text(0).compare(m_search->text(), Qt::CaseInsensitive) == 0)
            return *it;
        const bool begins = (*it)->text(0).startsWith(m_search->text(), Qt::CaseInsensitive);
        if (!first || (begins && !first->text(0).startsWith(m_search->text(), Qt::CaseInsensitive)))
            first = *it;
    }
    return first;
}

void LayerPalette::add(QTreeWidgetItem* item)
{
    const QString kerasClass = item ? item->data(0, ClassRole).toString() : QString();
    if (kerasClass.isEmpty())
        return;
    m_search->clear(); // what was looked for is found
    Q_EMIT addRequested(kerasClass);
}

void LayerPalette::focusSearch()
{
    setCollapsed(false);
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LayerPalette::setCollapsed(bool collapsed)
{
    if (collapsed == m_collapsed)
        return;
    m_collapsed = collapsed;
    m_search->setVisible(!collapsed);
    m_toggle->setVisible(collapsed);
    static_cast<PaletteTree*>(m_tree)->setRail(collapsed);
    if (collapsed)
        m_search->clear();
    setMinimumWidth(collapsed ? kRailWidth : kWidth);
    setMaximumWidth(collapsed ? kRailWidth : 320);
    Q_EMIT collapsedChanged(collapsed);
}

QStringList LayerPalette::shown() const
{
    QStringList classes;
    for (QTreeWidgetItemIterator it(m_tree, QTreeWidgetItemIterator::NotHidden); *it; ++it)
        if (const QString name = (*it)->data(0, ClassRole).toString(); !name.isEmpty())
            classes << name;
    return classes;
}

QPoint LayerPalette::rowCenter(const QString& kerasClass) const
{
    for (QTreeWidgetItemIterator it(m_tree); *it; ++it)
        if ((*it)->data(0, ClassRole).toString() == kerasClass) {
            m_tree->scrollToItem(*it);
            return m_tree->visualItemRect(*it).center();
        }
    return {-1, -1};
}

QWidget* LayerPalette::rows() const
{
    return m_tree->viewport();
}

bool LayerPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        add(m_tree->currentItem());
        return true;
    case Qt::Key_Down:
    case Qt::Key_Up:
        m_tree->setFocus();
        if (!m_tree->currentItem())
            m_tree->setCurrentItem(firstShown());
        return true;
    case Qt::Key_Escape:
        if (m_search->text().isEmpty())
            break;
        m_search->clear();
        return true;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace lb
