#include "tests/core/built_in_example.h"

#include <QTest>

using namespace lb;

/// The built-in example as a user trains it. layerbench-bench drawn-shapes says how long it takes.
class TstExampleTrainingSlow : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void reaches95PercentOnPicturesOfAnotherSeed()
    {
        LayerRegistry registry;
        registerBuiltinLayers(registry);

        const auto epochs = test::trainedExample(registry, 8'192, 32, 6, 0.95);

        QVERIFY(!epochs.empty());
        QCOMPARE_GE(epochs.back().valAccuracy, 0.95);
    }
};

QTEST_APPLESS_MAIN(TstExampleTrainingSlow)
#include "tst_example_training_slow.moc"
