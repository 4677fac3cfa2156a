#include "core/graph/analysis.h"
#include "core/layers/index_lookup.h"
#include "core/preview/learned_numbers.h"
#include "core/preview/state_comparison.h"
#include "core/preview/vocabulary_edits.h"
#include "core/preview/vocabulary_report.h"
#include "core/support/files.h"
#include "core/tensor/npy.h"
#include "core/training/adapt.h"
#include "tests/core/example_document.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;
using lb::test::Builder;

namespace {

using Change = StateComparison::Change;

const LayerRegistry& movesRegistry()
{
    static const LayerRegistry filled = [] {
        LayerRegistry made;
        registerBuiltinLayers(made);
        return made;
    }();
    return filled;
}

LayerDef layerOfClass(const char* kerasClass, Config config = ConfigObject{}, StateHandle state = {})
{
    return {LayerId{1}, kerasClass, "layer", std::move(config), ConfigObject{}, std::move(state)};
}

/// A StringLookup that has these tokens.
LayerDef lookupWith(std::initializer_list<std::string> tokens, Config config = ConfigObject{})
{
    const auto& type = dynamic_cast<const VocabularyLayerType&>(
        *movesRegistry().find("StringLookup").value());
    LayerDef layer = layerOfClass("StringLookup", std::move(config));
    layer.adapted = Builder::must(type.withVocabulary(
        layer.config, Tensor::of<std::string>({std::ssize(tokens)}, tokens), std::nullopt));
    return layer;
}

/// What layers compute with.
std::vector<std::vector<float>> singles(const LearnedNumbers& numbers)
{
    std::vector<std::vector<float>> columns;
    for (const auto& column : numbers.columns)
        {
        std::vector<float>& as = columns.emplace_back();
        for (const double value : column)
            as.push_back(static_cast<float>(value));
    }
    return columns;
}

std::vector<std::string> tokensOf(const LayerDef& layer)
{
    return vocabularyReport(layer, movesRegistry())->tokens;
}

LayerDef withState(LayerDef layer, Result<StateHandle> state)
{
    layer.adapted = Builder::must(std::move(state));
    return layer;
}

/// What the layer learns of rows of words, with the pins that it has.
LayerDef learnedAgain(LayerDef layer, std::initializer_list<std::string> rows)
{
    const MemoryTable table({{"word", Tensor::of<std::string>({std::ssize(rows), 1}, rows)}},
                            std::vector<std::int64_t>(rows.size(), 0), {"one"});
    Builder b;
    const NodeId node = b.after(b.source(), layer.kerasClass, layer.config, Stage::Pipeline);
    const LayerId id = b.document.layerOf(node)->id;
    const Document before = Builder::must(edits::setAdapted(b.document, id, layer.adapted));
    AdaptOptions options;
    options.again = options.heldOut = true;
    return *Builder::must(adapted(before, movesRegistry(), table, options)).layerOf(node);
}

} // namespace

