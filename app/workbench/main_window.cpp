#include "app/workbench/main_window.h"

#include "app/workbench/canvas_edits.h"
#include "app/workbench/canvas_page.h"
#include "app/workbench/field_keys.h"
#include "app/workbench/file_actions.h"
#include "app/workbench/session.h"
#include "app/workbench/status_line.h"
#include "app/workbench/toolbar.h"
#include "app/workbench/window_actions.h"
#include "core/data/source.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/palette/layer_palette.h"
#include "widgets/problems/log_view.h"
#include "widgets/problems/problems_view.h"
#include "widgets/search/command_box.h"
#include "widgets/support/controls.h"
#include "widgets/support/tab_order.h"
#include "widgets/support/translated.h"
#include "widgets/theme/theme.h"

#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLabel>
#include <QMessageBox>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolBar>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace lb {
namespace {

constexpr int kNoteMs = 6'000;

int countOf(const Analysis& analysis, Severity severity)
{
    return static_cast<int>(
        std::count_if(analysis.problems.begin(), analysis.problems.end(),
                      [severity](const Problem& p) { return p.severity == severity; }));
}

} // namespace

QString workspaceKey(Workspace workspace)
{
    static const char* const kKeys[] = {"design", "data", "train", "export"};
    return kKeys[static_cast<int>(workspace)];
}

