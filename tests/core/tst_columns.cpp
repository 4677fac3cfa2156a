#include "core/data/source.h"
#include "core/graph/analysis.h"
#include "core/graph/flatten.h"
#include "core/preview/vocabulary_check.h"
#include "core/training/adapt.h"
#include "core/training/evaluation.h"
#include "core/training/trainer.h"
#include "tests/core/example_document.h"
#include "tests/core/given.h"
#include "tests/core/small_table.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace lb;
using lb::test::Builder;

namespace {

using Chain = std::vector<std::pair<std::string, Config>>;

/// Columns word, count, size; the label is 1 where the count is 2 or more.
std::shared_ptr<const Source> table(std::int64_t rows)
{
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < rows; ++i)
        labels.push_back(i % 4 >= 2 ? 1 : 0);
    return lb::test::smallTable(std::move(labels));
}

std::vector<Spec> specs(const Source& source, std::int64_t rows)
{
    std::vector<Spec> result = specsOf(batchedColumns(source));
    for (Spec& spec : result)
        spec.shape.front() = rows;
    return result;
}

/// word -> StringLookup -> CategoryEncoding, size -> Normalization: two values for the model. The
/// column count is read by nobody, but for the label's sake when `withCount` says so.
struct TwoValues {
    Builder b;
    NodeId source, lookup, encoding, normal, first, second, dense;

    explicit TwoValues(bool withCount = false)
    {
        source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        lookup = b.after(source, "StringLookup", ConfigObject{}, Stage::Pipeline);
        encoding = b.after(lookup, "CategoryEncoding",
                           ConfigObject{{"num_tokens", 4}, {"output_mode", "one_hot"}},
                           Stage::Pipeline);
        normal = b.add("Normalization", ConfigObject{}, Stage::Pipeline);
        b.wire({source, withCount ? 1 : 2}, normal);
        first = b.after(encoding, flow::kBatch);
        second = b.after(normal, flow::kBatch);
        const NodeId joined = b.add("Concatenate");
        b.wire({first, 0}, joined, "0");
        b.wire({second, 0}, joined, "1");
        dense = b.after(joined, "Dense", ConfigObject{{"units", 2}, {"activation", "softmax"}});
        const NodeId output = b.after(dense, flow::kOutput);
        b.wire({source, 3}, output, std::string(flow::kLabelPort));
    }
};

/// A column -> `chain` and size -> Normalization, joined -> Dropout -> Dense: the chain before the
/// Batch or behind it, the same nodes otherwise.
struct Chained {
    Builder b;
    NodeId source;
    std::vector<NodeId> chain;

    Chained(int column, const Chain& layers, Stage stage)
    {
        source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        for (const auto& [kerasClass, config] : layers)
            chain.push_back(b.add(kerasClass, config, stage));
        const NodeId normal = b.add("Normalization", ConfigObject{}, Stage::Pipeline);
        b.wire({source, 2}, normal);
        const NodeId batch = b.add(flow::kBatch);
        const NodeId second = b.after(normal, flow::kBatch);
        std::vector<NodeId> way = chain;
        way.insert(stage == Stage::Pipeline ? way.end() : way.begin(), batch);
        PortRef at{source, column};
        for (const NodeId next : way) {
            b.wire(at, next);
            at = {next, 0};
        }
        const NodeId joined = b.add("Concatenate");
        b.wire(at, joined, "0");
        b.wire({second, 0}, joined, "1");
        NodeId last = b.after(joined, "Dropout", ConfigObject{{"rate", 0.2}});
        last = b.after(last, "Dense", ConfigObject{{"units", 2}, {"activation", "softmax"}});
        const NodeId output = b.after(last, flow::kOutput);
        b.wire({source, 3}, output, std::string(flow::kLabelPort));
        Recipe recipe;
        recipe.epochs = 2;
        recipe.batchSize = 16; // 120 rows: the last batch is short
        b.document = edits::setRecipe(b.document, recipe);
    }
};

/// What a run told of itself, bit for bit.
struct Told {
    std::vector<double> steps, validation;
    std::map<LayerId, std::vector<Tensor>> weights;
    std::string error;
    bool operator==(const Told&) const = default;
};

} // namespace

