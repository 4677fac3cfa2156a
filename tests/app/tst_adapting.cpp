#include "app/workbench/command_line.h"
#include "app/workbench/run_store.h"
#include "app/workbench/screenshot.h"
#include "app/workbench/status_line.h"
#include "app/workbench/window_actions.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "tests/app/answer.h"
#include "tests/app/open_window.h"
#include "tests/support/lb_test.h"
#include "widgets/training/training_view.h"

#include <QImage>
#include <QLabel>
#include <QProgressBar>
#include <QRegularExpression>
#include <QUndoStack>

namespace lb {
namespace {

/// The built-in example with a Normalization before its batches, and `count` pictures.
Document projectThatLearns(std::int64_t count)
{
    Document document = builtinProject("drawn_shapes");
    document.recipe.epochs = 1'000; // more than anybody waits for
    const auto must = [](auto result) { return std::move(result.value()); };
    document = must(edits::setParam(document, document.layerOf(document.source()->id)->id, "count",
                                    count));
    auto added = must(edits::addLayer(document, document.root().id, "Normalization",
                                      ConfigObject{}, Stage::Pipeline, {900, 80}));
    return must(edits::insertIntoWire(added.document, added.node,
                                      added.document.named("batch")->id, ""));
}

/// "Adapt all" in the window: progress, its result as one step, cancel.
class TestAdapting : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        makeWindow();
        const QString path = m_folder->filePath("learns.lbench");
        QVERIFY(saveProject(projectThatLearns(2'000), path.toStdString()).ok());
        QVERIFY(m_window->files().openFile(path));
        showWindow();
        QTRY_COMPARE_WITH_TIMEOUT(m_session->source() ? m_session->source()->size() : 0, 2'000,
                                  kPatience);
        QTRY_VERIFY(!job()->isVisible()); // the data are open
    }
    void cleanup() { closeAll(); }

    void showsHowFarItIsAndIsOneStep()
    {
        const Document before = m_session->document();
        QList<int> shares;
        QStringList paces;
        const auto* pace = job()->findChild<QLabel*>("jobPace");
        QObject here; // the bar lives longer than what it writes into
        connect(bar(), &QProgressBar::valueChanged, &here, [&](int value) {
            shares << value;
            paces << pace->text(); // as it stood until now
        });

        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(job()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!job()->isVisible(), kPatience);

        QVERIFY(state());
        QCOMPARE(state()->tensors.find("mean")->second.shape(), Shape{3});
        QVERIFY(!shares.isEmpty());
        QVERIFY(std::is_sorted(shares.begin(), shares.end()));
        static const QRegularExpression kPace("^[0-9.,]+ rows/s, ([0-9]+ s|[0-9:]+) left$");
        QVERIFY2(shares.size() < 4 || paces.indexOf(kPace) >= 0, qPrintable(paces.join(" | ")));
        QCOMPARE(m_session->undoStack()->count(), 1);
        const Document learned = m_session->document();
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_session->document() == before);
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_session->document() == learned);
    }

    void cancelLeavesEverythingAndItMayBeginAgain()
    {
        const Document before = m_session->document();

        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(job()->isVisible());
        QTest::mouseClick(cancel(), Qt::LeftButton);

        QVERIFY(!job()->isVisible());
        QTest::qWait(200); // what it had already found out would arrive now
        QVERIFY(m_session->document() == before);
        QCOMPARE(m_session->undoStack()->count(), 0);
        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);
    }

    void whatIsUpToDateIsLeftAlone()
    {
        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);
        const StateHandle first = state();

        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(!job()->isVisible(), kPatience);

