#include "core/data/sources.h"
#include "core/graph/analysis.h"
#include "core/graph/groups.h"
#include "core/graph/project_file.h"
#include "core/interop/code/keras_code.h"
#include "core/preview/preview.h"
#include "core/training/input_pipeline.h"
#include "core/training/plan.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <numeric>
#include <set>

using namespace lb;
using lb::test::Builder;

namespace {

constexpr std::int64_t kGroupSamples = 6'000;

/// Source -> [first -> second -> third] -> Output, with the three in a group.
struct Grouped {
    Builder b;
    NodeId source, first, second, third, group;

    /// Three layers of which each adds a number of its own, so that a result tells which of them
    /// were applied: 1, 10 and 100.
    explicit Grouped(Stage stage = Stage::Pipeline)
    {
        source = b.source();
        first = b.after(source, "Rescaling", adds(1), stage);
        second = b.after(first, "Rescaling", adds(10), stage);
        third = b.after(second, "Rescaling", adds(100), stage);
        NodeId last = third;
        if (stage == Stage::Pipeline)
            last = b.after(last, flow::kBatch);
        last = b.after(last, "GlobalAveragePooling2D");
        b.output(last, source);
        auto made = Builder::must(
            edits::makeGroup(b.document, std::array{first, second, third}, "data_augmentation"));
        b.document = std::move(made.document);
        group = made.node;
    }
    static Config adds(double number)
    {
        return ConfigObject{{"scale", 1.0}, {"offset", number}};
    }
    void use(const char* how, Config probability = {})
    {
        b.document = Builder::must(edits::setCall(b.document, group, "apply", how));
        if (!probability.isNull())
            b.document = Builder::must(
                edits::setCall(b.document, group, "probability", std::move(probability)));
    }
};

Spec pixels(std::int64_t rows)
{
    return {DType::UInt8, {rows, 1, 1, 1}, ValueRange::proven(0, 255)};
}

std::vector<std::uint64_t> ids(std::int64_t count, std::uint64_t from = 0)
{
    std::vector<std::uint64_t> result(static_cast<std::size_t>(count));
    std::iota(result.begin(), result.end(), from);
    return result;
}

/// The chi-squared statistic of counts that should be equal.
double unevenness(const std::vector<double>& counts)
{
    const double expected = std::accumulate(counts.begin(), counts.end(), 0.0)
        / static_cast<double>(counts.size());
    double sum = 0;
    for (const double count : counts)
        sum += (count - expected) * (count - expected) / expected;
    return sum;
}

} // namespace

