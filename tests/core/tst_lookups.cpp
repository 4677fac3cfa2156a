#include "core/data/source.h"
#include "core/graph/project_state.h"
#include "core/kernels/hashing.h"
#include "core/kernels/key_index.h"
#include "core/kernels/tokenizer.h"
#include "core/layers/lookup_layer.h"
#include "core/layers/registry.h"
#include "core/ops/interpreter.h"
#include "core/training/adapt.h"
#include "core/training/plan.h"
#include "tests/core/example_document.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cctype>
#include <random>

using namespace lb;
using kernels::Tokenizer;
using kernels::TokenizerSteps;

namespace {

using Strings = std::vector<std::string>;

Tensor texts(const Strings& values, Shape tail = {})
{
    tail.insert(tail.begin(), std::ssize(values) / elementCount(tail));
    return Tensor::make<std::string>(
        tail, [&](std::span<std::string> out) { std::ranges::copy(values, out.begin()); });
}

Tensor integers(const std::vector<std::int64_t>& values)
{
    return Tensor::make<std::int64_t>({std::ssize(values)}, [&](std::span<std::int64_t> out) {
        std::ranges::copy(values, out.begin());
    });
}

Strings split(TokenizerSteps steps, std::string_view text)
{
    Tokenizer tokenizer(std::move(steps));
    const auto tokens = tokenizer.tokens(text);
    return {tokens.begin(), tokens.end()};
}

Strings splitByHand(bool lower, bool strip, const std::string& text)
{
    Strings words(1);
    for (const char c : text) {
        const bool space = std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos;
        const bool sign = c > 32 && c < 127 && !std::isalnum(static_cast<unsigned char>(c));
        if (space)
            words.emplace_back();
        else if (!strip || !sign)
            words.back() += lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    std::erase(words, "");
    return words;
}

} // namespace

/// Strings and integers on their way to ids: hashing, splitting, learning, looking up.
class TstLookups : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    // Keras' own test vectors, and one of TensorFlow's for every length class.
    void hashesAreThoseOfKeras()
    {
        QCOMPARE(kernels::fingerprint64("A"), 16915294056622060564u);
        QCOMPARE(kernels::fingerprint64(""), 11160318154034397263u);
        QCOMPARE(kernels::fingerprint64("hello world"), 6381520714923946011u);
        QCOMPARE(kernels::sipHash24({133, 137}, "A"), 11957819678194627024u);
    }

