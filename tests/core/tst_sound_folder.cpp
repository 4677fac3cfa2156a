#include "core/data/sources.h"
#include "core/training/training_rows.h"
#include "temporary_folder.h"
#include "tests/core/wav_bytes.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <filesystem>
#include <fstream>

using namespace lb;
namespace fs = std::filesystem;

namespace {

using lb::test::wavOf;

constexpr int kHalf = 16'384; // of the largest sample

std::string reasonsOf(const Source& source)
{
    std::string reasons;
    for (const Error& error : source.unreadable())
        reasons += fs::path(error.where).filename().string() + ' ' + english(error.message) + '\n';
    return reasons;
}

std::string problemOf(const Result<SourceHandle>& opened)
{
    return opened.ok() ? "no error" : english(opened.error().message);
}

Result<Tensor> sounds(const Source& source, std::vector<std::int64_t> rows)
{
    constexpr std::size_t kSound = 0;
    LB_TRY(block, source.block({&kSound, 1}, rows));
    return block.front();
}

} // namespace

/// Folders of WAV files as data.
class TstSoundFolder : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".?"));
        m_folder = std::make_unique<TemporaryFolder>();
    }

    void givesRowsOfOneLength()
    {
        write("low/a.wav", wavOf({kHalf, -kHalf, 0, kHalf}));
        write("low/b.wav", wavOf({kHalf}));
        write("high/c.wav", wavOf({-32'768, 0}));

        const auto source = soundFolder(root());

        QVERIFY2(source.ok(), problemOf(source).c_str());
        QVERIFY((source.value()->classNames() == std::vector<std::string>{"high", "low"}));
        QCOMPARE(source.value()->nameOf(2), std::string("low/b.wav"));
        QCOMPARE(source.value()->label(2), 1);
        QCOMPARE(text(source.value()->columns().front().spec), std::string("float32 [4] -1..1"));
        QVERIFY(holdsSounds(*source.value()) && !source.value()->hasImages());
        QCOMPARE(sounds(*source.value(), {1, 0, 2}).value(),
                 Tensor::of<float>({3, 4}, {0.5f, -0.5f, 0, 0.5f, //
                                            -1, 0, 0, 0, //
                                            0.5f, 0, 0, 0}));
        std::vector<std::string> notes;
        for (const Message& note : source.value()->notes())
            notes.push_back(english(note));
        QVERIFY((notes
                 == std::vector<std::string>{
                     "8000 samples a second",
                     "2 of 3 sounds are shorter than 4 samples; silence follows them"}));
    }

    void cutsOffWhatIsLongerThanAskedFor()
    {
        write("a/1.wav", wavOf({kHalf, 0, -kHalf, kHalf}));

        const auto source = soundFolder(root(), {.samplingRate = 0, .length = 3, .mono = true});

        QVERIFY2(source.ok(), problemOf(source).c_str());
        QCOMPARE(sounds(*source.value(), {0}).value(), Tensor::of<float>({1, 3}, {0.5f, 0, -0.5f}));
        QCOMPARE(english(source.value()->notes().back()),
                 std::string("1 of 1 sounds are longer than 3 samples; the rest is cut off"));
    }

    void takesTheMeanOfChannelsOrKeepsThem()
    {
        write("a/1.wav", wavOf({kHalf, 0, -kHalf, -kHalf}, 2));
        write("a/2.wav", wavOf({kHalf, kHalf}, 2));
        write("a/one.wav", wavOf({kHalf}, 1));

        const SourceHandle mono = soundFolder(root()).value();
        const SourceHandle all = soundFolder(root(), {.samplingRate = 0, .length = 0, .mono = false}).value();

        QCOMPARE(sounds(*mono, {0, 2}).value(),
                 Tensor::of<float>({2, 2}, {0.25f, -0.5f, 0.5f, 0}));
        QCOMPARE(text(all->columns().front().spec), std::string("float32 [2, 2] -1..1"));
        QCOMPARE(sounds(*all, {0, 1}).value(),
                 Tensor::of<float>({2, 2, 2}, {0.5f, 0, -0.5f, -0.5f, 0.5f, 0.5f, 0, 0}));
        QCOMPARE(reasonsOf(*all), std::string("one.wav has 1 channels where most files have 2; "
                                              "convert it, or take the mean of the channels\n"));
    }

    /// Nothing is resampled: another rate is another pitch.
    void leavesOutOtherSamplingRates()
    {
        write("a/1.wav", wavOf({1, 2}, 1, 8'000));
        write("a/2.wav", wavOf({1, 2}, 1, 44'100));
        write("a/3.wav", wavOf({1, 2}, 1, 8'000));

        const SourceHandle most = soundFolder(root()).value();
        const SourceHandle chosen = soundFolder(root(), {.samplingRate = 44'100, .length = 0, .mono = true}).value();
        const auto none = soundFolder(root(), {.samplingRate = 16'000, .length = 0, .mono = true});

        QCOMPARE(most->size(), 2);
        QCOMPARE(reasonsOf(*most),
                 std::string("2.wav has 44100 samples a second where the data have 8000; convert it, "
                             "or choose another sampling rate of the source\n"));
        QCOMPARE(factsOf(*most, {}, false).samplingRate, 8'000);
        QCOMPARE(factsOf(*chosen, {}, false).samplingRate, 44'100);
        QCOMPARE(chosen->size(), 1);
        QCOMPARE(chosen->nameOf(0), std::string("a/2.wav"));
        QCOMPARE(problemOf(none), std::string("holds no sound of 16000 samples a second; choose "
                                              "sampling rate 0, or the one that the files have"));
    }

    void leavesOutWhatLiesAndSaysWhy()
    {
        using namespace lb::test;
        write("a/good.wav", wavOf({1, 2, 3}));
        write("a/lies.wav", wav(chunk("fmt ", format(1, 1, 16)) + "data" + number(0xFFFFFFF0, 4) + "ab"));
        write("a/music.mp3", "ID3 and so on");
        write("a/none.wav", wavOf({}));

        const auto source = soundFolder(root());

        QVERIFY2(source.ok(), problemOf(source).c_str());
        QCOMPARE(source.value()->size(), 1);
        QCOMPARE(reasonsOf(*source.value()),
                 std::string("lies.wav the chunk at byte 36 says that it has 4294967280 bytes, but "
                             "the file ends after 2; fetch it again\n"
                             "music.mp3 is no WAV file: it does not begin with RIFF and WAVE; convert it to "
                             "WAV\n"
                             "none.wav holds no samples; record it anew\n"));
    }

    /// A file that is as long as its header says, most of it a hole on the disk.
    void readsNothingOfAHugeFileButWhatIsAsked()
    {
        using namespace lb::test;
        constexpr std::uint64_t kSize = std::uint64_t{3} << 30;
        write("a/huge.wav", wav(chunk("fmt ", format(1, 1, 16)) + "data" + number(kSize - 44, 4) + number(kHalf, 2)));
        fs::resize_file(root() / "a/huge.wav", kSize);
        Limits limits;
        limits.tensorBytes = 1u << 20;

        const auto whole = soundFolder(root(), {}, {}, limits);
        const auto begin = soundFolder(root(), {.samplingRate = 0, .length = 2, .mono = true}, {}, limits);

        QVERIFY(!whole.ok());
        QCOMPARE(whole.error().code, ErrorCode::TooLarge);
        QVERIFY(problemOf(whole).ends_with("needs too much memory; choose a length"));
        QVERIFY2(begin.ok(), problemOf(begin).c_str());
        QCOMPARE(sounds(*begin.value(), {0}).value(), Tensor::of<float>({1, 2}, {0.5f, 0}));
        const std::vector<std::int64_t> many(1u << 18, 0);
        QCOMPARE(sounds(*begin.value(), many).error().code, ErrorCode::TooLarge);
    }

    void saysWhatItNeeds()
    {
        write("a/notes.txt", "no sound");

        QCOMPARE(problemOf(soundFolder(root())),
                 std::string("holds no sound in 1 folders and 1 files; it needs a folder for each "
                             "class, with WAV files inside; convert other sounds to WAV"));
        QCOMPARE(soundFolder("/nowhere/at all").error().code, ErrorCode::NotFound);
    }

    void noticesAFileThatChanged()
    {
        write("a/1.wav", wavOf({1, 2, 3}));
        const SourceHandle source = soundFolder(root()).value();
        const std::string hash = source->dataHash();

        write("a/1.wav", wavOf({1, 2, 3, 4}));

        QCOMPARE(english(sounds(*source, {0}).error().message),
                 std::string("has changed; open the folder again"));
        QVERIFY(soundFolder(root()).value()->dataHash() != hash);
        fs::remove(root() / "a/1.wav");
        QCOMPARE(sounds(*source, {0}).error().code, ErrorCode::NotFound);
    }

    void trainAndTestAreSplitsOfTheSameShape()
    {
        write("train/low/a.wav", wavOf({kHalf, -kHalf, 0, kHalf}));
        write("train/high/b.wav", wavOf({kHalf}));
        write("test/low/c.wav", wavOf({kHalf, 1, 2, 3, 4, 5})); // longer than those of training
        write("test/high/d.wav", wavOf({0, 0}, 1, 16'000)); // another sampling rate
        const ConfigObject said{{"kind", "sound_folder"}, {"path", "."}};

        const auto training = openSource(said, root());
        const auto heldOut = openHeldOut(said, root());

        QVERIFY2(training.ok(), problemOf(training).c_str());
        QVERIFY2(heldOut.ok(), problemOf(heldOut).c_str());
        const std::vector<std::string> classes{"high", "low"};
        QVERIFY(training.value()->classNames() == classes);
        QVERIFY(heldOut.value()->classNames() == classes);
        QCOMPARE(training.value()->size(), 2);
        QCOMPARE(heldOut.value()->size(), 1);
        QCOMPARE(heldOut.value()->label(0), 1);
        QVERIFY(heldOut.value()->columns() == training.value()->columns());
        QVERIFY(reasonsOf(*heldOut.value()).starts_with("d.wav has 16000 samples a second"));
        QCOMPARE(splitFoldersOf(*heldOut.value())->validation, std::string("test"));
        QCOMPARE(english(training.value()->notes()[1]),
                 std::string("the folder train is for training and test for validation; the classes "
                             "are the folders inside"));
        ConfigObject classesSaid = said;
        classesSaid["folders"] = "classes";
        QVERIFY((openSource(classesSaid, root()).value()->classNames()
                 == std::vector<std::string>{"test", "train"}));
        QVERIFY(!openHeldOut(classesSaid, root()).value());
    }

    void aValidationPartThatDoesNotFitIsToldTruly()
    {
        write("train/low/a.wav", wavOf({1, 2, 3, 4}, 2, 16'000));
        write("train/high/b.wav", wavOf({1, 2}, 2, 16'000));
        write("val/low/c.wav", wavOf({1, 2}, 1, 16'000));
        write("val/high/d.wav", wavOf({1, 2, 3}, 1, 16'000));
        ConfigObject said{{"kind", "sound_folder"}, {"path", "."}};

        QCOMPARE(openHeldOut(said, root()).value()->size(), 2); // the mean of one channel is that
        said["channels"] = "all";
        QCOMPARE(problemOf(openHeldOut(said, root())),
                 std::string("has sounds of 1 channels where those of the folder train have 2; take the "
                             "mean of the channels, convert the sounds, or move the folder away, so that "
                             "a part of train is kept for validation"));

        for (const char* place : {"val/low/c.wav", "val/high/d.wav"})
            write(place, wavOf({1, 2}, 2, 8'000));
        for (const std::int64_t rate : {0, 16'000}) {
            said["sampling_rate"] = rate;
            QCOMPARE(problemOf(openHeldOut(said, root())),
                     std::string("has sounds of 8000 samples a second where those of the folder train "
                                 "have 16000; convert them, or move the folder away, so that a part of "
                                 "train is kept for validation"));
        }
        said["sampling_rate"] = 44'100; // which is the training part's own fault
        QVERIFY(problemOf(openHeldOut(said, root())).starts_with("holds no sound of 44100 samples"));
        said["sampling_rate"] = 0;
        fs::remove_all(root() / "val"); // the way out that was told
        QVERIFY(openHeldOut(said, root()).ok() && !openHeldOut(said, root()).value());
    }

    void soundsWithoutFoldersAreCounted()
    {
        write("a.wav", wavOf({1, 2}));
        write("b.txt", "none");

        QVERIFY(problemOf(soundFolder(root())).starts_with("holds sounds (1), but no folders"));
    }

    void theConfigChooses()
    {
        write("a/1.wav", wavOf({kHalf, 0, 1, 2}, 2));
        const Config config(ConfigObject{{"kind", "sound_folder"},
                                         {"path", "."},
                                         {"length", 1},
                                         {"channels", "all"},
                                         {"sampling_rate", 8'000}});

        const auto source = openSource(config, root());

        QVERIFY2(source.ok(), problemOf(source).c_str());
        QCOMPARE(sounds(*source.value(), {0}).value(), Tensor::of<float>({1, 1, 2}, {0.5f, 0}));
        QVERIFY(!openHeldOut(config, root()).value());
    }

private:
    fs::path root() const { return m_folder->path(); }
    void write(const std::string& name, const std::string& bytes) const
    {
        fs::create_directories((root() / name).parent_path());
        std::ofstream(root() / name, std::ios::binary) << bytes;
    }

    std::unique_ptr<TemporaryFolder> m_folder;
};

LB_TEST(TstSoundFolder)
#include "tst_sound_folder.moc"
