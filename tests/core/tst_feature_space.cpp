#include "core/conform/layer_call.h"
#include "core/data/source.h"
#include "core/graph/analysis.h"
#include "core/graph/feature_spaces.h"
#include "core/graph/flatten.h"
#include "core/interop/keras/keras_archive.h"
#include "core/layers/columns_layer.h"
#include "core/ops/interpreter.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/core/given.h"
#include "tests/core/small_table.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

Tensor floats(const std::vector<float>& values, Shape tail = {})
{
    tail.insert(tail.begin(), std::ssize(values) / elementCount(tail));
    return Tensor::make<float>(
        tail, [&](std::span<float> out) { std::ranges::copy(values, out.begin()); });
}

Tensor words(const std::vector<std::string>& values, Shape tail = {})
{
    tail.insert(tail.begin(), std::ssize(values) / elementCount(tail));
    return Tensor::make<std::string>(
        tail, [&](std::span<std::string> out) { std::ranges::copy(values, out.begin()); });
}

Tensor wholes(const std::vector<std::int64_t>& values)
{
    return Tensor::make<std::int64_t>({std::ssize(values)}, [&](std::span<std::int64_t> out) {
        std::ranges::copy(values, out.begin());
    });
}

Config space(ConfigObject features, ConfigObject more = {})
{
    more["features"] = std::move(features);
    return more;
}

/// word string_categorical, count integer_categorical, size float_normalized, word x count.
Config threeFeatures()
{
    return space({{"word", "string_categorical"},
                  {"count", "integer_categorical"},
                  {"size", "float_normalized"}},
                 {{"crosses", ConfigList{ConfigList{"word", "count"}}}, {"crossing_dim", 4}});
}

std::shared_ptr<const Source> weather()
{
    return lb::test::smallTable(std::vector<std::int64_t>(40, 0));
}

/// weather -> FeatureSpace -> Batch [-> Dense] -> Output.
struct Project {
    Builder b;
    NodeId source, space, batch;

    explicit Project(bool dense = true)
    {
        source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        space = b.add("FeatureSpace", threeFeatures(), Stage::Pipeline);
        b.wire({source, 0}, space, "word");
        b.wire({source, 1}, space, "count");
        b.wire({source, 2}, space, "size");
        batch = b.after(space, flow::kBatch);
        const NodeId last = dense ? b.after(batch, "Dense", ConfigObject{{"units", 2}, {"activation", "softmax"}}) : batch;
        const NodeId output = b.after(last, flow::kOutput);
        b.wire({source, 3}, output, std::string(flow::kLabelPort));
    }
};

} // namespace

