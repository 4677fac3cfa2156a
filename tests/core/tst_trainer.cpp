#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"
#include "tests/core/stand_in_layers.h"
#include "tests/core/training_example.h"
#include "tests/core/training_owner.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;
using namespace lb::test;

/// Training on a thread of its own, with commands between its steps and mail out of it.
class TstTrainer : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { test::fill(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void learnsATinyProblem()
    {
        const auto run = finished(job(shortRecipe(12)));

        QCOMPARE(run->now.state, RunState::Finished);
        QCOMPARE(run->epochs.size(), std::size_t{12});
        QCOMPARE_LT(run->epochs.back().loss, 0.5 * run->epochs.front().loss);
        QCOMPARE_GE(run->epochs.back().valAccuracy, 0.9);
        QCOMPARE_GT(run->now.samplesPerSecond, 0.0);
        QCOMPARE(run->now.secondsLeft, 0.0);
    }

    void countsAShortLastBatchByItsRows()
    {
        const auto run = finished(job(shortRecipe(2)));

        QCOMPARE(run->steps.size(), std::size_t{6}); // none is lost
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(run->steps[i].step, static_cast<std::int64_t>(i));
        for (std::size_t epoch = 0; epoch < 2; ++epoch) {
            const StepPoint* at = &run->steps[3 * epoch];
            QCOMPARE_LT(std::abs((32 * at[0].loss + 32 * at[1].loss + 6 * at[2].loss) / kRows
                                 - run->epochs[epoch].loss),
                        1e-9);
            QCOMPARE_LT(
                std::abs((32 * at[0].accuracy + 32 * at[1].accuracy + 6 * at[2].accuracy) / kRows
                         - run->epochs[epoch].accuracy),
                1e-9);
        }
    }

    void dropsTheRemainderAndEndsEpochsEarlyWhereTheRecipeSaysSo()
    {
        Recipe recipe = shortRecipe(1);
        recipe.dropRemainder = true;
        QCOMPARE(finished(job(recipe))->steps.size(), std::size_t{2});
        recipe.epochs = 3;
        recipe.stepsPerEpoch = 1;
        QCOMPARE(finished(job(recipe))->steps.size(), std::size_t{3});
    }

    void splitsOffRowsThatItNeverLearnsFrom()
    {
        TrainJob without = job(shortRecipe(2));
        without.validation = nullptr;
        without.document.recipe.validationFraction = 0.4; // 28 of 70
        const auto run = finished(std::move(without));

        QCOMPARE(run->steps.size(), std::size_t{4}); // 42 rows: 32 and 10
        std::int64_t judged = 0;
        for (const std::int64_t count : run->now.confusion)
            judged += count;
        QCOMPARE(judged, 28);

        TrainJob all = job(shortRecipe(1));
        all.validation = nullptr;
        all.document.recipe.validationFraction = 0;
        const auto unjudged = finished(std::move(all));
        QVERIFY(std::isnan(unjudged->epochs.front().valLoss));
        QVERIFY(unjudged->now.confusion.empty());
    }

    void countsWhichClassWasTakenForWhich()
    {
        const auto run = finished(job(shortRecipe(3)));

        QCOMPARE(run->now.classes, 3);
        QCOMPARE(run->now.confusion.size(), std::size_t{9});
        std::int64_t right = 0;
        for (std::size_t row = 0; row < 3; ++row) {
            QCOMPARE(run->now.confusion[3 * row] + run->now.confusion[3 * row + 1]
                         + run->now.confusion[3 * row + 2],
                     10); // of 30
            right += run->now.confusion[4 * row];
        }
        QCOMPARE_LT(std::abs(static_cast<double>(right) / 30 - run->epochs.back().valAccuracy),
                    1e-9);
    }

    void evaluatesWhatItHandsOut()
    {
        const auto run = finished(job(shortRecipe(2)));
        const Document document = model(shortRecipe(2));

        const auto again
            = evaluated(document, m_registry, validationRows(document, bars(kRows, 1), bars(30, 2)),
                        *run->now.weights, {});

        QVERIFY(again.ok());
        QCOMPARE(again.value().loss, run->epochs.back().valLoss);
        QCOMPARE(again.value().confusion, run->now.confusion);
    }

    void pausesStepsAndStops()
    {
        Owner run;
        run.trainer.start(job(shortRecipe(100'000)));
        QVERIFY(run.until([&] { return !run.steps.empty(); }));
        run.trainer.pause();
        QVERIFY(run.untilPaused());
        const std::size_t before = run.steps.size();

        for (std::size_t i = 1; i <= 4; ++i) { // over the end of an epoch
            QVERIFY(run.oneStep());
            QCOMPARE(run.steps.size(), before + i);
        }
        run.trainer.resume();
        QVERIFY(run.until([&] { return run.steps.size() > before + 20; }));
        run.trainer.stop();

        QVERIFY(run.untilEnd());
        QCOMPARE(run.now.state, RunState::Stopped);
        QVERIFY(run.now.weights != nullptr);
        QVERIFY(run.checkpoint.has_value());
        QVERIFY(run.checkpoint->weights == *run.now.weights);
        QCOMPARE(run.checkpoint->epoch * 3 + run.checkpoint->step, std::ssize(run.steps));
    }

    void stopsInAPause()
    {
        const auto run = stoppedAfter(0, job(shortRecipe(2)));
        QVERIFY(run != nullptr);
        QCOMPARE(run->now.state, RunState::Stopped);
        QVERIFY(run->steps.empty());
    }

    void startsAnotherRunInPlaceOfOne()
    {
        Owner run;
        run.trainer.start(job(shortRecipe(100'000)));
        run.trainer.start(job(shortRecipe(1)));
        run.trainer.wait();
        run.take();
        QCOMPARE(run.now.state, RunState::Finished);
        QCOMPARE(run.now.epochs, 1);
        QCOMPARE(run.steps.size(), std::size_t{3});
    }

    void goesOnBitByBit_data()
    {
        QTest::addColumn<int>("steps");
        QTest::addColumn<QString>("optimizerName");
        QTest::newRow("within the first epoch") << 1 << QString("Adam");
        QTest::newRow("within an epoch") << 5 << QString("Adam");
        QTest::newRow("between epochs") << 6 << QString("RMSprop");
        QTest::newRow("another optimizer") << 4 << QString("SGD");
    }
    void goesOnBitByBit()
    {
        QFETCH(int, steps);
        QFETCH(QString, optimizerName);
        Recipe recipe = shortRecipe(4);
        recipe.optimizer = optimizer(qPrintable(optimizerName), 0.01);
        recipe.restoreBestWeights = true;
        TrainJob whole = job(recipe);
        whole.workers = 1;
        const auto expected = finished(std::move(whole));

        const auto part = stoppedAfter(steps, job(recipe));
        QVERIFY(part != nullptr);
        auto saved = decodeCheckpoint(encodeCheckpoint(*part->checkpoint)); // as a file has it
        QVERIFY2(saved.ok(), saved.ok() ? "" : english(saved.error().message).c_str());
        TrainJob rest = job(recipe);
        rest.workers = 3;
        rest.resume = std::move(saved.value());
        const auto run = finished(std::move(rest));

        QVERIFY(*run->now.weights == *expected->now.weights); // every byte
        QVERIFY(run->checkpoint->weights == expected->checkpoint->weights);
        QVERIFY(run->checkpoint->optimizerSlots == expected->checkpoint->optimizerSlots);
        QCOMPARE(run->steps.size() + static_cast<std::size_t>(steps), expected->steps.size());
        for (std::size_t i = 0; i < run->steps.size(); ++i)
            QCOMPARE(run->steps[i].loss, expected->steps[i + static_cast<std::size_t>(steps)].loss);
        const auto& history = run->checkpoint->history;
        QCOMPARE(history.size(), std::size_t{4});
        for (std::size_t i = 0; i < history.size(); ++i) {
            QCOMPARE(history[i].loss, expected->epochs[i].loss);
            QCOMPARE(history[i].valLoss, expected->epochs[i].valLoss);
        }
    }

    void answersWithACheckpointAndGoesOn()
    {
        Owner run;
        run.trainer.start(job(shortRecipe(100'000)));
        run.trainer.requestCheckpoint();
        QVERIFY(run.until([&] { return run.checkpoint.has_value(); }));
        const std::size_t then = run.steps.size();
        QVERIFY(run.until([&] { return run.steps.size() > then + 3; }));
    }

    void refusesABrokenCheckpoint()
    {
        const auto part = stoppedAfter(2, job(shortRecipe(2)));
        const std::string bytes = encodeCheckpoint(*part->checkpoint);
        QVERIFY(decodeCheckpoint(bytes).ok());
        for (const std::size_t length :
             {std::size_t{0}, std::size_t{20}, bytes.size() / 2, bytes.size() - 1}) {
            const auto cut = decodeCheckpoint(std::string_view(bytes).substr(0, length));
            QVERIFY(!cut.ok());
            QCOMPARE(cut.error().code, ErrorCode::BadFile);
        }
        QVERIFY(!decodeCheckpoint(bytes + "x").ok());

        TrainJob other = job(shortRecipe(2));
        other.resume = *part->checkpoint;
        for (auto& [layer, tensors] : other.resume->weights)
            tensors.front() = Tensor::of<float>({1}, {0});
        const auto run = finished(std::move(other));
        QCOMPARE(run->now.state, RunState::Failed);
        QCOMPARE(run->now.error->code, ErrorCode::BadShape);
    }

    void stopsAtANumberThatIsNotFiniteAndNamesLayerAndStep()
    {
        Recipe recipe = shortRecipe(5);
        // step 0 makes weights of about 1e29; in step 1 the second layer squares that
        recipe.optimizer = optimizer("SGD", 1e30);
        const auto run = finished(job(recipe));

        QCOMPARE(run->now.state, RunState::Failed);
        QCOMPARE(run->now.error->code, ErrorCode::Diverged);
        QCOMPARE(run->now.error->where, std::string("dense_1"));
        QVERIFY(english(run->now.error->message).starts_with("step 1: "));
        QCOMPARE(run->steps.size(), std::size_t{1});
    }

    void namesTheSampleWhoseDataAreNotFinite()
    {
        TrainJob broken = job(shortRecipe(2));
        std::vector<std::int64_t> labels(kRows, 0);
        const Tensor x = Tensor::make<float>({kRows, 4, 4, 1}, [](std::span<float> out) {
            out[16 * 40] = std::numeric_limits<float>::quiet_NaN();
        });
        broken.data = std::make_shared<MemorySource>(
            x, labels, std::vector<std::string>{"top", "middle", "bottom"});
        broken.document.recipe.shuffle = false;
        broken.document.recipe.batchSize = 8; // row 40 is in batch 5
        const auto run = finished(std::move(broken));

        QCOMPARE(run->now.state, RunState::Failed);
        QCOMPARE(run->now.error->where, std::string("40"));
        QVERIFY(english(run->now.error->message).starts_with("step 5: "));
    }

    /// Held out are pictures with the labels of other classes: every epoch makes it worse.
    void stopsEarlyAndRestoresTheBestWeights()
    {
        Recipe recipe = shortRecipe(50);
        recipe.earlyStoppingPatience = 3;
        recipe.restoreBestWeights = true;
        TrainJob hopeless = job(recipe);
        hopeless.validation = bars(30, 2, 1);
        const auto run = finished(std::move(hopeless));

        QCOMPARE(run->now.state, RunState::Finished);
        std::size_t best = 0;
        for (std::size_t i = 0; i < run->epochs.size(); ++i)
            if (run->epochs[i].valLoss < run->epochs[best].valLoss)
                best = i;
        QCOMPARE_LT(best, std::size_t{47});
        QCOMPARE(run->epochs.size(), best + 1 + 3);

        Recipe until = shortRecipe(static_cast<std::int64_t>(best) + 1);
        const auto first = finished(job(until));
        QVERIFY(*run->now.weights == *first->now.weights);
        QVERIFY(run->checkpoint->weights != *run->now.weights); // it could go on from the last
    }

    void failsWithTheProblemOfTheProject()
    {
        TrainJob wrong = job(shortRecipe(1));
        wrong.document = model();
        wrong.document = Builder::must(edits::setParam(
            wrong.document, wrong.document.layerOf(wrong.document.named("dense_1")->id)->id,
            "units", 2));
        const auto run = finished(std::move(wrong));

        QCOMPARE(run->now.state, RunState::Failed);
        QCOMPARE(english(run->now.error->message),
                 std::string("the data have 3 classes, the prediction has 2 values"));
    }

    void trainsWithEveryLoss_data()
    {
        QTest::addColumn<QString>("loss");
        for (const char* loss : {"sparse_categorical_crossentropy", "categorical_crossentropy",
                                 "binary_crossentropy", "mean_squared_error"})
            QTest::newRow(loss) << QString(loss);
    }
    void trainsWithEveryLoss()
    {
        QFETCH(QString, loss);
        Recipe recipe = shortRecipe(10);
        recipe.loss = loss.toStdString();
        const auto run = finished(job(recipe));

        QVERIFY2(run->now.state == RunState::Finished,
                 run->now.error ? english(run->now.error->message).c_str() : "");
        QCOMPARE_LT(run->epochs.back().loss, 0.9 * run->epochs.front().loss);
        QCOMPARE_GE(run->epochs.back().accuracy, 0.6);
    }

private:
    TrainJob job(const Recipe& recipe) const { return test::job(m_registry, recipe); }
    static std::shared_ptr<Owner> finished(TrainJob job)
    {
        auto run = std::make_shared<Owner>();
        run->trainer.start(std::move(job));
        if (!run->untilEnd())
            qWarning("the run did not end");
        return run;
    }
    /// Stopped with exactly `steps` done; null if that failed.
    static std::shared_ptr<Owner> stoppedAfter(int steps, TrainJob job)
    {
        auto run = std::make_shared<Owner>();
        job.paused = true;
        run->trainer.start(std::move(job));
        if (!run->untilPaused())
            return nullptr;
        for (int i = 0; i < steps; ++i)
            if (!run->oneStep())
                return nullptr;
        run->trainer.stop();
        run->untilEnd();
        return run;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstTrainer)
#include "tst_trainer.moc"
