#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/sample_grid.h"
#include "widgets/training/bottleneck_bars.h"
#include "widgets/training/checkpoint_list.h"
#include "widgets/training/confusion_matrix.h"
#include "widgets/training/epoch_table.h"
#include "widgets/training/metric_chart.h"
#include "widgets/training/run_header.h"
#include "core/data/sources.h"
#include "widgets/training/training_view.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolTip>

#include <cmath>
#include <limits>

namespace lb {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TrainSnapshot running(std::int64_t epoch, std::int64_t step)
{
    TrainSnapshot snapshot;
    snapshot.state = RunState::Running;
    snapshot.epoch = epoch;
    snapshot.epochs = 6;
    snapshot.step = step;
    snapshot.steps = 100;
    snapshot.samplesPerSecond = 1'720;
    snapshot.secondsLeft = 3'721;
    snapshot.loss = 0.45;
    snapshot.accuracy = 0.85;
    return snapshot;
}

/// Three epochs of a hundred steps; the second is the best.
void fill(RunSeries& series)
{
    series.setStepsPerEpoch(100);
    std::vector<StepPoint> steps;
    for (std::int64_t i = 0; i < 340; ++i) {
        const double t = static_cast<double>(i) / 100;
        const double noise = 0.12 * std::sin(static_cast<double>(i * i % 97));
        steps.push_back({i, 2 * std::exp(-t * 0.8) + 0.2 + noise * std::exp(-t * 0.4),
                         1 - 0.9 * std::exp(-t) + noise * 0.2});
    }
    series.addSteps(steps, 34);
    series.addEpochs({{0, 1.5, 0.4, 1.4, 0.5, 10},
                      {1, 0.9, 0.7, 0.8, 0.75, 10},
                      {2, 0.6, 0.8, 0.9, 0.7, 10}});
}

RunInfo info()
{
    return {"run 2", {"cat", "dog", "ship"}, "1.0e-3", 3'200, {"source", "random_flip"}, 2};
}

class TestTrainingView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void averagesExponentiallyAndCorrectsTheStart()
    {
        RunSeries series;
        series.addSteps({{0, 1.0, 0}, {1, 0.0, 0}, {2, 0.0, 0}}, 3);

        const QVector<QPointF> line = series.smoothed(ChartValue::Loss, ChartX::Step, 0.5, 100);

        // weights 1/2, 1/4, 1/8 of the mean 1, 0, 0 over their sums 1/2, 3/4, 7/8
        QCOMPARE(line.size(), 3);
        QCOMPARE(line[0].y(), 1.0);
        QCOMPARE(line[1].y(), 0.25 / 0.75);
        QCOMPARE(line[2].y(), 0.125 / 0.875);
    }

    void keepsEverySpikeWhenThereAreManySteps()
    {
        RunSeries series;
        std::vector<StepPoint> steps;
        for (std::int64_t i = 0; i < 100'000; ++i)
            steps.push_back({i, i == 54'321 ? 9.0 : 1.0, 0});
        series.addSteps(steps, 1);

        const QVector<QPointF> line = series.raw(ChartValue::Loss, ChartX::Step, 500);

        QVERIFY(line.size() <= 500);
        QVERIFY(line.contains(QPointF(54'322, 9)));
    }

    void placesStepsByTheTimeTheyTook()
    {
        RunSeries series;
        series.addSteps({{0, 1, 0}, {1, 1, 0}}, 4);
        series.addSteps({{2, 1, 0}}, 10);

        QCOMPARE(series.secondsAt(0), 2.0);
        QCOMPARE(series.secondsAt(2), 10.0);
        QCOMPARE(series.xOf(2, ChartX::Time), 10.0);
        QCOMPARE(series.xOf(2, ChartX::Step), 3.0);
    }

    void copiesTheSeriesAsCsv()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        RunSeries series;
        series.setStepsPerEpoch(2);
        series.addSteps({{0, 1.5, 0.25}, {1, 0.5, 0.5}}, 4);
        series.addEpochs({{0, 1.0, 0.375, kNaN, kNaN, 4}});
        view.showRun(info(), &series);

        QTest::mouseClick(button(view, "Copy as CSV"), Qt::LeftButton);

        QCOMPARE(QApplication::clipboard()->text(),
                 "kind,epoch,step,loss,accuracy,val_loss,val_accuracy,seconds\n"
                 "step,1,1,1.5,0.25,,,2\n"
                 "step,1,2,0.5,0.5,,,4\n"
                 "epoch,1,2,1,0.375,,,4\n");
    }

    void offersTrainWhereThereAreNoRuns()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        QSignalSpy train(&view, &TrainingView::trainRequested);

        QVERIFY(allText(view).contains("No runs yet."));
        for (QPushButton* found : view.findChildren<QPushButton*>())
            if (found->text() == "Train" && found->isVisible())
                QTest::mouseClick(found, Qt::LeftButton);

        QCOMPARE(train.size(), 2); // in the header and under the sentence
        keepLooks(view, "train_empty");
    }

    void steersARunByButtonsAndKeys()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        RunSeries series;
        view.showRun(info(), &series);
        QSignalSpy pause(&view, &TrainingView::pauseRequested);
        QSignalSpy resume(&view, &TrainingView::resumeRequested);
        QSignalSpy step(&view, &TrainingView::stepRequested);
        QSignalSpy stop(&view, &TrainingView::stopRequested);
        QSignalSpy train(&view, &TrainingView::trainRequested);
        view.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&view));

        view.setSnapshot(running(1, 50));
        QVERIFY(!button(view, "Step batch")->isEnabled());
        QTest::keyClick(&view, Qt::Key_F6); // only a paused run steps
        QTest::mouseClick(button(view, "Pause"), Qt::LeftButton);
        TrainSnapshot paused = running(1, 50);
        paused.state = RunState::Paused;
        view.setSnapshot(paused);
        QTest::keyClick(&view, Qt::Key_F6);
        QTest::mouseClick(button(view, "Step batch"), Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_F5);
        QTest::mouseClick(button(view, "Stop and keep"), Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_F5, Qt::ShiftModifier);
        TrainSnapshot stopped = paused;
        stopped.state = RunState::Stopped;
        view.setSnapshot(stopped);
        view.setPossible(true, {});
        QTest::mouseClick(button(view, "Resume"), Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_F5);

        QCOMPARE(pause.size(), 1);
        QCOMPARE(step.size(), 2);
        QCOMPARE(resume.size(), 2);
        QCOMPARE(stop.size(), 2);
        QCOMPARE(train.size(), 1);
    }

    void saysWhyThereIsNoTraining()
    {
        TrainingView view;
        view.show();
        QSignalSpy train(&view, &TrainingView::trainRequested);

        view.setPossible(false, "2 errors must be solved first.");
        QTest::keyClick(&view, Qt::Key_F5);

        QCOMPARE(button(view, "Train")->toolTip(), "2 errors must be solved first.");
        QVERIFY(!button(view, "Train")->isEnabled());
        QCOMPARE(train.size(), 0);
    }

    void showsWhereARunStands()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        RunSeries series;
        fill(series);
        view.showRun(info(), &series);

        view.setSnapshot(running(3, 40));

        const QString text = allText(view);
        QVERIFY(text.contains("Epoch 4 of 6"));
        QVERIFY(text.contains("step 40 / 100"));
        QVERIFY(text.contains("1:02:01")); // 3,721 s left
        QVERIFY(text.contains("1,720 img/s"));
        QVERIFY(text.contains("0.750")); // the best validation
        QVERIFY(text.contains("epoch 2"));
    }

    /// The trainer stands before an epoch that will not come.
    void aFinishedRunHasDoneItsLastStep()
    {
        TrainingView view;
        RunSeries series;
        fill(series);
        view.showRun(info(), &series);
        TrainSnapshot finished = running(6, 0);
        finished.state = RunState::Finished;

        view.setSnapshot(finished);
        QVERIFY(allText(view).contains("Epoch 6 of 6"));
        QVERIFY(allText(view).contains("step 100 / 100"));
        finished.epoch = 4; // it stopped early
        view.setSnapshot(finished);
        QVERIFY(allText(view).contains("Epoch 4 of 6"));
        QVERIFY(allText(view).contains("step 100 / 100"));
    }

    void saysRowsOfWhatIsNoPicture()
    {
        TrainingView view;
        RunSeries series;
        fill(series);
        RunInfo about = info();
        about.rows = true;
        view.showRun(about, &series);
        TrainSnapshot snapshot = running(3, 40);
        snapshot.classes = 3;
        snapshot.confusion = {5, 0, 0, 1, 4, 0, 0, 0, 2};

        view.setSnapshot(snapshot);
        view.setCell(0, 1, drawnShapes(3, 1), {}, {});

        const QString text = allText(view);
        QVERIFY2(text.contains("12 rows"), qPrintable(text));
        QVERIFY2(!text.contains("image"), qPrintable(text));
        QCOMPARE(view.cellSamples()->emptyText(), QString("No row was confused this way."));
    }

    void whatHasNotLearnedIsToldBeforeARun()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QSignalSpy train(&view, &TrainingView::trainRequested);
        QSignalSpy asItIs(&view, &TrainingView::trainAsItIsRequested);
        QSignalSpy cancel(&view, &TrainingView::cancelAdaptRequested);
        view.setPossible(false, {});
        QCOMPARE(view.waitingText(), QString());

        view.setWaiting({"words"}, {"scale", "bins"});

        QVERIFY2(view.waitingText().startsWith("words has not learned"), qPrintable(view.waitingText()));
        QVERIFY2(view.waitingText().contains("2 layers learned from other data or settings"),
                 qPrintable(view.waitingText()));
        QVERIFY(view.waitingText().contains("scale, bins"));
        QVERIFY(button(view, "Train as it is")->isHidden()); // one that knows nothing cannot
        QTest::mouseClick(button(view, "Adapt all and train"), Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_F5);
        QCOMPARE(train.size(), 2);

        RunSeries series;
        fill(series);
        view.showRun(info(), &series);
        TrainSnapshot done = running(2, 100);
        done.state = RunState::Finished;
        done.confusion = {10, 2, 0, 1, 9, 3, 0, 4, 8};
        view.setSnapshot(done);
        QVERIFY2(view.matrixTitle().startsWith("Validation, epoch 3"), qPrintable(view.matrixTitle()));
        QVERIFY(allText(*view.header()).contains("run 2"));
        QVERIFY(allText(*view.header()).contains("0.750"));

        view.setAdapting(Progress{64, 256, 2'000, 12});
        for (const char* old : {"run 2", "0.750", "1.0e-3", "34 s"}) // what is of the run before
            QVERIFY2(!allText(*view.header()).contains(old), old);
        QVERIFY(allText(*view.header()).contains("Adapting"));
        QVERIFY2(view.matrixTitle().startsWith("run 2, epoch 3"), qPrintable(view.matrixTitle()));
        QCOMPARE(view.waitingText(), QString());
        QVERIFY(allText(view).contains("row 64 / 256"));
        QVERIFY(allText(view).contains("2,000 rows/s"));
        QTest::keyClick(&view, Qt::Key_F5); // again is no wish to stop
        QCOMPARE(cancel.size(), 0);
        QTest::mouseClick(button(view, "Cancel"), Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_F5, Qt::ShiftModifier);
        QTest::keyClick(&view, Qt::Key_Escape);
        QCOMPARE(cancel.size(), 3);
        keepLooks(view, "train_adapting");
        view.setAdapting({});
        QTest::keyClick(&view, Qt::Key_Escape); // nothing to cancel
        QCOMPARE(cancel.size(), 3);
        for (const char* again : {"run 2", "0.750", "1.0e-3", "34 s"})
            QVERIFY2(allText(*view.header()).contains(again), again);
        QVERIFY(view.matrixTitle().startsWith("Validation, epoch 3"));

        view.setWaiting({}, {"scale"});
        QVERIFY(view.waitingText().startsWith("scale learned from other data or settings"));
        QTest::mouseClick(button(view, "Train as it is"), Qt::LeftButton);
        QCOMPARE(asItIs.size(), 1);
        view.setSnapshot(running(0, 1)); // it is too late now
        QCOMPARE(view.waitingText(), QString());
        QCOMPARE(train.size(), 2);
    }

    void listsEpochsNewestFirstAndMarksTheBest()
    {
        TrainingView view;
        RunSeries series;
        fill(series);
        view.showRun(info(), &series);
        view.setSnapshot(running(3, 40));
        EpochModel* model = view.epochs();

        const auto cell = [&](int row, int column) {
            return model->index(row, column).data().toString();
        };
        QCOMPARE(model->rowCount(), 4);
        QCOMPARE(cell(0, EpochModel::Epoch), "4");
        QCOMPARE(cell(0, EpochModel::ValLoss), "–");
        QCOMPARE(cell(0, EpochModel::Note), "40 %");
        QCOMPARE(cell(1, EpochModel::Epoch), "3");
        QCOMPARE(cell(1, EpochModel::Note), "val loss rose");
        QCOMPARE(cell(2, EpochModel::Note), "best");
        QCOMPARE(cell(3, EpochModel::TrainLoss), "1.500");
        QCOMPARE(cell(3, EpochModel::Rate), "320");

        series.addEpochs({{3, 0.5, 0.9, 0.4, 0.9, 10}});
        view.setSnapshot(running(4, 1));

        QCOMPARE(model->rowCount(), 5);
        QCOMPARE(cell(1, EpochModel::Note), "best");
    }

    void readsValuesUnderTheMouse()
    {
        TrainingView view;
        view.resize(1500, 900);
        view.show();
        RunSeries series;
        fill(series);
        view.showRun(info(), &series);
        view.setSnapshot(running(3, 40));
        QCoreApplication::processEvents();
        MetricChart* chart = view.accuracyChart();

        const QRect plot = chart->plotRect();
        const QString readout = chart->readoutAt(plot.center());

        QVERIFY2(readout.contains("validation\t0.750"), qPrintable(readout)); // epoch 2 is nearest
        QVERIFY(readout.startsWith("epoch 2, step 1"));
        QVERIFY(chart->readoutAt({plot.right() + 20, 5}).isEmpty());
    }

    void countsOrSharesInTheMatrix()
    {
        ConfusionMatrix matrix;
        matrix.resize(420, 400);
        matrix.show();
        QSignalSpy chosen(&matrix, &ConfusionMatrix::cellChosen);

        matrix.setCounts({8, 1, 1, 0, 5, 0, 2, 2, 0}, {"cat", "dog", "ship"});
        QCOMPARE(matrix.cellText(0, 1), "1");
        matrix.setPercent(true);
        QCOMPARE(matrix.cellText(0, 1), "10");
        QCOMPARE(matrix.cellText(2, 0), "50");
        QTest::mouseClick(&matrix, Qt::LeftButton, {}, matrix.cellRect(2, 0).center());
        QTest::keyClick(&matrix, Qt::Key_Right);

        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen[0], QVariantList({2, 0}));
        QCOMPARE(chosen[1], QVariantList({2, 1}));
        matrix.grab(); // drawn without a class too many
    }

    void drawsMistakesRedAndTheDiagonalBlue()
    {
        ConfusionMatrix matrix;
        matrix.resize(420, 400);
        matrix.setCounts({9, 1, 0, 0, 5, 5, 0, 0, 10}, {"cat", "dog", "ship"});

        const QImage picture = matrix.grab().toImage();
        const auto color = [&](int i, int j) {
            return picture.pixelColor(matrix.cellRect(i, j).topLeft() + QPoint(8, 8));
        };

        QVERIFY(color(2, 2).blue() > color(2, 2).red() + 60);
        QVERIFY(color(1, 2).red() > color(1, 2).blue() + 60);
        QVERIFY(color(1, 2).red() > color(0, 1).red() + 40); // 50 % against 10 %
        QCOMPARE(color(0, 2), currentTheme().field);
    }

    /// Of WCAG 2.1, by its own formula: 4.5 for small letters, on every colour that a cell can have.
    void numbersInTheMatrixCanBeRead_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }
    void numbersInTheMatrixCanBeRead()
    {
        QFETCH(bool, dark);
        setTheme(dark ? Theme::dark() : Theme::light());
        const auto luminance = [](const QColor& color) {
            const auto linear = [](double v) {
                return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
            };
            return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
                + 0.0722 * linear(color.blueF());
        };
        ConfusionMatrix matrix;
        matrix.resize(420, 400);
        double least = 21;
        for (std::int64_t right = 0; right <= 1'000; ++right) { // mistakes as strong as they can be
            matrix.setCounts({right, 1'000 - right, 1'000, 0}, {"cat", "dog"});
            for (int predicted = 0; predicted < 2; ++predicted) {
                const double a = luminance(matrix.cellColor(0, predicted)) + 0.05;
                const double b = luminance(matrix.cellInk(0, predicted)) + 0.05;
                least = std::min(least, std::max(a, b) / std::min(a, b));
            }
        }
        QVERIFY2(least >= 4.5, qPrintable(QString::number(least)));
        matrix.setCounts({607, 393, 1'000, 0}, {"cat", "dog"}); // that is what is painted
        const QPoint corner = matrix.cellRect(0, 0).topLeft() + QPoint(8, 8);
        QCOMPARE(matrix.grab().toImage().pixelColor(corner), matrix.cellColor(0, 0));
    }

    void namesUnderTheMatrixAreTurnedWhereTheyAreLong()
    {
        ConfusionMatrix matrix;
        matrix.resize(420, 400);
        matrix.show();
        std::vector<std::int64_t> counts(100, 3);
        const QStringList letters{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
        matrix.setCounts(counts, letters);
        QVERIFY(!matrix.namesAreTurned());
        const int flat = matrix.cellRect(9, 9).bottom();
        const QStringList names{"airplane", "automobile", "bird", "cat",  "deer",
                                "dog",      "frog",       "horse", "ship", "truck"};

        matrix.setCounts(counts, names);

        QVERIFY(matrix.namesAreTurned());
        const int longest = QFontMetrics(uiFont(FontRole::Hint)).horizontalAdvance("automobile");
        QVERIFY(matrix.height() - matrix.cellRect(9, 9).bottom() >= longest + 16); // and the caption
        QVERIFY(matrix.cellRect(0, 0).left() >= longest); // beside, too
        QVERIFY(matrix.cellRect(9, 9).bottom() > flat - 60); // the cells keep their room
        QHelpEvent help(QEvent::ToolTip, {matrix.cellRect(9, 1).center().x(), matrix.cellRect(9, 1).bottom() + 30},
                        QPoint());
        QApplication::sendEvent(&matrix, &help);
        QVERIFY2(QToolTip::text().contains("automobile"), qPrintable(QToolTip::text()));
        keepLooks(matrix, "matrix_names");
    }

    void shortEpochsAreToldInMilliseconds()
    {
        EpochModel model;
        model.addEpochs({{0, 1, 0, 1, 0, 0.004}, {1, 1, 0, 1, 0, 0.25}, {2, 1, 0, 1, 0, 12.34}, {3, 1, 0, 2, 0, 75}},
                        100);
        const auto time = [&](int row) {
            return model.index(row, EpochModel::Seconds).data().toString();
        };
        QCOMPARE(time(3), "4.0 ms"); // newest first
        QCOMPARE(time(2), "250 ms");
        QCOMPARE(time(1), "12.3 s");
        QCOMPARE(time(0), "1:15");
    }

    /// As wide as the table is in a window of 1280x720.
    void notesOfEpochsAreNotCutOnSmallScreens()
    {
        EpochModel model;
        model.addEpochs({{0, 1, 0, 1, 0, 2}, {1, 1, 0, 2, 0, 2}}, 100);
        EpochTable table(&model);
        table.resize(590, 200);
        table.show();

        const QString note = model.index(0, EpochModel::Note).data().toString();
        QCOMPARE(note, "val loss rose");
        const int room = table.columnWidth(EpochModel::Note) - 16; // its margins
        QVERIFY(QFontMetrics(uiFont(FontRole::Base)).horizontalAdvance(note) <= room);
        for (int column = 0; column < EpochModel::Note; ++column) {
            const QString head = model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
            QVERIFY2(table.horizontalHeader()->fontMetrics().horizontalAdvance(head) + 8
                         <= table.columnWidth(column),
                     qPrintable(head));
        }
        keepLooks(table, "epochs_small");
    }

    void tellsWhoStarvesWhom()
    {
        Bottleneck b;
        b.callMs = {0.5, 0.5}; // 1 ms a sample: two workers give 2,000 a second
        b.workers = 2;
        b.samplesPerSecond = 1'900;
        QCOMPARE(b.pipelineCapacity(), 2'000.0);
        QVERIFY(!b.modelBound()); // they work all the time and nothing lies ready
        b.queue = 1;
        QVERIFY(b.modelBound());
        b.queue = 0; // an epoch begins
        b.samplesPerSecond = 100;
        QVERIFY(b.modelBound());
    }

    void choosesACheckpointThatIsKept()
    {
        CheckpointList list;
        list.resize(240, 200);
        list.show();
        list.setRows({{2, 0.7, false, true}, {1, 0.75, true, true}, {0, 0.5, false, false}});
        QSignalSpy chosen(&list, &CheckpointList::epochChosen);

        QTest::mouseClick(&list, Qt::LeftButton, {}, list.rowRect(2).center()); // forgotten
        QTest::mouseClick(&list, Qt::LeftButton, {}, list.rowRect(0).center());
        QTest::keyClick(&list, Qt::Key_Down);

        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen[0][0].toLongLong(), 2);
        QCOMPARE(chosen[1][0].toLongLong(), 1);
    }

    void namesTheLayerOfAFailure()
    {
        TrainingView view;
        view.resize(1400, 800);
        view.show();
        RunSeries series;
        fill(series);
        view.showRun(info(), &series);
        QSignalSpy layer(&view, &TrainingView::layerRequested);

        TrainSnapshot failed = running(3, 40);
        failed.state = RunState::Failed;
        failed.error = Error{ErrorCode::Diverged,
                             "conv2d_1",
                             {LB_TR("Error", "gave a NaN in step %1; lower the learning rate"),
                              {std::int64_t{340}}}};
        view.setSnapshot(failed);

        QCOMPARE(view.errorText(), "conv2d_1: gave a NaN in step 340; lower the learning rate");
        QTest::mouseClick(button(view, "Show layer"), Qt::LeftButton);
        QCOMPARE(layer.size(), 1);
        QCOMPARE(layer[0][0].toString(), "conv2d_1");
        keepLooks(view, "train_failed");
        view.setSnapshot(running(0, 1));
        QVERIFY(view.errorText().isEmpty());
    }

    void looksRight()
    {
        TrainingView view;
        view.resize(1600, 880);
        view.show();
        RunSeries series;
        fill(series);
        RunInfo about = info();
        about.classNames = {"circle", "square", "triangle", "star",  "cross",
                            "ring",   "heart",  "moon",     "arrow", "hourglass"};
        view.setRuns({{"run 2", "live", 0.75}, {"run 1", "stopped", 0.61}}, 0);
        view.showRun(about, &series);
        TrainSnapshot snapshot = running(3, 40);
        snapshot.classes = 10;
        for (int i = 0; i < 10; ++i)
            for (int j = 0; j < 10; ++j)
                snapshot.confusion.push_back(i == j ? 80 + i : (i * 7 + j * 3) % 11);
        snapshot.pipelineMs = {0.02, 0.1};
        snapshot.prefetched = 1;
        view.setSnapshot(snapshot);
        view.setCheckpoints({{2, 0.7, false, true}, {1, 0.75, true, true}, {0, 0.5, false, true}}, 1);
        view.setPossible(false, {});
        const SourceHandle source = drawnShapes(200, 3);
        view.setCell(3, 5, source, {3, 13, 23, 33, 43, 53, 63, 73, 83, 93},
                     {"ring 0.96", "ring 0.91", "ring 0.88", "ring 0.80", "ring 0.71", "ring 0.66",
                      "ring 0.61", "ring 0.55", "ring 0.52", "ring 0.51"});
        QTRY_VERIFY(view.cellSamples()->settled());
        QTest::mouseMove(view.lossChart(), view.lossChart()->plotRect().center());
        keepLooks(view, "train");
        QCOMPARE(view.cellSamples()->rows().size(), 10U);
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestTrainingView)
#include "tst_training_view.moc"
