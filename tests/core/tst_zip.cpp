#include "core/interop/zip.h"

#include "core/support/files.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

/// Archives come from strangers: what opens is whole, and nothing leads outside.
class TstZip : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void membersSurviveTheWayOutAndIn_data()
    {
        QTest::addColumn<int>("method");
        QTest::newRow("stored") << static_cast<int>(ZipMethod::Stored);
        QTest::newRow("deflated") << static_cast<int>(ZipMethod::Deflated);
    }
    void membersSurviveTheWayOutAndIn()
    {
        QFETCH(int, method);
        const std::map<std::string, std::string> members{
            {"a.txt", "one"}, {"empty", ""}, {"folder/b.bin", std::string(100'000, 'x')}};

        const auto reader = opened(members, static_cast<ZipMethod>(method));

        QVERIFY(reader.ok());
        QCOMPARE(reader.value().names(), (std::vector<std::string>{"a.txt", "empty",
                                                                   "folder/b.bin"}));
        for (const auto& [name, bytes] : members)
            QCOMPARE(reader.value().read(name, 1'000'000).value(), bytes);
    }

    void refusesNamesThatLeadOutside_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"../x", "a/../../x", "/etc/x", "a\\..\\x", "C:/x"})
            QTest::newRow(name) << QString(name);
    }
    void refusesNamesThatLeadOutside()
    {
        QFETCH(QString, name);

        const auto reader = opened({{name.toStdString(), "1"}});

        QVERIFY(!reader.ok());
        QCOMPARE(reader.error().code, ErrorCode::BadFile);
        QCOMPARE(english(reader.error().message), "leads outside the archive");
    }

    void refusesTwoMembersOfOneName()
    {
        std::string bytes = encodeZip({{"model_a", "1"}, {"model_b", "2"}}).value();
        for (std::size_t at = 0; (at = bytes.find("model_b", at)) != std::string::npos; ++at)
            bytes.replace(at, 7, "model_a");

        QVERIFY(!openedBytes(bytes).ok()); // readers disagree on which of the two counts
    }

    void refusesWhatWouldGrowTooMuch()
    {
        const auto reader = opened({{"zeros", std::string(70u << 20, '\0')}});

        QVERIFY(!reader.ok());
        QCOMPARE(reader.error().code, ErrorCode::TooLarge);
        QCOMPARE(reader.error().where, "zeros");
    }

    void refusesTooManyMembers()
    {
        Limits limits;
        limits.archiveMembers = 2;

        const auto two = opened({{"a", ""}, {"b", ""}}, ZipMethod::Stored, limits);
        const auto three = opened({{"a", ""}, {"b", ""}, {"c", ""}}, ZipMethod::Stored, limits);

        QVERIFY(two.ok());
        QCOMPARE(three.error().code, ErrorCode::TooLarge);
    }

    void namesTheMemberWithAChangedByte()
    {
        std::string bytes = encodeZip({{"a", "hello hello"}}, ZipMethod::Stored).value();
        bytes[bytes.find("hello")] = 'j';
        const auto reader = openedBytes(bytes);
        QVERIFY(reader.ok());

        const auto read = reader.value().read("a", 100);

        QVERIFY(!read.ok());
        QCOMPARE(read.error().where, "a");
        QCOMPARE(english(read.error().message), "is damaged; its checksum differs");
    }

    void takesNoMemoryForAMemberBeyondTheCallersLimit()
    {
        const auto reader = opened({{"a", "123456789"}});

        QVERIFY(reader.value().read("a", 9).ok());
        QCOMPARE(reader.value().read("a", 8).error().code, ErrorCode::TooLarge);
        QCOMPARE(reader.value().read("b", 8).error().code, ErrorCode::NotFound);
    }

    void refusesEveryCutOffArchive()
    {
        const std::string bytes = encodeZip({{"a", "12345"}, {"b/c", "678"}}).value();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const auto reader = openedBytes(bytes.substr(0, size));
            QVERIFY2(!reader.ok(), std::to_string(size).c_str());
            QCOMPARE(reader.error().code, ErrorCode::BadFile);
        }
    }

private:
    Result<ZipReader> openedBytes(const std::string& bytes, const Limits& limits = {})
    {
        const auto path = m_folder.path() / "test.zip";
        if (Result<> saved = saveAtomically(path, bytes); !saved.ok())
            return std::move(saved.error());
        return ZipReader::open(path, limits);
    }
    Result<ZipReader> opened(const std::map<std::string, std::string>& members,
                             ZipMethod method = ZipMethod::Deflated, const Limits& limits = {})
    {
        LB_TRY(bytes, encodeZip(members, method));
        return openedBytes(bytes, limits);
    }

    TemporaryFolder m_folder;
};

LB_TEST(TstZip)
#include "tst_zip.moc"