/// A table through one layer: by hand, as its layers say on their own, in a project, in an archive.
class TstFeatureSpace : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aTableBecomesOneVectorARow()
    {
        LayerCall call = calling(space({{"sex", "string_categorical"}, {"fare", "float_normalized"}}));
        call.adaptTable = {{"fare", floats({1, 3})}, {"sex", words({"f", "f"})}};
        call.table = {{"sex", words({"f", "x"})}, {"fare", floats({3, 2})}, {"other", floats({1})}};

        const auto answer = answered(call, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : textOf(answer.error()).c_str());
        // by name: fare (mean 2, variance 1), then sex ([UNK], f)
        QVERIFY(answer.value().outputs[0] == floats({1, 0, 1, 0, 1, 0}, {3}));
        const StateHandle& state = answer.value().state;
        QVERIFY(state->tensors.at("fare/mean") == floats({2}));
        QVERIFY(state->tensors.at("sex/vocabulary") == words({"f"}));
    }

    void oneValueEachGivesOneVector()
    {
        LayerCall call = calling(space({{"fare", "float_rescaled"}, {"word", "string_hashed"}},
                                       {{"hashing_dim", 1}}));
        call.table = {{"fare", floats({7}).reshaped({})}, {"word", words({"a"}).reshaped({})}};

        const auto answer = answered(call, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : textOf(answer.error()).c_str());
        QVERIFY(answer.value().outputs[0] == floats({7, 1}));
    }

    void crossesHashTheIds()
    {
        LayerCall call = calling(space(
            {{"word", "string_categorical"}, {"count", "integer_categorical"}},
            {{"crosses", ConfigList{crossed("int")}}, {"output_mode", "dict"}}));
        call.adaptTable = {{"word", words({"b", "a", "a"})}, {"count", wholes({7, 7, 9})}};
        call.table = {{"word", words({"a", "b", "c"})}, {"count", wholes({9, 7, 7})}};
        LayerCall lone;
        lone.layer = ConfigObject{{"class_name", "HashedCrossing"},
                                  {"config", ConfigObject{{"num_bins", 5}}}};
        lone.inputs = {wholes({1, 2, 0}), wholes({2, 1, 1})}; // [UNK] a b, and -1 7 9

        const auto answer = answered(call, m_registry);
        const auto expected = answered(lone, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : textOf(answer.error()).c_str());
        QCOMPARE(answer.value().outputs.size(), std::size_t{3}); // count, word, word_X_count
        QVERIFY(answer.value().outputs[2] == expected.value().outputs[0].reshaped({3, 1}));
    }

    void learnsInUpdatesOf32Rows()
    {
        std::vector<float> numbers;
        for (int i = 0; i < 70; ++i)
            numbers.push_back(static_cast<float>((i * 37) % 70));
        LayerCall call = calling(space({{"x", "float_discretized"}}, {{"num_discretization_bins", 5}}));
        call.adaptTable = {{"x", floats(numbers)}};
        call.table = {{"x", floats({1})}};
        const auto& bins = dynamic_cast<const AdaptableLayerType&>(
            *m_registry.find("Discretization").value());
        const Config config = ConfigObject{{"num_bins", 5}};
        AdaptableLayerType::Summary sum;
        for (const auto& [from, to] : {std::pair{0, 32}, std::pair{32, 64}, std::pair{64, 70}})
            sum = bins.fold(config, sum,
                            bins.summarise(config, floats({numbers.begin() + from, numbers.begin() + to}))
                                .value())
                      .value();

        const auto answer = answered(call, m_registry);

        QVERIFY2(answer.ok(), answer.ok() ? "" : textOf(answer.error()).c_str());
        QVERIFY(answer.value().state->tensors.at("x/bin_boundaries")
                == bins.finish(config, sum).value()->tensors.at("bin_boundaries"));
    }

    void refusesWhatKerasRefuses_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, Config config, const char* message) {
            QTest::newRow(name) << config << message;
        };
        row("no features", space({}), "features: must name at least one feature");
        row("a type", space({{"x", "floating"}}), "features/x: floating is no type");
        row("a size", space({{"x", "string_hashed"}}, {{"hashing_dim", 0}}),
            "features/x/num_bins: must be at least 1, is: 0");
        row("a mode", space({{"x", "float"}}, {{"output_mode", "list"}}), "output_mode: is \"list\", but there are: concat, dict");
        row("a cross", space({{"x", "string_hashed"}}, {{"crosses", ConfigList{ConfigList{"x", "y"}}}}),
            "crosses: y is none of the features");
        row("three", space({{"x", "string_hashed"}},
                           {{"crosses", ConfigList{ConfigList{"x", "x", "x"}}}}),
            "crosses: needs lists of two features each");
        row("a layer", space({{"x", feature("float32", "Resize", "float")}}), "features/x: ");
        row("no layer", space({{"x", ConfigObject{{"class_name", "Feature"}}}}), "features/x: must be");
    }
    void refusesWhatKerasRefuses()
    {
        QFETCH(Config, config);
        QFETCH(QString, message);

        const auto checked = m_registry.find("FeatureSpace").value()->check(config);

        QVERIFY(!checked.ok());
        const QString text = QString::fromStdString(textOf(checked.error()));
        QVERIFY2(text.startsWith(message), qPrintable(text));
    }

    void refusesWhatCannotBeJoined_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<bool>("strings");
        QTest::addColumn<QString>("message");
        QTest::newRow("ids") << space({{"x", feature("string", "Hashing", "int")}}) << true
                             << "output_mode: x gives int64 and cannot be joined with numbers";
        QTest::newRow("floats as categories")
            << space({{"x", feature("float32", "Rescaling", "one_hot")}}) << false
            << "features/x: how many categories Rescaling gives is not known";
        QTest::newRow("strings for numbers")
            << space({{"x", "float"}}) << true << "x: is a feature of numbers and got string";
        QTest::newRow("numbers for strings") << space({{"x", "string_hashed"}}) << false
                                             << "x: is a feature of strings and got float32";
    }
    void refusesWhatCannotBeJoined()
    {
        QFETCH(Config, config);
        QFETCH(bool, strings);
        QFETCH(QString, message);
        LayerCall call = calling(config);
        call.inputs = {strings ? words({"a"}) : floats({1})};

        const auto answer = answered(call, m_registry);

        QVERIFY(!answer.ok());
        const QString text = QString::fromStdString(textOf(answer.error()));
        QVERIFY2(text.contains(message), qPrintable(text));
    }

    void aColumnThatLacksIsNamed()
    {
        LayerCall call = calling(space({{"fare", "float"}, {"sex", "string_hashed"}}));
        call.table = {{"fare", floats({1})}, {"age", floats({1})}};

        const auto answer = answered(call, m_registry);

        QVERIFY(!answer.ok());
        QCOMPARE(textOf(answer.error()),
                 std::string("sex: is no column of the table; it has: age, fare"));
    }

    void wantsToLearnFirst()
    {
        LayerCall call = calling(threeFeatures());
        call.table = {{"word", words({"a"})}, {"count", wholes({1})}, {"size", floats({1})}};

        const auto answer = answered(call, m_registry);

        QVERIFY(!answer.ok());
        QCOMPARE(textOf(answer.error()), std::string(": was never adapted to data; adapt it first"));
    }

    void portsAreNamedAsTheColumns()
    {
        Project project;

        const Analysis before = analysed(project.b.document, facts(), m_registry);
        project.b.document = Builder::must(
            edits::setParam(project.b.document, project.b.document.layerOf(project.space)->id,
                            "features/another", "float"));
        const Analysis after = analysed(project.b.document, facts(), m_registry);

        // sizes that the vocabularies will tell stop nobody
        QVERIFY(!before.hasErrors());
        QCOMPARE(text(*before.spec({project.space, 0})), std::string("float32 [?, ?]"));
        QVERIFY(after.hasErrors());
        QCOMPARE(after.problems.front().code, std::string("missing_input"));
        QCOMPARE(after.problems.front().port, std::string("another"));
    }

    void learnsInAProjectAsItsLayersWould()
    {
        const Project project;

        const Document learned = adaptedOf(project.b.document);
        const Document apart = Builder::must(adapted(Builder::must(withOpenSpaces(learned)), m_registry,
                                                     *m_table, {.again = true, .heldOut = true}));

        const StateHandle& state = learned.layerOf(project.space)->adapted;
        const auto lone
            = [&](const char* name) { return apart.layerOf(apart.named(name)->id)->adapted; };
        QVERIFY(state->tensors.at("size/mean") == lone("size_preprocessor")->tensors.at("mean"));
        QVERIFY(state->tensors.at("word/vocabulary")
                == lone("word_preprocessor")->tensors.at("vocabulary"));
        QCOMPARE(text(*analysed(learned, facts(), m_registry).spec({project.space, 0})),
                 std::string("float32 [?, 13]")); // 1 + 5, 1, 1 + 2, 4
    }

    void opensIntoItsLayersWithTheSameNumbers()
    {
        const Project project;
        const Document learned = adaptedOf(project.b.document);

        const Document opened = Builder::must(withOpenSpaces(learned));
        const Analysis analysis = analysed(opened, facts(), m_registry);

        QVERIFY(!opened.node(project.space));
        QCOMPARE(opened.layerOf(opened.named("feature_space")->id)->kerasClass,
                 std::string("Concatenate"));
        QCOMPARE(opened.root().frames.back().title, std::string("feature_space"));
        QCOMPARE(opened.root().frames.back().nodes.size(), std::size_t{8}); // 3, 1, 3, 1
        QVERIFY(analysis.problems.empty());
        QVERIFY(pipelineOf(learned) == pipelineOf(opened));
        const auto& made = opened.root().frames.back().nodes;
        for (const NodeId id : made) { // an encoding stands right of its lookup
            const Node& node = *opened.node(id);
            const NodeId from = std::get<PortRef>(node.inputs.front().from).node;
            if (node.inputs.size() == 1 && std::ranges::count(made, from) > 0)
                QCOMPARE(node.at.y, opened.node(from)->at.y);
        }
    }

    void anUnadaptedOneDoesNotOpen()
    {
        const Project project;

        const auto opened = withOpenSpaces(project.b.document);

        QVERIFY(!opened.ok());
        QCOMPARE(textOf(opened.error()),
                 std::string("feature_space: was never adapted to data; adapt it first"));
    }

    void isOldWhenAColumnChanges()
    {
        Project project;
        project.b.document = adaptedOf(project.b.document);
        const auto stale = [&] {
            return analysed(project.b.document, facts(), m_registry).nodes.at(project.space).stale;
        };
        const bool before = stale();

        const NodeId scaled
            = project.b.add("Rescaling", ConfigObject{{"scale", 2.0}}, Stage::Pipeline);
        project.b.wire({project.source, 2}, scaled);
        project.b.wire({scaled, 0}, project.space, "size");
        const bool after = stale();
        project.b.document = adaptedOf(project.b.document);

        QVERIFY(!before);
        QVERIFY(after);
        QVERIFY(!stale());
        QVERIFY(project.b.document.layerOf(project.space)->adapted->tensors.at("size/mean")
                == floats({9})); // twice 4.5
    }

    void aSpaceAloneComesBackFromAnArchive()
    {
        const Project project(false);
        const Document learned = adaptedOf(project.b.document);
        KerasArchiveRequest request;
        request.inputs = batchedColumns(*m_table);

        const std::string bytes = Builder::must(kerasArchive(learned, m_registry, {}, request));
        const KerasModel again
            = Builder::must(parseKerasArchive(bytes, "space.keras", m_registry));

        const LayerDef& space = *again.document.layerOf(again.document.named("feature_space")->id);
        QCOMPARE(space.kerasClass, std::string("FeatureSpace"));
        QCOMPARE(again.inputs.size(), std::size_t{3});
        QCOMPARE(again.inputs[0].name, std::string("count"));
        for (const char* name : {"size/mean", "size/variance", "word/vocabulary", "count/vocabulary"})
            QVERIFY2(space.adapted->tensors.at(name)
                         == learned.layerOf(project.space)->adapted->tensors.at(name),
                     name);
        const auto block
            = Builder::must(m_table->block(std::vector<std::size_t>{1, 2, 0}, m_some));
        QVERIFY(valuesOf(again.document, block) == pipelineOf(learned));
    }

