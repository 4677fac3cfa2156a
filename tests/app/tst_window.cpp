#include "app/workbench/recovery.h"
#include "app/workbench/run_store.h"
#include "app/workbench/status_line.h"
#include "app/workbench/window_actions.h"
#include "core/data/source.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "tests/app/answer.h"
#include "tests/app/open_window.h"
#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/export/export_view.h"
#include "widgets/palette/layer_palette.h"
#include "widgets/search/command_box.h"
#include "widgets/training/training_view.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>

#include <algorithm>
#include <fstream>

using namespace lb;

namespace {

void writeFile(const QString& path, std::string_view text)
{
    std::ofstream(path.toStdString(), std::ios::binary) << text;
}

} // namespace

class TestWindow : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init() { openTemplate("drawn_shapes"); }
    void cleanup() { closeAll(); }

    void theDataOfTheExampleAreOpenedByThemselves()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);

        QCOMPARE(m_session->source()->size(), 8'192);
        QVERIFY(m_session->heldOut());
        QCOMPARE(m_session->facts().classNames.size(), 10U);
    }

    void commandsOfNodesAreOfferedWhereTheyMean()
    {
        const WindowActions& actions = m_window->actions();
        m_session->select({});
        for (const QAction* action : {actions.dissolve, actions.behindBatch, actions.beforeBatch})
            QVERIFY2(!action->isEnabled(), qPrintable(action->text()));

        m_session->select({m_session->document().named("random_flip")->id});
        QVERIFY(!actions.dissolve->isEnabled());
        QVERIFY(actions.behindBatch->isEnabled());
        QVERIFY(!actions.beforeBatch->isEnabled());
        actions.behindBatch->trigger();
        QVERIFY(!actions.behindBatch->isEnabled());
        QVERIFY(actions.beforeBatch->isEnabled());
        actions.beforeBatch->trigger();
        QCOMPARE(m_session->document().named("random_flip")->stage, Stage::Pipeline);
        m_session->select({m_session->document().source()->id});
        QVERIFY(!actions.behindBatch->isEnabled());

        m_session->select({m_session->document().named("random_flip")->id,
                           m_session->document().named("random_rotation")->id});
        actions.group->trigger();
        QVERIFY(actions.dissolve->isEnabled());
        actions.dissolve->trigger();
        QVERIFY(!actions.dissolve->isEnabled());
    }

    /// A drag into the other lane is the command: wires, batch and one step.
    void aDragIntoTheOtherLaneMovesTheLayerAcrossTheBatch()
    {
        const Document before = m_session->document();
        const NodeId flip = m_hand->named("random_flip");
        m_session->select({flip});
        m_window->actions().behindBatch->trigger();
        const Document byCommand = m_session->document();
        QVERIFY(!(byCommand == before));
        m_session->undoStack()->undo();
        m_hand->seeAll();
        const CanvasView& canvas = m_window->canvas();

        const QPoint from = canvas.nodeCenter(flip);
        m_hand->drag(from, {from.x(), canvas.nodeCenter(m_hand->named("conv2d")).y()});

        QVERIFY(m_session->document() == byCommand);
        QCOMPARE(m_session->undoStack()->count(), 1);
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
        const QPoint dense = canvas.nodeCenter(m_hand->named("conv2d"));
        m_hand->drag(dense, {dense.x(), canvas.nodeCenter(m_hand->named("rescaling")).y()});
        QVERIFY(m_session->document() == before); // it has weights
        const QString said = m_window->findChild<StatusLine*>()->sentence();
        QVERIFY2(said.contains("has weights to train"), qPrintable(said));
    }

    /// With a Source, which has no other side, a layer that is there already: both change place.
    void aDragOfWhatHasNothingToCrossIsAMove()
    {
        const NodeId source = m_session->document().source()->id;
        const NodeId conv = m_hand->named("conv2d");
        const Document before = m_session->document();
        m_hand->seeAll();
        const CanvasView& canvas = m_window->canvas();
        m_session->select({source, conv});

        const QPoint from = canvas.nodeCenter(source);
        m_hand->drag(from, {from.x(), canvas.nodeCenter(conv).y()});

        const Document& after = m_session->document();
        QCOMPARE(m_session->undoStack()->count(), 1);
        QCOMPARE(m_session->undoStack()->undoText(), "Move");
        const double by = after.node(source)->at.y - before.node(source)->at.y;
        QVERIFY2(by > 0, qPrintable(QString::number(by)));
        QCOMPARE(after.node(conv)->at.y - before.node(conv)->at.y, by);
        QCOMPARE(after.node(conv)->stage, Stage::Model);
        QCOMPARE(after.node(conv)->inputs, before.node(conv)->inputs);
        QCOMPARE(m_session->analysis().problems.size(), std::size_t{0});
    }

    void dataAreOpenedAgainWhenTheirLayerChanges()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);

        drawFewer();

        QTRY_COMPARE(m_session->source() ? m_session->source()->size() : 0, 96);
    }

    void aProjectWithoutItsDataOpensAndSaysSo()
    {
        const Document cifar = parseProject(builtinTemplates()[1].json, {}).value();
        const QString path = m_folder->filePath("cifar.lbench");
        QVERIFY(saveProject(cifar, path.toStdString()).ok());

        QVERIFY(m_window->files().openFile(path));

        auto* shapes = m_window->findChild<QPushButton*>("noticeShapes");
        QTRY_VERIFY_WITH_TIMEOUT(shapes->isVisible(), kPatience);
        QVERIFY(!m_session->sourceError().isEmpty());
        QVERIFY(m_session->document() == cifar);
        const auto gone = [this] {
            const auto& all = m_session->analysis().problems;
            return std::ranges::count(all, "data_not_open", &Problem::code);
        };
        QCOMPARE(gone(), 1);
        QCOMPARE(m_session->analysis().problems.front().node, cifar.source()->id);
        QVERIFY(m_session->analysis().hasErrors());
        const QString why = m_session->sourceError();
        QCOMPARE(m_window->findChild<QPushButton*>("runMain")->toolTip(), why);
        QTest::keyClick(m_window.get(), Qt::Key_4, Qt::ControlModifier);
        QVERIFY2(m_window->findChild<ExportView*>()->bannerText().contains(why),
                 qPrintable(m_window->findChild<ExportView*>()->bannerText()));
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        auto* tabs = m_window->findChild<QTabWidget*>("bottomTabs");
        const auto titled = [tabs](const QString& title) {
            for (int i = 0; i < tabs->count(); ++i)
                if (tabs->tabText(i) == title)
                    return true;
            return false;
        };
        const auto& all = m_session->analysis().problems;
        const auto counted = std::ranges::count_if(
            all, [](const Problem& each) { return each.severity != Severity::Hint; });
        QVERIFY(titled(QString("Problems %1").arg(counted)));
        QTest::mouseClick(shapes, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);
        QVERIFY(!shapes->isVisible());
        QCOMPARE(gone(), 0);
        QCOMPARE(m_session->undoStack()->count(), 1);
    }

    void workspacesHaveKeys()
    {
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(m_window->workspace(), Workspace::Data);
        QVERIFY(!m_window->palette().isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(m_window->workspace(), Workspace::Design);
        QVERIFY(m_window->palette().isVisible());
    }

    void aDoubleClickInThePaletteAddsAndWires()
    {
        const NodeId rescaling = m_session->document().named("rescaling")->id;
        const NodeId batch = m_session->document().named("batch")->id;
        const Document before = m_session->document();
        m_hand->clickNode("rescaling");

        m_hand->doubleClick("RandomContrast");

        const Node* added = m_session->document().node(m_session->selected());
        QVERIFY(added);
        QCOMPARE(m_session->document().layerOf(added->id)->kerasClass, "RandomContrast");
        QCOMPARE(std::get<PortRef>(added->inputs.at(0).from).node, rescaling);
        const Node* next = m_session->document().node(batch);
        QCOMPARE(std::get<PortRef>(next->inputs.at(0).from).node, added->id);
        QCOMPARE(m_session->undoStack()->count(), 1);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_session->document() == before);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!(m_session->document() == before));
    }

    void tabOnTheCanvasFindsALayerByItsName()
    {
        m_hand->clickNode("rescaling");
        QTest::keyClick(m_window->canvas().viewport(), Qt::Key_Tab);
        auto* search = m_window->findChild<QLineEdit*>("paletteSearch");
        QTRY_VERIFY(search->hasFocus());

        QTest::keyClicks(search, "centerc");
        QCOMPARE(m_window->palette().shown(), QStringList("CenterCrop"));
        QTest::keyClick(search, Qt::Key_Return);

        QCOMPARE(m_session->document().layerOf(m_session->selected())->kerasClass, "CenterCrop");
        QCOMPARE(search->text(), QString()); // all layers are there for the next one
        QVERIFY(m_window->palette().shown().contains("Dense"));
    }

    /// By Tab or by the search box, which both stand for "here".
    void anAddedLayerGoesIntoTheRowAndTheViewStays_data()
    {
        QTest::addColumn<QByteArray>("behind");
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<bool>("bySearch");
        QTest::newRow("in a full row, Tab") << QByteArray("rescaling") << "RandomContrast" << false;
        QTest::newRow("in a full row, search box") << QByteArray("rescaling") << "RandomContrast" << true;
        QTest::newRow("in the model") << QByteArray("conv2d") << "BatchNormalization" << false;
        QTest::newRow("the first of the model") << QByteArray("batch") << "BatchNormalization" << true;
    }
    void anAddedLayerGoesIntoTheRowAndTheViewStays()
    {
        QFETCH(QByteArray, behind);
        QFETCH(QString, kerasClass);
        QFETCH(bool, bySearch);
        m_hand->seeAll();
        m_hand->clickNode(behind);
        const Document before = m_session->document();
        const Node* selected = before.named(behind.constData());
        const Node* follower = nullptr;
        for (const auto& node : before.root().nodes)
            for (const Input& input : node->inputs)
                if (const auto* wire = std::get_if<PortRef>(&input.from);
                    wire && *wire == PortRef{selected->id, 0})
                    follower = node.get();
        QVERIFY(follower);
        const QPoint seen = m_window->canvas().nodeCenter(selected->id);

        if (bySearch) {
            QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
            auto* box = m_window->findChild<CommandBox*>("commandBox");
            QTRY_VERIFY(box->isVisible());
            QTest::keyClicks(box->findChild<QLineEdit*>(), "Add " + kerasClass);
            QTest::keyClick(box->findChild<QLineEdit*>(), Qt::Key_Return);
        } else {
            QTest::keyClick(m_window->canvas().viewport(), Qt::Key_Tab);
            auto* search = m_window->findChild<QLineEdit*>("paletteSearch");
            QTRY_VERIFY(search->hasFocus());
            QTest::keyClicks(search, kerasClass);
            QTest::keyClick(search, Qt::Key_Return);
        }

        const Document& after = m_session->document();
        const Node* added = after.node(m_session->selected());
        QCOMPARE(after.layerOf(added->id)->kerasClass, kerasClass.toStdString());
        QCOMPARE(added->stage, kerasClass == "BatchNormalization" ? Stage::Model : selected->stage);
        const bool inRow = selected->stage == added->stage;
        QCOMPARE(added->at.y, inRow ? selected->at.y : follower->at.y);
        QCOMPARE(added->at.x, inRow ? selected->at.x + 240 : follower->at.x);
        for (const auto& node : after.root().nodes) { // what follows moves along, no two overlap
            const bool apart = node->id == added->id || std::abs(node->at.y - added->at.y) >= 120
                || std::abs(node->at.x - added->at.x) >= 240;
            QVERIFY2(apart, after.nameOf(node->id).c_str());
        }
        QCOMPARE(m_window->canvas().nodeCenter(selected->id), seen);
        QCOMPARE(m_session->undoStack()->count(), 1);
    }

    /// Only where the new node would be out of sight does the view move, and then no further.
    void theViewFollowsAnAddedLayerThatIsOutOfSight()
    {
        CanvasView& canvas = m_window->canvas();
        m_hand->clickNode("rescaling");
        m_window->resize(m_window->minimumSize());
        Hand::rest();

        m_hand->doubleClick("RandomContrast");

        const QPoint at = canvas.nodeCenter(m_session->selected());
        QVERIFY(canvas.viewport()->rect().contains(at));
    }

    void aMessageIsTakenAwayWithWhatItIsAbout()
    {
        auto* line = m_window->findChild<StatusLine*>();
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);
        m_session->setParam(m_session->document().source()->id, "kind", "csv");
        m_session->setParam(m_session->document().source()->id, "path", "titanic.csv");
        QTRY_VERIFY_WITH_TIMEOUT(line->sentence().contains("titanic.csv"), kPatience);

        m_session->undoStack()->undo();
        m_session->undoStack()->undo();

        QCOMPARE(line->sentence(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);
        QCOMPARE(line->sentence(), QString());
    }

    /// What is said of a file stays while its data are opened.
    void openingTheDataTakesNoOtherMessageAway()
    {
        auto* line = m_window->findChild<StatusLine*>();
        QTRY_VERIFY(m_session->source());
        const QString path = m_folder->filePath("kept.lbench");
        QVERIFY(m_session->save(path).ok());

        QVERIFY(m_window->files().openFile(path));

        QVERIFY2(line->sentence().contains("kept.lbench"), qPrintable(line->sentence()));
        const auto shown = line->sentence();
        QSignalSpy opened(m_session.get(), &Session::sourceChanged);
        QTRY_VERIFY(m_session->source() && m_window->settled() && !opened.isEmpty());
        QCOMPARE(line->sentence(), shown);
    }

    void theSearchFindsNodesAndCommands()
    {
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* box = m_window->findChild<CommandBox*>("commandBox");
        QTRY_VERIFY(box->isVisible());
        auto* words = box->findChild<QLineEdit*>();

        QTest::keyClicks(words, "random_rot");
        QCOMPARE(box->titles().value(0), QString("random_rotation"));
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(m_session->selected(), m_session->document().named("random_rotation")->id);

        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(words, "arrange");
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(m_session->undoStack()->undoText(), QString("Arrange"));
    }

    void thePhaseIsSwitchedByTheToolbar()
    {
        QTest::mouseClick(m_window->findChild<QToolButton*>("phaseInference"), Qt::LeftButton);
        QCOMPARE(m_session->phase(), Phase::Inference);
        QTest::mouseClick(m_window->findChild<QToolButton*>("phaseTraining"), Qt::LeftButton);
        QCOMPARE(m_session->phase(), Phase::Training);
    }

    void closingAsksForUnsavedEdits()
    {
        drawFewer();
        QVERIFY(m_window->isWindowModified());
        {
            const Answer cancel("Cancel");
            QVERIFY(!m_window->close());
            QVERIFY(cancel.said().contains(m_session->displayName()));
        }
        {
            const Answer discard("Discard");
            QVERIFY(m_window->close());
        }
    }

    void closingAsksForARunThatIsInMemoryOnly()
    {
        drawFewer();
        QTRY_VERIFY(m_session->source() && m_session->source()->size() == 96 && m_window->settled());
        Recipe recipe = m_session->document().recipe;
        recipe.epochs = 1;
        m_session->apply(edits::setRecipe(m_session->document(), recipe), "recipe");
        QVERIFY(m_session->save(m_folder->filePath("shapes.lbench")).ok());
        m_window->views().train();
        const RunStore& runs = RunStore::of(*m_session);
        QTRY_VERIFY(runs.shown() && runs.shown()->snapshot.state == RunState::Finished);
        {
            const Answer stay("Cancel");
            QVERIFY(!m_window->close());
            QVERIFY2(stay.said().contains(runs.shown()->info.name), qPrintable(stay.said()));
        }

        m_window->setWorkspace(Workspace::Train);
        {
            const Chooser chooser; // takes what is offered
            m_hand->press(m_window->findChild<TrainingView*>(), "Save run…");
        }
        QTRY_VERIFY(!runs.unfiled());

        QVERIFY(m_window->close()); // nothing is lost
        QVERIFY(QFileInfo::exists(m_folder->filePath("model.keras")));
    }

    void aBadFileIsOneMessageAndChangesNothing_data()
    {
        QTest::addColumn<QString>("text");
        const std::string whole(builtinTemplates()[0].json);
        QTest::newRow("truncated") << QString::fromStdString(whole.substr(0, whole.size() / 2));
        QTest::newRow("foreign") << QString("GIF89a");
        QTest::newRow("newer") << QString::fromStdString(whole).replace("\"layerbench\": 1",
                                                                        "\"layerbench\": 7");
    }
    void aBadFileIsOneMessageAndChangesNothing()
    {
        QFETCH(QString, text);
        const QString path = m_folder->filePath("bad.lbench");
        writeFile(path, text.toStdString());
        drawFewer();
        const Document before = m_session->document();

        const Answer ok("OK");
        QVERIFY(!m_window->files().openFile(path));

        QVERIFY2(ok.said().contains("bad.lbench"), qPrintable(ok.said()));
        QVERIFY(m_session->document() == before);
        QVERIFY(m_session->isModified());
    }

    void aSaveThatFailsKeepsEverything()
    {
        const QString folder = m_folder->filePath("a"), path = folder + "/x.lbench";
        QVERIFY(QDir().mkdir(folder));
        writeFile(path, builtinTemplates()[0].json);
        QVERIFY(m_window->files().openFile(path));
        drawFewer();
        const Document before = m_session->document();
        QVERIFY(QDir().rename(folder, folder + "-away"));

        const Answer ok("OK");
        m_hand->key(m_window.get(), Qt::Key_S, Qt::ControlModifier);

        QVERIFY2(ok.said().contains("x.lbench"), qPrintable(ok.said()));
        QVERIFY(m_session->document() == before);
        QVERIFY(m_session->isModified());
        QVERIFY(QDir().rename(folder + "-away", folder));
        m_window->activateWindow(); // a window system would; the off-screen one forgets it
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_hand->key(m_window.get(), Qt::Key_S, Qt::ControlModifier);
        QVERIFY(!m_session->isModified());
        QCOMPARE(m_window->files().recent().value(0), path);
    }

    void theMovedEndOfAWireIsOneStep()
    {
        const Document before = m_session->document();
        m_hand->dropBeside("RandomContrast", "rescaling");
        const int steps = m_session->undoStack()->count();
        const Node* batch = m_session->document().named("batch");
        const PortRef from = std::get<PortRef>(batch->inputs.at(0).from);

        m_hand->drag(m_window->canvas().inputPort(batch->id),
                     m_window->canvas().inputPort(m_hand->named("random_contrast")));

        QCOMPARE(m_session->undoStack()->count(), steps + 1);
        const Node* moved = m_session->document().named("random_contrast");
        QCOMPARE(moved->inputs.size(), 1U);
        QVERIFY(std::get<PortRef>(moved->inputs[0].from) == from);
        QVERIFY(m_session->document().named("batch")->inputs.empty());
        for (int i = 0; i <= steps; ++i)
            m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_session->document() == before);
    }

    void aLayerDroppedOnAWireGetsRoom()
    {
        const CanvasView& canvas = m_window->canvas();
        m_hand->key(m_hand->port(), Qt::Key_Home);
        const QPoint wire = (canvas.outputPort(m_hand->named("drawn_shapes"))
                             + canvas.inputPort(m_hand->named("random_flip")))
            / 2;
        QMimeData layer;
        layer.setData(kLayerMime, "RandomContrast");

        Hand::drop(m_hand->port(), wire, layer);

        const Document& after = m_session->document();
        const Node* added = after.named("random_contrast");
        QVERIFY(added);
        QCOMPARE(added->inputs.size(), 1U);
        QVERIFY(std::get<PortRef>(added->inputs.at(0).from).node == m_hand->named("drawn_shapes"));
        for (const auto& other : after.root().nodes)
            QVERIFY2(other->id == added->id || std::abs(other->at.y - added->at.y) >= 120
                         || std::abs(other->at.x - added->at.x) >= 240,
                     after.nameOf(other->id).c_str());
        QCOMPARE(m_session->undoStack()->count(), 1);
    }

    void theWindowComesBackAsItWasLeft()
    {
        m_hand->key(m_window.get(), Qt::Key_B, Qt::ControlModifier);
        auto* tabs = m_window->findChild<QTabWidget*>("bottomTabs");
        const int log = tabs->count() - 1;
        QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {}, tabs->tabBar()->tabRect(log).center());
        QCOMPARE(tabs->currentIndex(), log);
        m_window->resize(1300, 800);
        QVERIFY(m_window->close());

        closeWindow();
        openTemplate("drawn_shapes");
        m_window->restorePlace();

        QVERIFY(m_window->palette().isCollapsed());
        QCOMPARE(m_window->findChild<QTabWidget*>("bottomTabs")->currentIndex(), log);
        QCOMPARE(m_window->size(), QSize(1300, 800));
        for (QAction* each : m_window->findChildren<QAction*>())
            if (each->text() == "Reset layout")
                each->trigger();
        QVERIFY(!m_window->palette().isCollapsed());
    }

    void editsOfACrashAreOffered()
    {
        const std::filesystem::path journals = m_folder->filePath("journal").toStdString();
        leaveCrash(journals, 777);

        Recovery recovery(*m_session, *m_window, journals);
        const Answer recover("Recover");
        QVERIFY(recovery.offer());

        QCOMPARE(m_session->document().recipe.epochs, 777);
        QVERIFY(m_session->isModified());
        QVERIFY(orphanedJournals(journals).empty());
    }

private:
    /// An edit, as a user makes it.
    void drawFewer()
    {
        m_hand->seeAll();
        m_hand->clickNode("drawn_shapes");
        m_hand->type("count", "96");
        QVERIFY(m_session->isModified());
    }
    /// A journal whose owner is gone.
    void leaveCrash(const std::filesystem::path& folder, std::int64_t epochs)
    {
        auto document = std::make_shared<Document>(m_session->document());
        document->recipe.epochs = epochs;
        const std::filesystem::path elsewhere = folder.string() + "-owner";
        Journal journal(elsewhere);
        journal.record(document, "", "Untitled");
        journal.flush();
        std::filesystem::create_directories(folder);
        for (const auto& file : std::filesystem::directory_iterator(elsewhere))
            std::filesystem::copy_file(file.path(), folder / file.path().filename());
    }
};

LB_TEST(TestWindow)
#include "tst_window.moc"
