#include "core/data/image_file.h"
#include "core/support/files.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace lb;
namespace fs = std::filesystem;

namespace {

fs::path picture(std::string_view name)
{
    return fs::path(qgetenv("LAYERBENCH_SOURCE").toStdString()) / "tests/data/pictures" / name;
}

std::string bytesOf(const fs::path& path)
{
    return readFile(path, 1u << 30).value();
}

Tensor pattern()
{
    return Tensor::make<std::uint8_t>({3, 5, 3}, [](std::span<std::uint8_t> out) {
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 5; ++x) {
                const int rgb[3]{60 * x, 100 * y, 255 - 30 * x - 20 * y};
                for (int c = 0; c < 3; ++c)
                    out[static_cast<std::size_t>((y * 5 + x) * 3 + c)]
                        = static_cast<std::uint8_t>(rgb[c]);
            }
    });
}

/// Sums of the three channels.
std::array<std::int64_t, 3> sums(const Tensor& image)
{
    std::array<std::int64_t, 3> result{};
    const auto values = image.values<std::uint8_t>();
    for (std::size_t i = 0; i < values.size(); ++i)
        result[i % 3] += values[i];
    return result;
}

std::string bigEndian(std::uint32_t number)
{
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(number >> shift & 255);
    return bytes;
}

/// A PNG that says how large it is, and has nothing else.
std::string pngHeader(std::uint32_t width, std::uint32_t height)
{
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1a\n"s + bigEndian(13) + "IHDR" + bigEndian(width) + bigEndian(height)
        + "\x08\x02\0\0\0\0\0\0\0"s;
}

std::int64_t residentKilobytes()
{
    std::ifstream status("/proc/self/statm");
    std::int64_t total = 0, resident = 0;
    status >> total >> resident;
    return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

} // namespace

class TstImageFile : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void readsTheSamePixelsFromEveryExactFormat_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"pattern.png", "pattern.bmp", "pattern.ppm", "pattern.tiff",
                                 "pattern.webp", "pattern.gif", "pattern_alpha.png"})
            QTest::newRow(name) << name;
    }
    void readsTheSamePixelsFromEveryExactFormat()
    {
        QFETCH(QString, name);

        const auto image = readImage(picture(name.toStdString()));

        QVERIFY2(image.ok(), image.ok() ? "" : english(image.error().message).c_str());
        QVERIFY(image.value() == pattern());
    }

    void readsJpegAsPillowDoes()
    {
        const auto image = readImage(picture("chelsea.jpg"));

        QVERIFY(image.ok());
        QVERIFY((image.value().shape() == Shape{64, 96, 3}));
        const std::array<std::int64_t, 3> pillow{907'454, 684'514, 533'554};
        for (std::size_t c = 0; c < 3; ++c) // a tenth of a level in the mean
            QVERIFY(std::abs(sums(image.value())[c] - pillow[c]) < 64 * 96 / 10);
    }

    void readsProgressiveJpegAndInks()
    {
        const auto progressive = readImage(picture("chelsea_progressive.jpg"));
        const auto inks = readImage(picture("inks.jpg"));

        QVERIFY(progressive.ok());
        QVERIFY(inks.ok());
        const auto values = inks.value().values<std::uint8_t>();
        QVERIFY(values[0] <= 1); // cyan takes all red
        QVERIFY(std::abs(values[1] - 204) <= 1); // black takes a fifth
        QVERIFY(std::abs(values[2] - 102) <= 1);
    }

    void sixteenBitsBecomeEight()
    {
        const auto image = readImage(picture("grey16.png"));

        QVERIFY(image.ok());
        const auto values = image.value().values<std::uint8_t>();
        for (std::size_t i = 0; i < 15; ++i) // 4369 i = 257 * 17 i
            for (std::size_t c = 0; c < 3; ++c)
                QCOMPARE(int{values[i * 3 + c]}, static_cast<int>(17 * i));
    }

    void readsAnInterlacedGifWithAFullDictionary()
    {
        const auto image = readImage(picture("noise_interlaced.gif"));

        QVERIFY(image.ok());
        QVERIFY((image.value().shape() == Shape{120, 160, 3}));
        QVERIFY(
            (sums(image.value()) == std::array<std::int64_t, 3>{2'439'483, 2'456'517, 2'440'349}));
        for (std::size_t i = 0; i < 120 * 160; ++i) { // colour i of the table is (i, 255 - i, 7 i)
            const auto* rgb = image.value().values<std::uint8_t>().data() + 3 * i;
            QCOMPARE(rgb[0] + rgb[1], 255);
            QCOMPARE(int{rgb[2]}, rgb[0] * 7 % 256);
        }
    }

    void writesAPngThatReadsBack()
    {
        const auto png = encodePng(pattern());

        QVERIFY(png.ok());
        QVERIFY(decodeImage(png.value()).value() == pattern());
        QVERIFY(!encodePng(Tensor::of<std::uint8_t>({2, 2}, {1, 2, 3, 4})).ok());
        QVERIFY(!encodePng(Tensor::of<float>({1, 1, 1}, {1})).ok());
    }

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
                                 << "is a broken JPEG: its header gives no size";
        QTest::newRow("width 0") << QByteArray::fromStdString(pngHeader(0, 4))
                                 << "is a broken PNG: its header gives no size";
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

LB_TEST(TstImageFile)
#include "tst_image_file.moc"
