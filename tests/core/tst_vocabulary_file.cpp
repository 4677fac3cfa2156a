#include "core/data/vocabulary_file.h"

#include "core/layers/registry.h"
#include "core/layers/vocabulary_layer.h"
#include "core/support/text.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <array>
#include <fstream>

using namespace lb;

class TestVocabularyFile : public QObject {
    Q_OBJECT
private slots:
    void readsATokenALine()
    {
        const auto path = written("a.txt", "\xEF\xBB\xBFthe\r\ncat's \n東京\n");

        const Result<Tensor> tokens = readVocabulary(path, false);

        QVERIFY2(tokens.ok(), tokens.ok() ? "" : english(tokens.error().message).c_str());
        QCOMPARE(tokens.value(), Tensor::of<std::string>({3}, {"the", "cat's ", "東京"}));
    }

    void readsLists()
    {
        QCOMPARE(readVocabulary(written("a.json", "[\"b\", \"a c\"]"), false).value(),
                 Tensor::of<std::string>({2}, {"b", "a c"}));
        QCOMPARE(readVocabulary(written("k.json", "[\"\", \"[UNK]\", \"a\"]"), false).value(),
                 Tensor::of<std::string>({3}, {"", "[UNK]", "a"})); // as get_vocabulary() gives it
        QCOMPARE(readVocabulary(written("n.json", "[7, -3]"), true).value(),
                 Tensor::of<std::int64_t>({2}, {7, -3}));
        QCOMPARE(readVocabulary(written("n.txt", "7\n-3\n"), true).value(),
                 Tensor::of<std::int64_t>({2}, {7, -3}));
    }