/// States leave for files and come back, are edited by hand, and are compared.
class TestStateMoves : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void numbersComeBackFromEveryKindOfFile_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* ending : {"txt", "csv", "json", "npy"})
            QTest::newRow(ending) << QString("numbers.") + ending;
    }
    void numbersComeBackFromEveryKindOfFile()
    {
        QFETCH(QString, name);
        const auto path = m_folder.path() / name.toStdString();
        const LearnedNumbers moments{{"mean", "variance"}, {{1.5, -0.1f, 1e-20}, {0, 2, 0.25}}};
        const LearnedNumbers bins{{"bin_boundaries"}, {{-3, 0.5, 1e9}}};

        QVERIFY(writeLearnedNumbers(path, moments).ok());
        const auto back = readLearnedNumbers(path, "Normalization");
        QVERIFY(writeLearnedNumbers(path, bins).ok());
        const auto ends = readLearnedNumbers(path, "Discretization");

        QVERIFY2(back.ok(), back.ok() ? "" : english(back.error().message).c_str());
        QVERIFY2(ends.ok(), ends.ok() ? "" : english(ends.error().message).c_str());
        QCOMPARE(back.value().names, moments.names);
        QCOMPARE(singles(back.value()), singles(moments));
        QCOMPARE(ends.value(), bins); // all of them are whole or halves
    }

    void filesHaveTheFormThatIsWritten()
    {
        const auto text = [&](const char* name, const LearnedNumbers& numbers) {
            const auto path = m_folder.path() / name;
            return writeLearnedNumbers(path, numbers).ok()
                ? QString::fromStdString(readFile(path, 1'000).value())
                : QString();
        };
        const LearnedNumbers moments{{"mean", "variance"}, {{0.1f, 2}, {1, 4}}};
        QCOMPARE(text("a.txt", moments), "# mean variance\n0.1 1\n2 4\n");
        QCOMPARE(text("a.csv", moments), "mean,variance\n0.1,1\n2,4\n");
        QCOMPARE(text("b.csv", {{"bin_boundaries"}, {{1, 2}}}), "bin_boundaries\n1\n2\n");
    }

    void badFilesAreRefusedByLine_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* what, const char* name, QByteArray bytes, const char* where,
                            const char* kind = "Normalization") {
            QTest::newRow(what) << QString(name) << bytes << QString(where) << QString(kind);
        };
        row("a word", "a.txt", "1 2\n# said\n3 x\n", "a.txt:3");
        row("three numbers", "a.txt", "1 2\n1 2 3\n", "a.txt:2");
        row("one number", "a.csv", "mean,variance\n1,2\n\n3\n", "a.csv:4");
        row("an open end", "a.csv", "mean,variance\n1,\n", "a.csv:2");
        row("no header", "a.csv", "1,2\n", "a.csv:1");
        row("other columns", "a.csv", "mean,deviation\n1,2\n", "a.csv:1");
        row("a negative variance", "a.txt", "1 2\n1 -1\n", "a.txt:2");
        row("not a number", "a.txt", "1 2\nnan 1\n", "a.txt:2");
        row("too large for float32", "a.txt", "1e300 2\n", "a.txt:1");
        row("empty", "a.txt", "", "a.txt:1");
        row("binary", "a.txt", QByteArray("1 2\n\0\1", 6), "a.txt:2");
        row("not UTF-8", "a.txt", "1 2\n\xff\n", "a.txt:2");
        row("not JSON", "a.json", "{\"mean\": [1,", "a.json: line 1");
        row("no variance", "a.json", "{\"mean\": [1]}", "a.json:variance");
        row("a text in a list", "a.json", "{\"mean\": [1, \"2\"], \"variance\": [1, 2]}",
            "a.json:mean[1]");
        row("fewer variances", "a.json", "{\"mean\": [1, 2], \"variance\": [1]}", "a.json:variance");
        row("no NumPy", "a.npy", "mean", "a.npy");
        row("bins that fall", "a.txt", "1\n3\n2\n", "a.txt:3", "Discretization");
        row("infinite bin", "a.json", "[1, Infinity]", "a.json:bin_boundaries[1]", "Discretization");
        row("another ending", "a.bin", "1\n", "a.bin", "Discretization");
    }
    void badFilesAreRefusedByLine()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, where);
        QFETCH(QString, kind);
        const auto path = m_folder.path() / name.toStdString();
        QVERIFY(saveAtomically(path, bytes.toStdString()).ok());

        const auto read = readLearnedNumbers(path, kind.toStdString());

        QVERIFY(!read.ok());
        const QString told = QString::fromStdString(read.error().where);
        QVERIFY2(told.contains(where), qPrintable(told));
    }

    /// As the field and Keras take them.
    void aBoundaryMayStandTwice()
    {
        const auto path = m_folder.path() / "twice.csv";
        QVERIFY(saveAtomically(path, "bin_boundaries\n1\n1\n2\n").ok());

        const auto read = readLearnedNumbers(path, "Discretization");

        QVERIFY(read.ok());
        QCOMPARE(read.value().columns, (std::vector<std::vector<double>>{{1, 1, 2}}));
    }

    void aNumPyFileOfAnotherShapeIsRefused()
    {
        const auto path = m_folder.path() / "shape.npy";
        QVERIFY(saveAtomically(path, encodeNpy(Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6}))).ok());
        const auto read = readLearnedNumbers(path, "Normalization");
        QVERIFY(!read.ok());
        QVERIFY(read.error().where.ends_with("shape.npy:shape"));
    }

    void numbersBecomeTheStateOfALayer()
    {
        const LearnedNumbers numbers{{"mean", "variance"}, {{1, 2, 3}, {4, 5, 6}}};
        const Spec input{DType::Float32, {kUnknown, 8, 8, 3}, {}};

        const LayerDef layer = Builder::must(
            withLearnedNumbers(layerOfClass("Normalization"), movesRegistry(), input, numbers));

        QCOMPARE(layer.adapted->tensors.at("mean"), Tensor::of<float>({3}, {1, 2, 3}));
        QCOMPARE(Builder::must(learnedNumbers(layer, movesRegistry())), numbers);
        const auto refused = withLearnedNumbers(layerOfClass("Normalization"), movesRegistry(), input,
                                                {{"mean", "variance"}, {{1, 2}, {4, 5}}});
        QVERIFY(!refused.ok());
        QCOMPARE(english(refused.error().message),
                 std::string("needs 3 means and variances, one for each place along its axes, and "
                             "got 2"));
    }

    void givenNumbersAreReplacedWhereTheyStand()
    {
        const LayerDef given = layerOfClass(
            "Discretization", ConfigObject{{"bin_boundaries", ConfigList{1.0, 2.0}}});

        const LayerDef changed = Builder::must(withLearnedNumbers(
            given, movesRegistry(), {}, {{"bin_boundaries"}, {{5, 6, 7}}}));

        QVERIFY(!changed.adapted);
        QCOMPARE(*changed.config.find("bin_boundaries"), Config(ConfigList{5.0, 6.0, 7.0}));
    }

    void aPinnedTokenStaysWhateverItsCount()
    {
        LayerDef layer = lookupWith({"the", "old", "cat"}, ConfigObject{{"max_tokens", 4}});
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 2, true)); // "old"
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 3, true)); // "cat"
        QCOMPARE(vocabularyReport(layer, movesRegistry())->pinned, (std::vector<std::size_t>{2, 3}));

        const LayerDef again
            = learnedAgain(layer, {"the", "the", "the", "dog", "dog", "dog", "dog", "cat"});

        // dog is the most frequent, "the" finds no room, cat is rare and pinned, old was not seen
        QCOMPARE(tokensOf(again), (std::vector<std::string>{"[UNK]", "dog", "cat", "old"}));
        const VocabularyHandle report = vocabularyReport(again, movesRegistry());
        QCOMPARE(report->counts, (std::vector<std::int64_t>{0, 4, 1, 0}));
        QCOMPARE(report->pinned, (std::vector<std::size_t>{2, 3}));
        const LayerDef third = learnedAgain(again, {"new"});
        QCOMPARE(tokensOf(third), (std::vector<std::string>{"[UNK]", "new", "old", "cat"}));
    }

    void withoutPinsAdaptingForgets()
    {
        LayerDef layer = lookupWith({"the", "old"});
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 2, true));
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 2, false));

        QVERIFY(!layer.adapted->tensors.contains(lookup_state::kPinned));
        QCOMPARE(tokensOf(learnedAgain(layer, {"dog"})), (std::vector<std::string>{"[UNK]", "dog"}));
    }

    void pinsStayWithTokensThatComeFromElsewhere()
    {
        LayerDef layer = lookupWith({"the", "cat"});
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 1, true));
        layer = withState(layer, withTokenPinned(layer, movesRegistry(), 2, true));
        LayerDef other = lookupWith({"dog", "cat"});

        other.adapted = withPinsOf(layer.adapted, other.adapted);

        QCOMPARE(tokensOf(other), (std::vector<std::string>{"[UNK]", "dog", "cat"}));
        QCOMPARE(vocabularyReport(other, movesRegistry())->pinned, (std::vector<std::size_t>{2}));
    }

    void aPinMakesNothingStale()
    {
        Builder b;
        const NodeId node = b.after(b.source(), "StringLookup", ConfigObject{}, Stage::Pipeline);
        const LayerId id = b.document.layerOf(node)->id;
        const LayerDef layer = lookupWith({"the", "cat"});
        const auto key = [&](const Result<StateHandle>& state) {
            return contentKey(Builder::must(edits::setAdapted(b.document, id, Builder::must(state))),
                              node, Phase::Inference);
        };
        QCOMPARE(key(withTokenPinned(layer, movesRegistry(), 1, true)), key(layer.adapted));
        QVERIFY(key(withTokenRenamed(layer, movesRegistry(), 1, "a")) != key(layer.adapted));
    }

    void anEditedTokenKeepsItsPlaceAndStays()
    {
        LayerDef layer = lookupWith({"teh", "cat"});
        layer = withState(layer, withTokenRenamed(layer, movesRegistry(), 1, "the"));

        QCOMPARE(tokensOf(layer), (std::vector<std::string>{"[UNK]", "the", "cat"}));
        QCOMPARE(tokensOf(learnedAgain(layer, {"cat", "cat"})),
                 (std::vector<std::string>{"[UNK]", "cat", "the"}));
    }

    void editsThatMakeNoVocabularyAreRefused()
    {
        const LayerDef layer = lookupWith({"the", "cat"});
        const auto refused = [&](std::size_t id, const char* token) {
            return !withTokenRenamed(layer, movesRegistry(), id, token).ok();
        };
        QVERIFY(refused(0, "x")); // special
        QVERIFY(refused(9, "x"));
        QVERIFY(refused(1, ""));
        QVERIFY(refused(1, "cat")); // twice
        QVERIFY(refused(1, "[UNK]"));
        QVERIFY(!withTokenPinned(layer, movesRegistry(), 0, true).ok());
        const LayerDef given = layerOfClass(
            "StringLookup", ConfigObject{{"vocabulary", ConfigList{"a"}}});
        QVERIFY(!withTokenPinned(given, movesRegistry(), 1, true).ok());
    }

    void vocabulariesAreComparedByTheirIds()
    {
        const auto comparison = Builder::must(comparedStates(
            lookupWith({"a", "b", "c"}), lookupWith({"b", "a", "d"}), movesRegistry()));

        using Row = StateComparison::Row;
        QCOMPARE(comparison.rows,
                 (std::vector<Row>{{"[UNK]", 0.0, 0.0},
                                   {"b", 2.0, 1.0},
                                   {"a", 1.0, 2.0},
                                   {"d", {}, 3.0},
                                   {"c", 3.0, {}}}));
        QCOMPARE(comparison.count(Change::Same), 1);
        QCOMPARE(comparison.count(Change::Added), 1);
        QCOMPARE(comparison.count(Change::Removed), 1);
        QCOMPARE(comparison.count(Change::Moved), 2);
    }

    void boundariesAreComparedByTheirPlace()
    {
        const auto bins = [](ConfigList list) {
            return layerOfClass("Discretization", ConfigObject{{"bin_boundaries", std::move(list)}});
        };
        const auto comparison = Builder::must(
            comparedStates(bins({1.0, 2.0, 3.0}), bins({1.0, 2.5}), movesRegistry()));
        QCOMPARE(comparison.rows[1].name, std::string("bin_boundaries 1"));
        QCOMPARE(comparison.rows[1].change(), Change::Moved);
        QCOMPARE(comparison.rows[2].change(), Change::Removed);
        QVERIFY(!comparedStates(layerOfClass("Normalization"), layerOfClass("Normalization"),
                                movesRegistry())
                     .ok());
    }

private:
    TemporaryFolder m_folder;
};

LB_TEST(TestStateMoves)
#include "tst_state_moves.moc"
