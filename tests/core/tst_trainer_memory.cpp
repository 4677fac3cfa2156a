#include "tests/core/stand_in_layers.h"
#include "tests/core/training_example.h"
#include "tests/core/training_owner.h"

#include <QTest>

#include <atomic>
#include <cstdlib>
#include <new>

using namespace lb;
using namespace lb::test;

namespace {

// Counts what our own code (core is linked in) allocates on the trainer's thread; oneDNN has its
// own memory, and the input pipeline's workers are other threads.
thread_local bool isTrainersThread = false;
std::atomic<int> allocations = 0;
extern "C" char __executable_start, etext;

void countCall(const void* caller)
{
    if (isTrainersThread && caller >= &__executable_start && caller < &etext)
        ++allocations;
}

void* allocated(std::size_t size, std::size_t alignment)
{
    void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

void* operator new(std::size_t size)
{
    countCall(__builtin_return_address(0));
    return allocated(size == 0 ? 1 : size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept // of std::stable_sort
{
    countCall(__builtin_return_address(0));
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size, std::align_val_t alignment)
{
    countCall(__builtin_return_address(0));
    return allocated(size == 0 ? 1 : size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

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
        run.onTrainersThread = [] { isTrainersThread = true; };
        run.trainer.start(std::move(paused));
        QVERIFY(run.untilPaused());
        for (int i = 0; i < 3; ++i) // the first one reports times of the pipeline
            QVERIFY(run.oneStep());
        QVERIFY(allocations > 0); // the counter counts: preparing took memory

        allocations = 0;
        for (int i = 0; i < 30; ++i)
            QVERIFY(run.oneStep());

        QCOMPARE(allocations.load(), 0);
        QCOMPARE(run.steps.size(), std::size_t{33});
    }

private:
    LayerRegistry m_registry;
};

QTEST_APPLESS_MAIN(TstTrainerMemory)
#include "tst_trainer_memory.moc"
