#include "core/conform/layer_call.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "core/training/memory_plan.h"
#include "core/training/plan.h"
#include "tests/memory/counted_memory.h"
#include "tests/support/layer_model.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using namespace lb::test;

namespace {

std::vector<float> noise(std::size_t count, std::uint64_t stream, float from, float to)
{
    const RandomStream random(StreamKey{77}.child(stream), 0, 0);
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = from + (to - from) * random.uniform(0, i);
    return values;
}

std::shared_ptr<ParameterStore> storeOf(const FlatModel& model, std::uint64_t seed = 3)
{
    Result<ParameterStore> store = ParameterStore::initial(model, seed);
    if (!store.ok())
        qFatal("%s", english(store.error().message).c_str());
    auto shared = std::make_shared<ParameterStore>(std::move(store.value()));
    for (const auto& entry : shared->entries()) // zeros and ones hide mistakes
        if (entry.name.find("variance") == std::string::npos)
            for (std::size_t i = 0; float& value : shared->values(entry))
                value += 0.01f * static_cast<float>(i++ % 7) + 0.02f;
    shared->changed();
    return shared;
}

double worstDifference(std::span<const float> a, std::span<const float> b)
{
    if (a.size() != b.size())
        return 1e9;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(double{a[i]} - double{b[i]});
        worst = std::max(worst, difference / std::max(1.0, std::abs(double{b[i]})));
        if (std::isnan(a[i]) != std::isnan(b[i]))
            return 1e9;
    }
    return worst;
}

bool canRun(const Example& example)
{
    return std::ranges::all_of(example.inputs, [](const Spec& spec) {
        return spec.dtype != DType::String // see tst_lookups
            && std::ranges::all_of(spec.shape, [](std::int64_t size) { return size > 0; });
    });
}

Emitter emitterOf(std::initializer_list<Shape> shapes, Phase phase = Phase::Training)
{
    std::vector<Spec> specs;
    for (const Shape& shape : shapes)
        specs.push_back({DType::Float32, shape, {}});
    return Emitter(std::move(specs), phase);
}

} // namespace

