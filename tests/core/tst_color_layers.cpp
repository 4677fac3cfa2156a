#include "core/conform/layer_call.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

namespace {

using Numbers = std::vector<float>;

} // namespace

/// What the layers that change colours compute, refuse and promise, beside Keras' own numbers in
/// the golden cases.
class TstColorLayers : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void spreadsValues()
    {
        const Numbers x{10, 20, 30, 50};
        QCOMPARE(called("AutoContrast", {}, {1, 2, 2, 1}, x), (Numbers{0, 63.75f, 127.5f, 255}));
        QCOMPARE(called("Equalization", {}, {1, 2, 2, 1}, x), (Numbers{0, 85, 170, 255}));
    }
    void leavesImagesOfOneValueAlone()
    {
        const Numbers flat{7, 7, 7, 7};
        QCOMPARE(called("AutoContrast", {}, {1, 2, 2, 1}, flat), flat);
        QCOMPARE(called("Equalization", {}, {1, 2, 2, 1}, flat), flat);
    }
    void equalizesOverTheWholeBatch()
    {
        QCOMPARE(called("Equalization", {}, {4, 1, 1, 1}, {10, 20, 30, 50}),
                 (Numbers{0, 85, 170, 255}));
    }
    /// One tile of 16 values: the limit of 16 a bin is 4, which nothing reaches.
    void equalizesOneTileByItsRanks()
    {
        Numbers x(16), expected(16);
        for (std::size_t i = 0; i < 16; ++i) {
            x[i] = static_cast<float>(5 + 10 * i);
            expected[i] = static_cast<float>(i + 1) * 255 / 16;
        }
        QCOMPARE(called("ContrastLimitedAdaptiveHistogramEqualization",
                        ConfigObject{{"tile_grid_size", ConfigList{1, 1}}, {"clip_limit", 64}},
                        {1, 4, 4, 1}, x),
                 expected);
    }
    void sharpnessZeroDarkensTheBorder()
    {
        const Numbers y = called("RandomSharpness", ConfigObject{{"factor", pair(0, 0)}},
                                 {1, 4, 4, 1}, Numbers(16, 100), {{"factor", {0}}});
        QVERIFY(std::abs(y[0] - 61.53846f) < 1e-4f);
        QVERIFY(std::abs(y[1] - 76.92307f) < 1e-4f);
        QVERIFY(std::abs(y[5] - 100) < 1e-4f);
    }
    void keepsTheHighestBits()
    {
        QCOMPARE(called("RandomPosterization", ConfigObject{{"factor", pair(3, 3)}}, {1, 2, 2, 1},
                        {10, 100, 200, 255}, {{"shift_factor", {5}}}),
                 (Numbers{0, 96, 192, 224}));
        QCOMPARE(called("RandomPosterization", ConfigObject{{"factor", pair(0, 9)}}, {1, 1, 3, 1},
                        {127, 128, 255}, {{"shift_factor", {8}}}), // 8 bits count as 7
                 (Numbers{0, 128, 128}));
    }
    void weighsColoursForGray()
    {
        const Numbers y = called("RandomGrayscale", ConfigObject{}, {2, 1, 1, 3},
                                 {200, 100, 50, 200, 100, 50}, {{"should_apply", {1, 0}}});
        QVERIFY(std::abs(y[0] - 124.18f) < 1e-4f);
        QCOMPARE(y[0], y[2]);
        QCOMPARE(Numbers(y.begin() + 3, y.end()), (Numbers{200, 100, 50}));
    }
    void turnsRedIntoGreen()
    {
        const Numbers y = called("RandomHue", ConfigObject{{"factor", 1}}, {2, 1, 1, 3},
                                 {255, 0, 0, 255, 0, 0}, {{"factor", {1.f / 3, -1.f / 3}}});
        const Numbers expected{0, 255, 0, 0, 0, 255};
        for (std::size_t i = 0; i < y.size(); ++i)
            QVERIFY(std::abs(y[i] - expected[i]) < 1e-3f);
    }
    /// The lower number of a kernel's two is its height, the sum of its weights is 1.
    void blursAlongOneAxis()
    {
        const Config config = ConfigObject{{"kernel_size", ConfigList{1, 3}},
                                           {"factor", pair(1, 1)}};
        const Numbers y = called("RandomGaussianBlur", config, {1, 1, 3, 1}, {0, 100, 0},
                                 {{"should_apply_blur", {1}}, {"blur_factor", {1, 1}}});
        const float side = std::exp(-0.5f) / (1 + 2 * std::exp(-0.5f));
        QVERIFY(std::abs(y[0] - 100 * side) < 1e-4f && std::abs(y[2] - 100 * side) < 1e-4f);
        QVERIFY(std::abs(y[1] - 100 * (1 - 2 * side)) < 1e-4f);
    }

    void keepsIntegersWhereKerasDoes_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<bool>("inference");
        QTest::addColumn<bool>("training");
        const Config half = ConfigObject{{"factor", 0.5}};
        QTest::newRow("auto contrast")
            << "AutoContrast" << Config(ConfigObject{}) << false << false;
        QTest::newRow("brightness") << "RandomBrightness" << half << true << false;
        QTest::newRow("clahe") << "ContrastLimitedAdaptiveHistogramEqualization"
                               << Config(ConfigObject{}) << true << true;
        QTest::newRow("equalization") << "Equalization" << Config(ConfigObject{}) << true << false;
        QTest::newRow("blur") << "RandomGaussianBlur" << half << false << false;
        QTest::newRow("degeneration") << "RandomColorDegeneration" << half << true << false;
        QTest::newRow("grayscale") << "RandomGrayscale" << half << true << true;
        QTest::newRow("hue") << "RandomHue" << half << true << false;
        QTest::newRow("invert") << "RandomInvert" << half << true << false;
        QTest::newRow("jitter") << "RandomColorJitter" << Config(ConfigObject{}) << true << false;
        QTest::newRow("posterization")
            << "RandomPosterization" << Config(ConfigObject{{"factor", 4}}) << true << false;
        QTest::newRow("saturation") << "RandomSaturation" << half << true << false;
        QTest::newRow("sharpness") << "RandomSharpness" << half << false << false;
        QTest::newRow("solarization") << "Solarization" << Config(ConfigObject{}) << false << false;
    }
    void keepsIntegersWhereKerasDoes()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        for (const Phase phase : {Phase::Inference, Phase::Training}) {
            QFETCH(bool, inference);
            QFETCH(bool, training);
            const auto graph
                = describedBy(layer(name), config, {{DType::UInt8, {2, 8, 8, 3}, {}}}, phase);
            QVERIFY(graph.ok());
            const Spec& y = graph.value().nodes[graph.value().outputs[0]].spec;
            QCOMPARE(y.dtype == DType::UInt8, phase == Phase::Training ? training : inference);
        }
    }

    void bytesWrapWhereALayerIsCalledAlone()
    {
        LayerCall call;
        call.layer = ConfigObject{{"class_name", "RandomBrightness"},
                                  {"config", ConfigObject{{"factor", 0.5}}}};
        call.inputs = {Tensor::of<std::uint8_t>({1, 1, 3, 1}, {10, 200, 128})};
        call.training = true;
        call.transformation = ConfigObject{{"rgb_delta", ConfigList{127.9}}};
        const auto answer = answered(call, m_registry);
        QVERIFY(answer.ok());
        const Tensor wrapped = Tensor::of<std::uint8_t>({1, 1, 3, 1}, {137, 71, 255});
        QCOMPARE(answer.value().outputs.at(0), wrapped);
        call.inputs = {Tensor::of<std::int32_t>({1, 1, 3, 1}, {10, 200, 128})};
        const Tensor whole = Tensor::of<std::int32_t>({1, 1, 3, 1}, {137, 255, 255});
        QCOMPARE(answered(call, m_registry).value().outputs.at(0), whole);
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<bool>("accepted");
        const auto row = [](const char* title, const char* name, ConfigObject config, bool ok) {
            QTest::newRow(title) << name << Config(std::move(config)) << ok;
        };
        row("negative hue", "RandomHue", {{"factor", -0.1}}, false);
        row("hue that reaches into the range", "RandomHue", {{"factor", pair(-1, 2)}}, true);
        row("no hue", "RandomHue", {{"factor", Config()}}, false);
        row("negative saturation", "RandomSaturation", {{"factor", -0.1}}, true);
        row("saturation beyond 1", "RandomSaturation", {{"factor", 1.1}}, false);
        row("two probabilities of gray", "RandomGrayscale", {{"factor", pair(0, 1)}}, false);
        row("gray beyond 1", "RandomGrayscale", {{"factor", 1.5}}, false);
        row("inverting twice", "RandomInvert", {{"factor", 2}}, false);
        row("nine bits", "RandomPosterization", {{"factor", 9}}, false);
        row("half a bit", "RandomPosterization", {{"factor", pair(2.5, 6)}}, false);
        row("swapped ends", "Solarization", {{"addition_factor", pair(0.5, 0.2)}}, true);
        row("an end below 0", "Solarization", {{"threshold_factor", pair(-0.1, 0.2)}}, false);
        row("one end of a value range", "RandomSharpness",
            {{"factor", 0.5}, {"value_range", ConfigList{255}}}, false);
        row("an even kernel", "RandomGaussianBlur", {{"kernel_size", 4}}, false);
        row("a wide sigma", "RandomGaussianBlur", {{"sigma", 2.0}}, false);
        row("a sigma that reaches into the range", "RandomGaussianBlur", {{"sigma", pair(0.5, 2)}},
            true);
        row("a grid of one number", "ContrastLimitedAdaptiveHistogramEqualization",
            {{"tile_grid_size", 2}}, false);
        row("a grid without rows", "ContrastLimitedAdaptiveHistogramEqualization",
            {{"tile_grid_size", ConfigList{0, 2}}}, false);
        row("negative contrast of a jitter", "RandomColorJitter", {{"contrast_factor", -0.2}},
            false);
        row("a jitter of nothing", "RandomColorJitter", {{"hue_factor", Config()}}, true);
        row("no width to spread over", "Equalization", {{"value_range", pair(1, 1)}}, false);
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(bool, accepted);
        QCOMPARE(layer(name).check(config).ok(), accepted);
    }

    void refusesImagesThatDoNotFit_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<QString>("reason"); // empty: they fit
        const Config half = ConfigObject{{"factor", 0.5}};
        QTest::newRow("hue of gray") << "RandomHue" << half << Shape{1, 4, 4, 1}
                                     << "needs 3 channels (RGB), has: 1; leave the layer out, "
                                        "or give it images in colour";
        QTest::newRow("gray of two channels") << "RandomGrayscale" << half << Shape{1, 4, 4, 2}
                                              << "needs 3 channels (RGB) or 1 (gray), has: 2; leave "
                                                 "the layer out, or give it such images";
        QTest::newRow("gray of gray") << "RandomGrayscale" << half << Shape{1, 4, 4, 1} << "";
        QTest::newRow("channels first")
            << "RandomHue" << withParam(half, "data_format", "channels_first").value()
            << Shape{3, 4, 5} << "";
        QTest::newRow("more than twice as many tiles as pixels")
            << "ContrastLimitedAdaptiveHistogramEqualization" << Config(ConfigObject{})
            << Shape{1, 3, 9, 1}
            << "images [1, 3, 9, 1] are too small for 8 x 8 tiles: choose fewer tiles";
        QTest::newRow("half as many pixels as tiles")
            << "ContrastLimitedAdaptiveHistogramEqualization" << Config(ConfigObject{})
            << Shape{1, 4, 4, 1} << "";
        QTest::newRow("no image") << "AutoContrast" << Config(ConfigObject{}) << Shape{4, 4}
                                  << "needs an image (3 axes) or a batch of images (4 axes), shape "
                                     "is: [4, 4]";
    }
    void refusesImagesThatDoNotFit()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(Shape, shape);
        QFETCH(QString, reason);
        const auto graph
            = describedBy(layer(name), config, {{DType::Float32, shape, {}}}, Phase::Training);
        QCOMPARE(graph.ok(), reason.isEmpty());
        if (!graph.ok())
            QCOMPARE(QString::fromStdString(english(graph.error().message)), reason);
    }

    void rangesFollow_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<ValueRange>("input");
        QTest::addColumn<ValueRange>("output");
        const auto bytes = ValueRange::declared(0, 255);
        const auto unit = ValueRange::proven(0, 1);
        const auto row = [](const char* title, const char* name, ConfigObject config,
                            ValueRange input, ValueRange output) {
            QTest::newRow(title) << name << Config(std::move(config)) << input << output;
        };
        row("auto contrast takes its value range's word", "AutoContrast", {}, {}, bytes);
        row("auto contrast leaves flat images outside", "AutoContrast",
            {{"value_range", pair(0, 1)}}, bytes, bytes);
        row("equalization", "Equalization", {{"value_range", pair(-1, 1)}}, unit,
            ValueRange::proven(-1, 1));
        row("clahe", "ContrastLimitedAdaptiveHistogramEqualization", {}, {},
            ValueRange::proven(0, 255));
        row("solarization", "Solarization", {}, {}, ValueRange::proven(0, 255));
        row("hue", "RandomHue", {{"factor", 0.5}, {"value_range", pair(0, 1)}}, {}, unit);
        row("inverted bytes", "RandomInvert", {}, bytes, bytes);
        row("inverted out of a wrong range", "RandomInvert", {}, unit, ValueRange::proven(0, 255));
        row("gray", "RandomGrayscale", {}, bytes, bytes);
        row("weaker colours", "RandomSaturation", {{"factor", pair(0.2, 0.5)}}, unit, unit);
        row("colours without a bound", "RandomSaturation", {{"factor", 1.0}}, unit,
            ValueRange::proven(-254, 1));
        row("sharpness", "RandomSharpness", {{"factor", 0.5}}, {}, ValueRange::proven(0, 255));
        row("blur", "RandomGaussianBlur", {}, ValueRange::declared(5, 100),
            ValueRange::declared(0, 100));
    }
    void rangesFollow()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(ValueRange, input);
        QFETCH(ValueRange, output);
        const auto graph = describedBy(
            layer(name), config, {{DType::Float32, {kUnknown, 6, 6, 3}, input}}, Phase::Training);
        QVERIFY(graph.ok());
        const ValueRange range = graph.value().nodes[graph.value().outputs[0]].spec.range;
        QCOMPARE(range.trust, output.trust);
        QVERIFY(std::abs(range.least - output.least) < 1e-4);
        QVERIFY(std::abs(range.most - output.most) < 1e-4);
    }

private:
    /// The result in training, with what was drawn.
    Numbers called(const QString& name, const Config& config, Shape shape, const Numbers& x,
                   const std::map<std::string, Numbers>& drawn = {}) const
    {
        const auto graph
            = describedBy(layer(name), config, {{DType::Float32, shape, {}}}, Phase::Training);
        if (!graph.ok())
            return {};
        Interpreter<float> run(graph.value());
        std::ranges::copy(x, run.value(graph.value().inputs[0]).begin());
        for (const DrawSpec& draw : graph.value().draws)
            std::ranges::copy(drawn.at(draw.name), run.value(draw.value).begin());
        run.forward();
        const auto y = run.value(graph.value().outputs[0]);
        return {y.begin(), y.end()};
    }
    const LayerType& layer(const QString& name) const
    {
        return *m_registry.find(name.toStdString()).value();
    }

    LayerRegistry m_registry;
};

LB_TEST(TstColorLayers)
#include "tst_color_layers.moc"
