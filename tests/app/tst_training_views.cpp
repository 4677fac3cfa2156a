#include "app/workbench/adapt_runner.h"
#include "app/workbench/run_store.h"
#include "app/workbench/views.h"
#include "core/interop/prepared_model.h"
#include "tests/app/example_session.h"
#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/epoch_table.h"
#include "widgets/training/run_header.h"
#include "widgets/training/training_view.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace lb {
namespace {

/// A window's session with the Train workspace.
struct TrainBench {
    explicit TrainBench(std::int64_t epochs = 2)
        : session(builtinRegistry())
        , canvas(builtinRegistry())
    {
        openSmallExample(session, epochs);
        views.showWeights = [this](const WeightsHandle& weights) { shownWeights = weights; };
        addTrainingViews(views, session, adapt, canvas, &parent);
        view = qobject_cast<TrainingView*>(views.training);
        parent.resize(1500, 860);
        view->resize(parent.size());
        parent.show();
    }
    Run* run() { return RunStore::of(session).shown(); }
    RunState state() { return run() ? run()->snapshot.state : RunState::Idle; }
    QPushButton* button(const QString& text)
    {
        for (QPushButton* found : view->findChildren<QPushButton*>())
            if (found->text() == text && found->isVisible())
                return found;
        return nullptr;
    }
    void click(const QString& text)
    {
        QPushButton* found = button(text);
        QVERIFY2(found, qPrintable(text));
        QTest::mouseClick(found, Qt::LeftButton);
    }

    Session session;
    AdaptRunner adapt{session};
    CanvasView canvas;
    QWidget parent;
    Views views;
    TrainingView* view = nullptr;
    WeightsHandle shownWeights;
};

class TestTrainingViews : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void opensTheSamplesOfACell()
    {
        TrainBench bench(1);
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);
        ConfusionMatrix* matrix = bench.view->matrix();