class TstPlan : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void agreesWithTheReference_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<int>("example");
        QTest::addColumn<bool>("training");
        for (const LayerType* type : m_registry.layers()) {
            const auto examples = type->contractExamples();
            for (int i = 0; i < static_cast<int>(examples.size()); ++i)
                for (const bool training : {false, true})
                    if (canRun(examples[static_cast<std::size_t>(i)])) {
                        const auto name = QString::fromUtf8(type->kerasClass().data(),
                                                            qsizetype(type->kerasClass().size()));
                        QTest::addRow("%s/%d/%d", qPrintable(name), i, int(training))
                            << name << i << training;
                    }
        }
    }
    void agreesWithTheReference()
    {
        QFETCH(QString, layer);
        QFETCH(int, example);
        QFETCH(bool, training);
        const LayerType& type = *m_registry.find(layer.toStdString()).value();
        const Example given = type.contractExamples()[static_cast<std::size_t>(example)];
        const auto graph = describedBy(type, given.config, given.inputs,
                                       training ? Phase::Training : Phase::Inference);
        if (!graph.ok() || graph.value().outputs.size() != 1)
            QSKIP("needs more than an example says");
        if (graph.value().nodes[graph.value().outputs[0]].spec.dtype == DType::String)
            QSKIP("gives no numbers");
        const FlatModel model = modelOf(graph.value(), &type, given.config);
        const auto store = storeOf(model);
        OpGraph g = model.graph; // every loss adds its gradient
        g.outputs.insert(g.outputs.end(), g.losses.begin(), g.losses.end());
        const bool differentiable = std::ranges::all_of(g.nodes, [](const OpNode& node) {
            return node.fed() || (node.op && (node.op->differentiable() || node.op->name == "cast"));
        });
        const bool floating = std::ranges::all_of(
            given.inputs, [](const Spec& spec) { return isFloating(spec.dtype); });
        const bool backward = training && differentiable && floating;
        auto made = Plan::make(model, store,
                               {.backward = backward, .inputGradients = backward, .keep = {}});
        QVERIFY2(made.ok(), made.ok() ? "" : english(made.error().message).c_str());
        Plan& plan = made.value();
        Interpreter<float> reference(g);
        feed(plan, reference, *store);

        std::vector<std::uint64_t> ids(sampleCount(type, given.inputs[0].shape));
        std::iota(ids.begin(), ids.end(), 0);
        plan.forward({.epoch = 1, .batchIndex = 2, .sampleIds = ids});
        for (const DrawSpec& draw : g.draws)
            reference.set(draw.value, plan.transformation(0).find(draw.name)->second);
        reference.forward();

        if (g.nodes[g.outputs[0]].spec.dtype == DType::String) { // it has no numbers
            QVERIFY(plan.value(g.outputs[0]) == reference.tensor(g.outputs[0]));
            return;
        }
        QCOMPARE_LE(worstDifference(plan.numbers(g.outputs[0]), reference.value(g.outputs[0])),
                    1e-4);
        if (!backward)
            return;
        const auto dy = noise(reference.value(g.outputs[0]).size(), 90, -1, 1);
        plan.backward(dy);
        std::vector<std::vector<float>> dys(g.outputs.size(), std::vector{1.0f});
        dys[0] = dy;
        reference.backward(dys);
        for (const AssignSpec& assign : g.assigns)
            QCOMPARE_LE(worstDifference(plan.numbers(assign.value), reference.value(assign.value)),
                        1e-4);
        for (std::size_t i = 0; i < g.losses.size(); ++i)
            QCOMPARE_LE(worstDifference(plan.numbers(g.losses[i]), reference.value(g.losses[i])),
                        1e-4);
        for (std::size_t i = 0; i < g.weights.size(); ++i)
            if (g.weights[i].trainable)
                QCOMPARE_LE(
                    worstDifference(plan.weightGradient(i), reference.gradient(g.weights[i].value)),
                    1e-4);
        for (std::size_t i = 0; i < g.inputs.size(); ++i)
            QCOMPARE_LE(worstDifference(plan.inputGradient(i), reference.gradient(g.inputs[i])),
                        1e-4);
    }

    void roundsTo16BitsAsTheReference_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("policy");
        for (const LayerType* type : m_registry.layers()) {
            const auto family = type->about().family;
            const bool prepares = family == About::Family::Image
                || family == About::Family::RandomImage || family == About::Family::Numeric;
            if (prepares && canRun(type->contractExamples().front()))
                for (const char* policy : {"float16", "bfloat16"})
                    QTest::addRow("%s/%s", type->kerasClass().data(), policy)
                        << QString::fromLatin1(type->kerasClass().data()) << policy;
        }
    }
    void roundsTo16BitsAsTheReference()
    {
        QFETCH(QString, layer);
        QFETCH(QString, policy);
        const LayerType& type = *m_registry.find(layer.toStdString()).value();
        const Example given = type.contractExamples().front();
        ConfigObject config = *given.config.as<ConfigObject>();
        config["dtype"] = policy.toStdString();
        const auto graph = describedBy(type, config, given.inputs, Phase::Training);
        const QStringList refused{"CutMix/bfloat16", "Hashing/float16", "Hashing/bfloat16",
                                  "STFTSpectrogram/bfloat16"}; // as by Keras
        QCOMPARE(graph.ok(), !refused.contains(layer + '/' + policy));
        if (!graph.ok())
            return;
        const OpGraph& g = graph.value();
        const FlatModel model = modelOf(g, &type, config);
        const auto store = storeOf(model);
        auto plan = Plan::make(model, store, {.keep = {}});
        QVERIFY2(plan.ok(), plan.ok() ? "" : english(plan.error().message).c_str());
        Interpreter<float> reference(g);
        feed(plan.value(), reference, *store);
        std::vector<std::uint64_t> ids(sampleCount(type, given.inputs[0].shape));
        std::iota(ids.begin(), ids.end(), 0);

        plan.value().forward({.epoch = 1, .batchIndex = 2, .sampleIds = ids});

        for (const DrawSpec& draw : g.draws)
            reference.set(draw.value, plan.value().transformation(0).find(draw.name)->second);
        reference.forward();
        QCOMPARE(worstDifference(plan.value().numbers(g.outputs[0]), reference.value(g.outputs[0])),
                 0.0);
    }

    void addsUpTheGradientOfAValueThatIsUsedTwice()
    {
        Emitter e = emitterOf({{2, 3}});
        const ValueRef x = e.input(0);
        const ValueRef w = e.weight({3}, {"w", Config("GlorotUniform")});
        const ValueRef y = e.add(e.mul(x, w), e.mul(e.mul(x, x), w));
        const FlatModel model = modelOf(std::move(e).finish({y}).value());
        auto plan = Plan::make(model, storeOf(model),
                               {.backward = true, .inputGradients = true, .keep = {}});
        QVERIFY(plan.ok());
        std::ranges::copy(std::array{1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, plan.value().input(0).begin());

        plan.value().forward({});
        plan.value().backward();

        // dw = sum over the batch of x + x²
        const auto dw = plan.value().weightGradient(0);
        QCOMPARE(std::vector(dw.begin(), dw.end()), (std::vector{22.f, 36.f, 54.f}));
    }

    void repeatsItselfBitByBit()
    {
        const auto once = [&] {
            const FlatModel model = perceptron(8);
            auto plan
                = Plan::make(model, storeOf(model), {.backward = true, .threads = 2, .keep = {}});
            std::ranges::copy(noise(8 * 6, 1, -1, 1), plan.value().input(0).begin());
            plan.value().forward({});
            plan.value().backward();
            std::vector<float> all;
            for (std::size_t i = 0; i < model.weights.size(); ++i)
                all.insert(all.end(), plan.value().weightGradient(i).begin(),
                           plan.value().weightGradient(i).end());
            return all;
        };
        QVERIFY(once() == once());
    }

    void allocatesNothingInARun()
    {
        const FlatModel model = perceptron(8);
        auto plan = Plan::make(model, storeOf(model), {.backward = true, .keep = {}});
        QVERIFY(plan.ok());
        plan.value().forward({}); // warm up
        plan.value().backward();

        forgetAllocations();
        countAllocations(true);
        plan.value().forward({});
        plan.value().backward();
        plan.value().applyAssigns();
        countAllocations(false);

        QCOMPARE(allocations(), 0);
        countAllocations(true);
        const Tensor copy = plan.value().value(model.graph.outputs[0]); // the counter counts
        countAllocations(false);
        QCOMPARE(copy.shape(), (Shape{8, 3}));
        QCOMPARE_GE(allocations(), 1);
    }

    void sharesAStoreWithAPlanOfAnotherBatch()
    {
        const FlatModel large = perceptron(4);
        const FlatModel small = perceptron(2);
        const auto store = storeOf(large);
        auto a = Plan::make(large, store, {});
        auto b = Plan::make(small, store, {});
        const auto rows = noise(4 * 6, 2, -1, 1);
        const auto both = [&] {
            std::ranges::copy(rows, a.value().input(0).begin());
            std::copy_n(rows.begin(), 2 * 6, b.value().input(0).begin());
            a.value().forward({});
            b.value().forward({});
            return worstDifference(a.value().numbers(large.graph.outputs[0]).first(2 * 3),
                                   b.value().numbers(small.graph.outputs[0]));
        };
        QCOMPARE_LE(both(), 1e-6);
        const auto before = a.value().value(large.graph.outputs[0]);

        for (float& value : store->values(store->entries()[0]))
            value *= 2;
        store->changed();

        QCOMPARE_LE(both(), 1e-6); // both see the new weights
        QVERIFY(a.value().value(large.graph.outputs[0]) != before);
    }

    void namesTheCallWhoseNumbersAreNotFinite()
    {
        Emitter e = emitterOf({{2, 3}});
        const ValueRef y = e.div(e.input(0), e.sub(e.input(0), e.input(0)));
        FlatModel model = modelOf(std::move(e).finish({y}).value());
        model.calls.push_back(model.calls.front());
        model.graph.nodes[y.id].origin = 1;
        auto plan = Plan::make(model, storeOf(model), {});
        std::ranges::fill(plan.value().input(0), 1.0f);

        plan.value().forward({});

        const auto bad = plan.value().firstNonFinite();
        QVERIFY(bad.has_value());
        QCOMPARE(bad->call, std::size_t{1});
        QVERIFY(!bad->gradient);
    }

    void resizesBytesWithoutMakingThemFloats() // to the last bit what it makes of floats
    {
        const Config to(ConfigObject{{"height", 7}, {"width", 5}});
        for (const Shape& shape : {Shape{1, 9, 8, 3}, {3, 11, 9, 1}, {2, 20, 2, 4}}) {
            const FlatModel model = resizing(to, shape);
            auto floats = Plan::make(model, storeOf(model), {});
            auto bytes = Plan::make(model, storeOf(model), {.bytes = true, .keep = {}});
            QVERIFY(floats.ok() && bytes.ok());
            QVERIFY(!floats.value().wantsTensor(0));
            QVERIFY(bytes.value().wantsTensor(0) && bytes.value().input(0).empty());
            const Tensor images = Tensor::make<std::uint8_t>(shape, [](std::span<std::uint8_t> out) {
                for (std::size_t i = 0; i < out.size(); ++i)
                    out[i] = static_cast<std::uint8_t>(i * 89);
            });
            const ValueId y = model.graph.outputs[0];
            std::vector<float> elsewhere(floats.value().numbers(y).size());
            QVERIFY(bytes.value().writeTo(elsewhere));
            QVERIFY(floats.value().setInput(0, images).ok());
            QVERIFY(bytes.value().setInput(0, images).ok());

            QVERIFY(floats.value().run({}).ok() && bytes.value().run({}).ok());

            QVERIFY(std::ranges::equal(elsewhere, floats.value().numbers(y)));
            QVERIFY(!bytes.value().run({}).ok()); // each run needs its images
        }
    }

    void makesFloatsOfBytesThatOthersRead()
    {
        const auto wants = [](const FlatModel& model, const PlanOptions& options) {
            return Plan::make(model, storeOf(model), options).value().wantsTensor(0);
        };
        const ConfigObject size{{"height", 7}, {"width", 5}};
        const auto with = [&](ConfigObject more) {
            more.insert(size.begin(), size.end());
            return Config(std::move(more));
        };
        const PlanOptions bytes{.bytes = true, .keep = {}};
        const Shape shape{2, 6, 6, 3};
        QVERIFY(wants(resizing(size, shape), bytes));
        QVERIFY(!wants(resizing(with({{"interpolation", "bicubic"}}), shape), bytes));
        QVERIFY(!wants(resizing(with({{"antialias", true}}), shape), bytes));
        QVERIFY(!wants(resizing(with({{"crop_to_aspect_ratio", true}}), shape), bytes));
        for (const Shape& small : {Shape{2, 7, 5, 3}, {2, 3, 4, 3}}) // which every pixel goes into
            QVERIFY(!wants(resizing(size, small), bytes));
        QVERIFY(!wants(resizing(size, shape), {.fast = false, .bytes = true, .keep = {}}));
        FlatModel twice = resizing(size, shape);
        twice.graph.outputs.push_back(twice.graph.inputs[0]);
        QVERIFY(!wants(twice, bytes));
    }

    void refusesAnInputOfAnotherShape()
    {
        const FlatModel model = perceptron(2);
        auto plan = Plan::make(model, storeOf(model), {});
        const auto wrong = plan.value().setInput(0, Tensor::of<float>({1, 2}, {1, 2}));
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.error().code, ErrorCode::BadShape);
    }

    void placesBuffersThatLiveTogetherApart()
    {
        const std::vector<BufferLife> lives{{100, 0, 1}, {100, 1, 2}, {100, 2, 3}, {10, 0, 3}};
        const MemoryPlan plan = placed(lives);
        for (std::size_t i = 0; i < lives.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (lives[i].first <= lives[j].last && lives[j].first <= lives[i].last)
                    QVERIFY(plan.offsets[i] + lives[i].count <= plan.offsets[j]
                            || plan.offsets[j] + lives[j].count <= plan.offsets[i]);
        QCOMPARE(plan.offsets[0], plan.offsets[2]); // the first is over when the third begins
        QCOMPARE(plan.size, std::size_t{112 + 112 + 16});
    }

private:
    static FlatModel perceptron(std::int64_t batch)
    {
        Emitter e = emitterOf({{batch, 6}});
        ValueRef y = e.add(e.matmul(e.input(0), e.weight({6, 5}, {"kernel", "GlorotUniform"})),
                           e.weight({5}, {"bias", "Zeros"}));
        y = e.mul(y, e.constant(0.5));
        y = e.add(e.matmul(y, e.weight({5, 3}, {"kernel2", "GlorotUniform"})),
                  e.weight({3}, {"bias2", "Zeros"}));
        return modelOf(std::move(e).finish({y}).value());
    }

    static void feed(Plan& plan, Interpreter<float>& reference, const ParameterStore& store)
    {
        const OpGraph& g = plan.model().graph;
        for (std::size_t i = 0; i < g.inputs.size(); ++i) {
            const Spec& spec = g.nodes[g.inputs[i]].spec;
            auto values = noise(static_cast<std::size_t>(elementCount(spec.shape)), i,
                                isFloating(spec.dtype) ? -1 : 0, isFloating(spec.dtype) ? 1 : 200);
            if (!isFloating(spec.dtype))
                std::ranges::transform(values, values.begin(),
                                       [](float v) { return std::floor(v); });
            std::ranges::copy(values, plan.input(i).begin());
            std::ranges::copy(values, reference.value(g.inputs[i]).begin());
        }
        for (std::size_t i = 0; i < g.weights.size(); ++i)
            std::ranges::copy(store.values(*store.find(LayerId{1}, i)),
                              reference.value(g.weights[i].value).begin());
    }

    /// A Resizing of bytes.
    FlatModel resizing(const Config& config, const Shape& shape) const
    {
        const LayerType& type = *m_registry.find("Resizing").value();
        const Spec images{DType::UInt8, shape, ValueRange::declared(0, 255)};
        return modelOf(describedBy(type, config, {images}, Phase::Training).value(), &type,
                       config);
    }

    LayerRegistry m_registry;
};

LB_TEST(TstPlan)
#include "tst_plan.moc"