MainWindow::MainWindow(Session& session, QWidget* parent)
    : QMainWindow(parent)
    , m_session(session)
    , m_data(session)
    , m_adapt(session)
    , m_actions(std::make_unique<WindowActions>(this))
    , m_files(new FileActions(session, *m_actions, this))
    , m_loggedIndex(session.undoStack()->index())
{
    setObjectName("mainWindow");
    setDockOptions(QMainWindow::AnimatedDocks);
    setMinimumSize(960, 600);
    m_toolbar = new Toolbar(*m_actions, this);
    auto* bar = new QToolBar(tr("Tools"));
    bar->setObjectName("toolBar");
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->toggleViewAction()->setVisible(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_toolbar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->addWidget(m_toolbar);
    addToolBar(Qt::TopToolBarArea, bar);
    m_status = new StatusLine(this);
    setStatusBar(m_status);
    m_commands = new CommandBox(this);
    new FieldKeys(*this);
    makeCentre();
    makeDocks();
    fillMenus();
    connectSession();
    connectJobs();
    restoreLayout();
    showDocument();
    showTitle();
    for (QWidget* part : std::initializer_list<QWidget*>{m_toolbar, m_palette, m_centre, m_tabs,
                                                        m_views.inspector, m_status})
        if (part)
            tabAsItReads(*part);
    canvas().setFocus(); // its keys work from the start
}

MainWindow::~MainWindow() = default;

CanvasView& MainWindow::canvas()
{
    return m_page->canvas();
}

void MainWindow::makeCentre()
{
    m_centre = new QStackedWidget;
    m_page = new CanvasPage(m_session, m_centre);
    m_views = makeViews(m_session, m_adapt, m_page->canvas(), m_centre);
    m_centre->addWidget(m_page);
    for (QWidget* view : {m_views.data, m_views.training, m_views.exportPanel}) {
        auto* page = view ? view : new QWidget;
        m_centre->addWidget(page);
    }
    setCentralWidget(m_centre);
}

void MainWindow::connectSession()
{
    connect(&m_session, &Session::documentChanged, this, [this] {
        m_status->takeBack(); // what was said is of the document before
        showDocument();
        logEdit();
    });
    connect(&m_session, &Session::sourceChanged, this, &MainWindow::showDocument);
    connect(&m_session, &Session::phaseChanged, this, &MainWindow::showDocument);
    connect(&m_session, &Session::fileChanged, this, &MainWindow::showTitle);
    connect(&m_session, &Session::failed, this, &MainWindow::complain);
    connect(&m_session, &Session::projectReplaced, this, [this] {
        m_loggedIndex = 0;
        QMetaObject::invokeMethod(
            this, [this] { canvas().showOpening(); }, Qt::QueuedConnection);
    });
    connect(m_files, &FileActions::said, this, &MainWindow::note);
    connect(m_session.undoStack(), &QUndoStack::canUndoChanged, m_actions->undo,
            &QAction::setEnabled);
    connect(m_session.undoStack(), &QUndoStack::canRedoChanged, m_actions->redo,
            &QAction::setEnabled);
    m_actions->undo->setEnabled(false);
    m_actions->redo->setEnabled(false);

    connect(&canvas(), &CanvasView::paletteRequested, this, [this] {
        m_paletteDock->show();
        m_palette->focusSearch();
    });
    connect(&canvas(), &CanvasView::zoomChanged, m_status, &StatusLine::setZoom);
    connect(&canvas(), &CanvasView::statusRequested, m_status, &StatusLine::setSentence);
    connect(&canvas(), &CanvasView::openSampleRequested, this,
            [this] { m_files->startFrom("drawn_shapes"); });
    connect(m_palette, &LayerPalette::addRequested, this, [this](const QString& kerasClass) {
        addBehindSelection(m_session, kerasClass);
        canvas().showNode(m_session.selected());
        canvas().setFocus(); // the next key is for the new node
    });
    connect(m_problems, &ProblemsView::nodeActivated, this, [this](NodeId node) {
        m_session.select({node});
        canvas().centerOnNode(node);
    });
    connect(m_problems, &ProblemsView::fixRequested, this, [this](const Problem& problem, int fix) {
        m_session.applyFix(problem, static_cast<std::size_t>(fix));
    });
    connect(m_problems, &ProblemsView::adaptRequested, this, [this](NodeId node) {
        if (const LayerDef* layer = m_session.document().layerOf(node))
            m_adapt.start({layer->id});
    });
    connect(&m_session, &Session::workspaceRequested, this, [this](const QString& name) {
        for (const Workspace one :
             {Workspace::Design, Workspace::Data, Workspace::Train, Workspace::Export})
            if (workspaceKey(one) == name)
                setWorkspace(one);
    });
    connect(m_toolbar, &Toolbar::phaseChosen, &m_session, &Session::setPhase);
    connect(m_toolbar, &Toolbar::searchRequested, this, &MainWindow::showSearch);
    connect(m_status, &StatusLine::problemsClicked, this, [this] {
        setWorkspace(Workspace::Design);
        m_bottomDock->show();
        m_tabs->setCurrentWidget(m_problems);
    });
}

void MainWindow::showDocument()
{
    const Analysis& analysis = m_session.analysis();
    const int errors = countOf(analysis, Severity::Error);
    const int warnings = countOf(analysis, Severity::Warning);
    m_problems->setProblems(m_session.document(), analysis.problems);
    m_tabs->setTabText(m_tabs->indexOf(m_problems),
                       errors + warnings > 0 ? tr("Problems %1").arg(errors + warnings)
                                             : tr("Problems"));
    m_status->setProblems(errors, warnings);
    m_status->setSeed(m_session.document().recipe.seed);
    m_toolbar->setPhase(m_session.phase());
    m_actions->phase->setChecked(m_session.phase() == Phase::Inference);
    const bool training = m_views.isTraining && m_views.isTraining();
    const QString why = errors > 0
        ? counted(errors, tr("1 problem blocks training; see Problems."),
                  tr("%1 problems block training; see Problems."))
        : !m_session.source() ? tr("The data are not open.")
        : !m_views.train      ? tr("There is nothing that trains.")
                              : QString();
    m_toolbar->setTrain(errors,
                        training ? (m_adapt.isRunning() ? Toolbar::Run::Adapting : Toolbar::Run::Training)
                        : m_views.adaptsFirst && m_views.adaptsFirst() ? Toolbar::Run::AdaptsFirst
                                                                       : Toolbar::Run::Ready,
                        why);
    const auto& source = m_session.source();
    m_status->setData(source ? tr("%1, %2").arg(
                              source->hasImages() ? counted(source->size(), tr("1 image"), tr("%1 images"))
                                                  : counted(source->size(), tr("1 row"), tr("%1 rows")),
                              counted(std::ssize(source->classNames()), tr("1 class"),
                                      tr("%1 classes")))
                          : m_data.isOpening() ? tr("Opening the data...")
                                               : tr("No data"));
}

void MainWindow::showTitle()
{
    const QString name = m_session.displayName();
    setWindowTitle(QString("%1[*] - Layerbench").arg(name));
    setWindowModified(m_session.isModified());
    if (auto* corner = findChild<ElidedLabel*>("documentName")) {
        corner->setFullText(m_session.isModified() ? tr("%1, edited").arg(name) : name);
        corner->setToolTip(m_session.path().isEmpty() ? tr("Not saved yet")
                                                      : QDir::toNativeSeparators(m_session.path()));
    }
}

void MainWindow::logEdit()
{
    const QUndoStack* stack = m_session.undoStack();
    const int index = stack->index();
    if (index > m_loggedIndex)
        m_log->add(LogView::Kind::Edit, stack->text(index - 1));
    else if (index < m_loggedIndex && index < stack->count())
        m_log->add(LogView::Kind::Edit, tr("Undo: %1").arg(stack->text(index)));
    m_loggedIndex = index;
}

void MainWindow::note(const QString& sentence)
{
    m_log->add(LogView::Kind::Note, sentence);
    m_status->showFor(sentence, kNoteMs);
}

void MainWindow::complain(const QString& sentence)
{
    m_log->add(LogView::Kind::Error, sentence);
    m_status->showFor(sentence, kNoteMs);
}

void MainWindow::setJournalTrouble(const QString& why)
{
    m_status->setTrouble(why.isEmpty() ? QString() : tr("Recovery is off"),
                         tr("Edits cannot be kept for a crash: %1").arg(why));
    if (!why.isEmpty())
        m_log->add(LogView::Kind::Warning, tr("Edits cannot be kept for a crash: %1").arg(why));
}

void MainWindow::train()
{
    if (m_views.train && m_actions->train->isEnabled()) {
        setWorkspace(Workspace::Train);
        m_views.train();
        showDocument();
    } else {
        note(tr("Nothing to train: mend the problems first."));
    }
}

bool MainWindow::settled() const
{
    return !m_data.isOpening() && !m_adapt.isRunning()
        && (!m_views.settled || m_views.settled());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    const bool training = m_views.isTraining && m_views.isTraining();
    const bool adapting = m_adapt.isRunning();
    if (training || adapting) {
        QMessageBox box(QMessageBox::Question, adapting ? tr("Adapting") : tr("Training"),
                        adapting ? tr("Layers are learning from the data. Cancel that and close?")
                                 : tr("The model is training. Stop it and close?"),
                        QMessageBox::Yes | QMessageBox::Cancel, this);
        box.button(QMessageBox::Yes)->setText(adapting ? tr("Cancel adapting and close")
                                                       : tr("Stop and close"));
        if (box.exec() != QMessageBox::Yes) {
            event->ignore();
            return;
        }
    }
    if (!m_files->mayGoOn()) {
        event->ignore();
        return;
    }
    if (training && m_views.stopTraining)
        m_views.stopTraining();
    m_adapt.cancel();
    saveLayout();
    event->accept();
}

/// What nobody in front of it wanted.
void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && event->modifiers() == Qt::NoModifier
        && m_workspace == Workspace::Design)
        canvas().setFocus(Qt::ShortcutFocusReason);
    else if (event->key() == Qt::Key_Escape && event->modifiers() == Qt::NoModifier
             && m_workspace == Workspace::Train && m_adapt.isRunning())
        m_adapt.cancel(); // as the button of the workspace
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_page)
        m_page->update();
}

} // namespace lb
