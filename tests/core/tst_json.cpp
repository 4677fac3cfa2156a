#include "core/support/json.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <cmath>

using namespace lb;

/// The reader that projects and Keras configs go through.
class TstJson : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void keepsIntegersAndRealsApart()
    {
        const auto read = parseJson(R"([1, 1.0, -9223372036854775808, 1e3, 9007199254740993])");

        QVERIFY(read.ok());
        const ConfigList& list = *read.value().as<ConfigList>();
        QCOMPARE(list[0], Config(1));
        QCOMPARE(list[1], Config(1.0));
        QCOMPARE(list[2], Config(std::numeric_limits<std::int64_t>::min()));
        QCOMPARE(list[3], Config(1000.0));
        QCOMPARE(list[4], Config(std::int64_t{9'007'199'254'740'993})); // a double would lose the 3
    }

    void readsWhatKerasWritesForNoNumber()
    {
        const auto read = parseJson("[NaN, Infinity, -Infinity]");

        QVERIFY(read.ok());
        const ConfigList& list = *read.value().as<ConfigList>();
        QVERIFY(std::isnan(*list[0].as<double>()));
        QCOMPARE(*list[1].as<double>(), std::numeric_limits<double>::infinity());
        QCOMPARE(*list[2].as<double>(), -std::numeric_limits<double>::infinity());
        QCOMPARE(writeJson(read.value(), JsonStyle::Compact), "[NaN, Infinity, -Infinity]");
    }

    void refusesWithPlaceAndReason_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QByteArray& text, const char* where,
                            const char* message) {
            QTest::newRow(name) << text << QString(where) << QString(message);
        };
        row("equal keys", "{\"lr\": 0.1,\n \"lr\": 9}", "line 2, column 2", "the key lr stands twice");
        row("too deep", QByteArray(200'000, '['), "line 1, column 66", "is nested too deeply");
        row("cut off", "{\"a\": [1, 2", "line 1, column 12",
            "a comma or a closing bracket is expected");
        row("empty", "", "line 1, column 1", "the text ends in the middle");
        row("two values", "{} {}", "line 1, column 4", "text follows the end of the value");
        row("huge", "1e999", "line 1, column 6", "the number is too large or too small");
        row("not UTF-8", QByteArray("\"\xff\""), "line 1, column 2", "a text is not UTF-8");
        row("lone surrogate", R"("\ud800")", "line 1, column 8", "an escape in a text is wrong");
        row("trailing comma", "[1,]", "line 1, column 4", "a value is expected");
        row("leading zero", "[01]", "line 1, column 2", "a value is expected");
        row("control character", QByteArray("\"a\nb\""), "line 1, column 3",
            "a control character stands in a text");
    }
    void refusesWithPlaceAndReason()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, where);
        QFETCH(QString, message);

        const auto read = parseJson(text.toStdString());

        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, ErrorCode::BadFile);
        QCOMPARE(QString::fromStdString(english(read.error().message)), message);
        QCOMPARE(QString::fromStdString(read.error().where), where);
    }

    void refusesAFileBeyondTheLimitBeforeReadingIt()
    {
        Limits limits;
        limits.jsonBytes = 8;

        QVERIFY(parseJson("\"123456\"", limits).ok()); // eight bytes
        QVERIFY(!parseJson("\"1234567\"", limits).ok());
    }

    void writesNumbersSoThatTheyReadBackTheSame()
    {
        const Config value = ConfigList{0.1, 1.0, 1e300, -0.0, 5e-324, 123456789.123, 7};

        const std::string text = writeJson(value, JsonStyle::Compact);

        QCOMPARE(text, "[0.1, 1.0, 1e+300, -0.0, 5e-324, 123456789.123, 7]");
        QCOMPARE(parseJson(text).value(), value);
    }

    void writesCanonicallySortedOneItemALine()
    {
        const Config value = ConfigObject{{"b", ConfigList{1, "é\n"}}, {"a", ConfigObject{}}};

        const std::string text = writeJson(value, JsonStyle::Canonical);

        QCOMPARE(text, "{\n  \"a\": {},\n  \"b\": [\n    1,\n    \"é\\n\"\n  ]\n}\n");
        QCOMPARE(parseJson(text).value(), value);
    }
};

LB_TEST(TstJson)
#include "tst_json.moc"
