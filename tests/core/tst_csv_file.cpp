#include "core/data/csv_file.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <filesystem>
#include <fstream>

using namespace lb;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

using Row = std::vector<std::string>;
using Opened = Result<std::shared_ptr<const CsvFile>>;

std::vector<Row> rowsOf(const CsvFile& file, std::vector<std::int64_t> records)
{
    std::vector<Row> rows(records.size());
    const auto read = file.read(records, [&](std::size_t at, const CsvFields& fields) -> Result<> {
        for (std::size_t i = 0; i < fields.size(); ++i)
            rows[at].emplace_back(fields[i]);
        return std::monostate{};
    });
    return read.ok() ? rows : std::vector<Row>{{"error", english(read.error().message)}};
}

std::string names(const CsvFile& file)
{
    std::string all;
    for (const CsvColumn& column : file.columns())
        all += (all.empty() ? "" : " ") + column.name + ":" + std::string(nameOf(column.type));
    return all;
}

std::string problem(const Opened& file)
{
    return file.ok() ? "no error"
                     : file.error().where.substr(file.error().where.rfind('/') + 1) + " "
            + english(file.error().message);
}

} // namespace

class TstCsvFile : public QObject {
    Q_OBJECT
private:
    TemporaryFolder m_folder;

    fs::path written(std::string_view bytes)
    {
        const fs::path path = m_folder.path() / "t.csv";
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    Opened opened(std::string_view bytes, const CsvOptions& options = {})
    {
        return CsvFile::open(written(bytes), options);
    }

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void splitsAsSpreadsheetsQuote()
    {
        const auto file = opened("name,text\r\na,\"one, two\"\r\nb,\"say \"\"hi\"\"\nthere\"\r\n"
                                 "c,5\" pipe\r\n\r\nd,");

        QVERIFY2(file.ok(), problem(file).c_str());
        QCOMPARE(file.value()->size(), 4);
        QVERIFY((rowsOf(*file.value(), {3, 0, 1, 2})
                 == std::vector<Row>{{"d", ""},
                                     {"a", "one, two"},
                                     {"b", "say \"hi\"\nthere"},
                                     {"c", "5\" pipe"}}));
    }

    void detectsTheDialect_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<char>("separator");
        QTest::addColumn<char>("quote");
        QTest::addColumn<QByteArray>("columns");
        QTest::newRow("comma") << QByteArray("a,b\n1,x\n2,y\n") << ',' << '"'
                               << QByteArray("a:int64 b:string");
        QTest::newRow("semicolon, decimals have a comma")
            << QByteArray("a;b\n1,5;x\n2,5;y\n") << ';' << '"' << QByteArray("a:string b:string");
        QTest::newRow("tab") << QByteArray("a\tb c\n1\tx,y\n2\tz\n") << '\t' << '"'
                             << QByteArray("a:int64 b c:string");
        QTest::newRow("bar") << QByteArray("a|b\n1|x,y\n2|z, u\n") << '|' << '"'
                             << QByteArray("a:int64 b:string");
        QTest::newRow("single quotes") << QByteArray("'a','b'\n'1','x, y'\n'2','z'\n") << ',' << '\''
                                       << QByteArray("a:int64 b:string");
        QTest::newRow("commas within quotes do not count")
            << QByteArray("\"a,b,c\";\"d\"\n\"1,2,3\";\"4\"\n") << ';' << '"'
            << QByteArray("a,b,c:string d:int64");
        QTest::newRow("no header: a number stands in the first line")
            << QByteArray("\"3\",\"Fears for pension\"\n\"4\",\"The race is on\"\n") << ',' << '"'
            << QByteArray("column1:int64 column2:string");
        QTest::newRow("no header: the first line comes again")
            << QByteArray("good,yes\nbad,no\ngood,no\n") << ',' << '"'
            << QByteArray("column1:string column2:string");
        QTest::newRow("only words, with a header")
            << QByteArray("word,kind\nsun,noun\nrun,verb\n") << ',' << '"'
            << QByteArray("word:string kind:string");
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF" "a,b\n1,2.5\n") << ',' << '"'
                                         << QByteArray("a:int64 b:float32");
    }
    void detectsTheDialect()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(char, separator);
        QFETCH(char, quote);
        QFETCH(QByteArray, columns);

        const auto file = opened({bytes.data(), static_cast<std::size_t>(bytes.size())});