/// A source with several columns, from the wires to the weights.
class TstColumns : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void everyColumnIsAnOutputOfTheSource()
    {
        const TwoValues example;

        const Analysis analysis = analysed(example.b.document, factsOf(*m_table, {}, true),
                                           m_registry);

        const auto& outputs = analysis.nodes.at(example.source).outputs;
        QCOMPARE(outputs.size(), std::size_t{4});
        QCOMPARE(text(outputs[0]), std::string("string [?, 1]"));
        QCOMPARE(text(outputs[1]), std::string("int64 [?, 1]"));
        QCOMPARE(text(outputs[3]), std::string("int64 [?] 0..1"));
        QCOMPARE(text(*analysis.spec({example.dense, 0})), std::string("float32 [?, 2] 0..1"));
        QCOMPARE(labelPort(*example.b.document.layerOf(example.source),
                           factsOf(*m_table, {}, true)),
                 3);
    }

    void partsHaveAsManyEndsAsValuesPassTheBatch()
    {
        const TwoValues example;
        const Document document = adaptedDocument(example);

        const auto between = boundaries(document);
        const FlatModel pipeline = of(document, FlattenRequest::Part::Pipeline, specs(*m_table, 5));
        const FlatModel model
            = of(document, FlattenRequest::Part::Model,
                 {{DType::Float32, {5, 4}, {}}, {DType::Float32, {5, 1}, {}}});
        const FlatModel whole = of(document, FlattenRequest::Part::Whole, specs(*m_table, 5));

        QVERIFY((between.value()
                 == std::vector<PortRef>{{example.encoding, 0}, {example.normal, 0}}));
        QCOMPARE(pipeline.graph.outputs.size(), std::size_t{2});
        QVERIFY((pipeline.given == std::vector<std::size_t>{0, 2})); // nobody reads the count
        QCOMPARE(model.graph.inputs.size(), std::size_t{2});
        QCOMPARE(model.weights[0].shape, (Shape{5, 2}));
        QCOMPARE(whole.graph.inputs.size(), std::size_t{2});
        QVERIFY((whole.given == std::vector<std::size_t>{0, 2}));
        const auto columns = boundaryColumns(document, {{DType::Float32, {5, 4}, {}},
                                                        {DType::Float32, {5, 1}, {}}});
        QCOMPARE(columns.value()[1].name, std::string("normalization"));
        QCOMPARE(columns.value()[1].spec.shape, (Shape{kUnknown, 1}));
    }

    void anOutputThatTheSourceLacksIsAnError()
    {
        TwoValues example;
        example.b.wire({example.source, 7}, example.normal);

        FlattenRequest request;
        request.part = FlattenRequest::Part::Whole;
        request.inputs = specs(*m_table, 5);
        const auto whole = flattened(example.b.document, m_registry, request);
        const auto learned = adapted(example.b.document, m_registry, *m_table, m_all);

        QVERIFY(!whole.ok() && whole.error().code == ErrorCode::NotFound);
        QVERIFY(!learned.ok() && learned.error().code == ErrorCode::NotFound);
    }

    void layersLearnFromTheirColumn()
    {
        const TwoValues sizes, counts(true);

        const Document bySize = adaptedDocument(sizes);
        const Document byCount = adaptedDocument(counts);

        const auto mean = [](const Document& document, NodeId node) {
            return document.layerOf(node)->adapted->tensors.at("mean").values<float>()[0];
        };
        QCOMPARE(mean(bySize, sizes.normal), 4.5f); // 0..9
        QCOMPARE(mean(byCount, counts.normal), 1.5f); // 0..3
        const auto words = bySize.layerOf(sizes.lookup)->adapted->tensors.at("vocabulary");
        QCOMPARE(words.values<std::string>()[0], std::string("rain"));
    }

    void anotherColumnMakesAStateOld()
    {
        TwoValues example;
        Document document = adaptedDocument(example);
        const Facts facts = factsOf(*m_table, {}, true);
        const auto stale = [&](const Document& d) {
            return analysed(d, facts, m_registry).nodes.at(example.normal).stale;
        };

        QVERIFY(!stale(document));
        document = edits::connect(document, {example.source, 1}, example.normal, "").value();
        QVERIFY(stale(document));
    }

    void trainsOnSeveralValues()
    {
        const TwoValues example(true);
        Recipe recipe;
        recipe.epochs = 12;
        recipe.batchSize = 16;
        recipe.optimizer = ConfigObject{{"class_name", "Adam"},
                                        {"config", ConfigObject{{"learning_rate", 0.1}}}};
        TwoValues changed = example;
        changed.b.document = edits::setRecipe(changed.b.document, recipe);
        TrainJob job;
        job.document = adaptedDocument(changed);
        job.data = m_table;
        job.validation = table(40);
        job.registry = &m_registry;
        Trainer trainer([] {});

        trainer.start(job);
        trainer.wait();

        const TrainMail mail = trainer.take();
        QVERIFY(mail.snapshot && !mail.snapshot->error);
        QVERIFY2(mail.epochs.back().valAccuracy > 0.95,
                 std::to_string(mail.epochs.back().valAccuracy).c_str());
        const auto again = evaluated(job.document, m_registry, {table(40), {0, 1, 2, 3, 5, 7}},
                                     *mail.snapshot->weights, {4, 1, 1});
        QVERIFY(again.ok());
        QCOMPARE(again.value().rows, 6);
        QCOMPARE(again.value().accuracy, 1.0);
    }

    void lookingUpInTheModelTrainsAsBeforeTheBatch_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<Chain>("chain");
        const auto modeOf = [](const char* mode, ConfigObject config = {}) {
            config["output_mode"] = mode;
            return Config(std::move(config));
        };
        QTest::newRow("words of a text") << 0 << Chain{{"TextVectorization", modeOf("multi_hot")}};
        QTest::newRow("ids of words")
            << 0 << Chain{{"StringLookup", ConfigObject{}},
                          {"CategoryEncoding", modeOf("one_hot", {{"num_tokens", 4}})}};
        QTest::newRow("hashes") << 0
                                << Chain{{"Hashing", modeOf("multi_hot", {{"num_bins", 5}})}};
        QTest::newRow("integers") << 1 << Chain{{"IntegerLookup", modeOf("multi_hot")}};
        QTest::newRow("one learns from the other")
            << 0 << Chain{{"StringLookup", ConfigObject{}}, {"IntegerLookup", modeOf("multi_hot")}};
    }
    void lookingUpInTheModelTrainsAsBeforeTheBatch()
    {
        QFETCH(int, column);
        QFETCH(Chain, chain);
        const Chained before(column, chain, Stage::Pipeline), behind(column, chain, Stage::Model);

        const Document inPipeline
            = Builder::must(adapted(before.b.document, m_registry, *m_table, m_all));
        const Document inModel
            = Builder::must(adapted(behind.b.document, m_registry, *m_table, m_all));
        const Told expected = trained(inPipeline, 2);
        const Told found = trained(inModel, 1);

        for (std::size_t i = 0; i < chain.size(); ++i) {
            const StateHandle& state = inPipeline.layerOf(before.chain[i])->adapted;
            const StateHandle& same = inModel.layerOf(behind.chain[i])->adapted;
            QCOMPARE(same == nullptr, state == nullptr);
            QVERIFY(!state || state->tensors == same->tensors);
        }
        QCOMPARE(expected.error, std::string());
        QCOMPARE(found.error, std::string());
        QCOMPARE(expected.steps.size(), std::size_t{16});
        QVERIFY(expected.steps.front() != expected.steps.back());
        QVERIFY(found == expected);
        QVERIFY(trained(inModel, 3) == expected);
        const ValidationRows rows{table(40), {0, 1, 2, 3, 5, 7}};
        const auto judged = evaluated(inModel, m_registry, rows, found.weights, {4, 1, 1});
        QVERIFY(judged.ok());
        QCOMPARE(judged.value().loss,
                 evaluated(inPipeline, m_registry, rows, expected.weights, {4, 1, 1}).value().loss);
    }

    void integersAreLookedUpExactlyInTheModel() // where float32 tells no neighbours apart
    {
        constexpr std::int64_t large = std::int64_t{1} << 40;
        const auto data = std::make_shared<MemoryTable>(
            std::vector<std::pair<std::string, Tensor>>{
                {"id", Tensor::make<std::int64_t>({3, 1}, [](auto out) {
                     std::iota(out.begin(), out.end(), large);
                 })}},
            std::vector<std::int64_t>{0, 1, 0}, std::vector<std::string>{"even", "odd"});
        Builder b;
        const NodeId source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        const NodeId lookup = b.after(
            b.after(source, flow::kBatch), "IntegerLookup",
            ConfigObject{{"vocabulary", ConfigList{large, large + 1}}, {"output_mode", "one_hot"}});
        const NodeId output
            = b.after(b.after(lookup, "Dense", ConfigObject{{"units", 2}}), flow::kOutput);
        b.wire({source, 1}, output, std::string(flow::kLabelPort));
        auto pipeline = Builder::must(InputPipeline::make(b.document, m_registry, data, {}));

        pipeline->start({{0, 1, 2}, 3, 0, 1, 0});
        const InputBatch* batch = Builder::must(pipeline->next());

        QCOMPARE(batch->x.size(), std::size_t{1});
        QCOMPARE(std::vector(batch->x[0].begin(), batch->x[0].end()),
                 (std::vector<float>{0, 1, 0, 0, 0, 1, 1, 0, 0})); // the third is unknown
    }

    void aBatchHidesNoTexts() // whose validation rows a vocabulary is checked on
    {
        const Chain chain{{"StringLookup", ConfigObject{}},
                          {"TextVectorization", ConfigObject{}}};
        for (const Stage stage : {Stage::Pipeline, Stage::Model}) {
            const Chained example(0, chain, stage);
            const auto columnOf = [&](NodeId node) {
                return textColumnOf(example.b.document, example.b.document.layerOf(node)->id,
                                    *m_table);
            };
            QVERIFY(columnOf(example.chain[0]) == std::size_t{0});
            QVERIFY(!columnOf(example.chain[1]));
        }
    }

    void aGroupThatLooksUpGoesAhead()
    {
        const Chain chain{{"StringLookup", ConfigObject{{"vocabulary", ConfigList{"sun", "rain"}},
                                                        {"output_mode", "multi_hot"}}}};
        Chained alone(0, chain, Stage::Model), grouped(0, chain, Stage::Model);
        grouped.b.document
            = Builder::must(edits::makeGroup(grouped.b.document, grouped.chain, "words")).document;

        const auto learned = [&](const Chained& example) {
            return Builder::must(adapted(example.b.document, m_registry, *m_table, m_all));
        };
        const Told found = trained(learned(grouped), 2);

        QCOMPARE(found.error, std::string());
        QVERIFY(found == trained(learned(alone), 2));
    }

    void stringsThatComeToArithmeticAreRefused_data()
    {
        QTest::addColumn<bool>("group");
        QTest::addColumn<QString>("reason");
        QTest::newRow("a layer") << false
                                 << "dense: strings come to it, and it trains on numbers: put a "
                                    "TextVectorization, StringLookup or Hashing before it";
        QTest::newRow("a group that trains")
            << true << "scores: strings come to it, and layers in it train: dissolve the group, or "
                       "take the layers that read strings out of it";
    }
    void stringsThatComeToArithmeticAreRefused()
    {
        QFETCH(bool, group);
        QFETCH(QString, reason);
        Builder b;
        const NodeId source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        NodeId at = b.after(source, flow::kBatch);
        std::vector<NodeId> inside;
        if (group)
            inside.push_back(at = b.after(
                                 at, "StringLookup",
                                 ConfigObject{{"vocabulary", ConfigList{"sun", "rain"}},
                                              {"output_mode", "multi_hot"}}));
        inside.push_back(at = b.after(at, "Dense", ConfigObject{{"units", 2}}));
        const NodeId output = b.after(at, flow::kOutput);
        b.wire({source, 3}, output, std::string(flow::kLabelPort));
        if (group)
            b.document = Builder::must(edits::makeGroup(b.document, inside, "scores")).document;

        const auto pipeline = InputPipeline::make(b.document, m_registry, m_table, {});

        QVERIFY(!pipeline.ok());
        QCOMPARE(textOf(pipeline.error()), reason.toStdString());
    }

    void rowsOfAnyLengthAreRefusedWithTheWayOut()
    {
        const Chained example(0, {{"TextVectorization", ConfigObject{}}}, Stage::Model);
        const auto pipeline = InputPipeline::make(
            Builder::must(adapted(example.b.document, m_registry, *m_table, m_all)), m_registry,
            m_table, {});

        QVERIFY(!pipeline.ok());
        QCOMPARE(pipeline.error().where, std::string("text_vectorization"));
        QVERIFY(english(pipeline.error().message).find("output_sequence_length")
                != std::string::npos);
    }

