#include "core/ops/interpreter.h"
#include "core/training/plan.h"
#include "tests/core/example_document.h"
#include "tests/support/layer_model.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <numeric>

using namespace lb;
using lb::test::Builder;

namespace {

std::vector<float> listed(std::span<const float> values)
{
    return {values.begin(), values.end()};
}

} // namespace

/// What only the layers of models do: moving averages, dropping, regularizing, sharing.
class TstModelLayers : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aStepMovesTheMovingAverages_data()
    {
        QTest::addColumn<bool>("fast");
        QTest::newRow("oneDNN") << true;
        QTest::newRow("reference") << false;
    }
    void aStepMovesTheMovingAverages()
    {
        QFETCH(bool, fast);
        const Config config = ConfigObject{{"momentum", 0.75}};
        const FlatModel model = this->model("BatchNormalization", config, {4, 1});
        const auto store = this->store(model);
        auto plan = Plan::make(model, store, {.backward = true, .fast = fast, .keep = {}});
        QVERIFY(plan.ok());
        std::ranges::copy(std::array{1.f, 2.f, 3.f, 6.f}, plan.value().input(0).begin());

        plan.value().forward({});
        QCOMPARE(listed(store->values(store->entries()[2])), std::vector{0.f}); // not before
        plan.value().applyAssigns();

        // of the batch: mean 3, population variance 14 / 4
        QCOMPARE_LE(std::abs(store->values(store->entries()[2])[0] - 0.75f), 1e-6f);
        QCOMPARE_LE(std::abs(store->values(store->entries()[3])[0] - 1.625f), 1e-6f);
        plan.value().forward({});
        plan.value().applyAssigns();
        QCOMPARE_LE(std::abs(store->values(store->entries()[2])[0] - (0.75f * 0.75f + 0.75f)),
                    1e-6f);
    }

    void inferenceUsesTheMovingAverages()
    {
        const FlatModel model = this->model("BatchNormalization", ConfigObject{{"epsilon", 0.0}},
                                            {2, 1}, Phase::Inference);
        const auto store = this->store(model);
        store->values(store->entries()[2])[0] = 1; // mean
        store->values(store->entries()[3])[0] = 4; // variance
        auto plan = Plan::make(model, store, {});
        std::ranges::copy(std::array{1.f, 5.f}, plan.value().input(0).begin());

        plan.value().forward({});

        QCOMPARE(listed(plan.value().numbers(model.graph.outputs[0])), (std::vector{0.f, 2.f}));
    }

    void dropsTheSameOfASampleInAnyBatch()
    {
        const Config config = ConfigObject{{"rate", 0.25}};
        constexpr std::size_t kWide = 1'000;
        const auto run = [&](std::vector<std::uint64_t> ids, std::uint32_t epoch) {
            const FlatModel model
                = this->model("Dropout", config, {std::ssize(ids), std::int64_t{kWide}});
            auto plan = Plan::make(model, store(model), {});
            std::ranges::fill(plan.value().input(0), 1.0f);
            plan.value().forward({.epoch = epoch, .batchIndex = 7, .sampleIds = ids});
            return listed(plan.value().numbers(model.graph.outputs[0]));
        };
        const auto together = run({4, 8, 15}, 1);

        const auto alone = run({15}, 1);

        QVERIFY(std::ranges::equal(std::span(together).subspan(2 * kWide), alone));
        QVERIFY(run({15}, 2) != alone);
        double mean = 0;
        for (const float value : together) {
            QVERIFY(value == 0 || std::abs(value - 1 / 0.75f) < 1e-6f);
            mean += double{value} / double(together.size());
        }
        QCOMPARE_LE(std::abs(mean - 1), 0.05);
    }

    void dropsWholeChannelsAndWholeBatches()
    {
        const auto kept = [&](Config noise) {
            const FlatModel model = this->model(
                "Dropout", ConfigObject{{"rate", 0.5}, {"noise_shape", std::move(noise)}},
                {2, 3, 64});
            auto plan = Plan::make(model, store(model), {});
            std::ranges::fill(plan.value().input(0), 1.0f);
            const std::array<std::uint64_t, 2> ids{1, 2};
            plan.value().forward({.sampleIds = ids});
            return listed(plan.value().numbers(model.graph.outputs[0]));
        };
        const auto channels = kept(ConfigList{Config(), 1, Config()});
        const auto batch = kept(ConfigList{1, 1, Config()});
        const auto row = [](const std::vector<float>& of, std::size_t i) {
            return std::span(of).subspan(i * 64, 64);
        };

        QVERIFY(std::ranges::equal(row(channels, 0), row(channels, 2)));
        QVERIFY(!std::ranges::equal(row(channels, 0), row(channels, 3)));
        QVERIFY(std::ranges::equal(row(batch, 0), row(batch, 5)));
    }

    void channelsFirstIsTheSameInAnotherOrder_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<Config>("config");
        QTest::newRow("Conv2D") << "Conv2D"
                                << Config(ConfigObject{{"filters", 2},
                                                       {"kernel_size", ConfigList{2, 3}},
                                                       {"strides", ConfigList{2, 1}},
                                                       {"padding", "same"}});
        QTest::newRow("MaxPooling2D") << "MaxPooling2D" << Config(ConfigObject{{"strides", 1}});
        QTest::newRow("AveragePooling2D")
            << "AveragePooling2D" << Config(ConfigObject{{"padding", "same"}});
        QTest::newRow("GlobalAveragePooling2D")
            << "GlobalAveragePooling2D" << Config(ConfigObject{{"keepdims", true}});
        QTest::newRow("Flatten") << "Flatten" << Config(ConfigObject{});
    }
    void channelsFirstIsTheSameInAnotherOrder()
    {
        QFETCH(QString, layer);
        QFETCH(Config, config);
        const std::string name = layer.toStdString();
        constexpr std::int64_t kRows = 5, kColumns = 4, kChannels = 2;
        const auto last = graph(name, config, {1, kRows, kColumns, kChannels});
        const auto first
            = graph(name, withParam(config, "data_format", "channels_first").value(),
                    {1, kChannels, kRows, kColumns});
        Interpreter<double> a(last);
        Interpreter<double> b(first);
        for (std::int64_t p = 0; p < kRows * kColumns; ++p)
            for (std::int64_t c = 0; c < kChannels; ++c) {
                const double value = RandomStream(StreamKey{1}, 0, 0).uniform(
                    0, static_cast<std::uint64_t>(p * kChannels + c));
                a.value(last.inputs[0])[static_cast<std::size_t>(p * kChannels + c)] = value;
                b.value(first.inputs[0])[static_cast<std::size_t>(c * kRows * kColumns + p)]
                    = value;
            }
        for (std::size_t i = 0; i < last.weights.size(); ++i) {
            const auto from = a.value(last.weights[i].value);
            std::iota(from.begin(), from.end(), 0.5);
            std::ranges::copy(from, b.value(first.weights[i].value).begin());
        }

        a.forward();
        b.forward();

        const auto y = a.value(last.outputs[0]);
        const auto z = b.value(first.outputs[0]);
        QCOMPARE(y.size(), z.size());
        const bool image = first.nodes[first.outputs[0]].spec.shape.size() == 4;
        const std::size_t channels = image
            ? static_cast<std::size_t>(first.nodes[first.outputs[0]].spec.shape[1])
            : 1;
        const std::size_t places = y.size() / channels;
        for (std::size_t p = 0; p < places; ++p)
            for (std::size_t c = 0; c < channels; ++c)
                QCOMPARE_LE(std::abs(y[p * channels + c] - z[c * places + p]), 1e-12);
    }

    void aSharedLayerRegularizesOnceAndMovesTwice()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId batch = b.after(source, "Batch", ConfigObject{}, Stage::Pipeline);
        const NodeId flat = b.after(batch, "Flatten");
        const auto twice = [&](NodeId from, const char* layer, Config config) {
            const NodeId first = b.after(from, layer, std::move(config));
            auto again = Builder::must(edits::callAgain(b.document, first, {}));
            b.document = std::move(again.document);
            b.wire({first, 0}, again.node);
            return again.node;
        };
        const NodeId dense = twice(
            flat, "Dense",
            ConfigObject{
                {"units", 4}, {"kernel_regularizer", "l2"}, {"activity_regularizer", "l1"}});
        const NodeId norm = twice(dense, "BatchNormalization", ConfigObject{{"momentum", 0.5}});
        const auto flattenedModel
            = flattened(b.document, m_registry,
                        {.part = FlattenRequest::Part::UpTo,
                         .node = norm,
                         .phase = Phase::Training,
                         .inputs = {{DType::UInt8, {3, 2, 2, 1}, ValueRange::proven(0, 255)}}});
        QVERIFY(flattenedModel.ok());
        const FlatModel& model = flattenedModel.value();

        QCOMPARE(model.weights.size(), std::size_t{6});
        QCOMPARE(model.graph.losses.size(), std::size_t{3}); // two outputs, one kernel
        QCOMPARE(model.graph.assigns.size(), std::size_t{2});
        // the second call moves what the first one left: m + (mean of both) / 2 ...
        Interpreter<double> run(model.graph);
        for (const WeightSpec& weight : model.graph.weights)
            std::ranges::fill(run.value(weight.value), 0.0);
        const ValueId beta = model.graph.weights[3].value;
        const ValueId movingMean = model.graph.weights[4].value;
        QCOMPARE(model.graph.weights[3].name, std::string("batch_normalization/beta"));
        std::ranges::fill(run.value(beta), 6.0);
        std::ranges::fill(run.value(movingMean), 8.0);
        run.forward(); // Dense gives 0, the first call 6 with beta, so the means are 0 and 6

        const auto assigned = std::ranges::find(model.graph.assigns, movingMean,
                                                &AssignSpec::weight);
        QVERIFY(assigned != model.graph.assigns.end());
        QCOMPARE(run.value(assigned->value)[0], (8.0 / 2 + 0) / 2 + 6.0 / 2);
    }

    void refusesWeightsThatNoMemoryHolds()
    {
        const FlatModel model
            = this->model("Dense", ConfigObject{{"units", std::int64_t{1} << 31}}, {1, 4});

        const auto store = ParameterStore::initial(model, 3);

        QVERIFY(!store.ok());
        QCOMPARE(store.error().code, ErrorCode::TooLarge);
        QCOMPARE(store.error().where, std::string("kernel"));
    }

    void denseNeedsRows()
    {
        const auto refused = describedBy(*m_registry.find("Dense").value(),
                                         ConfigObject{{"units", 1}}, {{DType::Float32, {4}, {}}});

        QVERIFY(!refused.ok());
        QCOMPARE(english(refused.error().message),
                 std::string("needs a batch of rows (2 axes or more), shape is: [4]"));
    }

    void refusesWithAReason_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* layer, ConfigObject config,
                            const char* where, const char* message) {
            QTest::newRow(name) << layer << Config(std::move(config)) << where << message;
        };
        row("a constraint in training", "Conv2D",
            {{"filters", 1}, {"kernel_size", 1}, {"kernel_constraint", "non_neg"}},
            "kernel_constraint", "constraints are not kept in training here");
        row("a regularizer", "Conv2D",
            {{"filters", 1}, {"kernel_size", 1}, {"kernel_regularizer", "orthogonal_regularizer"}},
            "kernel_regularizer", "orthogonal_regularizer is not computed here");
        row("a regularizer of the output", "ReLU",
            {{"activity_regularizer", ConfigObject{{"class_name", "Mine"}}}},
            "activity_regularizer", "Mine is not computed here");
        row("strides and dilation", "Conv2D",
            {{"filters", 1}, {"kernel_size", 1}, {"strides", 2}, {"dilation_rate", 2}},
            "dilation_rate", "must be 1 where strides are not");
        row("filters in groups", "Conv2D", {{"filters", 3}, {"kernel_size", 1}, {"groups", 2}},
            "groups", "3 filters do not divide into 2 groups");
        row("channels in groups", "Conv2D", {{"filters", 3}, {"kernel_size", 1}, {"groups", 3}},
            "groups", "2 channels do not divide into 3 groups");
        row("a large window", "MaxPooling2D", {{"pool_size", 9}}, "max_pool2d",
            "a window of 9 x 9 does not fit");
        row("renormalisation", "BatchNormalization", {{"renorm", true}}, "renorm",
            "batch renormalisation is not computed here");
        row("an activation", "Activation", {{"activation", "rleu"}}, "activation",
            "rleu is not a known activation");
        row("a rate", "Dropout", {{"rate", 1.5}}, "rate", "must be at most 1");
        row("a noise shape", "Dropout", {{"rate", 0.5}, {"noise_shape", ConfigList{2, 1}}},
            "noise_shape", "does not fit values of shape");
        row("an axis", "Softmax", {{"axis", 7}}, "softmax", "axis 7");
    }
    void refusesWithAReason()
    {
        QFETCH(QString, layer);
        QFETCH(Config, config);
        QFETCH(QString, where);
        QFETCH(QString, message);
        const LayerType& type = *m_registry.find(layer.toStdString()).value();

        const auto refused
            = describedBy(type, config, {{DType::Float32, {2, 4, 4, 2}, {}}}, Phase::Training);

        QVERIFY(!refused.ok());
        QCOMPARE(QString::fromStdString(refused.error().where), where);
        const auto said = QString::fromStdString(english(refused.error().message));
        QVERIFY2(said.contains(message), qPrintable(said));
    }

private:
    OpGraph graph(const std::string& layer, const Config& config, Shape shape,
                  Phase phase = Phase::Training) const
    {
        return describedBy(*m_registry.find(layer).value(), config,
                           {{DType::Float32, std::move(shape), {}}}, phase)
            .value();
    }
    FlatModel model(const std::string& layer, const Config& config, Shape shape,
                    Phase phase = Phase::Training) const
    {
        return lb::test::modelOf(graph(layer, config, std::move(shape), phase),
                       m_registry.find(layer).value(), config);
    }
    static std::shared_ptr<ParameterStore> store(const FlatModel& model)
    {
        return std::make_shared<ParameterStore>(ParameterStore::initial(model, 3).value());
    }

    LayerRegistry m_registry;
};

LB_TEST(TstModelLayers)
#include "tst_model_layers.moc"
