#include "core/conform/layer_call.h"
#include "core/layers/sound_window.h"
#include "core/ops/fourier.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace lb;

namespace {

Tensor wave(Shape shape, double frequency)
{
    return Tensor::make<float>(std::move(shape), [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(std::sin(frequency * static_cast<double>(i)));
    });
}

LayerCall callOf(const char* kerasClass, ConfigObject config, Tensor input)
{
    LayerCall call;
    call.layer = ConfigObject{{"class_name", kerasClass}, {"config", std::move(config)}};
    call.inputs = {std::move(input)};
    return call;
}

} // namespace

class TstSoundLayers : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void fourierFollowsItsDefinition_data()
    {
        QTest::addColumn<int>("length");
        for (const int length : {1, 2, 3, 5, 8, 12, 17, 64, 100})
            QTest::addRow("%d", length) << length;
    }
    void fourierFollowsItsDefinition()
    {
        QFETCH(int, length);
        const auto count = static_cast<std::size_t>(length);
        std::vector<std::complex<double>> x(count);
        for (std::size_t t = 0; t < count; ++t)
            x[t] = {std::sin(3.1 * static_cast<double>(t)), std::cos(double(t * t))};
        auto y = x;

        Fourier(count).transform(y);

        for (std::size_t k = 0; k < count; ++k) {
            std::complex<double> sum = 0;
            for (std::size_t t = 0; t < count; ++t)
                sum += x[t] * std::polar(1.0, -2 * std::numbers::pi * double(k * t) / length);
            QVERIFY(std::abs(y[k] - sum) < 1e-11);
        }
    }

    /// Numbers of SciPy 1.17.
    void windowsAreSciPys_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("length");
        QTest::addColumn<bool>("periodic");
        QTest::addColumn<QList<double>>("weights");
        const auto row = [](const char* name, int length, bool periodic, QList<double> weights) {
            QTest::addRow("%s, %d", name, length) << name << length << periodic << weights;
        };
        row("hann", 7, false,
            {0, 0.25, 0.75, 1, 0.75, 0.25, 0});
        row("hann", 6, true,
            {0, 0.25, 0.75, 1, 0.75, 0.25});
        row("hann", 8, false,
            {0, 0.188255099070633, 0.611260466978157, 0.95048443395121,
             0.95048443395121, 0.611260466978157, 0.188255099070633, 0});
        row("hamming", 7, false,
            {0.0800000000000001, 0.31, 0.77, 1, 0.77, 0.31, 0.0800000000000001});
        row("hamming", 6, true,
            {0.0800000000000001, 0.31, 0.77, 1, 0.77, 0.31});
        row("blackman", 7, false,
            {-1.38777878078145e-17, 0.13, 0.63, 1, 0.63, 0.13, -1.38777878078145e-17});
        row("blackman", 6, true,
            {-1.38777878078145e-17, 0.13, 0.63, 1, 0.63, 0.13});
        row("nuttall", 7, false,
            {0.000362800000000038, 0.0613345, 0.5292298, 1, 0.5292298,
             0.0613345000000002, 0.000362800000000038});
        row("nuttall", 6, true,
            {0.000362800000000038, 0.0613345, 0.5292298, 1, 0.5292298, 0.0613345000000002});
        row("blackmanharris", 7, false,
            {6.0000000000001e-05, 0.055645, 0.520575, 1, 0.520575, 0.0556450000000002,
             6.0000000000001e-05});
        row("blackmanharris", 6, true,
            {6.0000000000001e-05, 0.055645, 0.520575, 1, 0.520575, 0.0556450000000002});
        row("flattop", 7, false,
            {-0.000421051000000001, -0.051263156, 0.19821053, 1.000000003, 0.19821053,
             -0.0512631560000001, -0.000421051000000001});
        row("flattop", 6, true,
            {-0.000421051000000001, -0.051263156, 0.19821053, 1.000000003, 0.19821053,
             -0.0512631560000001});
        row("boxcar", 7, false,
            {1, 1, 1, 1, 1, 1, 1});
        row("boxcar", 6, true,
            {1, 1, 1, 1, 1, 1});
        row("triang", 7, false,
            {0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25});
        row("triang", 6, true,
            {0.25, 0.5, 0.75, 1, 0.75, 0.5});
        row("triang", 8, false,
            {0.125, 0.375, 0.625, 0.875, 0.875, 0.625, 0.375, 0.125});
        row("parzen", 7, false,
            {0.00583090379008747, 0.157434402332362, 0.650145772594752, 1,
             0.650145772594752, 0.157434402332362, 0.00583090379008747});
        row("parzen", 6, true,
            {0.00583090379008747, 0.157434402332362, 0.650145772594752, 1,
             0.650145772594752, 0.157434402332362});
        row("parzen", 8, false,
            {0.00390625, 0.10546875, 0.47265625, 0.91796875, 0.91796875, 0.47265625,
             0.10546875, 0.00390625});
        row("tukey", 7, false,
            {0, 0.75, 1, 1, 1, 0.75, 0});
        row("tukey", 6, true,
            {0, 0.75, 1, 1, 1, 0.75});
        row("tukey", 8, false,
            {0, 0.611260466978157, 1, 1, 1, 1, 0.611260466978158, 0});
        row("bartlett", 7, false,
            {0, 0.333333333333333, 0.666666666666667, 1, 0.666666666666667, 0.333333333333333, 0});
        row("bartlett", 6, true,
            {0, 0.333333333333333, 0.666666666666667, 1, 0.666666666666667, 0.333333333333333});
        row("barthann", 7, false,
            {0, 0.27, 0.73, 1, 0.73, 0.27, 0});
        row("barthann", 6, true,
            {0, 0.27, 0.73, 1, 0.73, 0.27});
        row("bohman", 7, false,
            {0, 0.108997781044229, 0.608997781044229, 1, 0.60899778104423, 0.10899778104423, 0});
        row("bohman", 6, true,
            {0, 0.108997781044229, 0.608997781044229, 1, 0.60899778104423, 0.10899778104423});
        row("cosine", 7, false,
            {0.222520933956314, 0.623489801858733, 0.900968867902419, 1,
             0.900968867902419, 0.623489801858734, 0.222520933956315});
        row("cosine", 6, true,
            {0.222520933956314, 0.623489801858733, 0.900968867902419, 1,
             0.900968867902419, 0.623489801858734});
        row("exponential", 7, false,
            {0.0497870683678639, 0.135335283236613, 0.367879441171442, 1,
             0.367879441171442, 0.135335283236613, 0.0497870683678639});
        row("exponential", 6, true,
            {0.0497870683678639, 0.135335283236613, 0.367879441171442, 1,
             0.367879441171442, 0.135335283236613});
        row("hann", 1, false,
            {1});
    }
    void windowsAreSciPys()
    {
        QFETCH(QString, name);
        QFETCH(int, length);
        QFETCH(bool, periodic);
        QFETCH(QList<double>, weights);

        const auto window = windowOf(name.toStdString(), length, periodic);

        QVERIFY(window.ok());
        QCOMPARE(window.value().size(), static_cast<std::size_t>(weights.size()));
        for (std::size_t i = 0; i < window.value().size(); ++i)
            QVERIFY(std::abs(window.value()[i] - weights[qsizetype(i)]) < 1e-12);
    }

    /// Numbers of Keras 3.15.1: sin(0.7 n), n < 32.
    void melSpectrogramIsKeras()
    {
        const auto answer = answered(callOf("MelSpectrogram",
                                            {{"fft_length", 16},
                                             {"sequence_stride", 8},
                                             {"num_mel_bins", 4},
                                             {"sampling_rate", 1000}},
                                            wave({32}, 0.7)),
                                     m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : english(answer.error().message).c_str());
        const Tensor& y = answer.value().outputs[0];
        QCOMPARE(y.shape(), (Shape{4, 5}));
        const QList<double> first{7.407722, 11.460817, 11.444831, 11.449715, 9.572111};
        const QList<double> last{-4.105126, -34.349247, -34.74699, -34.621773, -4.825238};
        for (std::size_t i = 0; i < 5; ++i) {
            QVERIFY(std::abs(double(y.values<float>()[i]) - first[qsizetype(i)]) < 1e-4);
            QVERIFY(std::abs(double(y.values<float>()[15 + i]) - last[qsizetype(i)]) < 2e-3);
        }
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* name, const char* kerasClass, ConfigObject config,
                            const char* where) {
            QTest::newRow(name) << kerasClass << Config(std::move(config)) << where;
        };
        row("long window", "MelSpectrogram", {{"fft_length", 8}, {"sequence_length", 9}},
            "fft_length");
        row("another window", "MelSpectrogram", {{"window", "blackman"}}, "window");
        row("too few weights", "MelSpectrogram", {{"window", ConfigList{1.0, 2.0}}}, "window");
        row("step beyond the frame", "STFTSpectrogram", {{"frame_length", 8}, {"frame_step", 9}},
            "frame_step");
        row("no step", "STFTSpectrogram", {{"frame_length", 8}, {"frame_step", 0}}, "frame_step");
        row("short transform", "STFTSpectrogram", {{"frame_length", 8}, {"fft_length", 7}},
            "fft_length");
        row("unknown mode", "STFTSpectrogram", {{"mode", "power"}}, "mode");
        row("unknown scaling", "STFTSpectrogram", {{"scaling", "loud"}}, "scaling");
        row("unknown window", "STFTSpectrogram", {{"window", "door"}}, "window");
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(QString, kerasClass);
        QFETCH(Config, config);
        QFETCH(QString, where);

        const auto problem = m_registry.find(kerasClass.toStdString()).value()->check(config);

        QVERIFY(!problem.ok());
        QCOMPARE(QString::fromStdString(problem.error().where), where);
    }

    void refusesASoundThatIsTooShort()
    {
        const auto mel = answered(callOf("MelSpectrogram", {{"fft_length", 16}}, wave({8}, 1)),
                                  m_registry);
        const auto stft = answered(
            callOf("STFTSpectrogram", {{"frame_length", 16}}, wave({1, 15, 1}, 1)), m_registry);

        QVERIFY(!mel.ok());
        QCOMPARE(mel.error().code, ErrorCode::BadShape);
        QVERIFY(!stft.ok());
        QCOMPARE(stft.error().code, ErrorCode::BadShape);
    }

private:
    LayerRegistry m_registry;
};

LB_TEST(TstSoundLayers)
#include "tst_sound_layers.moc"
