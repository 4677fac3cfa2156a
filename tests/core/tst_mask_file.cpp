#include "core/data/folder_boxes.h"
#include "core/data/mask_file.h"
#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <fstream>

using namespace lb;

namespace {

/// Pictures that Pillow wrote (`voc*` with PASCAL VOC's colours), `interlaced` by the PNG standard.
struct Png {
    const char* name;
    const char* base64;
};

constexpr std::array kPngs{
    Png{"palette of 4 bits",
              "iVBORw0KGgoAAAANSUhEUgAAAAUAAAACBAMAAABiRAtuAAAAMFBMVEUAAACAAAAAgACAgAAAAICAAIAAgICA"
              "gIBAAADAAABAgADAgABAAIDAAIBAgIDAgIDNKP1wAAAAAXRSTlMAQObYZgAAABBJREFUeJxjYPzIwKDE+AAA"
              "Bv0B9q0itiEAAAAASUVORK5CYII="},
    Png{"palette of 2 bits",
              "iVBORw0KGgoAAAANSUhEUgAAAAUAAAACAgMAAADtBP7OAAAACVBMVEUAAACAAAAAgACmUGVTAAAADklEQVR4"
              "nGOQZGBY6AAAAgUA++pc33EAAAAASUVORK5CYII="},
    Png{"palette of 1 bit",
              "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQMAAAAhLob3AAAABlBMVEUAAACAAABEUqJPAAAACklEQVR4nGNI"
              "AAAAYgBhsZh58gAAAABJRU5ErkJggg=="},
    Png{"interlaced palette",
              "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADBAMAAAHeH+hdAAAAMFBMVEUAyAAAxwEAxgIAxQMAxAQAwwUAwgYA"
              "wQcAwAgAvwkAvgoAvQsAvAwAuw0Aug4AuQ80w9aFAAAAGUlEQVR4nGNgYHBgUGBY84BBmGEvQ1jFBAAaYQQb"
              "Dl8iUwAAAABJRU5ErkJggg=="},
    Png{"grey of 1 bit",
              "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR4nGNIAAAAYgBhsZh58gAAAABJRU5E"
              "rkJggg=="},
    Png{"grey",
              "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAAAAADcV1ARAAAADUlEQVR4nGNgYOT/DwABJQEQaQtKVgAAAABJ"
              "RU5ErkJggg=="},
    Png{"grey in RGB",
              "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGNgYGBgZ2cHAAAxABYmc3nTAAAA"
              "AElFTkSuQmCC"},
    Png{"colours",
              "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGNgYGBoYGAAAAGHAIFYyD/EAAAA"
              "AElFTkSuQmCC"},
    Png{"16 bits",
              "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNgYGBgBgAACAAECx3BgQAAAABJ"
              "RU5ErkJggg=="},
};

std::string bytesOf(const char* name)
{
    const auto found = std::ranges::find(kPngs, std::string_view(name), &Png::name);
    return QByteArray::fromBase64(found->base64).toStdString();
}

std::vector<int> numbersOf(const Tensor& mask)
{
    const auto values = mask.values<std::uint8_t>();
    return {values.begin(), values.end()};
}

/// 4 x 1 pixels 0, 1, 15, 255 whose colours spread the bits of their index, as VOC's do.
std::string vocMask()
{
    std::string palette;
    for (int index = 0; index < 256; ++index)
        for (int channel = 0; channel < 3; ++channel) {
            int color = 0;
            for (int bit = 0; bit < 3; ++bit)
                color |= (index >> (3 * bit + channel) & 1) << (7 - bit);
            palette += static_cast<char>(color);
        }
    return QByteArray::fromBase64("iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAMAAADO4v//AAADAFBMVEU=").toStdString()
        + palette + QByteArray::fromBase64("mu6xRgAAAA1JREFUeJxjYGDk/w8AASUBEGkLSlYAAAAASUVORK5CYII=").toStdString();
}

void write(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

/// A mask's pixels are classes, whatever colours they are shown in.
class MaskFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesTheNumbersThatAreStored_data()
    {
        QTest::addColumn<QByteArray>("png");
        QTest::addColumn<QList<int>>("numbers");
        const auto row = [](const char* name, QList<int> numbers) {
            QTest::newRow(name) << QByteArray::fromStdString(bytesOf(name)) << numbers;
        };
        row("palette of 4 bits", {0, 1, 15, 1, 0, 2, 2, 0, 1, 14});
        row("palette of 2 bits", {0, 1, 2, 1, 0, 2, 2, 0, 1, 1});
        row("palette of 1 bit", {0, 1, 1});
        row("interlaced palette", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
        row("grey of 1 bit", {0, 1, 1});
        row("grey", {0, 1, 15, 255});
        row("grey in RGB", {0, 7});
    }
    void givesTheNumbersThatAreStored()
    {
        QFETCH(QByteArray, png);
        QFETCH(QList<int>, numbers);

        const auto mask = decodeMask(png.toStdString());

        QVERIFY2(mask.ok(), mask.ok() ? "" : english(mask.error().message).c_str());
        const std::vector<int> found = numbersOf(mask.value());
        QCOMPARE(QList<int>(found.begin(), found.end()), numbers);
        QCOMPARE(mask.value().shape().back(), std::int64_t{1});
    }

    /// 256 colours, as VOC's masks have them, and 255 around the objects.
    void givesIndicesOfAWholePalette()
    {
        const auto mask = decodeMask(vocMask());

        QVERIFY2(mask.ok(), mask.ok() ? "" : english(mask.error().message).c_str());
        QCOMPARE(numbersOf(mask.value()), (std::vector<int>{0, 1, 15, 255}));
    }

    void refusesWhatNamesNoClass()
    {
        const TemporaryFolder folder;
        for (const auto& [name, reason] : {std::pair{"colours", "no palette"}, std::pair{"16 bits", "16 bits"}}) {
            write(folder.path() / "x.mask.png", bytesOf(name));

            const auto mask = maskBeside(folder.path() / "x.jpg", 1, 2, {});

            QVERIFY(!mask.ok());
            QCOMPARE(mask.error().code, ErrorCode::Unsupported);
            QVERIFY2(english(mask.error().message).find(reason) != std::string::npos,
                     english(mask.error().message).c_str());
            QVERIFY(english(mask.error().message).find("save it as") != std::string::npos);
            QCOMPARE(mask.error().where, (folder.path() / "x.mask.png").string());
        }
    }

    void refusesAPaletteWhoseBytesWereDamaged()
    {
        std::string png = bytesOf("palette of 4 bits");
        png[png.size() - 20] = static_cast<char>(png[png.size() - 20] ^ 1);

        QCOMPARE(decodeMask(png).error().code, ErrorCode::BadFile);
    }

};

LB_TEST(MaskFileTest)
#include "tst_mask_file.moc"
