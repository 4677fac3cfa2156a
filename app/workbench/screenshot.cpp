#include "app/workbench/screenshot.h"

#include "app/workbench/command_line.h"
#include "app/workbench/main_window.h"
#include "app/workbench/session.h"
#include "app/workbench/window_actions.h"
#include "core/graph/edits.h"
#include "widgets/learned/compare_dialog.h"
#include "widgets/learned/learned_view.h"
#include "widgets/theme/theme.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPainter>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace lb {
namespace {

constexpr int kLookMs = 50;
constexpr int kQuietLooks = 6; ///< a view that is told late asks late
constexpr int kMostMs = 60'000;
constexpr int kMostTrainingMs = 600'000;

/// Runs the event loop until `ready` held for a while; false if that took too long.
bool waitedFor(MainWindow& window, int mostMs, const std::function<bool()>& ready)
{
    QTimer look;
    QElapsedTimer since;
    since.start();
    int quiet = 0;
    QObject::connect(&look, &QTimer::timeout, &window, [&] {
        quiet = ready() ? quiet + 1 : 0;
        if (quiet >= kQuietLooks || since.elapsed() > mostMs)
            QApplication::exit(quiet >= kQuietLooks ? 0 : 1);
    });
    look.start(kLookMs);
    return QApplication::exec() == 0;
}

bool isAdapted(const Session& session)
{
    const Analysis& analysis = session.analysis();
    return std::ranges::none_of(analysis.nodes, [](const auto& entry) {
        return entry.second.needsAdapt && (!entry.second.adapted || entry.second.stale);
    });
}

/// False if no tab begins with that name.
bool tabShown(MainWindow& window, const QString& name)
{
    for (QTabBar* bar : window.findChildren<QTabBar*>())
        for (int i = 0; i < bar->count(); ++i)
            if (bar->isTabVisible(i) && bar->tabText(i).startsWith(name, Qt::CaseInsensitive)) {
                bar->setCurrentIndex(i);
                return true;
            }
    return false;
}

bool adaptedAll(MainWindow& window)
{
    if (isAdapted(window.session()))
        return true;
    window.actions().adaptAll->trigger();
    return waitedFor(window, kMostMs,
                     [&] { return isAdapted(window.session()) && window.settled(); });
}

/// The selected layer learns with another setting, too, and both states stand side by side.
bool compared(MainWindow& window, const QString& setting)
{
    Session& session = window.session();
    const LayerDef* layer = session.document().layerOf(session.selected());
    bool isNumber = false;
    const qlonglong value = setting.section('=', 1).toLongLong(&isNumber);
    if (!layer || !isNumber)
        return false;
    session.apply(edits::setParam(session.document(), layer->id,
                                  setting.section('=', 0, 0).toStdString(), Config(value)),
                  setting);
    if (!waitedFor(window, kMostMs, [&window] { return window.settled(); }) || !adaptedAll(window))
        return false;
    if (VocabularyView* view = window.views().vocabulary; view && view->isVisible())
        Q_EMIT view->comparePreviousRequested();
    else if (LearnedView* other = window.views().learned)
        Q_EMIT other->comparePreviousRequested();
    return waitedFor(window, kMostMs, [&window] {
        const auto* dialog = window.findChild<CompareDialog*>();
        return dialog && dialog->isVisible() && window.settled();
    });
}

template <typename T> T* inFront(MainWindow& window, const char* name)
{
    auto* found = window.findChild<T*>(name);
    return found && found->isVisible() ? found : nullptr;
}

/// Values into "Try it", as if somebody typed and pressed; what could not be done, "" for all of it.
QString notTried(MainWindow& window, const CommandLine& line)
{
    const auto settled = [&window] { return window.settled(); };
    if (!line.adaptOn.isEmpty()) {
        auto* values = inFront<QPlainTextEdit>(window, "tryAdaptOn");
        auto* adapt = inFront<QPushButton>(window, "tryAdapt");
        if (!values || !adapt)
            return QObject::tr("--adapt-on: there is no Try it of a layer that learns in front");
        values->setPlainText(line.adaptOn);
        adapt->click();
        if (!waitedFor(window, kMostMs, settled))
            return QObject::tr("--adapt-on: the layer has not learned after a minute");
    }
    if (line.tries.isEmpty())
        return {};
    VocabularyView* vocabulary = window.views().vocabulary;
    if (auto* input = inFront<QPlainTextEdit>(window, "tryInput"))
        input->setPlainText(line.tries);
    else if (vocabulary && vocabulary->tryText().isVisible())
        vocabulary->tryText().setSentence(line.tries);
    else
        return QObject::tr("--try: there is no Try it in front");
    if (!waitedFor(window, kMostMs, settled))
        return QObject::tr("--try: there was no answer after a minute");
    if (vocabulary && vocabulary->tryText().isVisible())
        vocabulary->showTry();
    return {};
}

/// The window, and what is open in front of it where it would stand.
QPixmap painted(MainWindow& window)
{
    QPixmap picture = window.grab();
    auto* dialog = window.findChild<CompareDialog*>();
    if (!dialog)
        return picture;
    QPainter painter(&picture);
    painter.fillRect(window.rect(), QColor(0, 0, 0, 110));
    QRect place = dialog->rect();
    place.moveCenter(window.rect().center());
    painter.drawPixmap(place, dialog->grab());
    painter.setPen(currentTheme().line2);
    painter.drawRect(place.adjusted(-1, -1, 0, 0));
    return picture;
}

/// Selects, adapts, shows tabs and trains as the command line says, once the data are there. What
/// could not be done; empty: all of it was.
QString notPrepared(MainWindow& window, const CommandLine& line)
{
    Session& session = window.session();
    const auto settled = [&window] { return window.settled(); };
    const QString late = QObject::tr("the pictures were not there after a minute");
    if (line.select.isEmpty() && !line.train && !line.adapt && line.tabs.isEmpty())
        return {};
    if (!waitedFor(window, kMostMs, settled))
        return late;
    if (line.adapt && !adaptedAll(window))
        return QObject::tr("--adapt: the layers have not learned after a minute");
    QStringList names;
    for (const auto& node : session.document().root().nodes)
        names << QString::fromStdString(session.document().nameOf(node->id));
    if (const Node* node = session.document().named(line.select.toStdString()))
        session.select({node->id});
    else if (!line.select.isEmpty())
        return QObject::tr("--select: there is no node %1; there are: %2")
            .arg(line.select, names.join(", "));
    for (const QString& tab : line.tabs) {
        if (!waitedFor(window, kMostMs, settled))
            return late;
        if (!tabShown(window, tab))
            return QObject::tr("--tab: there is no tab %1").arg(tab);
    }
    if (!line.compare.isEmpty() && !compared(window, line.compare))
        return QObject::tr("--compare: the layer could not learn with %1").arg(line.compare);
    if (const QString problem = notTried(window, line); !problem.isEmpty())
        return problem;
    if (!line.train)
        return {};
    window.train();
    if (!waitedFor(window, kMostTrainingMs, [&window] { return !window.views().isTraining(); }))
        return QObject::tr("--train: training did not end");
    if (line.workspaceIsGiven) // the run has shown its own
        window.setWorkspace(line.workspace);
    return {};
}

} // namespace

int paintedInto(MainWindow& window, const CommandLine& line)
{
    if (const QString problem = notPrepared(window, line); !problem.isEmpty()) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(problem));
        return 1;
    }
    const bool complete = waitedFor(window, kMostMs, [&window] { return window.settled(); });
    if (!complete)
        std::fprintf(stderr, "some pictures were not there after a minute\n");
    if (!painted(window).save(line.screenshot, "PNG")) {
        std::fprintf(stderr, "%s: cannot be written; choose another folder\n",
                     qUtf8Printable(line.screenshot));
        return 1;
    }
    return complete ? 0 : 1;
}

} // namespace lb
