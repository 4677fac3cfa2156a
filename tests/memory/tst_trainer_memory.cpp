#include "tests/core/stand_in_layers.h"
#include "tests/core/training_example.h"
#include "tests/core/training_owner.h"
#include "tests/memory/counted_memory.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using namespace lb::test;

class TstTrainerMemory : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { fill(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// Batch, forward, loss, backward, update, metrics and mail of a step.
    void allocatesNothingInAStep()
    {
        Recipe recipe = shortRecipe(3);
        recipe.batchSize = 2; // 35 steps an epoch
        TrainJob paused = job(m_registry, recipe);
        paused.paused = true;
        Owner run;
        run.onTrainersThread = [] { countAllocationsOfThisThread(); };
        run.trainer.start(std::move(paused));
        QVERIFY(run.untilPaused());
        for (int i = 0; i < 3; ++i) // the first one reports times of the pipeline
            QVERIFY(run.oneStep());
        QVERIFY(allocations() > 0); // the counter counts: preparing took memory

        forgetAllocations();
        for (int i = 0; i < 30; ++i)
            QVERIFY(run.oneStep());

        QCOMPARE(allocations(), 0);
        QCOMPARE(run.steps.size(), std::size_t{33});
    }

private:
    LayerRegistry m_registry;
};

LB_TEST(TstTrainerMemory)
#include "tst_trainer_memory.moc"
