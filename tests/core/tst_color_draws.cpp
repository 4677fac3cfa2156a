#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

using namespace lb;

namespace {

constexpr std::size_t kSamples = 4'000;
const StreamKey kPath{1};

double mean(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const double meanA = mean(a), meanB = mean(b);
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - meanA) * (b[i] - meanB);
        aa += (a[i] - meanA) * (a[i] - meanA);
        bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / std::sqrt(aa * bb);
}

} // namespace

/// What the layers that change colours draw: by Keras' distributions, and keyed by sample.
class TstColorDraws : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void drawsAreUniform_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        const auto row = [](const char* title, const char* name, Config config, const char* entry,
                            double low, double high) {
            QTest::newRow(title) << name << config << entry << low << high;
        };
        const auto factor
            = [](Config value) { return Config(ConfigObject{{"factor", std::move(value)}}); };
        row("sharpness", "RandomSharpness", factor(pair(0.1, 0.6)), "factor", 0.1, 0.6);
        row("sharpness by one number", "RandomSharpness", factor(0.7), "factor", 0, 0.7);
        row("degeneration, ends swapped", "RandomColorDegeneration", factor(pair(0.6, 0.1)),
            "factor", 0.1, 0.6);
        row("degeneration by one number", "RandomColorDegeneration", factor(0.7), "factor", -0.7,
            0.7);
        const Config solarization = ConfigObject{{"addition_factor", pair(0.2, 0.4)},
                                                 {"threshold_factor", 0.5},
                                                 {"value_range", pair(0, 1)}};
        row("additions, whose lower end Keras takes as it is", "Solarization", solarization,
            "additions", 0.2, 0.4 * 255);
        row("thresholds", "Solarization", solarization, "thresholds", 0, 0.5 * 255);
        const Config jitter = ConfigObject{{"brightness_factor", 0.2},
                                           {"contrast_factor", pair(0.1, 0.3)},
                                           {"saturation_factor", 0.3},
                                           {"hue_factor", 0.1},
                                           {"value_range", pair(0, 1)}};
        row("brightness of a jitter", "RandomColorJitter", jitter, "rgb_delta", -0.2, 0.2);
        row("contrast of a jitter", "RandomColorJitter", jitter, "contrast_factor", 0.9, 1.3);
        row("hue of a jitter", "RandomColorJitter", jitter, "hue_factor", -0.05, 0.05);
        row("hue by one number", "RandomHue", factor(0.5), "factor", -0.25, 0.25);
    }
    void drawsAreUniform()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, entry);
        QFETCH(double, low);
        QFETCH(double, high);

        const auto values = numbers(draw(name, config), entry);

        checkUniform(values, low, high);
    }

    void huesTurnToBothSides()
    {
        auto turns = numbers(draw("RandomHue", ConfigObject{{"factor", pair(0.2, 0.8)}}), "factor");

        const double right
            = static_cast<double>(std::ranges::count_if(turns, [](double t) { return t > 0; }));
        const double half = kSamples / 2.0;
        QVERIFY(chiSquared({right, kSamples - right}, {half, half}) < kStrayCoin);
        std::ranges::transform(turns, turns.begin(), [](double t) { return 2 * std::abs(t); });
        checkUniform(turns, 0.2, 0.8);
    }

    void saturationIsOddsOfAUniformNumber_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("both ends") << "RandomSaturation"
                                   << Config(ConfigObject{{"factor", pair(0.1, 0.6)}}) << "factor"
                                   << 0.1 << 0.6;
        QTest::newRow("one number") << "RandomSaturation" << Config(ConfigObject{{"factor", 0.4}})
                                    << "factor" << -0.4 << 0.4;
        QTest::newRow("of a jitter")
            << "RandomColorJitter" << Config(ConfigObject{{"saturation_factor", pair(0.4, 0.6)}})
            << "saturation_factor" << 0.4 << 0.6;
    }
    void saturationIsOddsOfAUniformNumber()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, entry);
        QFETCH(double, low);
        QFETCH(double, high);

        auto values = numbers(draw(name, config), entry);

        std::ranges::transform(values, values.begin(),
                               [](double odds) { return odds * (1 + 1e-7) / (1 + odds); });
        checkUniform(values, low, high);
    }

    void flagsComeWithTheirProbability_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("factor");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<double>("probability");
        QTest::newRow("grayscale") << "RandomGrayscale" << Config(0.3) << "should_apply" << 0.3;
        QTest::newRow("grayscale never")
            << "RandomGrayscale" << Config(0.0) << "should_apply" << 0.0;
        QTest::newRow("grayscale always")
            << "RandomGrayscale" << Config(1.0) << "should_apply" << 1.0;
        QTest::newRow("invert: one number is the upper end of the probability")
            << "RandomInvert" << Config(0.6) << "apply_inversion" << 0.3;
        QTest::newRow("invert: both ends")
            << "RandomInvert" << pair(0.4, 1.0) << "apply_inversion" << 0.7;
        QTest::newRow("invert always")
            << "RandomInvert" << pair(1.0, 1.0) << "apply_inversion" << 1.0;
        QTest::newRow("blur") << "RandomGaussianBlur" << Config(1.0) << "should_apply_blur" << 0.5;
    }
    void flagsComeWithTheirProbability()
    {
        QFETCH(QString, name);
        QFETCH(Config, factor);
        QFETCH(QString, entry);
        QFETCH(double, probability);

        const auto flags = numbers(draw(name, ConfigObject{{"factor", factor}}), entry);

        const double set = std::accumulate(flags.begin(), flags.end(), 0.0);
        const double expected = probability * kSamples;
        if (probability == 0 || probability == 1)
            QCOMPARE(set, expected);
        else
            QVERIFY(chiSquared({set, kSamples - set}, {expected, kSamples - expected}) < kStrayCoin);
    }

    void bitsAreEquallyProbableBelowTheUpperEnd_data()
    {
        QTest::addColumn<Config>("factor");
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("most");
        QTest::addColumn<double>("limit"); // of chi-squared, passed once in a thousand tries
        QTest::newRow("both ends") << pair(2, 6) << 2 << 5 << 16.27;
        QTest::newRow("one number") << Config(5) << 1 << 4 << 16.27;
        QTest::newRow("equal ends") << pair(3, 3) << 3 << 3 << 0.0;
        QTest::newRow("beyond a byte") << pair(0, 9) << 0 << 8 << 26.12;
    }
    void bitsAreEquallyProbableBelowTheUpperEnd()
    {
        QFETCH(Config, factor);
        QFETCH(int, least);
        QFETCH(int, most);
        QFETCH(double, limit);

        const auto shifts = numbers(
            draw("RandomPosterization", ConfigObject{{"factor", factor}}), "shift_factor");

        std::map<int, double> counts;
        for (const double shift : shifts)
            ++counts[8 - static_cast<int>(shift)];
        QCOMPARE(counts.begin()->first, least);
        QCOMPARE(counts.rbegin()->first, most);
        std::vector<double> seen;
        for (const auto& [bits, count] : counts)
            seen.push_back(count);
        const double each = kSamples / static_cast<double>(most - least + 1);
        QVERIFY(chiSquared(seen, std::vector<double>(seen.size(), each)) <= limit);
    }

    void blurIsAsWideForAWholeBatch()
    {
        const Config config = ConfigObject{{"sigma", pair(0.2, 0.9)}};
        std::vector<double> first, second;
        for (std::uint64_t batch = 0; batch < kSamples; ++batch) {
            const auto sigma = draw("RandomGaussianBlur", config, 2, 5, 0, batch).at("blur_factor");
            QCOMPARE(sigma.shape(), Shape{2});
            first.push_back(static_cast<double>(sigma.values<float>()[0]) - 1e-6);
            second.push_back(static_cast<double>(sigma.values<float>()[1]) - 1e-6);
        }
        checkUniform(first, 0.2, 0.9);
        checkUniform(second, 0.2, 0.9);
        QVERIFY(std::abs(correlation(first, second)) < 4 / std::sqrt(kSamples));

        const auto here = draw("RandomGaussianBlur", config, 64, 0, 0, 3);
        const auto there = draw("RandomGaussianBlur", config, 1, 37, 0, 3);
        QVERIFY(here.at("blur_factor") == there.at("blur_factor"));
        QCOMPARE(here.at("should_apply_blur").values<bool>()[37],
                 there.at("should_apply_blur").values<bool>()[0]);
    }

    void drawsOfOneLayerDoNotHangTogether()
    {
        const auto check = [&](const char* name, const Config& config) {
            const Transformation drawn = draw(name, config);
            for (auto a = drawn.begin(); a != drawn.end(); ++a)
                for (auto b = std::next(a); b != drawn.end(); ++b)
                    QVERIFY2(std::abs(correlation(numbers(drawn, a->first.c_str()),
                                                  numbers(drawn, b->first.c_str())))
                                 < 4 / std::sqrt(kSamples),
                             a->first.c_str());
        };
        check("Solarization",
              ConfigObject{{"addition_factor", 0.5}, {"threshold_factor", 0.5}});
        check("RandomColorJitter", ConfigObject{{"brightness_factor", 0.2},
                                                {"contrast_factor", 0.2},
                                                {"saturation_factor", 0.2},
                                                {"hue_factor", 0.2}});
    }

    void drawsDependOnSampleEpochAndPathOnly_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        const Config half = ConfigObject{{"factor", 0.5}};
        QTest::newRow("degeneration") << "RandomColorDegeneration" << half;
        QTest::newRow("grayscale") << "RandomGrayscale" << half;
        QTest::newRow("hue") << "RandomHue" << half;
        QTest::newRow("invert") << "RandomInvert" << half;
        QTest::newRow("jitter") << "RandomColorJitter"
                                << Config(ConfigObject{{"brightness_factor", 0.2}});
        QTest::newRow("posterization")
            << "RandomPosterization" << Config(ConfigObject{{"factor", pair(1, 8)}});
        QTest::newRow("saturation") << "RandomSaturation" << half;
        QTest::newRow("sharpness") << "RandomSharpness" << half;
        QTest::newRow("solarization")
            << "Solarization" << Config(ConfigObject{{"addition_factor", 0.5}});
    }
    void drawsDependOnSampleEpochAndPathOnly()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        const auto first = [](const Transformation& drawn) { return drawn.begin()->second; };
        const Tensor all = first(draw(name, config, 64));
        const std::size_t row = all.bytes().size() / 64;

        const Tensor alone = first(draw(name, config, 1, 37, 0, 5)); // in another batch
        QVERIFY(std::ranges::equal(alone.bytes(), all.bytes().subspan(37 * row, row)));

        QVERIFY(!(first(draw(name, config, 64, 0, 1)) == all)); // another epoch
        QVERIFY(!(first(draw(name, config, 64, 0, 0, 0, StreamKey{2})) == all)); // another call
        const auto seeded = withParam(config, "seed", 3);
        QVERIFY(!(first(draw(name, seeded.value(), 64)) == all)); // a seed of its own
    }

