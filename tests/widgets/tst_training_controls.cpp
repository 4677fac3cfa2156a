#include "core/data/sources.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/sample_grid.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/metric_chart.h"
#include "widgets/training/training_view.h"

#include <QCheckBox>
#include <QListWidget>
#include <QSignalSpy>
#include <QSlider>

#include <cmath>

namespace lb {
namespace {

/// What the Train workspace does with a run that is there: choose, look closer, hand on.
class TestTrainingControls : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_series = {};
        m_series.setStepsPerEpoch(50);
        std::vector<StepPoint> steps;
        for (std::int64_t i = 0; i < 150; ++i) {
            const double noise = 0.2 * std::sin(static_cast<double>(i * i));
            steps.push_back({i, 2 - 0.01 * static_cast<double>(i) + noise, 0.4 + noise / 2});
        }
        m_series.addSteps(steps, 90); // slower than an epoch a second: time is another axis
        m_series.addEpochs({{0, 1.5, 0.4, 1.4, 0.5, 30}, {1, 0.9, 0.7, 0.8, 0.75, 30}});
        m_view = std::make_unique<TrainingView>();
        m_view->resize(1500, 880);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->showRun({"run 2", {"cat", "dog", "ship"}, "1.0e-3", 100, {"source"}, 1}, &m_series);
    }
    void cleanup() { m_view.reset(); }

    void aRunIsChosen()
    {
        m_view->setRuns({{"run 2", "live", 0.75}, {"run 1", "stopped", 0.61}}, 0);
        auto* list = m_view->findChild<QListWidget*>();
        QSignalSpy chosen(m_view.get(), &TrainingView::runChosen);

        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualItemRect(list->item(1)).center());
        QTest::keyClick(list, Qt::Key_Up);

        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen[0][0].toInt(), 1);
        QCOMPARE(chosen[1][0].toInt(), 0);
    }

    void aCheckpointIsChosenSavedAndExported()
    {
        m_view->setCheckpoints({{1, 0.75, true, true}, {0, 0.5, false, true}}, 1);
        QCoreApplication::processEvents(); // the list takes its height
        QSignalSpy chosen(m_view.get(), &TrainingView::checkpointChosen);
        QSignalSpy save(m_view.get(), &TrainingView::saveRequested);
        QSignalSpy out(m_view.get(), &TrainingView::exportRequested);
        CheckpointList* list = m_view->checkpoints();

        QTest::mouseClick(list, Qt::LeftButton, {}, list->rowRect(1).center());
        QTest::mouseClick(button(*m_view, "Save run…"), Qt::LeftButton);
        QTest::mouseClick(button(*m_view, "Export…"), Qt::LeftButton);

        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toLongLong(), 0);
        QCOMPARE(save.size(), 1);
        QCOMPARE(out.size(), 1);
    }

    void bothChartsFollowTheAxis()
    {
        const Charts epochs = charts();

        QTest::mouseClick(button(*m_view, "step"), Qt::LeftButton);
        const Charts inSteps = charts();
        QTest::mouseClick(button(*m_view, "time"), Qt::LeftButton);
        const Charts inTime = charts();
        QTest::mouseClick(button(*m_view, "epoch"), Qt::LeftButton);

        QVERIFY(inSteps.loss != epochs.loss && inSteps.accuracy != epochs.accuracy);
        QVERIFY(inTime.loss != inSteps.loss && inTime.accuracy != inSteps.accuracy);
        QVERIFY(charts().loss != inTime.loss && charts().accuracy != inTime.accuracy);
    }

    void rawValuesAreHidden()
    {
        const Charts with = charts();
        auto* raw = m_view->findChild<QCheckBox*>();

        QTest::mouseClick(raw, Qt::LeftButton, {}, {7, raw->height() / 2});

        const Charts without = charts();
        QVERIFY(!raw->isChecked());
        QVERIFY(without.loss != with.loss && without.accuracy != with.accuracy);
    }

    void smoothingIsSet()
    {
        const Charts smooth = charts();
        QVERIFY(allText(*m_view).contains("0.60"));
        auto* slider = m_view->findChild<QSlider*>();

        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Home);

        const Charts bare = charts();
        QVERIFY(allText(*m_view).contains("0.00"));
        QVERIFY(bare.loss != smooth.loss && bare.accuracy != smooth.accuracy);
    }

    void theMatrixIsReadInCountsOrShares()
    {
        showMatrix();
        ConfusionMatrix* matrix = m_view->matrix();
        QCOMPARE(matrix->cellText(2, 0), "2");

        QTest::mouseClick(button(*m_view, "row %"), Qt::LeftButton);
        QCOMPARE(matrix->cellText(2, 0), "50");
        QTest::mouseClick(button(*m_view, "count"), Qt::LeftButton);

        QCOMPARE(matrix->cellText(2, 0), "2");
    }

    void aCellIsAskedForAndItsSamplesPinned()
    {
        showMatrix();
        QSignalSpy chosen(m_view.get(), &TrainingView::cellChosen);
        QSignalSpy pinned(m_view.get(), &TrainingView::pinRequested);
        ConfusionMatrix* matrix = m_view->matrix();

        QTest::mouseClick(matrix, Qt::LeftButton, {}, matrix->cellRect(2, 0).center());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0], QVariantList({2, 0}));
        m_view->setCell(2, 0, drawnShapes(40, 3), {7, 31}, {"cat 0.96", "cat 0.91"});
        SampleGrid* samples = m_view->cellSamples();
        QTest::mouseDClick(samples->viewport(), Qt::LeftButton, {}, samples->tileRect(1).center());

        QCOMPARE(pinned.size(), 1);
        QCOMPARE(pinned[0][0].toLongLong(), 31);
    }

private:
    struct Charts {
        QImage loss, accuracy;
    };
    Charts charts() const
    {
        return {m_view->lossChart()->grab().toImage(), m_view->accuracyChart()->grab().toImage()};
    }
    void showMatrix()
    {
        TrainSnapshot snapshot;
        snapshot.state = RunState::Stopped;
        snapshot.classes = 3;
        snapshot.confusion = {8, 1, 1, 0, 5, 0, 2, 2, 0};
        m_view->setSnapshot(snapshot);
    }

    RunSeries m_series;
    std::unique_ptr<TrainingView> m_view;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestTrainingControls)
#include "tst_training_controls.moc"
