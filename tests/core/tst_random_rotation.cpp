#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <numbers>
#include <numeric>

using namespace lb;

/// The classic example, and what every random layer promises of its draws.
class TstRandomRotation : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void turnsTheIdentity()
    {
        const Config config = ConfigObject{{"factor", 0.125}};
        const auto graph = describedBy(*m_registry.find("RandomRotation").value(), config,
                                       {{DType::Float32, {1, 5, 5, 1}, {}}}, Phase::Training);
        QVERIFY(graph.ok());
        Interpreter<float> run(graph.value());
        for (std::size_t i = 0; i < 5; ++i)
            run.value(graph.value().inputs[0])[6 * i] = 1;
        const float degrees = static_cast<float>(0.4363853 * 180 / std::numbers::pi);
        run.set(graph.value().draws.at(0).value, Tensor::of<float>({1}, {degrees}));

        run.forward();

        const std::array<float, 25> expected{
            0,          0,          0,          0,         0, //
            .44459596f, .32453176f, .05410459f, 0,         0, //
            .15844001f, .4371609f,  1,          .4371609f, .15844001f, //
            0,          0,          .05410453f, .3245318f, .44459593f, //
            0,          0,          0,          0,         0};
        const auto y = run.value(graph.value().outputs[0]);
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(y[i] - expected[i]) < 1e-6f, qPrintable(QString::number(i)));
    }

    void isTheIdentityAtInference_data() { randomLayers(); }
    void isTheIdentityAtInference()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        const auto graph = describedBy(layer(name), config, {{DType::Float32, {2, 4, 4, 3}, {}}});
        QVERIFY(graph.ok());
        QCOMPARE(graph.value().outputs[0], graph.value().inputs[0]);
        QVERIFY(graph.value().draws.empty());
    }

    void drawsAreUniformOverTheirRange_data() { randomLayers(); }
    void drawsAreUniformOverTheirRange()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, drawn);
        QFETCH(int, element);
        QFETCH(double, low);
        QFETCH(double, high);
        constexpr std::size_t samples = 4'000;
        const Tensor tensor = draw(name, config, samples).at(drawn.toStdString());
        std::vector<double> all;
        const bool coin = tensor.dtype() == DType::Bool;
        if (coin)
            all.assign(tensor.values<bool>().begin(), tensor.values<bool>().end());
        else
            all.assign(tensor.values<float>().begin(), tensor.values<float>().end());
        std::vector<double> values;
        for (std::size_t i = 0; i < samples; ++i)
            values.push_back(all[i * (all.size() / samples) + static_cast<std::size_t>(element)]);

        const auto [least, most] = std::ranges::minmax(values);
        const double sum = std::accumulate(values.begin(), values.end(), 0.0);
        const double width = high - low;
        QVERIFY(least >= low - 1e-4 && most <= high + 1e-4);
        QVERIFY(least < low + 0.01 * width && most > high - 0.01 * width);
        if (coin) {
            const double half = samples / 2.0;
            QVERIFY(chiSquared({sum, samples - sum}, {half, half}) < kStrayCoin);
            return;
        }
        const double deviation = width / std::sqrt(12.0 * samples);
        QVERIFY2(std::abs(sum / samples - (low + high) / 2) < 4 * deviation,
                 qPrintable(QString::number(sum / samples)));
        const double stray = strayOf(values, uniformCdf(low, high));
        QVERIFY2(stray < kStray, qPrintable(QString::number(stray)));
    }

    void drawsDependOnSampleEpochAndPathOnly_data() { randomLayers(); }
    void drawsDependOnSampleEpochAndPathOnly()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QString, drawn);
        const std::string key = drawn.toStdString();
        const Tensor all = draw(name, config, 64).at(key);
        const std::size_t row = all.bytes().size() / 64;

        const Tensor alone = draw(name, config, 1, 37).at(key);
        QVERIFY(std::ranges::equal(alone.bytes(), all.bytes().subspan(37 * row, row)));

        QVERIFY(!(draw(name, config, 64, 0, 1).at(key) == all)); // another epoch
        QVERIFY(!(draw(name, config, 64, 0, 0, 8).at(key) == all)); // another call
        const auto seeded = withParam(config, "seed", 3);
        QVERIFY(!(draw(name, seeded.value(), 64).at(key) == all)); // a seed of its own
    }

    void keepsTheAspectRatioWithoutAWidthFactor()
    {
        const auto zoom = draw("RandomZoom", ConfigObject{{"height_factor", 0.3}}, 50);
        QVERIFY(zoom.at("height_zoom") == zoom.at("width_zoom"));
    }

    void saysWhatWasDrawn()
    {
        const auto said = [&](const char* name, Transformation drawn) {
            const auto& random = dynamic_cast<const RandomLayerType&>(layer(name));
            return QString::fromStdString(random.shown(drawn, 1));
        };
        QCOMPARE(said("RandomRotation", {{"angle", Tensor::of<float>({2}, {0, 12.44f})}}),
                 QString("+12.4°"));
        QCOMPARE(said("RandomTranslation",
                      {{"translations", Tensor::of<float>({2, 2}, {0, 0, -1.25f, 3})}}),
                 QString("-1.2, +3.0 px"));
        QCOMPARE(said("RandomContrast",
                      {{"contrast_factor", Tensor::of<float>({2, 1, 1, 1}, {0, 1.5f})}}),
                 QString("×1.50"));
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("a turn") << "RandomRotation" << Config(ConfigObject{{"factor", 1}}) << true;
        QTest::newRow("more than a turn")
            << "RandomRotation" << Config(ConfigObject{{"factor", 1.1}}) << false;
        QTest::newRow("a pair that reaches into the range")
            << "RandomRotation" << Config(ConfigObject{{"factor", pair(-2, 2)}}) << true;
        QTest::newRow("a pair beyond")
            << "RandomRotation" << Config(ConfigObject{{"factor", pair(1.5, 2)}}) << false;
        QTest::newRow("three numbers")
            << "RandomRotation" << Config(ConfigObject{{"factor", ConfigList{0, 0, 0}}}) << false;
        QTest::newRow("no factor") << "RandomRotation" << Config(ConfigObject{}) << false;
        QTest::newRow("zoom to nothing")
            << "RandomZoom" << Config(ConfigObject{{"height_factor", pair(-1, 0)}}) << false;
        QTest::newRow("move out of sight")
            << "RandomTranslation"
            << Config(ConfigObject{{"height_factor", pair(-1, 1)}, {"width_factor", 1.0}}) << true;
        QTest::newRow("negative contrast")
            << "RandomContrast" << Config(ConfigObject{{"factor", -0.1}}) << false;
        QTest::newRow("unknown mode")
            << "RandomFlip" << Config(ConfigObject{{"mode", "diagonal"}}) << false;
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(bool, accepted);
        QCOMPARE(layer(name).check(config).ok(), accepted);
    }

    void rangesFollowTheFill_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("most");
        const auto turned = [](const char* mode, double fill) {
            return Config(ConfigObject{{"factor", 0.1}, {"fill_mode", mode}, {"fill_value", fill}});
        };
        QTest::newRow("reflect") << "RandomRotation" << turned("reflect", 300) << 0.0 << 255.0;
        QTest::newRow("constant") << "RandomRotation" << turned("constant", 300) << 0.0 << 300.0;
        QTest::newRow("constant inside")
            << "RandomRotation" << turned("constant", 7) << 0.0 << 255.0;
        QTest::newRow("rescaled") << "Rescaling" << Config(ConfigObject{{"scale", 1.0 / 255}})
                                  << 0.0 << 1.0;
        QTest::newRow("rescaled and moved")
            << "Rescaling" << Config(ConfigObject{{"scale", 1 / 127.5}, {"offset", -1.0}}) << -1.0
            << 1.0;
        QTest::newRow("brightness keeps its value range")
            << "RandomBrightness"
            << Config(ConfigObject{{"factor", 0.2}, {"value_range", ConfigList{0, 200}}}) << 0.0
            << 200.0;
        QTest::newRow("bilinear") << "Resizing" << Config(ConfigObject{{"height", 7}, {"width", 9}})
                                  << 0.0 << 255.0;
        QTest::newRow("padded") << "Resizing"
                                << Config(ConfigObject{{"height", 2},
                                                       {"width", 9},
                                                       {"pad_to_aspect_ratio", true},
                                                       {"fill_value", -1.0}})
                                << -1.0 << 255.0;
    }
    void rangesFollowTheFill()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(double, least);
        QFETCH(double, most);
        const auto graph = describedBy(
            layer(name), config,
            {{DType::Float32, {kUnknown, 6, 6, 3}, ValueRange::declared(0, 255)}}, Phase::Training);
        QVERIFY(graph.ok());
        const ValueRange range = graph.value().nodes[graph.value().outputs[0]].spec.range;
        QVERIFY(range.known());
        QCOMPARE(range.least, least);
        QCOMPARE(range.most, most);
    }

