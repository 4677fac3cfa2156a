#include "core/conform/layer_call.h"
#include "core/graph/analysis.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "core/ops/ops.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lb;

namespace {

using Numbers = std::vector<double>;

constexpr float kEndless = std::numeric_limits<float>::infinity();

LayerCall policyCall(const char* kerasClass, ConfigObject config, const Config& policy,
                     std::vector<Tensor> inputs)
{
    config.emplace("dtype", policy);
    LayerCall call;
    call.layer = ConfigObject{{"class_name", kerasClass}, {"config", std::move(config)}};
    call.inputs = std::move(inputs);
    return call;
}

template <typename T> std::vector<double> numbersIn(const Tensor& tensor)
{
    const auto values = tensor.values<T>();
    return {values.begin(), values.end()};
}

} // namespace

class TstDtypePolicies : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void halvesRoundToTheNearestAndTiesToEven()
    {
        const auto half = [](double x) { return float{Float16(x)}; };
        QCOMPARE(Float16(1.0).bits, 0x3C00);
        QCOMPARE(Float16(-2.0).bits, 0xC000);
        QCOMPARE(half(2049.0), 2048.0f); // between 2048 and 2050
        QCOMPARE(half(2051.0), 2052.0f);
        QCOMPARE(half(2049.0 + 1e-9), 2050.0f); // by way of float it would be a tie
        QCOMPARE(half(65519.0), 65504.0f);
        QCOMPARE(half(65520.0), kEndless);
        QCOMPARE(half(-1e300), -kEndless);
        QCOMPARE(half(0x1p-24), 0x1p-24f); // the smallest
        QCOMPARE(half(0x1p-25), 0.0f);
        QCOMPARE(half(0x1.8p-24), 0x1p-23f);
        QCOMPARE(half(0x1.ffep-15), 0x1p-14f); // subnormal up to normal
        QVERIFY(std::signbit(half(-0.0)) && half(-0.0) == 0);
        QVERIFY(std::isnan(half(std::nan(""))));
        QCOMPARE(half(std::numeric_limits<double>::infinity()), kEndless);
    }

    void brainFloatsAreTheUpperHalfOfAFloat()
    {
        const auto brain = [](double x) { return float{BFloat16(x)}; };
        QCOMPARE(BFloat16(1.0).bits, 0x3F80);
        QCOMPARE(brain(257.0), 256.0f);
        QCOMPARE(brain(259.0), 260.0f);
        QCOMPARE(brain(257.0 + 1e-12), 258.0f);
        QCOMPARE(brain(3.4e38), kEndless);
        QCOMPARE(brain(0x1p-133), 0x1p-133f); // the smallest
        QCOMPARE(brain(0x1p-134), 0.0f);
        QVERIFY(std::isnan(brain(std::nan(""))));
    }

    void everyHalfComesBackFromItsFloatAndItsText()
    {
        for (unsigned bits = 0; bits < 0x10000; ++bits) {
            Float16 half;
            BFloat16 brain;
            half.bits = brain.bits = static_cast<std::uint16_t>(bits);
            if (!std::isnan(float{half})) {
                QCOMPARE(Float16(float{half}).bits, half.bits);
                QCOMPARE(Float16(std::stod(shortestText(half))).bits, half.bits);
            }
            if (!std::isnan(float{brain})) {
                QCOMPARE(BFloat16(float{brain}).bits, brain.bits);
                QCOMPARE(BFloat16(std::stod(shortestText(brain))).bits, brain.bits);
            }
        }
        QCOMPARE(shortestText(Float16(0.1)), std::string("0.1"));
        QCOMPARE(shortestText(BFloat16(1.0 / 3)), std::string("0.334"));
    }

    void dtypesHaveNamesAndSizes()
    {
        for (const DType dtype : {DType::Float16, DType::BFloat16}) {
            QCOMPARE(dtypeNamed(nameOf(dtype)), std::optional(dtype));
            QCOMPARE(sizeOf(dtype), 2);
            QVERIFY(isFloating(dtype) && is16Bit(dtype));
        }
        QVERIFY(!is16Bit(DType::Float32));
    }

    /// Means, sums of neighbours and of colours may be added in another order, which `conform`
    /// allows for: these are Keras' numbers of one image, by factors of 0.7 and 0.3.
    void everyStepOfAColourIsRounded_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<QString>("draw");
        QTest::addColumn<QString>("policy");
        QTest::addColumn<Numbers>("y");
        const auto row = [](const char* kerasClass, const char* draw,
                            const char* policy) -> QTestData& {
            return QTest::addRow("%s %s", kerasClass, policy) << kerasClass << draw << policy;
        };
        row("RandomContrast", "contrast_factor", "float16")
            << Numbers{190.375, 144.25, 122.375, 86.75, 86.125, 39.0625,
                       52.4375, 34.3125, 62.84375, 183.375, 146.375, 193.75};
        row("RandomSharpness", "factor", "float16")
            << Numbers{172.75, 129.75, 106.875, 65.6875, 69.75, 20.8125,
                       30.234375, 16.25, 45.40625, 165.5, 132, 180.625};
        row("RandomSharpness", "factor", "bfloat16")
            << Numbers{173, 130, 107, 65.5, 70, 20.875,
                       30.25, 16.25, 45.5, 166, 132, 181};
        row("RandomColorDegeneration", "factor", "float16")
            << Numbers{204.375, 165.875, 143.375, 68.75, 75.75, 28.171875,
                       18.21875, 7.7109375, 35.71875, 200.5, 171, 218};
        row("RandomColorDegeneration", "factor", "bfloat16")
            << Numbers{204, 166, 144, 68.5, 75.5, 28.125,
                       18.25, 7.6875, 35.75, 200, 171, 218};
    }
    void everyStepOfAColourIsRounded()
    {
        QFETCH(QString, kerasClass);
        QFETCH(QString, draw);
        QFETCH(QString, policy);
        QFETCH(Numbers, y);
        const std::string name = policy.toStdString();
        const double factor = kerasClass == "RandomContrast" ? 0.7 : 0.3;
        LayerCall call = policyCall(
            qPrintable(kerasClass), {{"factor", 0.5}}, Config(name),
            {Tensor::of<float>({1, 2, 2, 3},
                               {217, 162, 130, 69, 79, 11, 20, 5, 45, 207, 165, 232})});
        call.training = true;
        call.transformation = ConfigObject{{draw.toStdString(), ConfigList{factor}}};

        const auto answer = answered(call, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : english(answer.error().message).c_str());
        const Tensor& tensor = answer.value().outputs.at(0);
        QCOMPARE(std::string(nameOf(tensor.dtype())), name);
        QCOMPARE(dispatch(tensor.dtype(), [&]<typename T>(T) { return numbersIn<T>(tensor); }), y);
    }

    /// 0.1 and 200 in 16 bits are 0.0999756 and 200: rounded after the product and after the sum.
    void rescalesInEveryPolicy_data()
    {
        QTest::addColumn<Config>("policy");
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<double>("y");
        const auto written = [](const char* name) {
            return Config(ConfigObject{{"module", "keras"},
                                       {"class_name", "DTypePolicy"},
                                       {"config", ConfigObject{{"name", name}}},
                                       {"registered_name", Config()}});
        };
        QTest::newRow("none") << Config() << "float32" << double{203.0f * 0.1f + 1000.0f};
        QTest::newRow("float16") << Config("float16") << "float16" << 1020.5; // 20.296875 + 1000
        QTest::newRow("mixed_float16") << written("mixed_float16") << "float16" << 1020.5;
        QTest::newRow("bfloat16") << Config("bfloat16") << "bfloat16" << 1020.0;
        QTest::newRow("mixed_bfloat16") << written("mixed_bfloat16") << "bfloat16" << 1020.0;
        QTest::newRow("float64") << written("float64") << "float64"
                                 << 203 * double{0.1f} + 1000; // TensorFlow's number of Python's 0.1
    }
    void rescalesInEveryPolicy()
    {
        QFETCH(Config, policy);
        QFETCH(QString, dtype);
        QFETCH(double, y);
        const auto answer = answered(policyCall("Rescaling", {{"scale", 0.1}, {"offset", 1000.0}},
                                                policy, {Tensor::of<std::uint8_t>({1}, {203})}),
                                     m_registry);
        QVERIFY2(answer.ok(), answer.ok() ? "" : english(answer.error().message).c_str());
        const Tensor& tensor = answer.value().outputs.at(0);
        QCOMPARE(QString::fromStdString(std::string(nameOf(tensor.dtype()))), dtype);
        QCOMPARE(dispatch(tensor.dtype(), [&]<typename T>(T) { return numbersIn<T>(tensor)[0]; }),
                 y);
    }

    void everyPreprocessingLayerAnswersInItsPolicy_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("policy");
        for (const LayerType* type : m_registry.layers()) {
            const auto family = type->about().family;
            if (family != About::Family::Image && family != About::Family::RandomImage)
                continue;
            for (const char* policy : {"float16", "bfloat16", "float64", "mixed_float16"}) {
                const std::string name(type->kerasClass());
                const bool refused = name == "CutMix" && std::string_view(policy) == "bfloat16";
                if (!refused && name != "RandomGroup" && name != "Pipeline") // have none
                    QTest::addRow("%s/%s", name.c_str(), policy)
                        << QString::fromStdString(name) << policy;
            }
        }
    }
    void everyPreprocessingLayerAnswersInItsPolicy()
    {
        QFETCH(QString, layer);
        QFETCH(QString, policy);
        const LayerType& type = *m_registry.find(layer.toStdString()).value();
        const Example example = type.contractExamples().front();
        ConfigObject config = *example.config.as<ConfigObject>();
        std::vector<Tensor> inputs;
        for (const Spec& spec : example.inputs)
            inputs.push_back(Tensor::make<float>(spec.shape, [](std::span<float> out) {
                for (std::size_t i = 0; i < out.size(); ++i)
                    out[i] = static_cast<float>(i * 37 % 101) / 101;
            }));
        LayerCall call = policyCall(type.kerasClass().data(), config, policy.toStdString(), inputs);
        call.training = true;

        const auto answer = answered(call, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : english(answer.error().message).c_str());
        const DType wanted = policyNamed(policy.toStdString())->compute;
        QCOMPARE(nameOf(answer.value().outputs.at(0).dtype()), nameOf(wanted));
        call.layer = ConfigObject{{"class_name", layer.toStdString()}, {"config", example.config}};
        const Tensor plain = answered(call, m_registry).value().outputs.at(0);
        const Tensor& y = answer.value().outputs.at(0);
        QCOMPARE(y.shape(), plain.shape());
        double apart = 0, most = 1;
        dispatch(wanted, [&]<typename T>(T) {
            for (std::size_t i = 0; i < plain.values<float>().size(); ++i) {
                const auto number = static_cast<double>(plain.values<float>()[i]);
                apart += std::abs(static_cast<double>(y.values<T>()[i]) - number);
                most = std::max(most, std::abs(number));
            }
        });
        const double mean = apart / std::max(1.0, double(plain.values<float>().size()));
        QVERIFY2(mean < 0.05 * most, qPrintable(QString::number(mean))); // the same, rounded
    }

    void weightsOfMixedPoliciesStayWide()
    {
        const auto specOfKernel = [&](const char* policy) {
            const auto graph
                = describedBy(*m_registry.find("Dense").value(),
                              ConfigObject{{"units", 2}, {"dtype", policy}},
                              {{DType::Float32, {1, 3}, {}}});
            const OpGraph& g = graph.value();
            return std::pair(g.nodes[g.weights.at(0).value].spec.dtype,
                             g.nodes[g.outputs.at(0)].spec.dtype);
        };
        QCOMPARE(specOfKernel("float32"), std::pair(DType::Float32, DType::Float32));
        QCOMPARE(specOfKernel("float16"), std::pair(DType::Float16, DType::Float16));
        QCOMPARE(specOfKernel("mixed_bfloat16"), std::pair(DType::Float32, DType::BFloat16));
    }

    void theInterpreterRoundsAfterEachOperation()
    {
        Emitter e({{DType::Float16, {3}, {}}});
        const ValueRef one = e.cast(e.constant(1.0), DType::Float16);
        const ValueRef y = e.sub(e.add(e.input(0), one), one);
        const OpGraph graph = std::move(e).finish({y}).value();
        Interpreter<float> run(graph);
        run.set(graph.inputs[0], Tensor::of<float>({3}, {0x1p-11f, 0x1.8p-11f, 3.0f}));

        run.forward();

        QCOMPARE(run.tensor(graph.outputs[0]),
                 Tensor::of<Float16>({3}, {Float16(0), Float16(0x1p-10), Float16(3)}));
    }

    void float64KeepsWhatFloat32DoesNotHold()
    {
        const auto answer = answered(
            policyCall("Normalization",
                       {{"axis", Config()}, {"mean", 0.0}, {"variance", 2.0}}, "float64",
                       {Tensor::of<double>({1}, {1.0 + 1e-12})}),
            m_registry);
        QCOMPARE(numbersIn<double>(answer.value().outputs.at(0))[0],
                 (1.0 + 1e-12) / std::sqrt(2.0));
    }

    void layersInsideHaveThePolicyThatKerasGivesThem()
    {
        const Config images = ConfigObject{{"class_name", "Rescaling"},
                                           {"config", ConfigObject{{"scale", 0.1}}}};
        const Config halves
            = ConfigObject{{"class_name", "Rescaling"},
                           {"config", ConfigObject{{"scale", 0.1}, {"dtype", "float16"}}}};
        const auto dtypeOf = [&](ConfigList layers) {
            LayerCall call;
            call.layer = ConfigObject{{"class_name", "Pipeline"},
                                      {"config", ConfigObject{{"layers", std::move(layers)}}}};
            call.inputs = {Tensor::of<float>({1}, {1})};
            return answered(call, m_registry).value().outputs.at(0).dtype();
        };
        QCOMPARE(dtypeOf({images, halves}), DType::Float16);
        QCOMPARE(dtypeOf({halves, images}), DType::Float32);
    }

    void whatKerasRefusesIsRefusedWithItsReason_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("policy");
        const auto row = [](const char* layer, ConfigObject config, const char* policy) {
            QTest::addRow("%s/%s", layer, policy) << layer << Config(std::move(config)) << policy;
        };
        row("CategoryEncoding", {{"num_tokens", 4}}, "float16");
        row("Discretization",
            {{"bin_boundaries", ConfigList{1.0}}, {"output_mode", "count"}}, "mixed_float16");
        row("Hashing", {{"num_bins", 3}, {"output_mode", "multi_hot"}}, "bfloat16");
        row("Rescaling", {{"scale", 1.0}}, "int8");
        row("Rescaling", {{"scale", 1.0}}, "float17");
    }
    void whatKerasRefusesIsRefusedWithItsReason()
    {
        QFETCH(QString, layer);
        QFETCH(Config, config);
        QFETCH(QString, policy);
        const auto answer = answered(policyCall(layer.toUtf8().constData(),
                                                *config.as<ConfigObject>(), policy.toStdString(),
                                                {Tensor::of<std::int64_t>({1, 2}, {1, 2})}),
                                     m_registry);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().where, std::string("dtype"));
        QVERIFY(english(answer.error().message).find("use float32") != std::string::npos);
    }

    void codesHaveTheDtypeOfThePolicy()
    {
        const auto dtypeOf = [&](const char* layer, ConfigObject config, const char* policy) {
            const auto answer = answered(policyCall(layer, std::move(config), policy,
                                                    {Tensor::of<std::int64_t>({2, 1}, {1, 2})}),
                                         m_registry);
            return answer.value().outputs.at(0).dtype();
        };
        const ConfigObject bins{{"bin_boundaries", ConfigList{1.0}}, {"output_mode", "one_hot"}};
        const ConfigObject tokens{{"num_tokens", 4}, {"output_mode", "one_hot"}};
        QCOMPARE(dtypeOf("Discretization", bins, "mixed_float16"), DType::Float16);
        QCOMPARE(dtypeOf("Discretization", bins, "uint8"), DType::UInt8);
        QCOMPARE(dtypeOf("CategoryEncoding", tokens, "mixed_float16"), DType::Float32);
        QCOMPARE(dtypeOf("CategoryEncoding", tokens, "int64"), DType::Int64);
        QCOMPARE(dtypeOf("IntegerLookup", {{"vocabulary", ConfigList{1, 2}}}, "float16"),
                 DType::Int64);
    }

private:
    LayerRegistry m_registry;
};

LB_TEST(TstDtypePolicies)
#include "tst_dtype_policies.moc"
