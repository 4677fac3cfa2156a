#include "app/workbench/main_window.h"

#include "app/workbench/canvas_edits.h"
#include "app/workbench/canvas_page.h"
#include "app/workbench/file_actions.h"
#include "app/workbench/session.h"
#include "app/workbench/toolbar.h"
#include "app/workbench/window_actions.h"
#include "core/graph/edits.h"
#include "core/graph/feature_spaces.h"
#include "core/graph/flow.h"
#include "core/graph/project_file.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/palette/layer_palette.h"
#include "widgets/search/command_box.h"
#include "widgets/support/controls.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QUndoStack>

// Menus, what they do, and the search over all of it.
namespace lb {
namespace {

constexpr int kMenuHeight = 32, kNameWidth = 380;

} // namespace

void MainWindow::fillMenus()
{
    WindowActions& a = *m_actions;
    auto* logo = new QLabel;
    logo->setPixmap(themedIcon("logo").pixmap(18, 18));
    logo->setContentsMargins(10, 0, 2, 0);
    menuBar()->setCornerWidget(logo, Qt::TopLeftCorner);
    auto* name = new ElidedLabel("", Qt::ElideMiddle);
    name->setObjectName("documentName");
    name->setContentsMargins(0, 0, 16, 0);
    name->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    name->setFixedWidth(kNameWidth); // the menu bar does not ask again when the name grows
    name->setMinimumHeight(kMenuHeight - 2); // or it hangs from the upper edge
    menuBar()->setFixedHeight(kMenuHeight);
    auto* corner = new QWidget; // the menu bar places it by its size hint, whatever its width
    auto* cornerRow = new QHBoxLayout(corner);
    cornerRow->setContentsMargins(0, 0, 0, 0);
    cornerRow->addWidget(name);
    menuBar()->setCornerWidget(corner, Qt::TopRightCorner);

    QMenu* file = menuBar()->addMenu(tr("File"));
    file->addAction(a.newProject);
    file->addAction(a.open);
    QMenu* recent = file->addMenu(tr("Open recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { m_files->fillRecent(*recent); });
    file->addSeparator();
    file->addActions({a.save, a.saveAs});
    file->addSeparator();
    file->addActions({a.exportBundle, a.predict});
    file->addSeparator();
    file->addAction(a.quit);
    connect(a.quit, &QAction::triggered, this, &QWidget::close);
    connect(a.exportBundle, &QAction::triggered, this, [this] { setWorkspace(Workspace::Export); });
    connect(a.predict, &QAction::triggered, this, [this] {
        if (m_views.showPredict)
            m_views.showPredict();
    });

    QMenu* editMenu = menuBar()->addMenu(tr("Edit"));
    editMenu->addActions({a.undo, a.redo});
    editMenu->addSeparator();
    editMenu->addActions({a.remove, a.removeReconnect, a.duplicate});
    editMenu->addSeparator();
    editMenu->addAction(a.find);
    connect(a.undo, &QAction::triggered, m_session.undoStack(), &QUndoStack::undo);
    connect(a.redo, &QAction::triggered, m_session.undoStack(), &QUndoStack::redo);
    connect(a.remove, &QAction::triggered, this, [this] { removeSelection(m_session, false); });
    connect(a.removeReconnect, &QAction::triggered, this,
            [this] { removeSelection(m_session, true); });
    connect(a.duplicate, &QAction::triggered, this, [this] { duplicateSelection(m_session); });
    connect(a.find, &QAction::triggered, this, &MainWindow::showSearch);
    fillGraphMenus();

    QMenu* view = menuBar()->addMenu(tr("View"));
    view->addActions(a.workspaces->actions());
    view->addSeparator();
    QMenu* panels = view->addMenu(tr("Panels"));
    for (QDockWidget* each : {m_paletteDock, m_inspectorDock, m_bottomDock})
        panels->addAction(each->toggleViewAction());
    panels->addAction(a.paletteRail);
    panels->addSeparator();
    panels->addAction(a.resetLayout);
    view->addSeparator();
    view->addActions(a.themes->actions());
    for (int i = 0; i < 4; ++i)
        connect(a.workspaces->actions().at(i), &QAction::triggered, this,
                [this, i] { setWorkspace(static_cast<Workspace>(i)); });
    (currentTheme().isDark ? a.darkTheme : a.lightTheme)->setChecked(true);
    const auto choose = [](const Theme& theme) {
        setTheme(theme);
        QSettings().setValue("theme", theme.name);
    };
    connect(a.darkTheme, &QAction::triggered, this, [choose] { choose(Theme::dark()); });
    connect(a.lightTheme, &QAction::triggered, this, [choose] { choose(Theme::light()); });
    connect(a.resetLayout, &QAction::triggered, this, [this] {
        QSettings().remove("layout");
        m_palette->setCollapsed(false);
        restoreLayout();
    });

    QMenu* help = menuBar()->addMenu(tr("Help"));
    help->addActions({a.shortcuts, a.about});
    connect(a.about, &QAction::triggered, this, [this] {
        QMessageBox::about(this, tr("About Layerbench"),
                           tr("<b>Layerbench %1</b><p>Assembles preprocessing and model layers, "
                              "shows what each does to real data, trains them and exports one "
                              "artefact that needs no Python.")
                               .arg(QCoreApplication::applicationVersion()));
    });
    connect(a.shortcuts, &QAction::triggered, this, [this] {
        QString rows;
        for (const QAction* action : m_actions->all())
            if (const QString key = keyText(*action); !key.isEmpty())
                rows += QString("<tr><td>%1&nbsp;&nbsp;&nbsp;</td><td><code>%2</code></td></tr>")
                            .arg(action->text().section('\t', 0, 0), key);
        QMessageBox box(QMessageBox::NoIcon, tr("Keyboard shortcuts"),
                        "<table>" + rows + "</table>", QMessageBox::Close, this);
        box.exec();
    });
}

void MainWindow::fillGraphMenus()
{
    WindowActions& a = *m_actions;
    QMenu* graph = menuBar()->addMenu(tr("Graph"));
    graph->addActions({a.addLayer, a.arrange, a.fit, a.frameSelected, a.minimap});
    graph->addSeparator();
    graph->addActions({a.mute, a.collapse, a.frame, a.group, a.dissolve});
    graph->addSeparator();
    graph->addActions({a.behindBatch, a.beforeBatch});
    graph->addSeparator();
    graph->addActions({a.enterGroup, a.leaveGroup, a.openSpace});
    graph->setToolTipsVisible(true); // why something is not to be had
    connect(a.addLayer, &QAction::triggered, this, [this] {
        setWorkspace(Workspace::Design);
        m_paletteDock->show();
        m_palette->focusSearch();
    });
    connect(a.arrange, &QAction::triggered, this, [this] {
        arrangeAll(m_session);
        canvas().fitAll();
    });
    connect(a.fit, &QAction::triggered, &canvas(), &CanvasView::fitAll);
    connect(a.minimap, &QAction::toggled, &canvas(), &CanvasView::setMinimapShown);
    connect(a.frameSelected, &QAction::triggered, &canvas(), &CanvasView::frameSelection);
    connect(a.mute, &QAction::triggered, this, [this] { muteSelection(m_session); });
    connect(a.collapse, &QAction::triggered, this, [this] { collapseSelection(m_session); });
    connect(a.frame, &QAction::triggered, this, [this] { lb::frameSelection(m_session); });
    connect(a.group, &QAction::triggered, this, [this] { groupSelection(m_session); });
    connect(a.dissolve, &QAction::triggered, this, [this] { dissolveSelection(m_session); });
    connect(a.behindBatch, &QAction::triggered, this,
            [this] { moveSelectionAcrossBatch(m_session, Stage::Model); });
    connect(a.beforeBatch, &QAction::triggered, this,
            [this] { moveSelectionAcrossBatch(m_session, Stage::Pipeline); });
    connect(a.enterGroup, &QAction::triggered, this, [this] { enterSelectedGroup(m_session); });
    connect(a.leaveGroup, &QAction::triggered, this, [this] { leaveGroup(m_session); });
    connect(a.openSpace, &QAction::triggered, this, [this] { openSelectedSpace(m_session); });
    const auto offer = [this] {
        const Result<> may = mayOpenSpace(m_session.document(), m_session.selected());
        QAction& open = *m_actions->openSpace;
        open.setEnabled(may.ok());
        open.setToolTip(may.ok() ? tr("A FeatureSpace's layers in its place (%1)").arg(keyText(open))
                        : m_session.selected().value ? translated(may.error())
                                                     : tr("Select a FeatureSpace to open it"));
        open.setStatusTip(open.toolTip());
        const Node* node = m_session.document().node(m_session.selected());
        const bool isGroup = node && std::holds_alternative<BodyId>(node->calls);
        m_actions->enterGroup->setEnabled(isGroup);
        m_actions->dissolve->setEnabled(isGroup);
        m_actions->behindBatch->setEnabled(selectionStands(m_session, Stage::Pipeline));
        m_actions->beforeBatch->setEnabled(selectionStands(m_session, Stage::Model));
        m_actions->leaveGroup->setEnabled(!m_session.inside().empty());
    };
    connect(&m_session, &Session::documentChanged, this, offer);
    connect(&m_session, &Session::selectionChanged, this, offer);
    connect(&m_session, &Session::insideChanged, this, offer);
    offer();

    QMenu* dataMenu = menuBar()->addMenu(tr("Data"));
    dataMenu->addActions({a.chooseData, a.adaptAll});
    QMenu* run = menuBar()->addMenu(tr("Run"));
    run->addActions({a.train, a.stop});
    run->addSeparator();
    run->addAction(a.phase);
    connect(a.train, &QAction::triggered, this, &MainWindow::train);
    connect(a.stop, &QAction::triggered, this, [this] {
        if (m_views.stopTraining)
            m_views.stopTraining();
    });
    connect(a.phase, &QAction::triggered, this, [this](bool inference) {
        m_session.setPhase(inference ? Phase::Inference : Phase::Training);
    });
}

void MainWindow::showSearch()
{
    std::vector<Finding> findings;
    const Document& document = m_session.document();
    std::vector<const Node*> nodes;
    for (const auto& body : document.bodies)
        for (const auto& node : body->nodes) // but for what groups begin and end with
            if (body == document.bodies.front()
                || !(flow::isClass(document, *node, flow::kInput)
                     || flow::isClass(document, *node, flow::kOutput)))
                nodes.push_back(node.get());
    for (const Node* node : nodes) {
        const LayerDef* layer = document.layerOf(node->id);
        const std::string kerasClass = layer ? layer->kerasClass : std::string();
        const auto type = m_session.registry().find(kerasClass);
        findings.push_back(
            {QString::fromStdString(document.nameOf(node->id)), tr("node"), {},
             layer ? layerIcon(kerasClass) : "layers",
             layerColor(kerasClass,
                        type.ok() ? type.value()->about().family : About::Family::Layer),
             [this, id = node->id] {
                 setWorkspace(Workspace::Design);
                 canvas().setFocus(); // first: what is typed in a field belongs to the other node
                 m_session.select({id});
                 canvas().centerOnNode(id);
             }});
    }
    for (QAction* action : m_actions->all())
        if (action->isEnabled() && action != m_actions->find)
            findings.push_back({action->text().section('\t', 0, 0).remove('&'), tr("command"),
                                keyText(*action), action->property("icon").toString(), QColor(),
                                [action] { action->trigger(); }});
    for (const QString& kerasClass : m_palette->shown()) {
        const std::string name = kerasClass.toStdString();
        const auto type = m_session.registry().find(name);
        findings.push_back({tr("Add %1").arg(kerasClass), tr("layer"), {}, layerIcon(name),
                            layerColor(name, type.value()->about().family), [this, kerasClass] {
                                setWorkspace(Workspace::Design);
                                canvas().setFocus(); // the next key is for the new node
                                addBehindSelection(m_session, kerasClass);
                                canvas().showNode(m_session.selected());
                            }});
    }
    m_commands->open(std::move(findings), m_toolbar->searchCorner(), m_toolbar->searchWidth());
}

} // namespace lb