private:
    static void checkUniform(const std::vector<double>& values, double low, double high)
    {
        const auto [least, most] = std::ranges::minmax(values);
        const double width = high - low;
        QVERIFY(least >= low - 1e-4 * width && most <= high + 1e-4 * width);
        QVERIFY(least < low + 0.01 * width && most > high - 0.01 * width);
        const double deviation = width / std::sqrt(12.0 * static_cast<double>(values.size()));
        QVERIFY2(std::abs(mean(values) - (low + high) / 2) < 4 * deviation,
                 qPrintable(QString::number(mean(values))));
        const double stray = strayOf(values, uniformCdf(low, high));
        QVERIFY2(stray < kStray,
                 qPrintable(QString::number(stray)));
    }
    static std::vector<double> numbers(const Transformation& drawn, const QString& entry)
    {
        const Tensor& tensor = drawn.at(entry.toStdString());
        const auto list = [&]<typename T>(T) {
            const auto values = tensor.values<T>();
            return std::vector<double>(values.begin(), values.end());
        };
        return tensor.dtype() == DType::Bool    ? list(bool{})
            : tensor.dtype() == DType::UInt8 ? list(std::uint8_t{})
                                             : list(float{});
    }
    Transformation draw(const QString& name, const Config& config, std::size_t count = kSamples,
                        std::uint64_t first = 0, std::uint32_t epoch = 0, std::uint64_t batch = 0,
                        StreamKey path = kPath) const
    {
        std::vector<std::uint64_t> ids(count);
        std::iota(ids.begin(), ids.end(), first);
        const std::array inputs{Spec{DType::Float32, {std::ssize(ids), 4, 4, 3}, {}}};
        const LayerType& type = *m_registry.find(name.toStdString()).value();
        return dynamic_cast<const RandomLayerType&>(type)
            .draw(config, {path, epoch, ids, batch, inputs})
            .value();
    }

    LayerRegistry m_registry;
};

LB_TEST(TstColorDraws)
#include "tst_color_draws.moc"