private:
    static Config feature(const char* dtype, const char* kerasClass, const char* mode)
    {
        return ConfigObject{
            {"class_name", "Feature"},
            {"config", ConfigObject{{"dtype", dtype},
                                    {"preprocessor",
                                     ConfigObject{{"class_name", kerasClass},
                                                  {"config", ConfigObject{{"num_bins", 3}, {"scale", 2}}}}},
                                    {"output_mode", mode}}}};
    }
    static Config crossed(const char* mode)
    {
        return ConfigObject{
            {"class_name", "Cross"},
            {"config", ConfigObject{{"feature_names", ConfigList{"word", "count"}},
                                    {"crossing_dim", 5},
                                    {"output_mode", mode}}}};
    }
    static LayerCall calling(Config config)
    {
        LayerCall call;
        call.layer = ConfigObject{{"class_name", "FeatureSpace"}, {"config", std::move(config)}};
        return call;
    }
    Facts facts() const { return factsOf(*m_table, {}, true); }
    Document adaptedOf(const Document& document) const
    {
        return Builder::must(adapted(document, m_registry, *m_table, {.heldOut = true}));
    }
    /// What the input pipeline makes of some rows.
    Tensor pipelineOf(const Document& document) const
    {
        return valuesOf(document, Builder::must(m_table->block(
                                      std::vector<std::size_t>{0, 1, 2}, m_some)));
    }
    Tensor valuesOf(const Document& document, std::span<const Tensor> columns) const
    {
        FlattenRequest request;
        request.part = FlattenRequest::Part::Pipeline;
        for (const Tensor& column : columns)
            request.inputs.push_back({column.dtype(), column.shape(), {}});
        const FlatModel flat = Builder::must(flattened(document, m_registry, request));
        Interpreter<float> run(flat.graph);
        for (std::size_t i = 0; i < flat.graph.inputs.size(); ++i)
            run.set(flat.graph.inputs[i], columns[flat.given[i]]);
        Builder::must(run.run());
        return run.tensor(flat.graph.outputs.front());
    }

    LayerRegistry m_registry;
    std::shared_ptr<const Source> m_table = weather();
    const std::vector<std::int64_t> m_some{0, 1, 2, 3, 17};
};

LB_TEST(TstFeatureSpace)
#include "tst_feature_space.moc"
