#include "core/layers/emitter.h"
#include "core/ops/interpreter.h"
#include "core/ops/ops.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <numeric>

using namespace lb;

namespace {

using Build = std::function<ValueRef(Emitter&)>;

OpGraph graphOf(const std::vector<Spec>& inputs, const Build& build)
{
    Emitter emitter(inputs, Phase::Training);
    const ValueRef y = build(emitter);
    return std::move(emitter).finish({y}).value();
}

Spec floatSpec(Shape shape)
{
    return {DType::Float32, std::move(shape), {}};
}

void put(Interpreter<float>& run, ValueId id, std::initializer_list<float> values)
{
    QCOMPARE(run.value(id).size(), values.size());
    std::ranges::copy(values, run.value(id).begin());
}

ConfigObject window(std::int64_t stride, Config padding)
{
    return {{"strides", intsConfig(Shape{stride, stride})},
            {"padding", std::move(padding)},
            {"dilation", intsConfig(Shape{1, 1})},
            {"pool_size", intsConfig(Shape{2, 2})},
            {"groups", 1}};
}

Build one(const Op& op, ConfigObject args)
{
    return [&op, args](Emitter& e) {
        std::vector<ValueRef> inputs;
        for (std::size_t i = 0; i < e.inputCount(); ++i)
            inputs.push_back(e.input(i));
        return e.op(op, inputs, args);
    };
}

} // namespace