    void badFilesAreRefusedByLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("integers");
        QTest::addColumn<QString>("place");
        QTest::newRow("twice") << QByteArray("a\nb\na\n") << "v.txt" << false << "v.txt:3";
        QTest::newRow("nothing") << QByteArray() << "v.txt" << false << "v.txt:1";
        QTest::newRow("an empty line") << QByteArray("a\n\nb\n") << "v.txt" << false << "v.txt:2";
        QTest::newRow("binary") << QByteArray("a\nb\0c\n", 6) << "v.txt" << false << "v.txt:2";
        QTest::newRow("not UTF-8") << QByteArray("a\n\xC3(\n") << "v.txt" << false << "v.txt:2";
        QTest::newRow("UTF-16") << QByteArray("\xFF\xFE" "a\0", 4) << "v.txt" << false << "v.txt:1";
        QTest::newRow("words for numbers") << QByteArray("1\ntwo\n") << "v.txt" << true << "v.txt:2";
        QTest::newRow("too large") << QByteArray("9223372036854775808\n") << "v.txt" << true
                                   << "v.txt:1";
        QTest::newRow("no list") << QByteArray("{\"a\": 1}") << "v.json" << false << "v.json";
        QTest::newRow("nested") << QByteArray("[\"a\", [1]]") << "v.json" << false << "v.json, token 2";
        QTest::newRow("empty text") << QByteArray("[\"a\", \"\"]") << "v.json" << false
                                    << "v.json, token 2";
        QTest::newRow("broken") << QByteArray("[\"a\",") << "v.json" << false << "v.json: ";
    }
    void badFilesAreRefusedByLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        QFETCH(bool, integers);
        QFETCH(QString, place);
        const auto path = written(name.toStdString(), text.toStdString());

        const Result<Tensor> tokens = readVocabulary(path, integers);

        QVERIFY(!tokens.ok());
        QCOMPARE(tokens.error().code, ErrorCode::BadFile);
        QVERIFY2(QString::fromStdString(tokens.error().where).contains(place),
                 tokens.error().where.c_str());
    }

    void badFilesAreRefusedWithAWayOut_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("twice") << QByteArray("a\nb\na\n")
                               << "repeats \"a\" of line 1; keep one of them";
        QTest::newRow("nothing") << QByteArray()
                                 << "holds no token; choose a text file with a token a line, or a "
                                    ".json list";
        QTest::newRow("an empty line")
            << QByteArray("a\n\nb\n")
            << "is empty; remove the line, a token has at least one character";
        QTest::newRow("binary") << QByteArray("a\nb\0c\n", 6)
                                << "holds a zero byte, so it is no text; choose a text file with a "
                                   "token a line";
        QTest::newRow("Latin-1") << QByteArray("a\ncaf\xE9\n") << "is not UTF-8; save it as UTF-8";
    }
    void badFilesAreRefusedWithAWayOut()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);

        const Result<Tensor> tokens = readVocabulary(written("v.txt", text.toStdString()), false);

        QVERIFY(!tokens.ok());
        QCOMPARE(QString::fromStdString(english(tokens.error().message)), message);
    }

    void aMaskTokenInsideIsRefusedWhereTheLayerTakesTheTokens()
    {
        LayerRegistry registry;
        registerBuiltinLayers(registry);
        const auto* lookup
            = dynamic_cast<const VocabularyLayerType*>(registry.find("StringLookup").value());
        const Config config = ConfigObject{{"mask_token", "[MASK]"}};
        const Tensor inside = readVocabulary(written("m.txt", "a\n[MASK]\nb\n"), false).value();
        const Tensor front = readVocabulary(written("f.txt", "[MASK]\n[UNK]\nb\n"), false).value();

        const auto refused = lookup->withVocabulary(config, inside, std::nullopt);

        QVERIFY(!refused.ok());
        QCOMPARE(english(refused.error().message),
                 std::string("has the mask token \"[MASK]\" at place 1; leave the special tokens "
                             "away, or put them in front as [\"[MASK]\", \"[UNK]\"]"));
        QVERIFY(lookup->withVocabulary(config, front, std::nullopt).ok());
    }

    void aMisplacedTokenOfAFileIsToldByItsLine_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("place");
        QTest::newRow("lines") << "m.txt" << QByteArray("a\nb\n[MASK]\nc\n") << "m.txt:3";
        QTest::newRow("behind special ones")
            << "s.txt" << QByteArray("[MASK]\n[UNK]\na\n[MASK]x\n") << "";
        QTest::newRow("a list") << "m.json" << QByteArray("[\"a\", \"[MASK]\"]") << "m.json, token 2";
    }
    void aMisplacedTokenOfAFileIsToldByItsLine()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        QFETCH(QString, place);
        LayerRegistry registry;
        registerBuiltinLayers(registry);
        const auto* lookup
            = dynamic_cast<const VocabularyLayerType*>(registry.find("StringLookup").value());
        const Config config = ConfigObject{{"mask_token", "[MASK]"}};
        const std::filesystem::path path = written(file.toStdString(), text.toStdString());

        const auto state = stateOfVocabulary(path, *lookup, config, false);

        QCOMPARE(state.ok(), place.isEmpty());
        if (!state.ok()) {
            QCOMPARE(state.error().where, (path.parent_path() / place.toStdString()).string());
            QVERIFY(english(state.error().message).starts_with("has the mask token \"[MASK]\""));
        }
    }

    /// What get_vocabulary() gives of several indices for unknown tokens is taken as set_vocabulary()
    /// takes it.
    void specialTokensInFrontMayRepeat_data()
    {
        QTest::addColumn<QString>("mask");
        QTest::addColumn<int>("unknown");
        QTest::addColumn<QString>("tokens");
        QTest::addColumn<QString>("refused"); // the line, and why
        QTest::newRow("two") << "" << 2 << "[UNK] [UNK] a b" << "";
        QTest::newRow("two and a mask") << "[MASK]" << 2 << "[MASK] [UNK] [UNK] a b" << "";
        QTest::newRow("none of them") << "[MASK]" << 2 << "a b" << "";
        QTest::newRow("one too many") << "" << 2 << "[UNK] [UNK] [UNK] a a" << "3 repeats \"[UNK]\"";
        QTest::newRow("the layer has one") << "" << 1 << "[UNK] [UNK] a b" << "2 repeats \"[UNK]\"";
        QTest::newRow("without the mask") << "[MASK]" << 2 << "[UNK] [UNK] a b" << "2 repeats \"[UNK]\"";
        QTest::newRow("a repeats behind them")
            << "" << 2 << "[UNK] [UNK] a b a" << "5 repeats \"a\"";
    }
    void specialTokensInFrontMayRepeat()
    {
        QFETCH(QString, mask);
        QFETCH(int, unknown);
        QFETCH(QString, tokens);
        QFETCH(QString, refused);
        LayerRegistry registry;
        registerBuiltinLayers(registry);
        const auto* lookup
            = dynamic_cast<const VocabularyLayerType*>(registry.find("StringLookup").value());
        ConfigObject said{{"num_oov_indices", unknown}};
        if (!mask.isEmpty())
            said["mask_token"] = mask.toStdString();
        const QStringList words = tokens.split(' ');
        const std::array files{written("v.txt", words.join('\n').toStdString() + "\n"),
                               written("v.json", "[\"" + words.join("\", \"").toStdString() + "\"]")};

        for (const auto& file : files) {
            const auto state = stateOfVocabulary(file, *lookup, said, false);

            QCOMPARE(state.ok(), refused.isEmpty());
            if (state.ok()) {
                const Tensor known = lookup->vocabulary(said, state.value()).value();
                const auto all = known.values<std::string>();
                QCOMPARE(std::ssize(all), 2 + unknown + (mask.isEmpty() ? 0 : 1));
                QCOMPARE(all.back(), std::string("b"));
                QCOMPARE(all[all.size() - 2], std::string("a"));
            } else {
                const std::string place
                    = state.error().where.substr(state.error().where.find_last_of(": ") + 1);
                const std::string told = place + " " + english(state.error().message);
                QVERIFY2(told.starts_with(refused.toStdString()), told.c_str());
            }
        }
    }
    void specialNumbersInFrontMayRepeat()
    {
        LayerRegistry registry;
        registerBuiltinLayers(registry);
        const auto* lookup
            = dynamic_cast<const VocabularyLayerType*>(registry.find("IntegerLookup").value());
        const ConfigObject said{{"num_oov_indices", 2}, {"mask_token", 0}};

        const auto state = stateOfVocabulary(written("v.txt", "0\n-1\n-1\n7\n9\n"), *lookup, said, true);

        QVERIFY2(state.ok(), state.ok() ? "" : english(state.error().message).c_str());
        QCOMPARE(lookup->vocabulary(said, state.value()).value(),
                 Tensor::of<std::int64_t>({5}, {0, -1, -1, 7, 9}));
    }

    void aFileThatIsTooLongIsNotRead()
    {
        Limits limits;
        limits.jsonBytes = 10;

        const Result<Tensor> tokens
            = readVocabulary(written("long.txt", "more than ten bytes\n"), false, limits);

        QVERIFY(!tokens.ok());
        QCOMPARE(tokens.error().code, ErrorCode::TooLarge);
    }

    void whatIsWrittenReadsBack()
    {
        const VocabularyReport words{.tokens = {"", "[UNK]", "the", "a \"b\""}, .special = 2};
        const VocabularyReport numbers{.tokens = {"-1", "12", "-7"}, .special = 1};
        for (const char* name : {"v.txt", "v.json"}) {
            const auto path = m_folder.path() / name;
            QVERIFY(writeVocabulary(path, words, false).ok());
            QCOMPARE(readVocabulary(path, false).value(),
                     Tensor::of<std::string>({2}, {"the", "a \"b\""}));
            QVERIFY(writeVocabulary(path, numbers, true).ok());
            QCOMPARE(readVocabulary(path, true).value(), Tensor::of<std::int64_t>({2}, {12, -7}));
        }
    }

    void aTokenWithALineEndNeedsJson()
    {
        const VocabularyReport words{.tokens = {"a\nb"}, .special = 0};

        QVERIFY(!writeVocabulary(m_folder.path() / "line.txt", words, false).ok());
        QVERIFY(!std::filesystem::exists(m_folder.path() / "line.txt"));
        QVERIFY(writeVocabulary(m_folder.path() / "line.json", words, false).ok());
    }

    void aTableHasTheCounts()
    {
        const VocabularyReport words{.tokens = {"[UNK]", "a\tb"},
                                     .special = 1,
                                     .counts = {0, 5},
                                     .documents = {0, 2},
                                     .idf = {0, 0.5}};
        const auto path = m_folder.path() / "v.tsv";

        QVERIFY(writeVocabulary(path, words, false).ok());

        std::ifstream file(path);
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        QCOMPARE(text, std::string("id\ttoken\tcount\tdocuments\tidf\n"
                                   "0\t[UNK]\t0\t0\t0\n1\ta\\tb\t5\t2\t0.5\n"));
    }

private:
    std::filesystem::path written(const std::string& name, const std::string& text)
    {
        const auto path = m_folder.path() / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    TemporaryFolder m_folder;
};

LB_TEST(TestVocabularyFile)
#include "tst_vocabulary_file.moc"