        QCOMPARE(state(), first);
        QCOMPARE(m_session->undoStack()->count(), 1);
    }

    void trainingAdaptsFirst()
    {
        const Document before = m_session->document();
        TrainingView* view = m_window->findChild<TrainingView*>();
        m_hand->key(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QVERIFY2(view->waitingText().startsWith("normalization has not learned"),
                 qPrintable(view->waitingText()));
        QVERIFY(!state());

        QTest::mouseClick(main(*view), Qt::LeftButton);

        QCOMPARE(main(*view)->text(), QString("Cancel"));
        QVERIFY(job()->isVisible());
        QVERIFY(m_window->views().isTraining());
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(RunStore::of(*m_session).shown(), kPatience);
        QCOMPARE(RunStore::of(*m_session).shown()->document->named("normalization")->id,
                 before.named("normalization")->id);
        QVERIFY(*RunStore::of(*m_session).shown()->document == m_session->document());
        QTRY_VERIFY_WITH_TIMEOUT(!RunStore::of(*m_session).shown()->series.steps().empty(), kPatience);
        QCOMPARE(view->waitingText(), QString());
        QVERIFY(view->errorText().isEmpty());
        m_window->views().stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);

        QCOMPARE(m_session->undoStack()->count(), 1); // adapting is a step of its own
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
        QVERIFY(!view->waitingText().isEmpty());
    }

    void oneMayTrainWithWhatWasLearnedBefore()
    {
        TrainingView* view = m_window->findChild<TrainingView*>();
        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);
        QCOMPARE(view->waitingText(), QString());
        m_session->setParam(m_session->document().named("rescaling")->id, "offset", 0.5);
        m_hand->key(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QTRY_VERIFY2(view->waitingText().startsWith("normalization learned from other data or settings"),
                     qPrintable(view->waitingText())); // the view hears of the end later
        const StateHandle learned = state();

        m_hand->press(view, "Train as it is");

        QVERIFY(!job()->isVisible());
        QVERIFY(RunStore::of(*m_session).shown());
        QCOMPARE(state(), learned);
        m_window->views().stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);
    }

    void trainingByKeyFromDesignDoesTheSame()
    {
        m_hand->key(m_window.get(), Qt::Key_F5);

        QVERIFY(m_window->workspace() == Workspace::Train);
        QTRY_VERIFY_WITH_TIMEOUT(RunStore::of(*m_session).shown(), kPatience);
        QVERIFY(state());
        m_window->views().stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);
    }

    void cancelledAdaptingTrainsNothing_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("by the button") << 0;
        QTest::newRow("by the key of stop") << int(Qt::Key_F5);
        QTest::newRow("by Esc") << int(Qt::Key_Escape);
    }
    void cancelledAdaptingTrainsNothing()
    {
        QFETCH(int, key);
        const Document before = m_session->document();
        TrainingView* view = m_window->findChild<TrainingView*>();
        m_hand->key(m_window.get(), Qt::Key_F5);
        QVERIFY(job()->isVisible());

        if (key == Qt::Key_Escape) // wherever the focus is now
            QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get(),
                            Qt::Key_Escape);
        else if (key)
            QTest::keyClick(view, static_cast<Qt::Key>(key), Qt::ShiftModifier);
        else
            QTest::mouseClick(main(*view), Qt::LeftButton);

        QVERIFY(!job()->isVisible());
        QTest::qWait(200);
        QVERIFY(m_session->document() == before);
        QCOMPARE(m_session->undoStack()->count(), 0);
        QVERIFY(!RunStore::of(*m_session).shown());
        QVERIFY(!m_window->views().isTraining());
        QCOMPARE(main(*view)->text(), QString("Adapt all and train"));
    }

    void closingWhileItAdaptsAsksAboutThat()
    {
        m_hand->key(m_window.get(), Qt::Key_F5);
        QVERIFY(job()->isVisible());
        {
            const Answer stay("Cancel");
            QVERIFY(!m_window->close());
            QVERIFY2(stay.said().contains("learning from the data"), qPrintable(stay.said()));
        }
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience); // it went on
        QTRY_VERIFY_WITH_TIMEOUT(RunStore::of(*m_session).shown(), kPatience);
        {
            const Answer stay("Cancel");
            QVERIFY(!m_window->close());
            QVERIFY2(stay.said().contains("model is training"), qPrintable(stay.said()));
        }
        m_window->views().stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);
    }

    /// One name for one action, in the toolbar, in the menu and in the workspace.
    void theToolbarSaysWhatTheWorkspaceSays()
    {
        TrainingView* view = m_window->findChild<TrainingView*>();
        const auto* toolbar = m_window->findChild<QPushButton*>("train");
        QCOMPARE(toolbar->text().trimmed(), main(*view)->text());
        QCOMPARE(m_window->actions().train->text(), QString("Adapt all and train"));

        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);

        QTRY_COMPARE(main(*view)->text(), QString("Train")); // the view hears of the end later
        QTRY_COMPARE(toolbar->text().trimmed(), QString("Train"));
        QCOMPARE(m_window->actions().train->text(), QString("Train"));
        auto* line = m_window->findChild<StatusLine*>();
        QVERIFY2(line->sentence().startsWith("Adapted"), qPrintable(line->sentence()));
        m_session->undoStack()->undo();
        QCOMPARE(line->sentence(), QString()); // it is not adapted any more
        QCOMPARE(toolbar->text().trimmed(), QString("Adapt all and train"));
    }

    /// Other data came while it learned: it learns from them before the run.
    void dataThatCameMeanwhileAreLearnedToo()
    {
        m_hand->key(m_window.get(), Qt::Key_F5);
        QVERIFY(job()->isVisible());
        const SourceHandle other = std::make_shared<MemorySource>(
            Tensor::make<std::uint8_t>({64, 32, 32, 3}, [](std::span<std::uint8_t> pixels) {
                for (std::size_t i = 0; i < pixels.size(); ++i)
                    pixels[i] = static_cast<std::uint8_t>(i % 7);
            }),
            std::vector<std::int64_t>(64, 0), m_session->source()->classNames());
        m_session->setSource(other, factsOf(*other, m_session->document().recipe, true), other);

        QTRY_VERIFY_WITH_TIMEOUT(RunStore::of(*m_session).shown(), kPatience);
        m_window->views().stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);

        QVERIFY(state());
        QVERIFY2(state()->tensors.find("mean")->second.values<float>()[0] < 7, "of the data before");
    }

    /// What cannot learn is named, and no run begins.
    void whatCannotLearnIsSaidInTrain()
    {
        const SourceHandle some = m_session->source();
        const SourceHandle none = std::make_shared<MemorySource>(
            Tensor::make<std::uint8_t>({0, 32, 32, 3}, [](auto) {}), std::vector<std::int64_t>{},
            some->classNames());
        m_session->setSource(none, factsOf(*none, m_session->document().recipe, true), some);
        TrainingView* view = m_window->findChild<TrainingView*>();

        m_hand->key(m_window.get(), Qt::Key_F5);

        QTRY_VERIFY_WITH_TIMEOUT(!view->errorText().isEmpty(), kPatience);
        QVERIFY2(view->errorText().contains("no row of data"), qPrintable(view->errorText()));
        QVERIFY(!RunStore::of(*m_session).shown());
        QVERIFY(!m_window->views().isTraining());
        m_session->setParam(m_session->document().named("rescaling")->id, "offset", 0.5);
        QCOMPARE(view->errorText(), QString()); // it may be another matter now
    }

    void editsMeanwhileStay()
    {
        m_hand->key(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        m_hand->seeAll();
        m_hand->clickNode("rescaling");
        m_hand->key(m_hand->port(), Qt::Key_M);
        QVERIFY(m_session->document().named("rescaling")->muted);
        QTRY_VERIFY_WITH_TIMEOUT(state(), kPatience);

        QVERIFY(m_session->document().named("rescaling")->muted);
    }

    /// A workspace that is asked for is what is painted, whatever the run has shown.
    void aPictureAfterTrainingIsOfTheWorkspaceThatIsAskedFor_data()
    {
        QTest::addColumn<bool>("asked");
        QTest::newRow("asked for") << true;
        QTest::newRow("not asked for") << false;
    }
    void aPictureAfterTrainingIsOfTheWorkspaceThatIsAskedFor()
    {
        QFETCH(bool, asked);
        Document small = projectThatLearns(64);
        small.recipe.epochs = 1;
        const QString path = m_folder->filePath("small.lbench");
        QVERIFY(saveProject(small, path.toStdString()).ok());
        QVERIFY(m_window->files().openFile(path));
        CommandLine line;
        line.train = true;
        line.screenshot = m_folder->filePath("picture.png");
        line.workspaceIsGiven = asked;
        line.workspace = asked ? Workspace::Export : Workspace::Design;
        m_window->setWorkspace(line.workspace);

        QCOMPARE(paintedInto(*m_window, line), 0);

        QVERIFY(m_window->workspace() == (asked ? Workspace::Export : Workspace::Train));
        QVERIFY(RunStore::of(*m_session).shown()->snapshot.state == RunState::Finished);
        QVERIFY(!QImage(line.screenshot).isNull());
    }

private:
    static QPushButton* main(TrainingView& view) { return view.findChild<QPushButton*>("runMain"); }
    QToolButton* cancel() const { return m_window->findChild<QToolButton*>("cancelJob"); }
    QWidget* job() const { return cancel()->parentWidget(); }
    QProgressBar* bar() const { return job()->findChild<QProgressBar*>(); }
    StateHandle state() const
    {
        const Document& document = m_session->document();
        return document.layerOf(document.named("normalization")->id)->adapted;
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestAdapting)
#include "tst_adapting.moc"
