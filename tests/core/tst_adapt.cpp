#include "core/data/sources.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/core/learning_table.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;
using lb::test::Builder;

namespace {

double number(const Document& document, NodeId node, const char* name, std::size_t index)
{
    const auto values = document.layerOf(node)->adapted->tensors.find(name)->second.values<float>();
    return static_cast<double>(values[index]);
}

/// Mean and variance of one channel, in two passes over all rows.
std::pair<double, double> moments(const Source& source, std::size_t channel)
{
    double sum = 0, squares = 0, count = 0;
    const auto visit = [&](auto&& each) {
        for (std::int64_t i = 0; i < source.size(); ++i) {
            const Tensor image = source.image(i).value();
            const auto pixels = image.values<std::uint8_t>();
            for (std::size_t at = channel; at < pixels.size(); at += 3)
                each(static_cast<double>(pixels[at]));
        }
    };
    visit([&](double x) {
        sum += x;
        ++count;
    });
    visit([&](double x) { squares += (x - sum / count) * (x - sum / count); });
    return {sum / count, squares / count};
}

} // namespace

/// What layers learn from data, in rounds and whatever the number of workers.
class TstAdapt : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void learnsTheMomentsOfEveryRow()
    {
        Builder b;
        const NodeId layer = b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);

        const auto done = run(b.document, m_all);

        QVERIFY2(done.ok(), done.ok() ? "" : english(done.error().message).c_str());
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const auto [mean, variance] = moments(*m_source, channel);
            QVERIFY(std::abs(number(done.value(), layer, "mean", channel) - mean) < 1e-3);
            QVERIFY(std::abs(number(done.value(), layer, "variance", channel) / variance - 1)
                    < 1e-4);
        }
        const Config& record = done.value().layerOf(layer)->adapted->record;
        QCOMPARE(*record.find("rows"), Config(m_source->size()));
        QCOMPARE(*record.find("data"), Config(trainingHash(*m_source, {}, true)));
        QVERIFY(*record.find("seconds")->as<double>() >= 0);
    }

    void aSecondLayerLearnsFromTheFirst()
    {
        Builder b;
        const NodeId first = b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId flip = b.after(first, "RandomFlip", ConfigObject{}, Stage::Pipeline);
        const NodeId doubled = b.after(
            flip, "Rescaling", ConfigObject{{"scale", 2.0}, {"offset", 1.0}}, Stage::Pipeline);
        const NodeId second = b.after(doubled, "Normalization", ConfigObject{}, Stage::Pipeline);

        const auto done = run(b.document, m_all);

        QVERIFY(done.ok());
        for (std::size_t channel = 0; channel < 3; ++channel) {
            QVERIFY(std::abs(number(done.value(), second, "mean", channel) - 1) < 1e-4);
            QVERIFY(std::abs(number(done.value(), second, "variance", channel) - 4) < 1e-3);
        }
    }

    void doesNotDependOnWorkers_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Config>("config");
        QTest::addColumn<QList<int>>("columns"); // 0 text, 1 count, 2 size
        const auto row = [](const char* title, const char* name, ConfigObject config,
                            QList<int> columns) {
            QTest::newRow(title) << name << Config(std::move(config)) << std::move(columns);
        };
        row("words", "StringLookup", {{"max_tokens", 12}}, {0});
        row("texts", "TextVectorization", {{"ngrams", 2}}, {0});
        row("texts by documents", "TextVectorization",
            {{"output_mode", "tf_idf"}, {"max_tokens", 20}}, {0});
        row("integers", "IntegerLookup", {{"max_tokens", 9}}, {1});
        row("integers by rows", "IntegerLookup", {{"output_mode", "tf_idf"}}, {1});
        row("numbers", "Normalization", {}, {2});
        row("numbers in bins", "Discretization", {{"num_bins", 8}, {"epsilon", 0.05}}, {2});
        row("several columns", "FeatureSpace",
            {{"features", ConfigObject{{"text", "string_categorical"},
                                       {"count", "integer_categorical"},
                                       {"size", "float_discretized"}}}},
            {0, 1, 2});
    }
    void doesNotDependOnWorkers()
    {
        QFETCH(QString, name);
        QFETCH(Config, config);
        QFETCH(QList<int>, columns);
        Builder b;
        const NodeId source = b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline);
        const NodeId layer = b.add(name.toStdString(), config, Stage::Pipeline);
        for (const int column : columns)
            b.wire({source, column}, layer,
                   columns.size() > 1 ? m_table->columns().at(static_cast<std::size_t>(column)).name : "");
        const auto tensors = [&](int workers) {
            AdaptOptions options = m_all;
            options.workers = workers;
            options.blockRows = 7; // 7 blocks of 448 rows, the last is short
            return adapted(b.document, m_registry, *m_table, options)
                .value()
                .layerOf(layer)
                ->adapted->tensors;
        };

        const auto one = tensors(1);

        QVERIFY(!one.empty());
        QVERIFY(one == tensors(2));
        QVERIFY(one == tensors(5));
    }

    void picturesBehindALayerDependOnNoWorkers()
    {
        Builder b;
        const NodeId scaled
            = b.after(b.source(), "Rescaling", ConfigObject{{"scale", 0.1}}, Stage::Pipeline);
        const NodeId layer = b.after(scaled, "Normalization", ConfigObject{}, Stage::Pipeline);
        const auto tensors = [&](int workers) {
            AdaptOptions options = m_all;
            options.workers = workers;
            options.blockRows = 7; // does not divide the rows
            return run(b.document, options).value().layerOf(layer)->adapted->tensors;
        };

        const auto one = tensors(1);

        QVERIFY(one == tensors(2));
        QVERIFY(one == tensors(5));
    }

    void leavesWhatIsUpToDate()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId layer = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const Document once = run(b.document, m_all).value();

        const Document twice = run(once, m_all).value();
        AdaptOptions fraction = m_all;
        fraction.heldOut = false;
        const Document split = run(once, fraction).value();
        AdaptOptions again = m_all;
        again.again = true;
        const Document forced = run(once, again).value();

        QCOMPARE(twice.layerOf(layer)->adapted.get(), once.layerOf(layer)->adapted.get());
        QVERIFY(split.layerOf(layer)->adapted->tensors != once.layerOf(layer)->adapted->tensors);
        QVERIFY(forced.layerOf(layer)->adapted != once.layerOf(layer)->adapted);
        const Facts facts = factsOf(*m_source, once.recipe, true);
        QVERIFY(!analysed(once, facts, m_registry).nodes.at(layer).stale);
        QVERIFY(analysed(split, facts, m_registry).nodes.at(layer).stale);
    }

    /// Else a model that fits the training pictures alone would pass.
    void aSizeThatDiffersWhereModelsAreJudgedIsNotKnown()
    {
        const auto pictures = [](std::int64_t height, std::int64_t width) {
            return std::make_shared<MemorySource>(
                Tensor::make<std::uint8_t>({1, height, width, 3},
                                           [](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{7}); }),
                std::vector<std::int64_t>{0}, std::vector<std::string>{"a"});
        };
        const auto training = pictures(4, 5), same = pictures(4, 5), wider = pictures(4, 6);

        QCOMPARE(factsOf(*training, {}, same.get()).image().shape, (Shape{4, 5, 3}));
        QVERIFY(factsOf(*training, {}, same.get()).validationShape.empty());
        const Facts differ = factsOf(*training, {}, wider.get());
        QCOMPARE(differ.image().shape, (Shape{4, kUnknown, 3}));
        QCOMPARE(differ.trainingShape, (Shape{4, 5, 3}));
        QCOMPARE(differ.validationShape, (Shape{4, 6, 3}));
    }

    /// Before a run somebody may ask what is to be adapted: the same that is adapted then.
    void tellsWhoWaits()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId scaled
            = b.after(source, "Rescaling", ConfigObject{{"scale", 0.5}}, Stage::Pipeline);
        const NodeId first = b.after(scaled, "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId second = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId muted = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        b.add("Normalization"); // nothing leads to it
        b.document = Builder::must(edits::setMuted(b.document, muted, true));
        const auto layer = [&](NodeId node) { return b.document.layerOf(node)->id; };
        const Facts facts = factsOf(*m_source, b.document.recipe, true);
        const auto waits = [&](const Document& document) {
            return waitingToAdapt(document, m_registry, facts);
        };

        QCOMPARE(waits(b.document).unlearned, (std::vector{layer(first), layer(second)}));
        const Document done = run(b.document, m_all).value();
        QVERIFY(waits(done).empty());
        const Document changed = Builder::must(edits::setParam(done, layer(scaled), "scale", 0.25));
        QVERIFY(waits(changed).unlearned.empty());
        QCOMPARE(waits(changed).stale, std::vector{layer(first)});
        QVERIFY(waits(run(changed, m_all).value()).empty());
        AdaptOptions judged = m_all;
        judged.on = ledger::Split::Validation;
        QCOMPARE(waits(run(b.document, judged).value()).stale,
                 (std::vector{layer(first), layer(second)}));
    }

    void adaptsOnlyWhatWasAskedFor()
    {
        Builder b;
        const NodeId source = b.source();
        const NodeId first = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId second = b.after(source, "Normalization", ConfigObject{}, Stage::Pipeline);
        const NodeId loose = b.add("Normalization");
        AdaptOptions options = m_all;
        options.only = {b.document.layerOf(second)->id};

        const Document done = run(b.document, options).value();

        QVERIFY(!done.layerOf(first)->adapted && done.layerOf(second)->adapted);
        options.only = {b.document.layerOf(loose)->id};
        const auto refused = run(b.document, options);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().where, std::string("normalization_2"));
        QVERIFY(run(b.document, m_all).ok()); // what hangs loose is left out
    }

    void namesTheRowOfWhatIsNoNumber_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<float>("odd");
        QTest::addColumn<QString>("shown");
        for (const char* layer : {"Normalization", "Discretization"}) {
            QTest::addRow("%s, NaN", layer) << layer << std::nanf("") << "nan";
            QTest::addRow("%s, infinity", layer) << layer << HUGE_VALF << "inf";
        }
    }
    void namesTheRowOfWhatIsNoNumber()
    {
        QFETCH(QString, layer);
        QFETCH(float, odd);
        QFETCH(QString, shown);
        const auto numbers = [](float last) {
            return MemoryTable({{"x", Tensor::make<float>({100, 1},
                                                          [&](std::span<float> out) {
                                                              std::ranges::fill(out, 1.0f);
                                                              out[7] = 2;
                                                              out[98] = last;
                                                          })}},
                               std::vector<std::int64_t>(100, 0), {"all"});
        };
        Builder b;
        const NodeId node
            = b.after(b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline),
                      layer.toStdString(),
                      layer == "Discretization" ? ConfigObject{{"num_bins", 2}} : ConfigObject{},
                      Stage::Pipeline);
        const Document learned = adapted(b.document, m_registry, numbers(3), m_all).value();
        const Document before = learned;

        const auto done = adapted(learned, m_registry, numbers(odd), m_all);

        QVERIFY(!done.ok());
        QCOMPARE(done.error().where, learned.nameOf(node));
        QVERIFY2(english(done.error().message)
                     .starts_with("row 98 of the data (98) holds " + shown.toStdString()),
                 english(done.error().message).c_str());
        QVERIFY(learned == before);
        QVERIFY(learned.layerOf(node)->adapted);
    }

    void blamesANumberForItsOwnFailureOnly()
    {
        const MemoryTable numbers({{"x", Tensor::of<float>({3, 1}, {1, std::nanf(""), 2})}},
                                  {0, 0, 0}, {"all"});
        Builder b;
        b.after(b.add(flow::kSource, ConfigObject{{"kind", "csv"}}, Stage::Pipeline),
                "StringLookup", ConfigObject{}, Stage::Pipeline);

        const auto done = adapted(b.document, m_registry, numbers, m_all);

        QVERIFY(!done.ok());
        const std::string why = english(done.error().message);
        QVERIFY2(why.find("strings") != std::string::npos, why.c_str());
    }

    void needsARow()
    {
        Builder b;
        b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        b.document.recipe.validationFraction = 1;
        AdaptOptions options = m_all;
        options.heldOut = false;

        const auto done = run(b.document, options);

        QVERIFY(!done.ok());
        QCOMPARE(english(done.error().message),
                 std::string("there is no row of data to learn from; choose other data, or hold "
                             "fewer rows out for validation"));
    }

    void stopsWhenAsked()
    {
        Builder b;
        b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        std::stop_source stop;
        JobContext job{stop.get_token(), [&](const Progress&) { stop.request_stop(); }};
        AdaptOptions options = m_all;
        options.blockRows = 1;

        const auto done = adapted(b.document, m_registry, *m_source, options, job);

        QVERIFY(!done.ok());
        QCOMPARE(done.error().code, ErrorCode::Cancelled);
    }

    void reportsProgress()
    {
        Builder b;
        b.after(b.source(), "Normalization", ConfigObject{}, Stage::Pipeline);
        std::vector<double> seen;
        JobContext job{{}, [&](const Progress& progress) { seen.push_back(progress.done); }};

        QVERIFY(adapted(b.document, m_registry, *m_source, m_all, job).ok());

        QVERIFY(std::ranges::is_sorted(seen));
        QCOMPARE(seen.back(), static_cast<double>(m_source->size()));
    }

private:
    Result<Document> run(const Document& document, const AdaptOptions& options) const
    {
        return adapted(document, m_registry, *m_source, options);
    }

    LayerRegistry m_registry;
    const SourceHandle m_source = drawnShapes(100, 3);
    const std::shared_ptr<const Source> m_table = test::learningTable(3'000);
    const AdaptOptions m_all{
        .only = {}, .again = false, .heldOut = true, .workers = 2, .blockRows = 16};
};

LB_TEST(TstAdapt)
#include "tst_adapt.moc"
