#include "core/layers/weight_rule.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;

namespace {

struct Moments {
    double least = 0, most = 0, mean = 0, variance = 0;
};

Moments momentsOf(const Tensor& tensor)
{
    const auto values = tensor.values<float>();
    const auto [least, most] = std::ranges::minmax(values);
    Moments moments{least, most, 0, 0};
    for (const float value : values)
        moments.mean += double{value} / double(values.size());
    for (const float value : values) {
        const double distance = double{value} - moments.mean;
        moments.variance += distance * distance / double(values.size());
    }
    return moments;
}

Tensor must(const Result<Tensor>& tensor)
{
    if (!tensor.ok())
        qFatal("%s", english(tensor.error().message).c_str());
    return tensor.value();
}

} // namespace

/// How weights start: the distributions that Keras' initializers promise.
class TstWeightRule : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    /// Over 200,000 numbers: the mean within 5 of its standard errors, the variance within 2 %,
    /// and nothing beyond the limit.
    void keepsToItsDistribution_data()
    {
        QTest::addColumn<Config>("initializer");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("variance");
        QTest::addColumn<double>("limit"); // from the mean; 0: none
        const auto row = [](const char* name, Config config, double mean, double variance,
                            double limit) {
            QTest::newRow(name) << std::move(config) << mean << variance << limit;
        };
        // A kernel [2, 2, 100, 500]: fan in 400, fan out 2000.
        const double truncated = 0.87962566103423978;
        row("GlorotUniform", "GlorotUniform", 0, 2.0 / 2400, std::sqrt(6.0 / 2400));
        row("GlorotNormal", "glorot_normal", 0, 2.0 / 2400, 2 * std::sqrt(2.0 / 2400) / truncated);
        row("HeUniform", serialized("HeUniform"), 0, 2.0 / 400, std::sqrt(6.0 / 400));
        row("HeNormal", "he_normal", 0, 2.0 / 400, 2 * std::sqrt(2.0 / 400) / truncated);
        row("LecunUniform", "LecunUniform", 0, 1.0 / 400, std::sqrt(3.0 / 400));
        row("LecunNormal", "LecunNormal", 0, 1.0 / 400, 2 * std::sqrt(1.0 / 400) / truncated);
        row("RandomNormal", serialized("RandomNormal", {{"mean", 1.0}, {"stddev", 0.5}}), 1, 0.25,
            0);
        row("RandomNormal, default", "random_normal", 0, 0.0025, 0);
        row("RandomUniform", serialized("RandomUniform", {{"minval", -1}, {"maxval", 3}}), 1,
            16.0 / 12, 2);
        row("TruncatedNormal", serialized("TruncatedNormal", {{"mean", 2.0}, {"stddev", 0.1}}), 2,
            0.01 * truncated * truncated, 0.2);
        row("VarianceScaling, fan out",
            serialized("VarianceScaling", {{"scale", 3.0},
                                           {"mode", "fan_out"},
                                           {"distribution", "uniform"}}),
            0, 3.0 / 2000, std::sqrt(9.0 / 2000));
        row("VarianceScaling, not truncated",
            serialized("VarianceScaling", {{"distribution", "untruncated_normal"}}), 0, 1.0 / 400,
            0);
        row("axes of its own",
            serialized("GlorotUniform", {{"input_axes", ConfigList{3}},
                                         {"output_axes", ConfigList{0, 1}}}),
            0, 2.0 / 504, std::sqrt(6.0 / 504));
    }
    void keepsToItsDistribution()
    {
        QFETCH(Config, initializer);
        QFETCH(double, mean);
        QFETCH(double, variance);
        QFETCH(double, limit);
        const Shape shape{2, 2, 100, 500};

        const Moments seen = momentsOf(must(initialWeight(initializer, shape, StreamKey{11})));

        const double count = 200'000;
        QCOMPARE_LE(std::abs(seen.mean - mean), 5 * std::sqrt(variance / count));
        QCOMPARE_LE(std::abs(seen.variance / variance - 1), 0.02);
        if (limit > 0) {
            QCOMPARE_LE(seen.most - mean, limit * (1 + 1e-6));
            QCOMPARE_GE(seen.least - mean, -limit * (1 + 1e-6));
            QCOMPARE_GE(seen.most - mean, limit * 0.99); // it reaches its limits
        } else {
            QCOMPARE_GE(seen.most - mean, 3.5 * std::sqrt(variance)); // it has tails
        }
    }

    void fillsWhatDoesNotDraw()
    {
        const StreamKey key{1};
        const auto values = [&](const Config& initializer, Shape shape) {
            const Tensor tensor = must(initialWeight(initializer, std::move(shape), key));
            return std::vector<float>(tensor.values<float>().begin(), tensor.values<float>().end());
        };
        QCOMPARE(values("zeros", {3}), (std::vector{0.f, 0.f, 0.f}));
        QCOMPARE(values(serialized("Ones"), {2}), (std::vector{1.f, 1.f}));
        QCOMPARE(values(serialized("Constant", {{"value", 0.25}}), {2}),
                 (std::vector{0.25f, 0.25f}));
        QCOMPARE(values(serialized("Constant", {{"value", ConfigList{1.0, 2.0}}}), {2, 2}),
                 (std::vector{1.f, 2.f, 1.f, 2.f}));
        QCOMPARE(values(serialized("Identity", {{"gain", 3.0}}), {2, 3}),
                 (std::vector{3.f, 0.f, 0.f, 0.f, 3.f, 0.f}));
    }

    void orthogonalColumnsOrRowsHaveLengthGain_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::newRow("tall") << 12 << 5;
        QTest::newRow("wide") << 4 << 9;
        QTest::newRow("square") << 6 << 6;
    }
    void orthogonalColumnsOrRowsHaveLengthGain()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        const Tensor q = must(initialWeight(serialized("Orthogonal", {{"gain", 2.0}}),
                                            {rows / 2, 2, columns}, StreamKey{3}));
        const auto at = [&](int row, int column) {
            return double{q.values<float>()[static_cast<std::size_t>(row * columns + column)]};
        };
        const bool tall = rows >= columns;
        const int vectors = std::min(rows, columns);
        for (int a = 0; a < vectors; ++a)
            for (int b = 0; b <= a; ++b) {
                double dot = 0;
                for (int k = 0; k < std::max(rows, columns); ++k)
                    dot += tall ? at(k, a) * at(k, b) : at(a, k) * at(b, k);
                QCOMPARE_LE(std::abs(dot - (a == b ? 4.0 : 0.0)), 1e-5);
            }
    }

    void drawsTheSameForTheSameKeyOnly()
    {
        const Shape shape{3, 4};
        for (const char* name : {"GlorotUniform", "HeNormal", "Orthogonal"}) {
            const Tensor once = must(initialWeight(name, shape, StreamKey{5}.child(1)));
            QVERIFY(once == must(initialWeight(name, shape, StreamKey{5}.child(1))));
            QVERIFY(!(once == must(initialWeight(name, shape, StreamKey{5}.child(2)))));
            const Config seeded = serialized(name, {{"seed", 9}});
            QVERIFY(must(initialWeight(seeded, shape, StreamKey{1}))
                    == must(initialWeight(seeded, shape, StreamKey{2})));
        }
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<Config>("initializer");
        QTest::addColumn<QString>("where");
        QTest::newRow("a name") << Config("GlorotUnicorn") << "GlorotUnicorn";
        QTest::newRow("a scale") << serialized("VarianceScaling", {{"scale", 0}})
                                 << "VarianceScaling/scale";
        QTest::newRow("a mode") << serialized("VarianceScaling", {{"mode", "fan_club"}})
                                << "VarianceScaling/mode";
        QTest::newRow("a distribution")
            << serialized("VarianceScaling", {{"distribution", "flat"}})
            << "VarianceScaling/distribution";
        QTest::newRow("a number") << serialized("RandomNormal", {{"stddev", "wide"}})
                                  << "RandomNormal/stddev";
        QTest::newRow("a vector for a matrix") << Config("Orthogonal") << "Orthogonal";
        QTest::newRow("a vector for the identity") << Config("identity") << "Identity";
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(Config, initializer);
        QFETCH(QString, where);

        const auto refused = initialWeight(initializer, {4}, StreamKey{1});

        QVERIFY(!refused.ok());
        QCOMPARE(QString::fromStdString(refused.error().where), where);
    }
};

LB_TEST(TstWeightRule)
#include "tst_weight_rule.moc"