/// Layers that are one node, applied always, by chance, or as one of several.
class TstGroups : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aGroupTakesThePlaceOfItsLayersAndGivesItBack()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId flip = b.after(source, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const NodeId turn = b.after(flip, "RandomRotation", ConfigObject{{"factor", 0.1}},
                                    Stage::Pipeline);
        const NodeId batch = b.after(turn, flow::kBatch);
        const Document before = b.document;

        const auto made
            = Builder::must(edits::makeGroup(before, std::array{flip, turn}, "data_augmentation"));
        std::vector<NodeId> freed;
        const Document after
            = Builder::must(edits::dissolveGroup(made.document, made.node, &freed));

        QCOMPARE(made.document.nameOf(made.node), std::string("data_augmentation"));
        QCOMPARE(made.document.root().nodes.size(), std::size_t{3});
        QCOMPARE(*flow::firstWire(*made.document.node(batch)), (PortRef{made.node, 0}));
        QCOMPARE(*flow::firstWire(*made.document.node(made.node)), (PortRef{source, 0}));
        QVERIFY(made.document.bodyOf(flip) != &made.document.root());
        QVERIFY(after.root() == before.root());
        QCOMPARE(after.layers.size(), before.layers.size());
        QCOMPARE(after.bodies.size(), std::size_t{1});
        QCOMPARE(freed, (std::vector<NodeId>{flip, turn}));
    }

    void whatDoesNotFitStaysOutside()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled = b.after(source, "Rescaling", ConfigObject{{"scale", 1.0}},
                                      Stage::Pipeline);
        const NodeId left = b.after(scaled, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const NodeId right = b.after(scaled, "RandomInvert", ConfigObject{}, Stage::Pipeline);
        const NodeId batch = b.after(left, flow::kBatch);
        const NodeId other = b.after(right, "GlobalAveragePooling2D", ConfigObject{}, Stage::Pipeline);
        const auto where = [&](std::vector<NodeId> nodes) {
            const auto made = edits::makeGroup(b.document, nodes, "group");
            return made.ok() ? std::string("made") : made.error().where;
        };

        QCOMPARE(where({scaled, source}), std::string("source"));
        QCOMPARE(where({scaled, batch}), std::string("batch"));
        QCOMPARE(where({left, right}), b.document.nameOf(other)); // a second result
        QCOMPARE(where({scaled}), std::string("made"));
        QVERIFY(!edits::makeGroup(b.document, {}, "group").ok());
        QVERIFY(!edits::dissolveGroup(b.document, scaled).ok());
    }

    void whatIsWrittenComesBack()
    {
        Grouped g;
        g.use("sometimes", 0.25);
        g.b.document
            = Builder::must(edits::setCall(g.b.document, g.group, "of_a_newer_version", "kept"));

        const Document read = Builder::must(parseProject(writeProject(g.b.document), Limits{}));

        QVERIFY(read == g.b.document);
        QCOMPARE(*read.node(g.group)->call.find("of_a_newer_version"), Config("kept"));
    }

    void itIsAppliedAsOftenAsItsProbabilitySays_data()
    {
        QTest::addColumn<double>("probability");
        QTest::newRow("never") << 0.0;
        QTest::newRow("seldom") << 0.1;
        QTest::newRow("half") << 0.5;
        QTest::newRow("always") << 1.0;
    }
    void itIsAppliedAsOftenAsItsProbabilitySays()
    {
        QFETCH(double, probability);
        Grouped g;
        g.use("sometimes", probability);

        const auto sums = results(g, kGroupSamples);

        const auto applied = static_cast<double>(std::ranges::count(sums, 111.0f));
        const double expected = probability * kGroupSamples;
        QCOMPARE(static_cast<double>(std::ranges::count(sums, 0.0f)), kGroupSamples - applied);
        const double spread = kGroupSamples * probability * (1 - probability);
        if (spread == 0)
            QCOMPARE(applied, expected);
        else // chi-squared with one degree of freedom, passed once in a thousand tries
            QVERIFY((applied - expected) * (applied - expected) / spread < 10.83);
    }

    void oneOfItsLayersIsAsProbableAsTheOthers()
    {
        Grouped g;
        g.use("one_of");

        const auto sums = results(g, kGroupSamples);

        std::vector<double> counts;
        for (const float alone : {1.0f, 10.0f, 100.0f})
            counts.push_back(static_cast<double>(std::ranges::count(sums, alone)));
        QCOMPARE(counts[0] + counts[1] + counts[2], static_cast<double>(kGroupSamples));
        QVERIFY(unevenness(counts) < 13.82); // two degrees of freedom
    }

    void branchesOfItsOutputAreChosenWhole()
    {
        Grouped g;
        const Body& body = *g.b.document.bodyOf(g.first);
        const Node* output = groups::outputOf(g.b.document, body);
        const NodeId end = output->id;
        // first -> second is one branch, first -> third the other
        g.b.document = Builder::must(edits::disconnect(g.b.document, end, ""));
        g.b.wire({g.first, 0}, g.third);
        g.b.wire({g.second, 0}, end, "0");
        g.b.wire({g.third, 0}, end, "1");
        g.use("one_of");

        const auto sums = results(g, 2'000);

        const auto left = static_cast<double>(std::ranges::count(sums, 11.0f));
        const auto right = static_cast<double>(std::ranges::count(sums, 101.0f));
        QCOMPARE(left + right, 2'000.0);
        QVERIFY(unevenness({left, right}) < 10.83);
    }

    void drawsBelongToSampleEpochSeedAndNode()
    {
        Grouped g;
        g.use("sometimes", 0.5);
        const auto all = results(g, 64);

        const auto half = results(g, 32, 32); // other rows beside them
        const auto epoch = results(g, 64, 0, 1);
        Grouped seeded = g;
        Recipe recipe = g.b.document.recipe;
        recipe.seed = 2;
        seeded.b.document = edits::setRecipe(seeded.b.document, recipe);
        Grouped own = seeded;
        own.b.document = Builder::must(edits::setCall(own.b.document, own.group, "seed", 7));
        Grouped sameOwn = g;
        sameOwn.b.document
            = Builder::must(edits::setCall(sameOwn.b.document, sameOwn.group, "seed", 7));

        QVERIFY(std::ranges::equal(half, std::span(all).subspan(32)));
        QVERIFY(epoch != all);
        QVERIFY(results(seeded, 64) != all);
        QVERIFY(results(own, 64) != results(seeded, 64));
        QVERIFY(results(own, 64) == results(sameOwn, 64)); // whatever the project's seed
    }

    void doesNotDependOnWorkersOrBatches()
    {
        const auto pass = [this](int workers, std::int64_t batch) {
            Grouped g;
            g.use("one_of");
            InputOptions options;
            options.workers = workers;
            auto pipeline = Builder::must(InputPipeline::make(
                g.b.document, m_registry, SourceHandle(drawnShapes(60, 1)), options));
            std::vector<std::int64_t> rows(60);
            std::iota(rows.begin(), rows.end(), 0);
            pipeline->start({rows, batch, 0, batchCount(60, batch, false), 3});
            std::vector<float> numbers;
            while (const InputBatch* next = Builder::must(pipeline->next()))
                numbers.insert(numbers.end(), next->x[0].begin(), next->x[0].end());
            return numbers;
        };

        const auto one = pass(1, 16);

        QVERIFY(one == pass(3, 16));
        QVERIFY(one == pass(2, 7));
    }

    void inferenceAndExportsLeaveItOut()
    {
        Grouped g;
        g.use("sometimes", 1.0);
        FlattenRequest request{.part = FlattenRequest::Part::UpTo,
                               .node = g.group,
                               .phase = Phase::Inference,
                               .inputs = {pixels(4)}};

        const FlatModel inference = Builder::must(flattened(g.b.document, m_registry, request));
        request.dropTrainOnly = true;
        const FlatModel exported = Builder::must(flattened(g.b.document, m_registry, request));
        Grouped always;
        request.node = always.group;
        const FlatModel kept = Builder::must(flattened(always.b.document, m_registry, request));

        QVERIFY(inference.calls.empty() && exported.calls.empty());
        QCOMPARE(inference.last, CallOutput{});
        QCOMPARE(kept.calls.size(), std::size_t{4}); // its layers and the group's output
    }

    void analysisSaysWhatItGives()
    {
        Grouped g;
        g.use("one_of");
        const Facts facts = factsFor();

        const Analysis training = analysed(g.b.document, facts, m_registry);
        const Analysis inference
            = analysed(g.b.document, facts, m_registry, Phase::Inference);

        const Spec& given = training.nodes.at(g.group).outputs.at(0);
        QCOMPARE(given.dtype, DType::Float32);
        QCOMPARE(given.range.least, 0.0);
        QCOMPARE(given.range.most, 355.0); // not 366: each of them stands alone
        QVERIFY(training.nodes.at(g.group).trainOnly);
        QCOMPARE(inference.nodes.at(g.group).outputs.at(0).dtype, DType::UInt8);
    }

    void whatCannotBeChosenIsAProblemOfTheGroup()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId crop = b.after(source, "CenterCrop",
                                    ConfigObject{{"height", 4}, {"width", 4}}, Stage::Pipeline);
        auto made = Builder::must(edits::makeGroup(b.document, std::array{crop}, "group"));
        const auto problemWith = [&](const char* key, Config value) {
            const Document document = Builder::must(edits::setCall(
                Builder::must(edits::setCall(made.document, made.node, "apply", "sometimes")),
                made.node, key, std::move(value)));
            for (const Problem& problem : analysed(document, factsFor(), m_registry).problems)
                if (problem.node == made.node)
                    return problem.code + ":" + problem.param;
            return std::string();
        };

        QCOMPARE(problemWith("probability", 0.5), std::string("refused:")); // another shape
        QCOMPARE(problemWith("probability", 1.5), std::string("bad_parameter:probability"));
        QCOMPARE(problemWith("apply", "never"), std::string("bad_parameter:apply"));
        QCOMPARE(problemWith("apply", "always"), std::string());
    }

    void previewsShowWhatWasDrawn()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId turn = b.after(source, "RandomRotation", ConfigObject{{"factor", 0.1}},
                                    Stage::Pipeline);
        const NodeId flip = b.after(turn, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const auto made = Builder::must(edits::makeGroup(b.document, std::array{turn, flip}, "group"));
        const auto shown = [&](const char* how, std::uint32_t epoch, NodeId node) {
            const Document document
                = Builder::must(edits::setCall(made.document, made.node, "apply", how));
            PreviewTask task;
            task.target = previewTarget({.document = std::make_shared<const Document>(document),
                                         .node = node},
                                        m_registry);
            task.sample = std::make_shared<const PreviewSample>(
                previewSample("shape", drawnShapes(8, 1)->image(3).value(), 3));
            task.epoch = epoch;
            return Builder::must(PreviewEngine(m_registry).run(task)).shown;
        };
        std::set<std::string> sometimes, oneOf;
        for (std::uint32_t epoch = 0; epoch < 12; ++epoch) {
            const std::string drawn = shown("sometimes", epoch, made.node);
            sometimes.insert(drawn == "–" ? drawn : drawn.substr(0, std::string("✓").size()));
            const std::string one = shown("one_of", epoch, made.node);
            oneOf.insert(one.substr(0, one.find(' ')));
        }

        QCOMPARE(sometimes, (std::set<std::string>{"–", "✓"}));
        QCOMPARE(oneOf, (std::set<std::string>{"random_flip", "random_rotation"}));
        QVERIFY(shown("always", 0, made.node).find("°") != std::string::npos);
        QVERIFY(shown("always", 0, turn).find("°") != std::string::npos); // a layer within
    }

    void codeSpellsTheChoiceOut_data()
    {
        QTest::addColumn<bool>("python");
        QTest::addColumn<QString>("construction");
        QTest::newRow("Python") << true
                                << "RandomGroup(probabilities=[0.25], name=\"data_augmentation\")"
                                   "([image, rescaling_2])";
        QTest::newRow("R") << false
                           << "list(image, rescaling_2) |> layer_random_group(probabilities = "
                              "c(0.25), name = \"data_augmentation\")";
    }
    void codeSpellsTheChoiceOut()
    {
        QFETCH(bool, python);
        QFETCH(QString, construction);
        Grouped g;
        g.use("sometimes", 0.25);
        CodeRequest request;
        request.language = python ? CodeLanguage::Python : CodeLanguage::R;
        request.inputs = {{"image", {DType::UInt8, {kUnknown, 32, 32, 3}, {}}}};

        const QString code
            = QString::fromStdString(Builder::must(kerasCode(g.b.document, m_registry, request)));

        QCOMPARE(code.count(python ? "class RandomGroup" : "layer_random_group <-"), 1);
        QString plain = code;
        plain.replace("input_layer", "image");
        QVERIFY2(plain.contains(construction), qPrintable(code));
    }

private:
    /// The sum that each sample's layers added, of samples `from` on.
    std::vector<float> results(const Grouped& g, std::int64_t count, std::uint64_t from = 0,
                               std::uint32_t epoch = 0) const
    {
        FlatModel model = Builder::must(flattened(g.b.document, m_registry,
                                                  {.part = FlattenRequest::Part::UpTo,
                                                   .node = g.group,
                                                   .phase = Phase::Training,
                                                   .inputs = {pixels(count)}}));
        auto store = std::make_shared<ParameterStore>(
            Builder::must(ParameterStore::initial(model, 1)));
        Plan plan = Builder::must(Plan::make(std::move(model), store, {}));
        std::ranges::fill(plan.input(0), 0.0f);
        const auto samples = ids(count, from);
        Builder::must(plan.run({epoch, 0, samples}));
        const auto numbers = plan.numbers(plan.model().graph.outputs[0]);
        return {numbers.begin(), numbers.end()};
    }
    static Facts factsFor()
    {
        Facts facts;
        facts.columns = {{"image", {DType::UInt8, {32, 32, 3}, ValueRange::proven(0, 255)}}};
        facts.samples = 64;
        facts.classNames = {"a", "b"};
        return facts;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstGroups)
#include "tst_groups.moc"