private:
    Told trained(const Document& document, int workers)
    {
        TrainJob job;
        job.document = document;
        job.data = m_table;
        job.validation = table(40);
        job.registry = &m_registry;
        job.workers = workers;
        Trainer trainer([] {});
        trainer.start(job);
        trainer.wait();
        const TrainMail mail = trainer.take();
        Told told;
        if (mail.snapshot->error)
            told.error = textOf(*mail.snapshot->error);
        for (const StepPoint& step : mail.steps)
            told.steps.push_back(step.loss);
        for (const EpochPoint& epoch : mail.epochs)
            told.validation.push_back(epoch.valLoss);
        if (mail.snapshot->weights)
            told.weights = *mail.snapshot->weights;
        return told;
    }
    Document adaptedDocument(const TwoValues& example)
    {
        return Builder::must(adapted(example.b.document, m_registry, *m_table, m_all));
    }
    FlatModel of(const Document& document, FlattenRequest::Part part, std::vector<Spec> inputs)
    {
        FlattenRequest request;
        request.part = part;
        request.inputs = std::move(inputs);
        return Builder::must(flattened(document, m_registry, request));
    }

    LayerRegistry m_registry;
    std::shared_ptr<const Source> m_table = table(120);
    AdaptOptions m_all = [] {
        AdaptOptions options;
        options.heldOut = true;
        options.blockRows = 7;
        return options;
    }();
};

LB_TEST(TstColumns)
#include "tst_columns.moc"