        QVERIFY2(file.ok(), problem(file).c_str());
        QCOMPARE(file.value()->dialect().separator, separator);
        QCOMPARE(file.value()->dialect().quote, quote);
        QCOMPARE(QByteArray::fromStdString(names(*file.value())), columns);
    }

    void takesWhatSomebodySaid()
    {
        CsvOptions options;
        options.dialect = {';', '\0', false};

        const auto file = opened("a,b;\"c\nd,e;f\n", options);

        QVERIFY2(file.ok(), problem(file).c_str());
        QVERIFY((rowsOf(*file.value(), {0, 1}) == std::vector<Row>{{"a,b", "\"c"}, {"d,e", "f"}}));
    }

    void findsTypesAndMissingValues()
    {
        const auto file = opened("i,r,s,gap\n1,1,x,\n,2.5,NA,\n-3,NaN,,\n+4,1e3,y,\n");

        QVERIFY2(file.ok(), problem(file).c_str());
        QCOMPARE(names(*file.value()), "i:int64 r:float32 s:string gap:string"s);
        QCOMPARE(file.value()->columns()[0].missing, 1);
        QCOMPARE(file.value()->columns()[1].missing, 1);
        QCOMPARE(file.value()->columns()[2].missing, 1); // "NA" may be a word
        QCOMPARE(file.value()->columns()[3].missing, 4);
    }

    void tellsWhereNumbersTurnToText()
    {
        std::string bytes = "id,value\n";
        for (int i = 0; i < 900'000; ++i)
            bytes += "1,2\n";
        bytes += "1,broken\n1,3\n";
        CsvOptions declared;
        declared.types = {{"value", CellType::Number}};

        const auto found = opened(bytes);
        QVERIFY2(found.ok(), problem(found).c_str());
        const auto row = rowsOf(*found.value(), {900'000}); // before the file is written again
        const auto refused = opened(bytes, declared);

        const CsvColumn& column = found.value()->columns()[1];
        QVERIFY(column.type == CellType::Text);
        QCOMPARE(column.firstTextLine, 900'002);
        QCOMPARE(column.firstText, "broken"s);
        QCOMPARE(column.numbersBefore, 900'000);
        QVERIFY((row == std::vector<Row>{{"1", "broken"}}));
        QCOMPARE(problem(refused),
                 "t.csv:900002 column value holds 'broken', which is no float32; mend the cell or "
                 "declare the column as string"s);
    }

    void refusesByLineWithAWayOut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, std::string bytes, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(message);
        };
        row("empty", "", "t.csv is empty");
        row("names only", "a,b\n1,x\n"s.substr(0, 4) + "\n", "t.csv has names of columns, but");
        row("open quote", "a,b\n1,x\n2,\"y\n3,z\n4,u\n", "t.csv:3 a quote is opened here");
        row("text behind a quote", "a,b\n1,\"x\"y\n", "t.csv:2 a closing quote is followed by text");
        row("ragged", "a,b\n1,x\n2,y,z\n", "t.csv:3 has 3 fields where there are 2 columns");
        row("too few", "a,b\n1,x\n2\n", "t.csv:3 has 1 fields where there are 2 columns");
        row("NUL", "a,b\n1,x\n2,\0y\n"s, "t.csv:3 holds a NUL byte");
        row("no UTF-8", "a,b\n1,x\n2,caf\xE9\n", "t.csv:3 is not written in UTF-8 (byte 6");
        row("overlong", "a,b\n1,\xC0\xAF\n", "t.csv:2 is not written in UTF-8");
        row("surrogate", "a,b\n1,\xED\xA0\x80\n", "t.csv:2 is not written in UTF-8");
        row("UTF-16 LE", "\xFF\xFE" "a\0,\0b\0"s, "t.csv is written in UTF-16; save it as UTF-8");
        row("UTF-16 BE", "\xFE\xFF\0a\0,\0b"s, "t.csv is written in UTF-16");
        row("UTF-16 without mark", "a\0,\0b\0\n\0001\0,\0002\0\n\0"s, "t.csv is written in UTF-16");
        row("UTF-32", "\xFF\xFE\0\0a\0\0\0"s, "t.csv is written in UTF-32");
        row("spreadsheet", "PK\x03\x04rest", "t.csv is no text but a zip archive or a spreadsheet");
        row("old Mac", "a,b\r1,x\r2,y\r", "t.csv ends its lines with CR alone");
        row("equal names", "a,b,a\n1,2,3\n"s, "t.csv:1 two columns are called a; rename one");
    }
    void refusesByLineWithAWayOut()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, message);
        CsvOptions options;
        options.dialect.header = true;

        const auto file = opened({bytes.data(), static_cast<std::size_t>(bytes.size())}, options);

        QVERIFY2(problem(file).starts_with(message.toStdString()), problem(file).c_str());
    }

    void refusesTheHugeBeforeMemory()
    {
        const fs::path path = m_folder.path() / "t.csv";
        Limits limits;
        limits.recordBytes = 1u << 20;
        const auto with = [&](std::string_view begin, char filler, std::size_t count) {
            std::ofstream out(path, std::ios::binary);
            out << begin << std::string(count, filler);
            out.close();
            return problem(CsvFile::open(path, {}, {}, limits));
        };

        QVERIFY2(with("a,b\n1,", 'x', 5u << 20).starts_with("t.csv:2 the record is longer than"),
                 with("a,b\n1,", 'x', 5u << 20).c_str());
        QVERIFY(with("a,b\n1,\"", 'x', 5u << 20).starts_with("t.csv:2 a quote is opened here"));
        QVERIFY(with("", ',', 20'000).starts_with("t.csv:1 has more than 16384 columns"));
        QVERIFY(with("", ',', 10'000'000).starts_with("t.csv:1 the record is longer than"));
    }

    void refusesAFieldOfAGigabyteWithoutReadingIt()
    {
        const fs::path path = m_folder.path() / "t.csv";
        std::ofstream(path, std::ios::binary) << "a,b\n1,x";
        fs::resize_file(path, 1u << 30); // NUL bytes that take no room on the disk

        const std::string said = problem(CsvFile::open(path));

        QVERIFY2(said.starts_with("t.csv:2 the record is longer than 16777216 bytes"), said.c_str());
    }

    void readsRecordsAcrossChunks()
    {
        std::string bytes = "n,text\n";
        std::vector<std::string> texts;
        for (int i = 0; i < 3'000; ++i) {
            texts.push_back(std::string(static_cast<std::size_t>(1 + i * 7 % 2'000), 'a') + "\n\","
                            + std::to_string(i));
            std::string quoted = texts.back();
            quoted.replace(quoted.find('"'), 1, "\"\"");
            bytes += std::to_string(i) + ",\"" + quoted + "\"\n";
        }

        const auto file = opened(bytes); // some 3 MB: chunks end within quotes and fields

        QVERIFY2(file.ok(), problem(file).c_str());
        QCOMPARE(file.value()->size(), 3'000);
        const auto rows = rowsOf(*file.value(), {2'999, 0, 1'234});
        QVERIFY((rows == std::vector<Row>{{"2999", texts[2'999]}, {"0", texts[0]},
                                          {"1234", texts[1'234]}}));
    }

    void knowsTheLineOfARecord()
    {
        const auto file = opened("a,b\n1,\"x\ny\"\n\n2,z\n3,u\n");

        QCOMPARE(file.value()->lineOf(0), 2);
        QCOMPARE(file.value()->lineOf(1), 5); // two lines are one record, one is blank
        QCOMPARE(file.value()->lineOf(2), 6);
    }

    void noticesThatTheFileChanged()
    {
        const auto file = opened("a,b\n1,x\n2,y\n");
        std::ofstream(m_folder.path() / "t.csv", std::ios::app) << "3,z\n";

        const auto rows = rowsOf(*file.value(), {0});

        QVERIFY((rows == std::vector<Row>{{"error", "was changed since it was opened; open the data "
                                                    "again"}}));
    }

    void leavesOutWhatSomebodyDoesNotWant()
    {
        CsvOptions options;
        std::vector<std::int64_t> lines;
        options.record = [&](std::int64_t line, const CsvFields& fields) -> Result<bool> {
            lines.push_back(line);
            return fields[0] != "2";
        };

        const auto file = opened("a,b\n1,\"x\ny\"\n2,y\n3,z\n", options);

        QCOMPARE(file.value()->size(), 2);
        QVERIFY((lines == std::vector<std::int64_t>{2, 4, 5}));
        QVERIFY((rowsOf(*file.value(), {1, 0}) == std::vector<Row>{{"3", "z"}, {"1", "x\ny"}}));
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        JobContext job;
        job.stop = stop.get_token();

        const auto file = CsvFile::open(written("a,b\n1,2\n"), {}, job);

        QVERIFY(!file.ok() && file.error().code == ErrorCode::Cancelled);
    }
};

LB_TEST(TstCsvFile)
#include "tst_csv_file.moc"
