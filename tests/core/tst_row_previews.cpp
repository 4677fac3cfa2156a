#include "core/data/sources.h"
#include "core/graph/project_file.h"
#include "core/preview/picture_axes.h"
#include "core/preview/preview_worker.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <stdexcept>

using namespace lb;
using test::Builder;

namespace {

using Kind = ValueWords::Kind;

Tensor cell(std::string text)
{
    return Tensor::of<std::string>({1}, {std::move(text)});
}

ConfigList strings(std::initializer_list<const char*> words)
{
    ConfigList list;
    for (const char* word : words)
        list.push_back(std::string(word));
    return list;
}

std::vector<std::pair<std::string, std::string>> linesOf(const ValueWords& words)
{
    std::vector<std::pair<std::string, std::string>> lines;
    for (const ValueWords::Line& line : words.lines)
        lines.emplace_back(line.from, line.to);
    return lines;
}

Document templateNamed(std::string_view name)
{
    for (const Template& built : builtinTemplates())
        if (built.name == name)
            return Builder::must(parseProject(built.json, {}));
    return emptyDocument();
}

} // namespace

/// Previews of rows: of texts, and of tables with several columns.
class TstRowPreviews : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void wordsStandBesideTheirIds()
    {
        Builder builder;
        const NodeId source = textSource(builder);
        const NodeId vectorize = builder.after(
            source, "TextVectorization",
            ConfigObject{{"vocabulary", strings({"the", "cat", "sat"})},
                         {"output_sequence_length", 6}},
            Stage::Pipeline);
        const PreviewRun run = ran(builder, vectorize, {cell("The dog sat")});

        const ValueWords& words = run.values.at(0).words;
        QVERIFY(words.kind == Kind::Pairs);
        // padding 0, out of vocabulary 1, then the words given
        QCOMPARE(linesOf(words), (std::vector<std::pair<std::string, std::string>>{
                                     {"the", "2"}, {"dog", "1"}, {"sat", "4"}}));
        QVERIFY(!words.lines[0].unknown);
        QVERIFY(words.lines[1].unknown);
        QCOMPARE(run.values[0].value, Tensor::of<std::int64_t>({6}, {2, 1, 4, 0, 0, 0}));
    }

    void wordsThatAreCutOffAreLeftOut()
    {
        Builder builder;
        const NodeId vectorize = builder.after(
            textSource(builder), "TextVectorization",
            ConfigObject{{"vocabulary", strings({"a", "b"})}, {"output_sequence_length", 2}},
            Stage::Pipeline);
        const PreviewRun run = ran(builder, vectorize, {cell("a b a b")});
        QCOMPARE(linesOf(run.values.at(0).words),
                 (std::vector<std::pair<std::string, std::string>>{{"a", "2"}, {"b", "3"}}));
    }

    void aCellStandsBesideItsCode()
    {
        Builder builder;
        const NodeId lookup
            = builder.after(textSource(builder), "StringLookup",
                            ConfigObject{{"vocabulary", strings({"red", "green"})}}, Stage::Pipeline);
        const ValueWords known = ran(builder, lookup, {cell("green")}).values.at(0).words;
        QCOMPARE(linesOf(known),
                 (std::vector<std::pair<std::string, std::string>>{{"green", "2"}}));
        QVERIFY(!known.lines[0].unknown);
        const ValueWords unknown = ran(builder, lookup, {cell("blue")}).values.at(0).words;
        QCOMPARE(unknown.lines.at(0).to, std::string("0"));
        QVERIFY(unknown.lines[0].unknown);
    }

    void countsOfWordsArePictures()
    {
        Builder builder;
        const NodeId vectorize = builder.after(
            textSource(builder), "TextVectorization",
            ConfigObject{{"vocabulary", strings({"a", "b"})}, {"output_mode", "multi_hot"}},
            Stage::Pipeline);
        const PreviewRun run = ran(builder, vectorize, {cell("a a c")});
        QVERIFY(!(run.values.at(0).words.kind == Kind::Pairs));
        QCOMPARE(run.values[0].value.shape(), (Shape{3}));
    }

    void theSourceShowsItsRow()
    {
        Builder builder;
        const NodeId source = builder.add(flow::kSource, tableConfig(), Stage::Pipeline);
        const NodeId second = builder.add("Rescaling", ConfigObject{{"scale", 0.5}}, Stage::Pipeline);
        builder.wire({source, 1}, second);
        const PreviewSample row = rowSample(
            "row 3", {"name", "age"}, {cell("Ann"), Tensor::of<float>({1}, {30})}, 3);

        PreviewTask task = taskFor(builder, {}, PreviewScope::EveryNode);
        task.sample = std::make_shared<const PreviewSample>(row);
        const PreviewRun run = Builder::must(PreviewEngine(m_registry).run(task));

        const ValueWords& cells = of(run, source).words;
        QVERIFY(cells.kind == Kind::Row);
        QCOMPARE(linesOf(cells), (std::vector<std::pair<std::string, std::string>>{
                                     {"name", "Ann"}, {"age", "30"}}));
        // The second output is read: 30 halved, shown beside what it was
        QCOMPARE(of(run, second).value, Tensor::of<float>({1}, {15}));
        QCOMPARE(linesOf(of(run, second).words),
                 (std::vector<std::pair<std::string, std::string>>{{"30", "15"}}));
    }

    void equalRowsHaveEqualKeysAndOthersDoNot()
    {
        const auto key = [](const char* text, std::uint64_t id, const char* column) {
            return rowSample("a name", {column}, {cell(text)}, id).key;
        };
        QCOMPARE(rowSample("other", {"text"}, {cell("a")}, 1).key, key("a", 1, "text"));
        QVERIFY(key("a", 1, "text") != key("b", 1, "text"));
        QVERIFY(key("a", 1, "text") != key("a", 2, "text"));
        QVERIFY(key("a", 1, "text") != key("a", 1, "title"));
    }

    void everyNodeOfTheTemplatesHasAValue_data()
    {
        QTest::addColumn<std::string>("name");
        QTest::newRow("text") << std::string("text");
        QTest::newRow("table") << std::string("table");
    }
    void everyNodeOfTheTemplatesHasAValue()
    {
        QFETCH(std::string, name);
        Document document = templateNamed(name);
        const LayerDef* layer = document.layerOf(document.source()->id);
        document = Builder::must(edits::setParam(document, layer->id, "count", std::int64_t{200}));
        const SourceHandle source
            = Builder::must(openSource(document.layerOf(document.source()->id)->config, {}));
        document = Builder::must(adapted(document, m_registry, *source, {}));

        std::vector<std::string> names;
        for (const Column& column : source->columns())
            names.push_back(column.name);
        std::vector<Tensor> cells = Builder::must(wholeRow(*source, 5));
        for (Tensor& value : cells)
            value = value.reshaped({1});
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(document), {},
                                     PreviewScope::EveryNode, Phase::Training},
                                    m_registry);
        task.sample = std::make_shared<const PreviewSample>(rowSample("row 5", names, cells, 5));
        const PreviewRun run = Builder::must(PreviewEngine(m_registry).run(task));

        for (const auto& node : document.root().nodes) {
            const LayerDef* of = document.layerOf(node->id);
            if (!of || of->kerasClass == flow::kOutput)
                continue;
            const auto found = std::ranges::find(run.values, node->id, &NodeValue::node);
            QVERIFY2(found != run.values.end(), of->name.c_str());
            const bool shown = !found->words.empty()
                || pictureKindOf(found->value.shape()) != PictureKind::Nothing;
            QVERIFY2(shown, of->name.c_str());
        }
    }

    /// It has no output_sequence_length that could be set.
    void whatGivesAsManyColumnsAsItLearnsSaysThatItHasNot()
    {
        const Document document = templateNamed("feature_space");
        const SourceHandle source
            = Builder::must(openSource(document.layerOf(document.source()->id)->config, {}));
        std::vector<std::string> names;
        for (const Column& column : source->columns())
            names.push_back(column.name);
        std::vector<Tensor> cells = Builder::must(wholeRow(*source, 0));
        for (Tensor& value : cells)
            value = value.reshaped({1});
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(document),
                                     document.named("feature_space")->id, PreviewScope::ThisNode,
                                     Phase::Training},
                                    m_registry);
        task.sample = std::make_shared<const PreviewSample>(rowSample("row 0", names, cells, 0));

        const auto run = PreviewEngine(m_registry).run(task);

        QVERIFY(!run.ok());
        QCOMPARE(run.error().where, std::string("feature_space"));
        QCOMPARE(english(run.error().message),
                 std::string("has not learned anything from the data yet, so nobody knows how many "
                             "columns it gives: adapt it"));
    }

    void theWorkerGivesWordsAndStatisticsOfStrings()
    {
        Builder builder;
        const NodeId source = textSource(builder);
        PreviewTask task = taskFor(builder, source, PreviewScope::UpToHere);
        task.sample = std::make_shared<const PreviewSample>(
            rowSample("row 0", {"text"}, {cell("caf\u00e9 noir")}, 0));
        task.statistics = true;
        PreviewWorker worker(m_registry, [] {});
        worker.want({task});
        std::vector<PreviewResultHandle> results;
        const auto came = [&] {
            for (auto& each : worker.take())
                results.push_back(std::move(each));
            return !results.empty();
        };
        QTRY_VERIFY(came());

        QVERIFY(!results[0]->error);
        QCOMPARE(results[0]->pictures.at(0).words.lines.at(0).to, std::string("caf\u00e9 noir"));
        const TensorStatistics& statistics = results[0]->statistics.value();
        QCOMPARE(statistics.dtype, DType::String);
        QCOMPARE(statistics.max, 9.0); // characters, not bytes
        QCOMPARE(statistics.texts.at(0), std::string("caf\u00e9 noir"));
        QCOMPARE(statistics.empty, std::int64_t{0});
    }

    void wordsFollowDtypeAndShape()
    {
        QVERIFY(wordsOf(Tensor::of<float>({2}, {0.25f, 3})).kind == Kind::Numbers);
        QCOMPARE(wordsOf(Tensor::of<float>({2}, {0.25f, 3})).lines[0].to, std::string("0.25"));
        QVERIFY(wordsOf(Tensor::of<float>({4}, {1, 2, 3, 4})).empty());
        QVERIFY(wordsOf(Tensor::of<std::int64_t>({2, 2}, {1, 2, 3, 4})).empty());
        const Tensor many = Tensor::make<std::int64_t>({500}, [](auto) {});
        QCOMPARE(wordsOf(many).lines.size(), ValueWords::kMost);
        QCOMPARE(wordsOf(many).count, std::int64_t{500});
    }

    void aMatrixIsAHeatMapWhoseStepsRunToTheRight()
    {
        const Tensor steps = Tensor::of<float>({3, 2}, {-1, 0, 0, 0, 0, 1});
        PictureOptions options;
        const Picture picture = pictureOf(steps, ValueRange::unknown(), options);
        QVERIFY(picture.width > picture.height);
        const auto at = [&](int x, int y) {
            const auto place = static_cast<std::size_t>((y * picture.width + x) * 3);
            return Rgb{picture.rgb[place], picture.rgb[place + 1], picture.rgb[place + 2]};
        };
        const Rgb below = at(2, 2), above = at(picture.width - 3, picture.height - 3);
        QVERIFY(below[0] > below[2]); // red below zero, blue above
        QVERIFY(above[2] > above[0]);
        QCOMPARE(at(picture.width / 2, 2), options.background); // and nothing at it
    }

    /// In the second half it is loud, in the first there is silence.
    void aSoundOfOneChannelIsDrawnAsItsWave()
    {
        const Tensor sound = Tensor::make<float>({4'000, 1}, [](std::span<float> out) {
            for (std::size_t i = out.size() / 2; i < out.size(); ++i)
                out[i] = i % 2 == 0 ? 0.9f : -0.9f;
        });
        const PictureOptions options;

        const Picture picture = pictureOf(sound, ValueRange::unknown(), options);

        const auto drawn = [&](int x) {
            int count = 0;
            for (int y = 0; y < picture.height; ++y) {
                const auto at = 3 * static_cast<std::size_t>(y * picture.width + x);
                count += Rgb{picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]} == options.bar;
            }
            return count;
        };
        QCOMPARE(drawn(picture.width / 4), 1);
        QVERIFY(drawn(3 * picture.width / 4) > picture.height * 8 / 10);
    }

    /// Decibels are relative to whatever: zero among them means nothing.
    void spectrogramsHaveOnePaletteWhateverTheirSigns()
    {
        PictureOptions options;
        options.axes = PictureAxes::TimeFirst;
        const auto shifted = [&](float by) {
            return pictureOf(Tensor::of<float>({2, 2}, {by - 80, by - 60, by - 20, by}),
                             ValueRange::unknown(), options);
        };

        const Picture positive = shifted(90), both = shifted(40), negative = shifted(-8);

        QCOMPARE(both, positive);
        QCOMPARE(negative, positive);
        const std::size_t loudest = 3 * static_cast<std::size_t>(positive.width - 1);
        QCOMPARE((Rgb{both.rgb[loudest], both.rgb[loudest + 1], both.rgb[loudest + 2]}), viridis(1));
        options.axes = PictureAxes::AsTheyLie; // weights and the like: zero is their middle
        QVERIFY(shifted(40) != shifted(90));
    }

    /// A spectrogram of three moments and two pitches, whose last moment has the high pitch alone.
    void spectrogramsRunToTheRightWithLowPitchesBelow_data()
    {
        QTest::addColumn<int>("axes");
        QTest::addColumn<Tensor>("value");
        const std::initializer_list<float> byTime{1, 0, 1, 0, 0, 1}, byPitch{1, 1, 0, 0, 0, 1};
        const auto row = [](const char* name, PictureAxes axes, Tensor value) {
            QTest::newRow(name) << int(axes) << std::move(value);
        };
        row("time first", PictureAxes::TimeFirst, Tensor::of<float>({3, 2}, byTime));
        row("pitch first", PictureAxes::PitchFirst, Tensor::of<float>({2, 3}, byPitch));
        row("time first, an image", PictureAxes::TimeFirst, Tensor::of<float>({3, 2, 1}, byTime));
        row("pitch first, an image", PictureAxes::PitchFirst,
            Tensor::of<float>({2, 3, 1}, byPitch));
    }
    void spectrogramsRunToTheRightWithLowPitchesBelow()
    {
        QFETCH(int, axes);
        QFETCH(Tensor, value);
        PictureOptions options;
        options.axes = static_cast<PictureAxes>(axes);

        const Picture picture = pictureOf(value, ValueRange::unknown(), options);

        QVERIFY(picture.width > picture.height);
        const auto bright = [&](int moment, int fromBelow) {
            const int x = (2 * moment + 1) * picture.width / 6;
            const int y = (3 - 2 * fromBelow) * picture.height / 4;
            return picture.rgb[static_cast<std::size_t>((y * picture.width + x) * 3 + 1)] > 120;
        };
        QVERIFY(bright(0, 0) && bright(1, 0) && !bright(2, 0));
        QVERIFY(!bright(0, 1) && !bright(1, 1) && bright(2, 1));
    }

    void theAxesOfASpectrogramAreKeptBehindIt()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId mel = b.after(source, "MelSpectrogram", ConfigObject{}, Stage::Pipeline);
        const NodeId scaled = b.after(mel, "Rescaling", ConfigObject{}, Stage::Pipeline);
        const NodeId batch = b.after(scaled, "Batch");
        const NodeId turned = b.after(batch, "Permute", ConfigObject{{"dims", ConfigList{2, 1}}});
        const NodeId flat = b.after(batch, "Flatten");
        const std::map<NodeId, Shape> shapes{{source, {400}}, {mel, {8, 5}},    {scaled, {8, 5}},
                                             {batch, {8, 5}}, {turned, {5, 8}}, {flat, {40}}};

        const auto axes = [&](NodeId node) { return axesAt(b.document, node, shapes); };

        QCOMPARE(axes(source), PictureAxes::AsTheyLie);
        for (const NodeId node : {mel, scaled, batch})
            QCOMPARE(axes(node), PictureAxes::PitchFirst);
        QCOMPARE(axes(turned), PictureAxes::AsTheyLie);
        QCOMPARE(axes(flat), PictureAxes::AsTheyLie);
        QCOMPARE(axesOf("STFTSpectrogram", ConfigObject{}), PictureAxes::TimeFirst);
        QCOMPARE(axesOf("STFTSpectrogram", ConfigObject{{"data_format", "channels_first"}}),
                 PictureAxes::PitchFirst);
    }