private:
    /// One number a sample: the element of what is drawn for it.
    static void randomLayers()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("drawn");
        QTest::addColumn<int>("element");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        const auto row = [](const char* title, const char* name, ConfigObject config,
                            const char* drawn, int element, double low, double high) {
            QTest::newRow(title) << name << Config(std::move(config)) << drawn << element << low
                                 << high;
        };
        row("rotation", "RandomRotation", {{"factor", 0.125}}, "angle", 0, -45, 45);
        row("rotation to one side", "RandomRotation", {{"factor", pair(-0.5, -0.25)}}, "angle", 0,
            -180, -90);
        const ConfigObject zoom{{"height_factor", pair(-0.5, 0.25)}, {"width_factor", pair(0.1, 0.3)}};
        row("zoom of the height", "RandomZoom", zoom, "height_zoom", 0, 0.5, 1.25);
        row("zoom of the width", "RandomZoom", zoom, "width_zoom", 0, 1.1, 1.3);
        row("zoom by the height alone", "RandomZoom", {{"height_factor", 0.3}}, "width_zoom", 0, 0.7,
            1.3);
        const ConfigObject moved{{"height_factor", pair(-0.25, 0.5)}, {"width_factor", 0.75}};
        row("translation to the right", "RandomTranslation", moved, "translations", 0, -3, 3);
        row("translation down", "RandomTranslation", moved, "translations", 1, -1, 2);
        for (const char* mode : {"horizontal", "vertical", "horizontal_and_vertical"})
            row(mode, "RandomFlip", {{"mode", mode}}, "flips", 0, 0, 1);
        row("contrast", "RandomContrast", {{"factor", pair(0.1, 0.6)}}, "contrast_factor", 0, 0.9,
            1.6);
        row("contrast by one number", "RandomContrast", {{"factor", 0.5}}, "contrast_factor", 0, 1,
            1.5);
        row("brightness", "RandomBrightness", {{"factor", 0.2}}, "rgb_delta", 0, -51, 51);
        row("brightness of a range", "RandomBrightness",
            {{"factor", pair(-0.1, 0.4)}, {"value_range", pair(0, 1)}}, "rgb_delta", 0, -0.1, 0.4);
    }
    Transformation draw(const QString& name, const Config& config, std::size_t count,
                        std::uint64_t first = 0, std::uint32_t epoch = 0,
                        std::uint64_t path = 1) const
    {
        std::vector<std::uint64_t> ids(count);
        std::iota(ids.begin(), ids.end(), first);
        const std::array inputs{Spec{DType::Float32, {std::ssize(ids), 4, 4, 3}, {}}};
        const auto& random = dynamic_cast<const RandomLayerType&>(layer(name));
        return random.draw(config, {StreamKey{path}, epoch, ids, 0, inputs}).value();
    }
    const LayerType& layer(const QString& name) const
    {
        return *m_registry.find(name.toStdString()).value();
    }

    LayerRegistry m_registry;
};

LB_TEST(TstRandomRotation)
#include "tst_random_rotation.moc"