    void aKeyKeepsItsNumberWhileTheTableGrows()
    {
        kernels::KeyIndex<std::int64_t> index;
        for (std::int64_t i = 0; i < 100'000; ++i)
            QCOMPARE(index.add(i << 40).first, static_cast<std::uint32_t>(i));
        QCOMPARE(index.add(77'777LL << 40), std::pair(77'777u, false));
        QCOMPARE(index.find(1), decltype(index)::kNone);
    }

    void textIsTakenByteForByte_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("tokens"); // joined by '|'
        QTest::newRow("only A to Z become small")
            << QByteArray("ÉCOLE İ ẞ Straße Ä") << QByteArray("École|İ|ẞ|straße|Ä");
        QTest::newRow("only the 32 ASCII signs go")
            << QByteArray("don't a-b_c “quoted” — dash… ¿") << QByteArray("dont|abc|“quoted”|—|dash…|¿");
        QTest::newRow("all 32") << QByteArray("a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~b")
                                << QByteArray("ab");
        QTest::newRow("six kinds of white space")
            << QByteArray("a b\tc\nd\ve\ff\rg") << QByteArray("a|b|c|d|e|f|g");
        QTest::newRow("others do not split")
            << QByteArray("a\u00a0b c\u3000d e\u2028f g\u200bh")
            << QByteArray("a\u00a0b|c\u3000d|e\u2028f|g\u200bh");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("");
        QTest::newRow("separators only") << QByteArray(" \t\n ") << QByteArray("");
        QTest::newRow("signs only") << QByteArray("!!! ...") << QByteArray("");
    }
    void textIsTakenByteForByte()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, tokens);
        Strings wanted;
        if (!tokens.isEmpty())
            for (const QByteArray& token : tokens.split('|'))
                wanted.push_back(token.toStdString());
        QCOMPARE(split({}, text.toStdString()), wanted);
    }

    void longTextsAreCutAsShortOnes() // where 64 bytes are looked at at once
    {
        std::mt19937 chance(1);
        for (int round = 0; round < 500; ++round) {
            std::string text;
            for (std::size_t size = chance() % 300; text.size() < size;)
                text += static_cast<char>(chance() % 3 ? 32 + chance() % 96 : chance() % 256);
            for (const bool lower : {false, true})
                for (const bool strip : {false, true}) {
                    const TokenizerSteps steps{lower, strip, TokenizerSteps::Split::Whitespace, {}};
                    QCOMPARE(split(steps, text), splitByHand(lower, strip, text));
                }
        }
    }

    void aKeyIsFoundWhereverItStands()
    {
        std::string room(64, 'x');
        kernels::KeyIndex<std::string_view> index;
        const Strings keys{"", "a", "ab", "abc", "abcdefg", "abcdefgh", "abcdefghi",
                           "abcdefghijklmnop", "abcdefghijklmnopq", "xbcdefghijklmnopq", "abcdefgi"};
        for (const std::string& key : keys)
            index.add(key);
        for (std::uint32_t i = 0; i < keys.size(); ++i) {
            room.replace(0, keys[i].size(), keys[i]); // something else stands behind it
            const std::string_view there = std::string_view(room).substr(0, keys[i].size());
            QCOMPARE(index.find(there), i);
            QCOMPARE(index.findRoomy(there), i);
        }
        QCOMPARE(index.findRoomy(std::string_view(room).substr(0, 5)), decltype(index)::kNone);
    }

    void theEmptyWordCountsToo()
    {
        TokenCounts<std::string> first, later;
        first.add("");
        later.add("");
        later.add("a");

        first.add(later);

        QCOMPARE(first.distinct(), 2u);
    }

    void charactersAreCodePoints()
    {
        const TokenizerSteps steps{false, false, TokenizerSteps::Split::Characters, {}};
        QCOMPARE(split(steps, "aé東😀 "), (Strings{"a", "é", "東", "😀", " "}));
        QCOMPARE(split(steps, "a\xFF"), (Strings{"a", "\uFFFD"}));
    }

    void ngramsStandByTheirWidth()
    {
        TokenizerSteps steps;
        steps.ngrams = {1, 2};
        QCOMPARE(split(steps, "The cat sat"), (Strings{"the", "cat", "sat", "the cat", "cat sat"}));
        steps.ngrams = {3, 2};
        QCOMPARE(split(steps, "a b"), (Strings{"a b"}));
        QCOMPARE(split(steps, "a"), Strings{});
    }

    void theMostFrequentComesFirstAndTiesDescend()
    {
        const StateHandle state
            = learned("StringLookup", ConfigObject{}, {texts({"a", "é", "b", "b", "東", "a", "z"})});

        QCOMPARE(vocabulary("StringLookup", ConfigObject{}, state),
                 (Strings{"[UNK]", "b", "a", "東", "é", "z"}));
        const auto counts = state->tensors.at("counts").values<std::int64_t>();
        QCOMPARE(std::vector(counts.begin(), counts.end()),
                 (std::vector<std::int64_t>{2, 2, 1, 1, 1}));
    }

    void blocksAndTheirOrderDoNotChangeWhatIsLearned()
    {
        Strings rows;
        for (int i = 0; i < 500; ++i)
            rows.push_back("w" + std::to_string(i * i % 37) + " w" + std::to_string(i % 11) + " w1");
        const Config config = ConfigObject{{"output_mode", "tf_idf"}, {"max_tokens", 20}};
        const StateHandle whole = learned("TextVectorization", config, {texts(rows)});

        for (const std::size_t size : {1u, 7u, 128u}) {
            std::vector<Tensor> blocks;
            for (std::size_t at = 0; at < rows.size(); at += size)
                blocks.push_back(texts(Strings(
                    rows.begin() + std::ptrdiff_t(at),
                    rows.begin() + std::ptrdiff_t(std::min(at + size, rows.size())))));
            QCOMPARE(*learned("TextVectorization", config, blocks), *whole);
        }
        QCOMPARE(whole->tensors.at("documents").values<std::int64_t>()[0], std::int64_t{500});
    }

    /// ln(1 + 2 / (1 + df)): "a" stands in both documents, twice in one.
    void idfCountsDocuments()
    {
        const Config config = ConfigObject{{"output_mode", "tf_idf"}};
        const StateHandle state
            = learned("TextVectorization", config, {texts({"a a b", "a"})});
        const Tensor y = called("TextVectorization", config, state, texts({"a a c"}));

        QCOMPARE(y.dtype(), DType::Float32);
        QCOMPARE(y.shape(), (Shape{1, 3}));
        const auto row = y.values<float>();
        const float a = std::log(1 + 2.0f / 3), b = std::log(2.0f);
        QVERIFY(std::abs(row[0] - (a + b) / 2) < 1e-6f);
        QVERIFY(std::abs(row[1] - 2 * a) < 1e-6f);
        QCOMPARE(row[2], 0.0f);
    }

    void integersAreExactBeyondFloats()
    {
        const std::int64_t large = std::int64_t{1} << 53;
        const Config config = ConfigObject{
            {"vocabulary", ConfigList{large, large + 1, std::numeric_limits<std::int64_t>::max()}}};
        const Tensor ids
            = called("IntegerLookup", config, {},
                     integers({large + 1, large, std::numeric_limits<std::int64_t>::max(), large + 2}));
        QCOMPARE(ids, integers({2, 1, 3, 0}));
        const Tensor back = called("IntegerLookup",
                                   ConfigObject{{"vocabulary", *config.find("vocabulary")},
                                                {"invert", true}},
                                   {}, ids);
        QCOMPARE(back, integers({large + 1, large,
                                 std::numeric_limits<std::int64_t>::max(), -1}));
    }

    void rowsAreAsLongAsTheLongest()
    {
        const Config config = ConfigObject{{"vocabulary", ConfigList{"the", "cat"}}};
        const Tensor y = called("TextVectorization", config, {},
                                texts({"the cat sat", "", "Cat!"}));
        QCOMPARE(y.shape(), (Shape{3, 3}));
        const auto ids = y.values<std::int64_t>();
        QCOMPARE(std::vector(ids.begin(), ids.end()),
                 (std::vector<std::int64_t>{2, 3, 1, 0, 0, 0, 3, 0, 0}));
        QCOMPARE(called("TextVectorization", config, {}, texts({})).shape(), (Shape{0, 0}));
    }

    void badVocabulariesAreRefused_data()
    {
        QTest::addColumn<Config>("config");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, ConfigObject config, const char* reason) {
            QTest::newRow(name) << Config(std::move(config)) << QByteArray(reason);
        };
        const ConfigList three{"a", "b", "c"};
        row("repeated", {{"vocabulary", ConfigList{"a", "b", "a"}}}, "vocabulary: has tokens that are repeated: [\"a\"]");
        row("empty", {{"vocabulary", ConfigList{}}}, "vocabulary: must not be empty");
        row("mask inside", {{"vocabulary", ConfigList{"a", "", "b"}}, {"mask_token", ""}},
            "vocabulary/1: has the mask token \"\" at place 1");
        row("unknown token inside",
            {{"vocabulary", ConfigList{"a", "[UNK]"}}, {"invert", true}}, "vocabulary/1: has the token for unknown ones");
        row("too many", {{"vocabulary", three}, {"max_tokens", 3}}, "vocabulary: has 4 tokens");
        row("a path", {{"vocabulary", "/etc/passwd"}}, "vocabulary: a file is not read");
        row("numbers", {{"vocabulary", ConfigList{1, 2}}}, "vocabulary: needs a list of texts");
        row("no weights", {{"vocabulary", three}, {"output_mode", "tf_idf"}}, "idf_weights: must be given");
        row("too few weights",
            {{"vocabulary", three}, {"output_mode", "tf_idf"}, {"idf_weights", ConfigList{1.0}}},
            "idf_weights: needs as many weights");
        row("one token", {{"max_tokens", 1}}, "max_tokens: must be greater than 1");
        row("codes of strings", {{"invert", true}, {"output_mode", "count"}}, "output_mode: must be int");
    }
    void badVocabulariesAreRefused()
    {
        QFETCH(Config, config);
        QFETCH(QByteArray, reason);
        const Result<> checked = layer("StringLookup").check(config);
        QVERIFY(!checked.ok());
        QVERIFY2(textOf(checked.error()).starts_with(reason.toStdString()),
                 textOf(checked.error()).c_str());
    }

    void specialTokensMayStandInFront()
    {
        const Config config = ConfigObject{{"vocabulary", ConfigList{"", "[UNK]", "[UNK]", "a"}},
                                           {"mask_token", ""},
                                           {"num_oov_indices", 2}};
        QCOMPARE(called("StringLookup", config, {}, texts({"a", ""})), integers({3, 0}));
    }

    void unknownTokensAreNamedWhereNoIdIsLeft()
    {
        const auto graph = describedBy(layer("StringLookup"),
                                       ConfigObject{{"vocabulary", ConfigList{"a"}},
                                                    {"num_oov_indices", 0}},
                                       {{DType::String, {2}, {}}});
        Interpreter<float> run(graph.value());
        run.set(graph.value().inputs[0], texts({"a", "x"}));
        const Result<> done = run.run();
        QVERIFY(!done.ok());
        QVERIFY(textOf(done.error()).find("\"x\"") != std::string::npos);
    }

    void stringsReachNoArithmetic()
    {
        const auto graph = describedBy(layer("Rescaling"), ConfigObject{{"scale", 1.0}},
                                       {{DType::String, {2, 3}, {}}});
        QVERIFY(!graph.ok());
        QVERIFY(textOf(graph.error()).find("TextVectorization") != std::string::npos);
    }

    void statesGoThroughFiles()
    {
        const StateHandle state
            = learned("TextVectorization", ConfigObject{}, {texts({"é b", "東 b"})});
        const auto read = readState(stateConfig(*state), "", {});
        QVERIFY(read.ok());
        QCOMPARE(*read.value(), *state);
    }

    /// A vocabulary of strings learned in the pipeline, then used by a plan before numeric ops.
    void plansRunThem()
    {
        test::Builder b;
        const NodeId source = b.source();
        const NodeId text = b.after(source, "TextVectorization",
                                    ConfigObject{{"output_sequence_length", 2}}, Stage::Pipeline);
        const NodeId scaled
            = b.after(text, "Rescaling", ConfigObject{{"scale", 10.0}}, Stage::Pipeline);
        const MemorySource rows(texts({"a b", "b", "b c d"}), {0, 0, 0}, {"only"});
        AdaptOptions options;
        options.heldOut = true;
        options.blockRows = 2;
        const auto adaptedDocument = adapted(b.document, m_registry, rows, options);
        QVERIFY2(adaptedDocument.ok(), adaptedDocument.ok() ? "" : textOf(adaptedDocument.error()).c_str());

        const Tensor x = texts({"b zz", "d", ""});
        auto plan = planTo(adaptedDocument.value(), scaled, x);
        QVERIFY2(plan.ok(), plan.ok() ? "" : textOf(plan.error()).c_str());
        QVERIFY(plan.value().wantsTensor(0));
        QVERIFY(plan.value().setInput(0, x).ok());
        QVERIFY(plan.value().run({}).ok());

        // ids: "" 0, [UNK] 1, b 2, then d, c, a
        const auto y = plan.value().numbers(plan.value().model().graph.outputs.front());
        QCOMPARE(std::vector(y.begin(), y.end()), (std::vector<float>{20, 10, 30, 0, 0, 0}));
        QVERIFY(!plan.value().setInput(0, Tensor::of<float>({3}, {1, 2, 3})).ok());
    }

    void openLengthsAreShownButNotComputedWith()
    {
        test::Builder b;
        const Config config = ConfigObject{{"vocabulary", ConfigList{"a", "b"}}};
        const NodeId text = b.after(b.source(), "TextVectorization", config, Stage::Pipeline);
        const NodeId scaled
            = b.after(text, "Rescaling", ConfigObject{{"scale", 10.0}}, Stage::Pipeline);
        const Tensor x = texts({"a b a", "b"});

        auto shown = planTo(b.document, text, x);
        QVERIFY2(shown.ok(), shown.ok() ? "" : textOf(shown.error()).c_str());
        QVERIFY(shown.value().setInput(0, x).ok());
        QVERIFY(shown.value().run({}).ok());
        const Tensor y = shown.value().value(shown.value().model().graph.outputs.front());
        QCOMPARE(y, Tensor::of<std::int64_t>({2, 3}, {2, 3, 2, 3, 0, 0}));

        const auto refused = planTo(b.document, scaled, x);
        QVERIFY(!refused.ok());
        QVERIFY(textOf(refused.error()).find("output_sequence_length") != std::string::npos);
    }

    void raggedRowsDoNotGoThroughWires()
    {
        const Result<> checked = layer("TextVectorization")
                                     .check(ConfigObject{{"ragged", true}});

        QVERIFY(!checked.ok());
        QCOMPARE(textOf(checked.error()),
                 std::string("ragged: rows of different lengths do not go through wires; turn it off: "
                             "they are padded with 0"));
    }

    void aRunThatFailsSaysSo()
    {
        test::Builder b;
        const NodeId text = b.after(b.source(), "TextVectorization",
                                    ConfigObject{{"output_sequence_length", 2}}, Stage::Pipeline);
        const Tensor x = texts({"a"});
        auto plan = planTo(b.document, text, x);
        QVERIFY(plan.ok());
        QVERIFY(plan.value().setInput(0, x).ok());
        const Result<> ran = plan.value().run({});
        QVERIFY(!ran.ok());
        QVERIFY(textOf(ran.error()).find("no vocabulary") != std::string::npos);
    }