        for (int predicted = 0; predicted < 10; ++predicted) {
            QTest::mouseClick(matrix, Qt::LeftButton, {}, matrix->cellRect(3, predicted).center());
            const auto count = static_cast<std::size_t>(matrix->count(3, predicted));
            if (count > 0) // an empty cell would look done before the worker answers
                QTRY_COMPARE_WITH_TIMEOUT(bench.view->cellSamples()->rows().size(), count,
                                          kPatience);
            for (const std::int64_t row : bench.view->cellSamples()->rows())
                QCOMPARE(bench.run()->heldOut->label(row), 3);
        }
    }


    void trainsWhatTheProjectWasAndOffersTheWeights()
    {
        TrainBench bench;
        QVERIFY(!bench.views.isTraining());

        bench.click("Train");
        QVERIFY(bench.views.isTraining());
        const Document trained = bench.session.document();
        const Node* source = bench.session.document().source();
        bench.session.setParam(source->id, "count", 99); // an edit does not reach the run
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);

        Run* run = bench.run();
        QVERIFY(*run->document == trained);
        QCOMPARE(run->series.epochs().size(), 2U);
        QCOMPARE(run->series.steps().size(), 16U); // 128 pictures, 16 a batch, 2 epochs
        QCOMPARE(bench.view->epochs()->rowCount(), 2);
        QCOMPARE(bench.view->matrix()->rowTotal(0), 6); // 60 held-out pictures of 10 classes
        const ModelOffer offer = RunStore::of(bench.session).offer();
        QVERIFY(offer.weights);
        QCOMPARE(offer.name, "run 1, epoch 2");
        QVERIFY(bench.shownWeights == offer.weights);
        QVERIFY(!bench.views.isTraining());
        keepLooks(*bench.view, "train_example");
    }

    /// Beside the project, under the name that the command line looks for, and of that project.
    void aSavedRunIsOneOfItsProject()
    {
        const QTemporaryDir folder;
        TrainBench bench(1);
        QVERIFY(bench.session.save(folder.filePath("shapes.lbench")).ok());
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);
        {
            const Chooser chooser; // takes what is offered
            bench.click("Save run…");
        }
        const QString file = folder.filePath("model.keras");
        QTRY_VERIFY(std::ranges::any_of(bench.view->findChildren<QLabel*>(), [&](const QLabel* each) {
            return each->text().startsWith("Saved") && each->text().contains(file);
        }));

        const KerasModel saved = readKerasArchive(file.toStdString(), builtinRegistry()).value();
        QCOMPARE(trainedProject(saved.extras.own), std::string("shapes.lbench"));
        Document document = bench.session.document();
        const auto weights = weightsFrom(saved, document, builtinRegistry());
        QVERIFY(weights.ok());
        QVERIFY(!weights.value().empty());
    }

    void pausesStepsStopsAndGoesOn()
    {
        TrainBench bench(1'000); // it is stopped
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Running, kPatience);

        bench.click("Pause");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Paused, kPatience);
        QTest::qWait(250); // what was in the mailbox
        const auto before = bench.run()->series.steps().size();
        bench.click("Step batch");
        QTRY_COMPARE_WITH_TIMEOUT(bench.run()->series.steps().size(), before + 1, kPatience);
        QCOMPARE(bench.state(), RunState::Paused);
        bench.click("Stop and keep");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Stopped, kPatience);
        QVERIFY(RunStore::of(bench.session).offer().weights);
        QVERIFY(bench.run()->stand.has_value());

        bench.click("Resume");
        QTRY_VERIFY_WITH_TIMEOUT(bench.run()->series.steps().size() > before + 1, kPatience);
        QCOMPARE(RunStore::of(bench.session).runs().size(), 1U); // the same run goes on
        QCOMPARE(bench.run()->series.steps()[before + 1].step, std::int64_t(before + 1));
        bench.views.stopTraining();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.views.isTraining(), kPatience);
    }

    void keepsTheEventLoopGoing()
    {
        TrainBench bench(1'000); // more than anybody waits for
        int rounds = 0;
        QTimer ticks;
        connect(&ticks, &QTimer::timeout, &ticks, [&] { rounds += bench.views.isTraining(); });
        ticks.start(5);

        bench.click("Train");
        QTRY_VERIFY(rounds > 20);

        QVERIFY(bench.state() == RunState::Running || bench.state() == RunState::Preparing);
        bench.views.stopTraining();
        QTRY_VERIFY(!bench.views.isTraining());
    }

    void namesTheLayerThatDiverged()
    {
        TrainBench bench(5);
        Recipe recipe = bench.session.document().recipe;
        recipe.optimizer = ConfigObject{
            {"class_name", "SGD"}, {"config", ConfigObject{{"learning_rate", 1e30}}}};
        bench.session.apply(edits::setRecipe(bench.session.document(), recipe), "recipe");

        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Failed, kPatience);

        QVERIFY2(!bench.view->errorText().isEmpty(), "no banner");
        QSignalSpy workspace(&bench.session, &Session::workspaceRequested);
        bench.click("Show layer");
        QCOMPARE(workspace.size(), 1);
        QVERIFY(bench.session.selected().value != 0);
        QVERIFY(!bench.views.isTraining());
    }

    /// Epochs that end while the window looks elsewhere have their weights, too.
    void keepsTheWeightsOfEveryEpoch()
    {
        TrainBench bench(4);
        bench.click("Train");
        QThread::msleep(1'500); // some of them end

        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);

        const std::vector<Run::Kept>& kept = bench.run()->kept;
        QCOMPARE(kept.size(), 4U);
        for (std::size_t i = 0; i < kept.size(); ++i) {
            QCOMPARE(kept[i].epoch, std::int64_t(i));
            QCOMPARE(kept[i].accuracy, bench.run()->series.epochs()[i].valAccuracy);
            QVERIFY(kept[i].weights);
            QVERIFY(i == 0 || kept[i].weights != kept[i - 1].weights);
        }
    }

    void offersTheCheckpointThatIsChosen()
    {
        TrainBench bench(3);
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);
        RunStore& store = RunStore::of(bench.session);
        QCOMPARE(bench.run()->kept.size(), 3U);

        CheckpointList* list = bench.view->checkpoints();
        QTest::mouseClick(list, Qt::LeftButton, {}, list->rowRect(1).center());

        const Run::Kept& second = bench.run()->kept[bench.run()->kept.size() - 2];
        QVERIFY(store.offer().weights == second.weights);
        QCOMPARE(store.offer().epoch, second.epoch);
    }

    void tellsWhenTheProjectComputesSomethingElse()
    {
        TrainBench bench(1);
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Finished, kPatience);
        RunStore& store = RunStore::of(bench.session);
        QVERIFY(!store.offer().edited);

        const Node* node = bench.session.document().named("dense");
        QVERIFY(node);
        const NodeId moved[]{node->id};
        bench.session.apply(edits::moveNodes(bench.session.document(), moved, {50, 0}), "move");
        QVERIFY(!store.offer().edited); // a move computes the same
        bench.session.setParam(node->id, "use_bias", false);

        QVERIFY(store.offer().edited);
    }

    void saysWhyItCannotTrain()
    {
        TrainBench bench;
        const NodeId output[]{bench.session.document().output()->id};

        bench.session.apply(edits::removeNodes(bench.session.document(), output), "remove");

        QVERIFY(!bench.button("Train")->isEnabled());
        QVERIFY(bench.button("Train")->toolTip().contains("problem"));
        bench.views.train();
        QVERIFY(!bench.views.isTraining());
    }

    void endsARunWhenAnotherProjectIsOpened()
    {
        TrainBench bench(1'000);
        bench.click("Train");
        QTRY_VERIFY_WITH_TIMEOUT(bench.state() == RunState::Running, kPatience);

        openSmallExample(bench.session);

        QVERIFY(!bench.views.isTraining());
        QVERIFY(RunStore::of(bench.session).runs().empty());
        QTest::qWait(300); // late mail finds nobody
        QVERIFY(RunStore::of(bench.session).runs().empty());
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestTrainingViews)
#include "tst_training_views.moc"
