#include "core/conform/layer_call.h"
#include "core/layers/quantile_sketch.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

using namespace lb;

namespace {

Tensor column(const std::vector<float>& values)
{
    return Tensor::make<float>({std::ssize(values), 1},
                               [&](std::span<float> out) { std::ranges::copy(values, out.begin()); });
}

std::vector<float> counted(float first, float step, int count)
{
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = std::exchange(first, first + step);
    return values;
}

std::vector<float> boundariesIn(const StateHandle& state)
{
    const auto values = state->tensors.find("bin_boundaries")->second.values<float>();
    return {values.begin(), values.end()};
}

} // namespace

class TstDiscretization : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        m_layer = dynamic_cast<const AdaptableLayerType*>(m_registry.find("Discretization").value());
    }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// Numbers of Keras 3.15.1.
    void learnsWhatKerasLearns_data()
    {
        QTest::addColumn<int>("bins");
        QTest::addColumn<double>("epsilon");
        QTest::addColumn<QList<QList<float>>>("blocks");
        QTest::addColumn<QList<float>>("boundaries");
        const auto list = [](const std::vector<float>& values) {
            return QList<float>(values.begin(), values.end());
        };
        QTest::newRow("quarters") << 4 << 0.01 << QList<QList<float>>{list(counted(1, 1, 10))}
                                  << QList<float>{2.5f, 5, 7.5f};
        QTest::newRow("two blocks") << 3 << 0.1
                                    << QList<QList<float>>{list(counted(0, 1, 30)), list(counted(50, 0.5f, 20))}
                                    << QList<float>{15.666665f, 44.333332f};
        QTest::newRow("one bin") << 1 << 0.01 << QList<QList<float>>{list(counted(1, 1, 3))} << QList<float>{};
        QTest::newRow("one number") << 2 << 0.01 << QList<QList<float>>{{1}} << QList<float>{};
        QTest::newRow("coarse") << 3 << 1.0 << QList<QList<float>>{list(counted(0, 1, 50))} << QList<float>{};
        QTest::newRow("all of them")
            << 3 << -0.1 << QList<QList<float>>{list(counted(0, 1, 50))}
            << QList<float>{15.666666984558105f, 32.33333206176758f};
    }
    void learnsWhatKerasLearns()
    {
        QFETCH(int, bins);
        QFETCH(double, epsilon);
        QFETCH(QList<QList<float>>, blocks);
        QFETCH(QList<float>, boundaries);
        const Config config = ConfigObject{{"num_bins", bins}, {"epsilon", epsilon}};

        AdaptableLayerType::Summary sum;
        for (const QList<float>& block : blocks) {
            const auto next = m_layer->summarise(config, column({block.begin(), block.end()}));
            QVERIFY(next.ok());
            sum = m_layer->fold(config, sum, next.value()).value();
        }
        const auto state = m_layer->finish(config, sum);

        QVERIFY(state.ok());
        const std::vector<float> learned = boundariesIn(state.value());
        QCOMPARE(learned.size(), static_cast<std::size_t>(boundaries.size()));
        for (std::size_t i = 0; i < learned.size(); ++i)
            QVERIFY(std::abs(learned[i] - boundaries[static_cast<qsizetype>(i)]) < 2e-6f * learned[i]);
    }

    /// A block of many numbers is not sorted: only what lies around its quantiles is.
    void findsTheQuantilesOfManyNumbers_data()
    {
        QTest::addColumn<QList<float>>("numbers");
        const auto made = [](auto&& at) {
            QList<float> numbers;
            for (int i = 0; i < 5'000; ++i)
                numbers.push_back(static_cast<float>(at(i * 7'919 % 5'000)));
            return numbers;
        };
        QTest::newRow("of both signs") << made([](int i) { return (i - 2'500) * 1.5; });
        QTest::newRow("few decimals") << made([](int i) { return i / 100 * 0.01; });
        QTest::newRow("all the same") << made([](int) { return -3; });
        QTest::newRow("one far away") << made([](int i) { return i == 17 ? 1e30 : 1 + i * 1e-4; });
        QTest::newRow("the smallest") << made([](int i) { return (i - 9) * 1e-45; });
        QTest::newRow("descending powers") << made([](int i) { return std::pow(2.0, -i / 50); });
    }
    void findsTheQuantilesOfManyNumbers()
    {
        QFETCH(QList<float>, numbers);
        std::vector<float> expected;
        const std::vector<float> block(numbers.begin(), numbers.end());

        const QuantileSketch sketch = sketched(block, 0.01);

        std::ranges::sort(numbers);
        for (qsizetype i = 49; i < numbers.size(); i += 50)
            expected.push_back(numbers[i]);
        QCOMPARE(sketch.values, expected);
    }

    /// The sketch stays as small as its tolerance allows, whatever comes.
    void doesNotGrowWithTheData()
    {
        const Config config = ConfigObject{{"num_bins", 10}, {"epsilon", 0.05}};
        AdaptableLayerType::Summary sum;
        for (int block = 0; block < 200; ++block) {
            const auto next
                = m_layer->summarise(config, column(counted(static_cast<float>(block), 0.01f, 100)));
            sum = m_layer->fold(config, sum, next.value()).value();
        }

        const std::vector<float> learned = boundariesIn(m_layer->finish(config, sum).value());

        QCOMPARE(learned.size(), 9u);
        for (std::size_t i = 0; i < learned.size(); ++i) // 0..200, evenly
            QVERIFY(std::abs(learned[i] - 20 * static_cast<float>(i + 1)) < 20);
    }

    void refusesWhatItCannotLearnFrom_data()
    {
        QTest::addColumn<float>("odd");
        QTest::addColumn<QString>("message");
        QTest::newRow("not a number") << std::nanf("") << "row 2 of the data holds nan";
        QTest::newRow("infinite")
            << std::numeric_limits<float>::infinity() << "row 2 of the data holds inf";
    }
    void refusesWhatItCannotLearnFrom()
    {
        QFETCH(float, odd);
        QFETCH(QString, message);

        const auto summary
            = m_layer->summarise(ConfigObject{{"num_bins", 3}}, column({1, 2, odd, 4}));

        QVERIFY(!summary.ok());
        const QString said = QString::fromStdString(english(summary.error().message));
        QVERIFY2(said.startsWith(message), qPrintable(said));
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* name, ConfigObject config, const char* where) {
            QTest::newRow(name) << Config(std::move(config)) << where;
        };
        row("neither", ConfigObject{}, "num_bins");
        row("descending", {{"bin_boundaries", ConfigList{2.0, 1.0}}}, "bin_boundaries");
        row("not a number", {{"bin_boundaries", ConfigList{std::nan(""), 1.0}}}, "bin_boundaries");
        row("negative", {{"num_bins", -1}}, "num_bins");
        row("another mode", {{"num_bins", 2}, {"output_mode", "tf_idf"}}, "output_mode");
        row("sparse numbers", {{"num_bins", 2}, {"sparse", true}}, "sparse");
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(Config, config);
        QFETCH(QString, where);

        const auto problem = m_layer->check(config);

        QVERIFY(!problem.ok());
        QCOMPARE(QString::fromStdString(problem.error().where), where);
    }

    void saysThatNanIsNoBoundary()
    {
        for (const ConfigList& list :
             {ConfigList{std::nan(""), 3.0}, ConfigList{1.0, std::nan("")}, ConfigList{std::nan("")}}) {
            const auto problem = m_layer->check(ConfigObject{{"bin_boundaries", list}});

            QVERIFY(!problem.ok());
            QCOMPARE(QString::fromStdString(english(problem.error().message)),
                     "holds nan, which is no boundary: take it out");
        }
    }

    void isNotCalledBeforeItHasLearned()
    {
        LayerCall call;
        call.layer = ConfigObject{{"class_name", "Discretization"},
                                  {"config", ConfigObject{{"num_bins", 3}}}};
        call.inputs = {column({1, 2})};

        const auto answer = answered(call, m_registry);

        QVERIFY(!answer.ok());
        QVERIFY(english(answer.error().message).starts_with("was never adapted"));
    }

    /// Below, at and above each boundary; NaN lies in the last bin.
    void saysInWhichBinANumberLies()
    {
        LayerCall call;
        call.layer
            = ConfigObject{{"class_name", "Discretization"},
                           {"config", ConfigObject{{"bin_boundaries", ConfigList{0.0, 1.0, 1.0}}}}};
        const float infinity = std::numeric_limits<float>::infinity();
        call.inputs = {column({-infinity, -0.1f, 0, 0.5f, 1, infinity, std::nanf("")})};

        const auto answer = answered(call, m_registry);

        QVERIFY(answer.ok());
        QCOMPARE(answer.value().outputs[0],
                 (Tensor::of<std::int32_t>({7, 1}, {0, 0, 1, 1, 3, 3, 3})));
    }

    void keepsWhatItLearnedInItsConfig()
    {
        const Config config = ConfigObject{{"num_bins", 4}};
        const auto sum = m_layer->fold(config, nullptr,
                                       m_layer->summarise(config, column(counted(1, 1, 10))).value());
        const StateHandle state = m_layer->finish(config, sum.value()).value();

        const Config written = m_layer->configWith(config, *state);

        QCOMPARE(*written.find("bin_boundaries"), Config(ConfigList{2.5, 5.0, 7.5}));
        QVERIFY(m_layer->check(written).ok());
        QVERIFY(!m_layer->needsState(written));
    }

private:
    LayerRegistry m_registry;
    const AdaptableLayerType* m_layer = nullptr;
};

LB_TEST(TstDiscretization)
#include "tst_discretization.moc"
