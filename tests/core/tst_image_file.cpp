#include "core/data/image_file.h"
#include "tests/core/image_bytes.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <random>

using namespace lb;
using namespace lb::test;

namespace {

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

    void readsAnyChannelsAndBitsAsRgb_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QList<int>>("pixels");
        const auto row = [](const char* name, const std::string& file, const QList<int>& pixels) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << pixels;
        };
        row("1 channel", pngOf(2, 8, 0, "\x0a\xc8"), {10, 10, 10, 200, 200, 200});
        row("2 channels, the second is alpha", pngOf(2, 8, 4, "\x0a\xff\xc8\x80"),
            {10, 10, 10, 200, 200, 200});
        row("1 channel of 16 bits", pngOf(2, 16, 0, "\x0a\x0a\xc8\xc8"), {10, 10, 10, 200, 200, 200});
        row("3 channels of 16 bits", pngOf(1, 16, 2, "\x0a\x0a\x14\x14\xc8\xc8"), {10, 20, 200});
        row("4 channels of 16 bits", pngOf(1, 16, 6, "\x0a\x0a\x14\x14\xc8\xc8\xff\xff"),
            {10, 20, 200});
        row("TIFF of 1 channel", tiffOf(2, 1, "\x0a\xc8"), {10, 10, 10, 200, 200, 200});
    }
    void readsAnyChannelsAndBitsAsRgb()
    {
        QFETCH(QByteArray, file);
        QFETCH(QList<int>, pixels);

        const auto image = decodeImage(file.toStdString());

        QVERIFY2(image.ok(), image.ok() ? "" : english(image.error().message).c_str());
        const auto values = image.value().values<std::uint8_t>();
        QCOMPARE(QList<int>(values.begin(), values.end()), pixels);
    }

    void refusesOtherNumbersOfChannels_data()
    {
        QTest::addColumn<int>("channels");
        for (const int channels : {2, 5, 16, 65'535})
            QTest::addRow("%d", channels) << channels;
    }
    void refusesOtherNumbersOfChannels()
    {
        QFETCH(int, channels);
        const auto count = static_cast<std::size_t>(channels);

        const auto image
            = decodeImage(tiffOf(1, static_cast<std::uint32_t>(channels), std::string(count, 'x')));

        QVERIFY(!image.ok());
        QCOMPARE(QString::fromStdString(english(image.error().message)),
                 QString("has %1 channels; a picture is read with 1, 3 or 4: save it with these")
                     .arg(channels));
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

    void undoesEveryFilterOfAPng()
    {
        constexpr int width = 9, height = 12;
        std::mt19937 chance(1);
        for (const int channels : {1, 2, 3, 4}) {
            std::vector<std::vector<int>> lines(height);
            std::vector<std::uint8_t> colours;
            for (auto& line : lines) {
                for (int i = 0; i < width * channels; ++i)
                    line.push_back(static_cast<int>(chance() % 256));
                for (int x = 0; x < width; ++x)
                    for (int c = 0; c < 3; ++c) // grey is repeated, alpha dropped
                        colours.push_back(static_cast<std::uint8_t>(line[static_cast<std::size_t>(
                            x * channels + (channels < 3 ? 0 : c))]));
            }

            const auto image = decodeImage(filteredPng(lines, width, channels));

            QVERIFY2(image.ok(), qPrintable(QString::number(channels)));
            QVERIFY(std::ranges::equal(image.value().values<std::uint8_t>(), colours));
        }
    }

    void aPngWithAWrongSumIsBroken()
    {
        std::string png = filteredPng({{1, 2, 3}, {4, 5, 6}}, 1, 3);
        const auto at = png.find("IDAT") + 11;
        png[at] = static_cast<char>(png[at] + 1);

        QVERIFY(!decodeImage(png).ok());
    }

    void writesAPngThatReadsBack()
    {
        const auto png = encodePng(pattern());

        QVERIFY(png.ok());
        QVERIFY(decodeImage(png.value()).value() == pattern());
        QVERIFY(!encodePng(Tensor::of<std::uint8_t>({2, 2}, {1, 2, 3, 4})).ok());
        QVERIFY(!encodePng(Tensor::of<float>({1, 1, 1}, {1})).ok());
    }
};

LB_TEST(TstImageFile)
#include "tst_image_file.moc"