class TstOps : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void convolvesByHand()
    {
        const OpGraph graph = graphOf({floatSpec({1, 2, 3, 1}), floatSpec({2, 2, 1, 1})},
                                      one(ops::conv2d(), window(1, "valid")));
        Interpreter<float> run(graph);
        put(run, 0, {1, 2, 3, 4, 5, 6});
        put(run, 1, {1, 10, 100, 1000});

        run.forward();

        const auto y = run.value(graph.outputs[0]);
        QCOMPARE(std::vector(y.begin(), y.end()), (std::vector{5421.f, 6532.f}));
    }

    void padsTheOddElementBehind() // "same" over 2 x 2 with a 2 x 2 window: below and to the right
    {
        const OpGraph graph = graphOf({floatSpec({1, 2, 2, 1}), floatSpec({2, 2, 1, 1})},
                                      one(ops::conv2d(), window(1, "same")));
        Interpreter<float> run(graph);
        put(run, 0, {1, 2, 3, 4});
        put(run, 1, {1, 10, 100, 1000});

        run.forward();

        const auto y = run.value(graph.outputs[0]);
        QCOMPARE(std::vector(y.begin(), y.end()), (std::vector{4321.f, 402.f, 43.f, 4.f}));
    }

    void averagesWhatIsNotPadding()
    {
        const OpGraph graph
            = graphOf({floatSpec({1, 3, 3, 1})}, one(ops::avgPool2d(), window(2, "same")));
        Interpreter<float> run(graph);
        put(run, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9});

        run.forward();

        const auto y = run.value(graph.outputs[0]);
        QCOMPARE(std::vector(y.begin(), y.end()), (std::vector{3.f, 4.5f, 7.5f, 9.f}));
    }

    void givesTheGradientToTheFirstMaximum()
    {
        const OpGraph graph
            = graphOf({floatSpec({1, 2, 2, 1})}, one(ops::maxPool2d(), window(2, "valid")));
        Interpreter<float> run(graph);
        put(run, 0, {1, 3, 3, 2});

        run.forward();
        run.backward(std::vector<std::vector<float>>{{7.f}});

        const auto dx = run.gradient(0);
        QCOMPARE(std::vector(dx.begin(), dx.end()), (std::vector{0.f, 7.f, 0.f, 0.f}));
    }

    void clipsProbabilitiesAsFloat32Does() // log(1 - p) at p = 1 is the log of 2^-23
    {
        const ConfigObject args{
            {"from_logits", false}, {"label_smoothing", 0.0}, {"reduction", "mean"}};
        const OpGraph graph
            = graphOf({floatSpec({1, 1}), floatSpec({1, 1})}, one(ops::binaryCrossentropy(), args));
        Interpreter<float> run(graph);
        put(run, 0, {0.f});
        put(run, 1, {1.f});

        run.forward();
        run.backward(std::vector<std::vector<float>>{{1.f}});

        QVERIFY(std::abs(run.value(graph.outputs[0])[0] - 15.942385f) < 1e-5f);
        QCOMPARE(run.gradient(1)[0], 0.f);
    }

    void knowsWhatAnUnknownBatchBecomes()
    {
        const OpGraph graph = graphOf({floatSpec({kUnknown, 9, 8, 3}), floatSpec({3, 3, 3, 5})},
                                      one(ops::conv2d(), window(2, "same")));
        QCOMPARE(graph.nodes[graph.outputs[0]].spec.shape, (Shape{kUnknown, 5, 4, 5}));
    }

    void knowsTheRangeOfWhatComesOut_data()
    {
        QTest::addColumn<const Op*>("op");
        QTest::addColumn<ConfigObject>("args");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("most");
        const ConfigObject plain{{"max_value", 6}, {"negative_slope", 0.0}, {"threshold", 0.0}};
        QTest::newRow("relu6") << &ops::relu() << plain << 0.0 << 6.0;
        QTest::newRow("softmax") << &ops::softmax() << ConfigObject{{"axis", -1}} << 0.0 << 1.0;
        QTest::newRow("tanh") << ops::activationNamed("tanh") << ConfigObject{} << -1.0 << 1.0;
    }
    void knowsTheRangeOfWhatComesOut()
    {
        QFETCH(const Op*, op);
        QFETCH(ConfigObject, args);
        QFETCH(double, least);
        QFETCH(double, most);
        const OpGraph graph = graphOf({floatSpec({1, 2})}, one(*op, args));
        QVERIFY(graph.nodes.back().spec.range == ValueRange::proven(least, most));
    }

    void gradientsMatchCentralDifferences_data()
    {
        QTest::addColumn<const Op*>("op");
        QTest::addColumn<ConfigObject>("args");
        QTest::addColumn<std::vector<Shape>>("shapes");
        const auto row
            = [](const char* name, const Op& op, ConfigObject args, std::vector<Shape> shapes) {
                  QTest::newRow(name) << &op << std::move(args) << std::move(shapes);
              };
        row("conv2d", ops::conv2d(), window(2, "same"), {{2, 5, 4, 2}, {3, 2, 2, 3}});
        ConfigObject grouped = window(1, intsConfig(Shape{1, 0, 2, 1}));
        grouped.insert_or_assign("groups", 2);
        grouped.insert_or_assign("dilation", intsConfig(Shape{2, 1}));
        row("conv2d, groups, dilation", ops::conv2d(), grouped, {{1, 5, 4, 4}, {2, 2, 2, 6}});
        row("max_pool2d", ops::maxPool2d(), window(1, "same"), {{2, 3, 4, 2}});
        row("avg_pool2d", ops::avgPool2d(), window(2, "same"), {{2, 3, 4, 2}});
        const ConfigObject axes{{"axes", intsConfig(Shape{1, -1})}, {"keepdims", false}};
        row("reduce_sum", ops::reduceSum(), axes, {{2, 3, 4, 2}});
        row("reduce_mean", ops::reduceMean(), axes, {{2, 3, 4, 2}});
        row("reduce_max", ops::reduceMax(), axes, {{2, 3, 4, 2}});
        const ConfigObject axis{{"axis", 1}, {"epsilon", 0.01}};
        row("batch_mean", ops::batchMean(), axis, {{2, 3, 4}});
        row("batch_variance", ops::batchVariance(), axis, {{2, 3, 4}});
        row("batch_norm", ops::batchNorm(), axis, {{2, 3, 4}, {3}, {3}, {3}, {3}});
        row("softmax", ops::softmax(), axis, {{2, 3, 4}});
        row("log_softmax", ops::logSoftmax(), axis, {{2, 3, 4}});
        row("sparsemax", ops::sparsemax(), axis, {{2, 3, 4}});
        row("concat", ops::concat(), axis, {{2, 3, 4}, {2, 1, 4}});
        row("transpose", ops::transpose(), {{"perm", intsConfig(Shape{2, 0, 1})}}, {{2, 3, 4}});
        row("reshape", ops::reshape(), {{"shape", intsConfig(Shape{6, -1})}}, {{2, 3, 4}});
        row("dropout", ops::dropout(), {{"rate", 0.3}}, {{2, 3, 4}, {2, 1, 4}});
        const ConfigObject alpha{{"alpha", 0.7}};
        row("elu", ops::elu(), alpha, {{3, 4}});
        row("celu", ops::celu(), alpha, {{3, 4}});
        row("gelu", ops::gelu(), {{"approximate", false}}, {{3, 4}});
        row("gelu, approximate", ops::gelu(), {{"approximate", true}}, {{3, 4}});
        row("glu", ops::glu(), {}, {{3, 4}});
        row("square", ops::square(), {}, {{3, 4}});
        row("absolute", ops::absolute(), {}, {{3, 4}});
        row("clip", ops::clip(), {{"least", -0.3}, {"most", 0.4}}, {{3, 4}});
        row("where", ops::where(), {}, {{3, 1}, {3, 4}, {4}});
        row("relu", ops::relu(), {{"max_value", 0.8}, {"negative_slope", 0.2}, {"threshold", 0.3}},
            {{3, 4}});
        for (const char* name :
             {"sigmoid", "tanh", "softplus", "softsign", "selu", "exponential", "log_sigmoid",
              "hard_sigmoid", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink",
              "sparse_plus", "sparse_sigmoid", "squareplus", "silu", "hard_silu", "mish"})
            row(name, *ops::activationNamed(name), {}, {{3, 4}});
        for (const bool logits : {false, true}) {
            const ConfigObject args{
                {"from_logits", logits}, {"label_smoothing", 0.1}, {"reduction", "mean"}};
            const auto title
                = [&](const char* loss) { return std::string(loss) + (logits ? ", logits" : ""); };
            row(title("sparse").c_str(), ops::sparseCategoricalCrossentropy(), args, {{3}, {3, 4}});
            row(title("categorical").c_str(), ops::categoricalCrossentropy(), args,
                {{3, 4}, {3, 4}});
            row(title("binary").c_str(), ops::binaryCrossentropy(), args, {{3, 4}, {3, 4}});
            row(title("squared").c_str(), ops::meanSquaredError(), args, {{3, 4}, {3, 4}});
        }
    }
    void gradientsMatchCentralDifferences()
    {
        QFETCH(const Op*, op);
        QFETCH(ConfigObject, args);
        QFETCH(std::vector<Shape>, shapes);
        std::vector<Spec> specs;
        for (const Shape& shape : shapes)
            specs.push_back(floatSpec(shape));
        const OpGraph graph = graphOf(specs, one(*op, args));
        const bool loss = op->name.ends_with("entropy") || op->name == "mean_squared_error";
        Interpreter<double> run(graph);
        for (ValueId id = 0; id < specs.size(); ++id)
            for (std::size_t i = 0; i < run.value(id).size(); ++i) {
                const double u = RandomStream(StreamKey{3}, 0, id).uniform(0, i);
                const bool positive = loss || op->name == "dropout" || id >= 2;
                run.value(id)[i] = positive ? u + 0.005 : 2 * u - 1;
            }
        if (op->name == "categorical_crossentropy") // labels are a distribution
            std::ranges::copy(std::array{.1, .2, .3, .4, 0., 0., 1., 0., .5, .5, 0., 0.},
                              run.value(0).begin());
        if (op->name == "sparse_categorical_crossentropy")
            std::ranges::copy(std::array{2., 0., 3.}, run.value(0).begin());
        if (op->name == "where")
            std::ranges::copy(std::array{1., 0., 1.}, run.value(0).begin());
        const ValueId y = graph.outputs[0];
        std::vector<double> dy(run.value(y).size());
        for (std::size_t i = 0; i < dy.size(); ++i)
            dy[i] = RandomStream(StreamKey{4}, 0, 0).uniform(0, i);
        const auto sum = [&] {
            run.forward();
            return std::inner_product(dy.begin(), dy.end(), run.value(y).begin(), 0.0);
        };

        sum();
        run.backward(std::vector<std::vector<double>>{dy});

        for (ValueId id = loss ? 1 : 0; id < specs.size(); ++id)
            for (std::size_t i = 0; i < run.value(id).size(); ++i) {
                if (op->name == "dropout" && id == 1)
                    continue;
                const double saved = run.value(id)[i];
                run.value(id)[i] = saved + 1e-6;
                const double up = sum();
                run.value(id)[i] = saved - 1e-6;
                const double slope = (up - sum()) / 2e-6;
                run.value(id)[i] = saved;
                if (op->name == "where" && id == 0)
                    continue;
                QVERIFY2(std::abs(run.gradient(id)[i] - slope) < 1e-7 * (1 + std::abs(slope)),
                         qPrintable(QString("input %1, element %2: %3 instead of %4")
                                        .arg(id)
                                        .arg(i)
                                        .arg(run.gradient(id)[i])
                                        .arg(slope)));
            }
    }
};

LB_TEST(TstOps)
#include "tst_ops.moc"