private:
    const LayerType& layer(std::string_view name) { return *m_registry.find(name).value(); }

    StateHandle learned(std::string_view name, const Config& config,
                        const std::vector<Tensor>& blocks)
    {
        const auto& type = dynamic_cast<const AdaptableLayerType&>(layer(name));
        AdaptableLayerType::Summary sum;
        for (const Tensor& block : blocks) {
            const auto next = type.summarise(config, block).value();
            sum = type.fold(config, std::move(sum), next).value();
        }
        return type.finish(config, sum).value();
    }
    Strings vocabulary(std::string_view name, const Config& config, const StateHandle& state)
    {
        const auto& type = dynamic_cast<const VocabularyLayerType&>(layer(name));
        const Tensor tokens = type.vocabulary(config, state).value();
        return {tokens.values<std::string>().begin(), tokens.values<std::string>().end()};
    }
    Tensor called(std::string_view name, const Config& config, const StateHandle& state,
                  const Tensor& x)
    {
        const OpGraph graph = describedBy(layer(name), config, {{x.dtype(), x.shape(), {}}},
                                          Phase::Inference, state)
                                  .value();
        Interpreter<float> run(graph);
        run.set(graph.inputs[0], x);
        run.forward();
        return run.tensor(graph.outputs[0]);
    }
    Result<Plan> planTo(const Document& document, NodeId node, const Tensor& x)
    {
        FlattenRequest request;
        request.part = FlattenRequest::Part::UpTo;
        request.node = node;
        request.inputs = {{x.dtype(), x.shape(), {}}};
        LB_TRY(model, flattened(document, m_registry, request));
        LB_TRY(store, ParameterStore::initial(model, 0));
        return Plan::make(std::move(model), std::make_shared<ParameterStore>(std::move(store)), {});
    }

    LayerRegistry m_registry;
};

LB_TEST(TstLookups)
#include "tst_lookups.moc"