private:
    static NodeId textSource(Builder& builder)
    {
        return builder.add(flow::kSource, ConfigObject{{"kind", "sentences"}, {"count", 8}},
                           Stage::Pipeline);
    }
    static Config tableConfig()
    {
        return ConfigObject{{"kind", "csv"},
                            {"path", "people.csv"},
                            {"columns", ConfigList{ConfigObject{{"name", "name"}, {"dtype", "string"}},
                                                   ConfigObject{{"name", "age"},
                                                                {"dtype", "float32"}}}}};
    }
    PreviewTask taskFor(const Builder& builder, NodeId node, PreviewScope scope) const
    {
        PreviewTask task;
        task.target = previewTarget({std::make_shared<const Document>(builder.document), node,
                                     scope, Phase::Training},
                                    m_registry);
        return task;
    }
    PreviewRun ran(const Builder& builder, NodeId node, std::vector<Tensor> cells) const
    {
        PreviewTask task = taskFor(builder, node, PreviewScope::UpToHere);
        task.sample = std::make_shared<const PreviewSample>(
            rowSample("row", {"text"}, std::move(cells), 7));
        return Builder::must(PreviewEngine(m_registry).run(task));
    }
    static const NodeValue& of(const PreviewRun& run, NodeId node)
    {
        const auto found = std::ranges::find(run.values, node, &NodeValue::node);
        if (found == run.values.end())
            throw std::runtime_error("no value");
        return *found;
    }

    LayerRegistry m_registry;
};

LB_TEST(TstRowPreviews)
#include "tst_row_previews.moc"
