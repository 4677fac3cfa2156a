#include "core/data/wav_file.h"
#include "tests/support/lb_test.h"
#include "tests/core/wav_bytes.h"

#include <QTest>

#include <bit>
#include <cmath>

using namespace lb;

class TstWavFile : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void readsSamples_data()
    {
        using namespace lb::test;
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QList<float>>("samples");
        const auto row = [](const char* name, const std::string& file, const QList<float>& samples) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << samples;
        };
        row("8 bits", wav(1, 1, 8, number(0x00FF80, 3)), {0, 127.0f / 128, -1});
        row("16 bits", wav(1, 1, 16, number(0x8000, 2) + number(0x4000, 2)), {-1, 0.5f});
        row("24 bits", wav(1, 1, 24, number(0x800000, 3) + number(0x400000, 3)), {-1, 0.5f});
        row("32 bits", wav(1, 1, 32, number(0x80000000, 4) + number(0x40000000, 4)), {-1, 0.5f});
        row("float", wav(3, 1, 32, number(std::bit_cast<std::uint32_t>(0.25f), 4)), {0.25f});
        row("double", wav(3, 1, 64, number(std::bit_cast<std::uint64_t>(-1.5), 8)), {-1.5f});
        row("extensible",
            wav(chunk("fmt ", format(0xFFFE, 1, 16) + number(22, 2) + number(16, 2) + number(4, 4)
                          + number(1, 2) + std::string(14, '\0'))
                + chunk("data", number(0x4000, 2))),
            {0.5f});
        row("other chunks, one of odd length",
            wav(chunk("LIST", "abc") + chunk("fmt ", format(1, 1, 16)) + chunk("fact", "abcd")
                + chunk("data", number(0x4000, 2)) + chunk("LIST", "x")),
            {0.5f});
        row("written while it was recorded",
            wav(chunk("fmt ", format(1, 1, 16)) + "data" + number(0xFFFFFFFF, 4)
                + number(0x4000, 2)),
            {0.5f});
        row("no samples", wav(1, 1, 16, ""), {});
    }
    void readsSamples()
    {
        QFETCH(QByteArray, file);
        QFETCH(QList<float>, samples);

        const auto sound = decodeWav(file.toStdString());

        QVERIFY2(sound.ok(), sound.ok() ? "" : english(sound.error().message).c_str());
        QCOMPARE(sound.value().samples.shape(), (Shape{samples.size(), 1}));
        QCOMPARE(sound.value().samplingRate, 8000);
        const auto read = sound.value().samples.values<float>();
        QCOMPARE(QList<float>(read.begin(), read.end()), samples);
    }

    void keepsChannelsBesideEachOther()
    {
        using namespace lb::test;
        const auto sound = decodeWav(
            wav(1, 2, 16, number(0x4000, 2) + number(0xC000, 2) + number(0, 2) + number(0x2000, 2)));

        QVERIFY(sound.ok());
        QCOMPARE(sound.value().samples, Tensor::of<float>({2, 2}, {0.5f, -0.5f, 0, 0.25f}));
    }

    void refusesWhatIsNotTrue_data()
    {
        using namespace lb::test;
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& file, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << message;
        };
        const std::string pcm = chunk("fmt ", format(1, 1, 16));
        row("empty", "", "is no WAV file: it does not begin with RIFF and WAVE; convert it to WAV");
        row("another file", "\x89PNG\r\n\x1a\n....WAVE", "is no WAV file: it does not begin with RIFF and WAVE; convert it to WAV");
        row("4 GB of samples in 2 bytes", wav(pcm + "data" + number(0xFFFFFFF0, 4) + "ab"),
            "the chunk at byte 36 says that it has 4294967280 bytes, but the file ends after 2; fetch it again");
        row("a long chunk", wav("LIST" + number(0x7FFFFFFF, 4) + pcm),
            "the chunk at byte 12 says that it has 2147483647 bytes, but the file ends after 24; fetch it again");
        row("no samples", wav(pcm), "has no samples: there is no chunk \"data\"; the file may be cut, fetch or record it again");
        row("samples first", wav(chunk("data", "ab") + pcm),
            "has samples at byte 12 before it says what they are; convert it to WAV again");
        row("short format", wav(chunk("fmt ", "abcd") + chunk("data", "ab")),
            "the chunk \"fmt \" at byte 20 is too short: 4 bytes; fetch or write the file again");
        row("no channels", wav(1, 0, 16, "ab"),
            "the chunk \"fmt \" contradicts itself: 0 channels of 16 bits at 8000 Hz in frames of 0 "
            "bytes; save it as PCM of 16 bits");
        row("half a frame", wav(1, 2, 16, "abcdef"),
            "its samples end within a frame: 6 bytes in frames of 4; fetch it again");
        row("compressed", wav(85, 1, 16, "ab"),
            "holds sound of format 85 with 16 bits, which is not read here: save it as PCM of 16 bits");
        row("12 bits", wav(1, 1, 12, "ab"),
            "holds sound of format 1 with 12 bits, which is not read here: save it as PCM of 16 bits");
    }
    void refusesWhatIsNotTrue()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, message);

        const auto sound = decodeWav(file.toStdString());

        QVERIFY(!sound.ok());
        QCOMPARE(QString::fromStdString(english(sound.error().message)), message);
    }

    void refusesMoreThanTheLimit()
    {
        using namespace lb::test;
        Limits limits;
        limits.tensorBytes = 8;

        const auto sound = decodeWav(wav(1, 1, 8, std::string(3, 'x')), limits);

        QVERIFY(!sound.ok());
        QCOMPARE(sound.error().code, ErrorCode::TooLarge);
    }

    /// A thousand million chunks of nothing would keep a reader busy for ever.
    void refusesEndlessChunks()
    {
        using namespace lb::test;
        std::string chunks;
        for (int i = 0; i < 20'000; ++i)
            chunks += chunk("LIST", "");

        const auto sound = decodeWav(wav(chunks));

        QVERIFY(!sound.ok());
        QVERIFY(english(sound.error().message).starts_with("has more than 10000 chunks"));
    }

    /// Cut at every place: a message or a shorter sound, never more than is there.
    void survivesBeingCut()
    {
        using namespace lb::test;
        const std::string whole = wav(1, 2, 24, std::string(60, 'x'));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto sound = decodeWav(whole.substr(0, size));
            QVERIFY(!sound.ok());
            QVERIFY(!english(sound.error().message).empty());
        }
    }
};

LB_TEST(TstWavFile)
#include "tst_wav_file.moc"
