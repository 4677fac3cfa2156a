#include "core/data/built_in.h"
#include "core/data/sources.h"
#include "core/data/table_source.h"
#include "temporary_folder.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

using namespace lb;
namespace fs = std::filesystem;

namespace {

template <typename T> std::vector<T> values(const Tensor& tensor)
{
    const auto span = tensor.values<T>();
    return {span.begin(), span.end()};
}

std::vector<Tensor> blockOf(const Source& source, std::vector<std::size_t> columns,
                            std::vector<std::int64_t> rows)
{
    auto block = source.block(columns, rows);
    return block.ok() ? block.value() : std::vector<Tensor>{};
}

std::string problem(const Result<SourceHandle>& source)
{
    return source.ok() ? "no error"
                       : source.error().where.substr(source.error().where.rfind('/') + 1) + " "
            + english(source.error().message);
}

std::string columnsOf(const Source& source)
{
    std::string all;
    for (const Column& column : source.columns())
        all += (all.empty() ? "" : " ") + column.name + ":" + std::string(nameOf(column.spec.dtype));
    return all;
}

using Strings = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

} // namespace

class TstTableSource : public QObject {
    Q_OBJECT
private:
    TemporaryFolder m_folder;

    fs::path written(std::string_view name, std::string_view bytes)
    {
        const fs::path path = m_folder.path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void givesTypedColumnsAndLabels()
    {
        const auto source = tableSource(testData("tables/ship.csv"), {.label = "survived"});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(columnsOf(*source.value()),
                 std::string("pclass:int64 sex:string age:float32 sibsp:int64 parch:int64 "
                             "fare:float32 embarked:string class:string deck:string"));
        QVERIFY((source.value()->columns()[2].spec.shape == Shape{1}));
        QVERIFY((source.value()->classNames() == Strings{"0", "1"}));
        QCOMPARE(source.value()->label(1), 1);
        QVERIFY(!source.value()->hasImages());
        const auto block = blockOf(*source.value(), {1, 0, 2}, {7, 0, 5});
        QVERIFY((block[0].shape() == Shape{3, 1}));
        QVERIFY((values<std::string>(block[0]) == Strings{"female", "male", "male"}));
        QVERIFY((values<std::int64_t>(block[1]) == Integers{2, 3, 3}));
        QCOMPARE(values<float>(block[2])[0], 14.0f);
        QVERIFY(std::isnan(values<float>(block[2])[2])); // nothing was said for missing ages
        QCOMPARE(english(source.value()->notes()[0]),
                 std::string("read with separator comma, quote \" and names of columns; the label is "
                             "column survived"));
        QCOMPARE(english(source.value()->notes()[1]),
                 std::string("column age has no value in 1 of 8 rows; NaN stands for it"));
    }

    void readsTheColumnsThatSomebodyWants()
    {
        const Config columns = ConfigList{
            ConfigObject{{"name", "age"}, {"dtype", "float32"}, {"missing", 28.0}},
            ConfigObject{{"name", "pclass"}, {"dtype", "string"}},
            ConfigObject{{"name", "where"}, {"dtype", "string"}, {"missing", "?"},
                         {"from", ConfigList{"embarked", "deck"}}},
            "fare"};

        const auto source
            = tableSource(testData("tables/ship.csv"), {.label = "survived", .columns = columns});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(columnsOf(*source.value()),
                 std::string("age:float32 pclass:string where:string fare:float32"));
        const auto block = blockOf(*source.value(), {0, 1, 2}, {5, 1, 7});
        QVERIFY((values<float>(block[0]) == std::vector<float>{28, 38, 14}));
        QVERIFY((values<std::string>(block[1]) == Strings{"3", "1", "2"}));
        QVERIFY((values<std::string>(block[2]) == Strings{"Q", "C C", "?"}));
    }

    void namesAloneAreNoRow()
    {
        QCOMPARE(problem(tableSource(written("names.csv", "age,fare,lived\n"), {})),
                 std::string("names.csv has names of columns, but no record below; add rows, or "
                             "choose another file"));
        QVERIFY(tableSource(written("one.csv", "1,2,a\n"), {}).ok()); // which names nothing
    }

    void aLabelThatIsMissingEverywhereIsNamed()
    {
        const auto path = written("empty.csv", "a,b,l\n1,x,\n2,y,\n");

        TableOptions said;
        said.label = "l";
        QCOMPARE(problem(tableSource(path, said)),
                 std::string("empty.csv has no value in the label column l in any of 2 rows; choose "
                             "another column as label"));
    }

    void refusesWhatCannotBeAsked_data()
    {
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<QByteArray>("column");
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("no such label")
            << QByteArray("alive") << QByteArray("age") << QByteArray("float32")
            << QByteArray("ship.csv has no column alive for the label");
        QTest::newRow("no such column")
            << QByteArray("survived") << QByteArray("cabin") << QByteArray("string")
            << QByteArray("ship.csv has no column cabin; it has: survived, pclass");
        QTest::newRow("words as numbers")
            << QByteArray("survived") << QByteArray("sex") << QByteArray("int64")
            << QByteArray("ship.csv:2 column sex holds 'male', which is no int64; mend the cell or "
                          "declare the column as string");
        QTest::newRow("fractions as integers")
            << QByteArray("survived") << QByteArray("fare") << QByteArray("int64")
            << QByteArray("ship.csv:2 column fare holds '7.25', which is no int64; mend the cell or "
                          "declare the column as float32");
        QTest::newRow("a dtype that columns do not have")
            << QByteArray("survived") << QByteArray("fare") << QByteArray("uint8")
            << QByteArray("0 has no dtype of a column: string, int64 or float32");
    }
    void refusesWhatCannotBeAsked()
    {
        QFETCH(QByteArray, label);
        QFETCH(QByteArray, column);
        QFETCH(QByteArray, dtype);
        QFETCH(QByteArray, message);
        const Config columns = ConfigList{
            ConfigObject{{"name", column.toStdString()}, {"dtype", dtype.toStdString()}}};

        const auto source = tableSource(testData("tables/ship.csv"),
                                        {.label = label.toStdString(), .columns = columns});

        QVERIFY2(problem(source).starts_with(message.toStdString()), problem(source).c_str());
    }

    void refusesLabelsThatAreNoClasses()
    {
        std::string many = "x,price\n";
        for (int i = 0; i < 2'000; ++i)
            many += "1," + std::to_string(i) + ".5\n";
        const auto fractions
            = tableSource(written("f.csv", many.substr(0, 600)), {}); // fewer than the limit
        const auto classes = tableSource(written("m.csv", many), {});

        QVERIFY2(problem(fractions).starts_with("f.csv column price holds numbers with fractions"),
                 problem(fractions).c_str());
        QVERIFY2(problem(classes).starts_with("m.csv:1002 column price has more than 1000"),
                 problem(classes).c_str());
    }

    void leavesRowsWithoutLabelOut()
    {
        const auto source
            = tableSource(written("u.csv", "x,kind\n1,b\n2,\n3,a\n"), {.label = "kind"});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(source.value()->size(), 2);
        QVERIFY((source.value()->classNames() == Strings{"a", "b"}));
        QCOMPARE(source.value()->label(0), 1);
        QCOMPARE(source.value()->unreadable().size(), 1u);
        QVERIFY(source.value()->unreadable()[0].where.ends_with("u.csv:3"));
    }

    void joinsTheTextsOfNews()
    {
        const auto source = textSource(testData("texts"), {});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(columnsOf(*source.value()), std::string("text:string"));
        QVERIFY((source.value()->classNames()
                 == Strings{"World", "Sports", "Business", "Sci/Tech"}));
        QCOMPARE(source.value()->label(0), 2);
        QCOMPARE(source.value()->label(4), 1);
        const auto block = blockOf(*source.value(), {0}, {0});
        QVERIFY((values<std::string>(block[0])
                 == Strings{"Shares fall Stocks fell as oil rose \\again, \"sharply\"."}));
    }

    void takesTheColumnThatIsCalledLabel()
    {
        const auto source = textSource(
            written("r.tsv", "review\tLabel\nfine, really\tgood\nnever again\tbad\n"), {});

        QVERIFY2(source.ok(), problem(source).c_str());
        QVERIFY((source.value()->classNames() == Strings{"bad", "good"}));
        QVERIFY((values<std::string>(blockOf(*source.value(), {0}, {1, 0})[0])
                 == Strings{"never again", "fine, really"}));
    }

    void takesAFileForEachClass()
    {
        const fs::path folder = m_folder.path() / "classes";
        fs::create_directories(folder);
        std::ofstream(folder / "sun.txt") << "bright, \"hot\"\n\nwarm";
        std::ofstream(folder / "rain.txt") << "wet\r\n";

        const auto source = textSource(folder, {});
        const auto lines = textSource(folder / "sun.txt", {});

        QVERIFY2(source.ok(), problem(source).c_str());
        QVERIFY((source.value()->classNames() == Strings{"rain", "sun"}));
        QVERIFY((values<std::string>(blockOf(*source.value(), {0}, {2, 0, 1})[0])
                 == Strings{"warm", "wet", "bright, \"hot\""}));
        QCOMPARE(source.value()->label(2), 1);
        QVERIFY(lines.value()->classNames().empty());
        QCOMPARE(lines.value()->size(), 2);
    }

    void hashesWhatIsRead()
    {
        const auto hash = [&](std::string_view bytes, const TableOptions& options) {
            return tableSource(written("h.csv", bytes), options).value()->dataHash();
        };
        const std::string first = hash("a,b,c\n1,x,0\n2,y,1\n", {});

        QCOMPARE(hash("a,b,c\n1,x,0\n2,y,1\n", {}), first);
        QVERIFY(hash("a,b,c\n1,x,0\n2,z,1\n", {}) != first);
        QVERIFY(hash("a,b,c\n1,x,0\n2,y,1\n", {.label = "a"}) != first);
        QVERIFY(hash("a,b,c\n1,x,0\n2,y,1\n", {.columns = ConfigList{"a"}}) != first);
    }

    void makesSentencesOfTwoClasses()
    {
        const auto source = builtInSentences(2'000, 1);
        const auto more = builtInSentences(3'000, 1);
        const auto others = builtInSentences(2'000, 2);

        QCOMPARE(source->dataHash(), builtInSentences(2'000, 1)->dataHash());
        const auto texts = values<std::string>(blockOf(*source, {0}, {0, 1, 1'999})[0]);
        QVERIFY((values<std::string>(blockOf(*more, {0}, {0, 1, 1'999})[0]) == texts));
        QVERIFY(others->dataHash() != source->dataHash());
        std::set<std::string> words;
        std::vector<std::int64_t> rows(2'000);
        std::iota(rows.begin(), rows.end(), 0);
        for (const std::string& text : values<std::string>(blockOf(*source, {0}, rows)[0])) {
            QVERIFY2(text.find('$') == std::string::npos && text.find("  ") == std::string::npos,
                     text.c_str());
            std::string word;
            for (const char c : text + " ")
                if (c == ' ')
                    words.insert(std::exchange(word, {}));
                else
                    word += c;
        }
        QVERIFY2(words.size() > 1'500, std::to_string(words.size()).c_str()); // a long tail
        const auto counts = classCounts(*source).counts;
        QVERIFY(std::abs(counts[0] - counts[1]) < 200); // 4.5 standard deviations
    }

    void makesPassengersThatCanBeLearned()
    {
        const auto source = builtInTable(4'000, 1, {}).value();
        std::vector<std::int64_t> rows(4'000);
        std::iota(rows.begin(), rows.end(), 0);

        const auto block = blockOf(*source, {1, 2, 6}, rows);

        const auto sex = values<std::string>(block[0]);
        const auto age = values<float>(block[1]);
        const auto port = values<std::string>(block[2]);
        double women = 0, womenLived = 0, men = 0, menLived = 0, noAge = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto lived = static_cast<double>(source->label(static_cast<std::int64_t>(i)));
            (sex[i] == "female" ? women : men) += 1;
            (sex[i] == "female" ? womenLived : menLived) += lived;
            noAge += std::isnan(age[i]);
        }
        QVERIFY(womenLived / women > 0.65 && menLived / men < 0.3);
        QVERIFY(std::abs(noAge / 4'000 - 0.18) < 0.03); // 5 standard deviations
        QVERIFY((std::set<std::string>(port.begin(), port.end())
                 == std::set<std::string>{"", "C", "Q", "S"}));
    }

    void opensByConfig()
    {
        const Config csv = ConfigObject{
            {"kind", "csv"}, {"path", "tables/ship.csv"}, {"label", "survived"}};
        const Config made = ConfigObject{
            {"kind", "passengers"}, {"count", 10}, {"seed", 3}, {"label", "survived"}};
        const Config bad = ConfigObject{
            {"kind", "csv"}, {"path", "tables/ship.csv"}, {"separator", "two"}};

        QCOMPARE(openSource(csv, testData("")).value()->size(), 8);
        QCOMPARE(openSource(made, {}).value()->size(), 10);
        QVERIFY(openHeldOut(made, {}).value()->size() >= 1'000);
        QVERIFY(!openHeldOut(csv, testData("")).value());
        QCOMPARE(openSource(bad, testData("")).error().where, std::string("separator"));
        const Config moved = readingFrom(made, testData("tables/ship.csv"));
        QCOMPARE(*moved.find("kind"), Config("csv"));
        QCOMPARE(openSource(moved, {}).value()->size(), 8);
    }

    void readsTheTitanic()
    {
        const fs::path path = realData("tabular/titanic.csv");
        if (path.empty())
            QSKIP("the real data are not here");

        const auto source = tableSource(path, {.label = "survived"});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(source.value()->size(), 891);
        QVERIFY((classCounts(*source.value()).counts == Integers{549, 342}));
        QVERIFY(columnsOf(*source.value()).starts_with("pclass:int64 sex:string age:float32 sibsp:"));
    }

    void readsTheNews()
    {
        const fs::path path = realData("text");
        if (path.empty())
            QSKIP("the real data are not here");

        const auto source = textSource(path, {});

        QVERIFY2(source.ok(), problem(source).c_str());
        QCOMPARE(source.value()->size(), 7'600);
        QVERIFY((classCounts(*source.value()).counts == Integers{1'900, 1'900, 1'900, 1'900}));
        QVERIFY(values<std::string>(blockOf(*source.value(), {0}, {0})[0])[0].starts_with(
            "Fears for T N pension after talks Unions representing workers"));
    }
};

LB_TEST(TstTableSource)
#include "tst_table_source.moc"
