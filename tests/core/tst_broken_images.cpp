#include "core/data/image_file.h"
#include "temporary_folder.h"
#include "tests/core/image_bytes.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <fstream>
#include <unistd.h>

using namespace lb;
using namespace lb::test;
namespace fs = std::filesystem;

namespace {

std::int64_t residentKilobytes()
{
    std::ifstream status("/proc/self/statm");
    std::int64_t total = 0, resident = 0;
    status >> total >> resident;
    return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

} // namespace

/// Picture files that are too large, cut off, changed or something else.
class TstBrokenImages : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void refusesAnImmenseImageBeforeMemoryIsTaken_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("file");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("png", pngHeader(50'000, 50'000));
        row("png of 2^31", pngHeader(0x7FFFFFFF, 0x7FFFFFFF));
        row("jpeg", "\xff\xd8\xff\xc0\x00\x11\x08\xc3\x50\xc3\x50\x03"s + std::string(20, '\0'));
        row("ppm", "P6\n# large\n50000 50000\n255\n");
        row("gif", "GIF89a\x50\xc3\x50\xc3"s + std::string(20, '\0'));
        row("bmp", "BM"s + std::string(12, '\0') + "\x28\0\0\0\x50\xc3\0\0\xb0\x3c\xff\xff"s);
        row("webp", "RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\x03\xff\xff\x03"s);
        row("tiff",
            "II*\0\x08\0\0\0\x02\0\0\x01\x04\0\x01\0\0\0\x50\xc3\0\0"
            "\x01\x01\x04\0\x01\0\0\0\x50\xc3\0\0"s);
    }
    void refusesAnImmenseImageBeforeMemoryIsTaken()
    {
        QFETCH(QByteArray, file);
        const std::int64_t before = residentKilobytes();

        const auto image = decodeImage(file.toStdString());

        QVERIFY(!image.ok());
        QCOMPARE(image.error().code, ErrorCode::TooLarge);
        QVERIFY(english(image.error().message).find("at most 100000000") != std::string::npos);
        QVERIFY(residentKilobytes() - before < 10'000);
    }

    void refusesAJpegThatWasCutOffAnywhere()
    {
        const std::string whole = bytesOf(picture("chelsea.jpg"));
        for (std::size_t size = 0; size < whole.size(); size += 7)
            QVERIFY2(!decodeImage(whole.substr(0, size)).ok(), std::to_string(size).c_str());
        const std::string progressive = bytesOf(picture("chelsea_progressive.jpg"));
        for (std::size_t size = 0; size < progressive.size(); size += 7)
            QVERIFY2(!decodeImage(progressive.substr(0, size)).ok(), std::to_string(size).c_str());
    }

    void refusesAJpegWhoseMiddleIsMissing()
    {
        std::string bytes = bytesOf(picture("chelsea.jpg"));
        bytes.erase(bytes.size() / 2, bytes.size() / 4); // the end is still there

        const auto image = decodeImage(bytes);

        QVERIFY(!image.ok());
        QCOMPARE(image.error().code, ErrorCode::BadFile);
    }

    void refusesWhatWasCutOffInOtherFormats_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"pattern.png", "pattern.bmp", "pattern.ppm", "pattern.tiff",
                                 "pattern.webp", "pattern.gif", "noise_interlaced.gif"})
            QTest::newRow(name) << name;
    }
    void refusesWhatWasCutOffInOtherFormats()
    {
        QFETCH(QString, name);
        const std::string whole = bytesOf(picture(name.toStdString()));
        const std::size_t step = std::max<std::size_t>(whole.size() / 40, 1);

        for (std::size_t size = 0; size + 4 < whole.size(); size += step)
            QVERIFY2(!decodeImage(whole.substr(0, size)).ok(), std::to_string(size).c_str());
    }

    void refusesAPngWithAChangedByte()
    {
        std::string bytes = bytesOf(picture("pattern.png"));
        bytes[50] = static_cast<char>(bytes[50] ^ 1);

        const auto image = decodeImage(bytes);

        QVERIFY(!image.ok());
        QVERIFY(english(image.error().message).find("checksum") != std::string::npos);
    }

    void survivesChangedBytes_data() { refusesWhatWasCutOffInOtherFormats_data(); }
    void survivesChangedBytes() // whatever it answers, no crash and no other size
    {
        QFETCH(QString, name);
        const std::string whole = bytesOf(picture(name.toStdString()));
        if (name == "pattern.tiff" || name == "pattern.webp")
            QSKIP("left to OpenCV, which prints what it finds");
        for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 2'000); ++i) {
            std::string bytes = whole;
            bytes[i] = static_cast<char>(bytes[i] ^ (1 << i % 8));
            Limits limits;
            limits.imagePixels = 1 << 20;
            if (const auto image = decodeImage(bytes, limits); image.ok())
                QVERIFY(elementCount(image.value().shape()) <= 3 << 20);
        }
    }

    void namesTheFileAndWhatItIs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        QTest::newRow("text") << QByteArray("hello, world")
                              << "is no picture that can be read: JPEG, PNG, BMP, WebP, GIF, TIFF "
                                 "or PNM";
        QTest::newRow("empty") << QByteArray()
                               << "is no picture that can be read: JPEG, PNG, BMP, WebP, GIF, TIFF "
                                  "or PNM";
        QTest::newRow("svg") << QByteArray("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
                             << "is no picture that can be read: JPEG, PNG, BMP, WebP, GIF, TIFF "
                                "or PNM";
        QTest::newRow("no size") << QByteArray("\xff\xd8\xff\xd9", 4)
                                 << "is a broken JPEG: its header gives no size; fetch it again";
        QTest::newRow("width 0") << QByteArray::fromStdString(pngHeader(0, 4))
                                 << "is a broken PNG: its header gives no size; fetch it again";
    }
    void namesTheFileAndWhatItIs()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        TemporaryFolder folder;
        const fs::path path = folder.path() / "a\xff.jpg"; // no UTF-8
        std::ofstream(path, std::ios::binary) << bytes.toStdString();

        const auto image = readImage(path);

        QVERIFY(!image.ok());
        QCOMPARE(QString::fromStdString(english(image.error().message)), message);
        QVERIFY(image.error().where == path.native());
    }

    void refusesAFileBeyondTheLimit()
    {
        Limits limits;
        limits.imageFileBytes = 100;

        const auto image = readImage(picture("chelsea.jpg"), limits);

        QVERIFY(!image.ok());
        QCOMPARE(image.error().code, ErrorCode::TooLarge);
    }
};

LB_TEST(TstBrokenImages)
#include "tst_broken_images.moc"
