#include "tests/core/built_in_example.h"

#include <QTest>

using namespace lb;

/// The built-in example on a part of its pictures; tst_example_training_slow has them all.
class TstExampleTraining : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// In smaller batches, because the moving averages of BatchNormalization want some 500 steps.
    /// tst_drawn_shapes: a softmax regression on the same pixels stays below 60 %.
    void learnsMoreThanPixelsGiveAway()
    {
        LayerRegistry registry;
        registerBuiltinLayers(registry);

        const auto epochs = test::trainedExample(registry, 4'096, 16, 4, 0.6);

        QVERIFY(!epochs.empty());
        QCOMPARE_GE(epochs.back().valAccuracy, 0.6);
    }
};

QTEST_APPLESS_MAIN(TstExampleTraining)
#include "tst_example_training.moc"
