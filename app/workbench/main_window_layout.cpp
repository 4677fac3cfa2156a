#include "app/workbench/main_window.h"

#include "app/workbench/canvas_page.h"
#include "app/workbench/session.h"
#include "app/workbench/toolbar.h"
#include "app/workbench/window_actions.h"
#include "core/data/source.h"
#include "widgets/learned/learned_view.h"
#include "widgets/palette/layer_palette.h"
#include "widgets/problems/log_view.h"
#include "widgets/problems/problems_view.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QDockWidget>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <array>

// Docks and the layout of each workspace.
namespace lb {
namespace {

constexpr int kLayoutVersion = 1;
constexpr int kInspectorWidth = 296, kBottomHeight = 380;

QDockWidget* dock(const QString& name, const QString& title, QWidget* content)
{
    auto* made = new QDockWidget(title);
    made->setObjectName(name);
    auto* noTitle = new QWidget; // the views have headers of their own
    noTitle->setMinimumHeight(0);
    noTitle->setMaximumHeight(0);
    made->setTitleBarWidget(noTitle);
    made->setFeatures(QDockWidget::DockWidgetClosable);
    made->setWidget(content);
    return made;
}

} // namespace

void MainWindow::makeDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);

    m_palette = new LayerPalette(m_session.registry());
    m_paletteDock = dock("paletteDock", tr("Palette"), m_palette);
    addDockWidget(Qt::LeftDockWidgetArea, m_paletteDock);

    QWidget* inspector = m_views.inspector ? m_views.inspector : new QWidget;
    m_inspectorDock = dock("inspectorDock", tr("Inspector"), inspector);
    inspector->setMinimumSize(std::max(inspector->minimumWidth(), 288), 0);
    addDockWidget(Qt::RightDockWidgetArea, m_inspectorDock);

    m_problems = new ProblemsView;
    m_log = new LogView;
    m_tabs = new QTabWidget;
    m_tabs->setObjectName("bottomTabs");
    // not in document mode: that paints a base line behind the corner, where no tab is
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->tabBar()->setExpanding(false);
    addLayerTabs();
    if (m_views.preview)
        m_tabs->addTab(m_views.preview, tr("Preview"));
    m_tabs->addTab(m_problems, tr("Problems"));
    m_tabs->addTab(m_log, tr("Log"));
    if (m_views.preview)
        m_tabs->setCurrentWidget(m_views.preview);
    m_tabs->setCornerWidget(m_problems->header());
    const auto showHeader = [this] {
        m_problems->header()->setVisible(m_tabs->currentWidget() == m_problems);
    };
    connect(m_tabs, &QTabWidget::currentChanged, this, showHeader);
    showHeader();
    m_bottomDock = dock("bottomDock", tr("Preview, problems, log"), m_tabs);
    addDockWidget(Qt::BottomDockWidgetArea, m_bottomDock);

    connect(m_palette, &LayerPalette::collapsedChanged, this, [this](bool collapsed) {
        m_actions->paletteRail->setChecked(collapsed);
        resizeDocks({m_paletteDock},
                    {collapsed ? LayerPalette::kRailWidth : LayerPalette::kWidth},
                    Qt::Horizontal);
    });
    connect(m_actions->paletteRail, &QAction::toggled, m_palette, &LayerPalette::setCollapsed);
}

/// Tabs for what only some layers have.
void MainWindow::addLayerTabs()
{
    if (m_views.vocabulary) {
        m_tabs->setTabVisible(m_tabs->addTab(m_views.vocabulary, tr("Vocabulary")), false);
        connect(m_views.vocabulary, &VocabularyView::wanted, this,
                [this](bool wanted) { showLayerTab(m_views.vocabulary, wanted, true); });
    }
    if (!m_views.learned)
        return;
    m_tabs->setTabVisible(m_tabs->addTab(m_views.learned, {}), false);
    connect(m_views.learned, &LearnedView::wanted, this, [this](bool wanted, const QString& title) {
        if (wanted)
            m_tabs->setTabText(m_tabs->indexOf(m_views.learned), title);
        const auto source = m_session.source(); // of pictures the preview tells more
        showLayerTab(m_views.learned, wanted, source && !source->hasImages());
    });
}

/// The tab is there with a layer that has something to show; it comes to the front once, and gives
/// its place back to the preview.
void MainWindow::showLayerTab(QWidget* view, bool wanted, bool inFront)
{
    const int index = m_tabs->indexOf(view);
    if (m_tabs->isTabVisible(index) == wanted)
        return;
    const bool wasPreview = m_tabs->currentWidget() == m_views.preview;
    const bool wasThis = m_tabs->currentIndex() == index;
    m_tabs->setTabVisible(index, wanted);
    if (wanted && wasPreview && inFront)
        m_tabs->setCurrentIndex(index);
    else if (!wanted && wasThis)
        m_tabs->setCurrentWidget(m_views.preview);
}

void MainWindow::setWorkspace(Workspace workspace)
{
    if (workspace != m_workspace) {
        saveLayout();
        m_workspace = workspace;
        restoreLayout();
    }
    const std::array all{m_actions->design, m_actions->data, m_actions->trainSpace,
                         m_actions->exportSpace};
    all[static_cast<std::size_t>(workspace)]->setChecked(true);
}

void MainWindow::saveLayout()
{
    QSettings settings;
    settings.setValue("layout/" + workspaceKey(m_workspace), saveState(kLayoutVersion));
    settings.setValue("layout/paletteRail", m_palette->isCollapsed());
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/tab", m_tabs->currentIndex());
}

void MainWindow::restorePlace(bool geometry)
{
    const QSettings settings;
    if (geometry)
        restoreGeometry(settings.value("window/geometry").toByteArray());
    m_palette->setCollapsed(settings.value("layout/paletteRail").toBool());
    const int tab = settings.value("window/tab", m_tabs->currentIndex()).toInt();
    if (tab >= 0 && tab < m_tabs->count() && m_tabs->isTabVisible(tab))
        m_tabs->setCurrentIndex(tab);
}

void MainWindow::restoreLayout()
{
    m_centre->setCurrentIndex(static_cast<int>(m_workspace));
    const bool design = m_workspace == Workspace::Design;
    m_toolbar->setDesignTools(design);
    const QSettings settings;
    const QByteArray state = settings.value("layout/" + workspaceKey(m_workspace)).toByteArray();
    if (!state.isEmpty() && restoreState(state, kLayoutVersion))
        return;
    for (QDockWidget* each : {m_paletteDock, m_inspectorDock, m_bottomDock})
        each->setVisible(design);
    if (design) {
        resizeDocks({m_paletteDock, m_inspectorDock},
                    {m_palette->isCollapsed() ? LayerPalette::kRailWidth : LayerPalette::kWidth,
                     kInspectorWidth},
                    Qt::Horizontal);
        resizeDocks({m_bottomDock}, {kBottomHeight}, Qt::Vertical);
    }
}

} // namespace lb
