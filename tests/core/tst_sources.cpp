#include "core/data/image_file.h"
#include "core/data/sources.h"
#include "core/support/files.h"
#include "temporary_folder.h"
#include "tests/core/given.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>

using namespace lb;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, std::string_view bytes)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string message(const Result<SourceHandle>& result)
{
    return result.ok() ? "no error" : english(result.error().message);
}

std::set<std::int64_t> asSet(const std::vector<std::int64_t>& rows)
{
    return {rows.begin(), rows.end()};
}

} // namespace

class TstSources : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void cifarGivesPixelsFromPlanes()
    {
        const auto source = cifar10Folder(testData("cifar-10-tiny"));
        const auto tests = cifar10Folder(testData("cifar-10-tiny"), true);

        QVERIFY2(source.ok(), message(source).c_str());
        QCOMPARE(source.value()->size(), 10); // two files: 6 and 4
        QCOMPARE(tests.value()->size(), 4);
        QCOMPARE(source.value()->classNames()[3], std::string("star"));
        QCOMPARE(text(source.value()->imageSpec()), std::string("uint8 [32, 32, 3] 0..255"));
        const std::string bytes
            = readFile(testData("cifar-10-tiny/data_batch_2.bin"), 1 << 20).value();
        const Tensor image = source.value()->image(7).value(); // record 1 of the second file
        QCOMPARE(source.value()->label(7), std::int64_t{bytes[3'073]});
        for (const std::size_t pixel : {0u, 33u, 1'023u})
            for (std::size_t c = 0; c < 3; ++c)
                QCOMPARE(image.values<std::uint8_t>()[pixel * 3 + c],
                         static_cast<std::uint8_t>(bytes[3'073 + 1 + c * 1'024 + pixel]));
    }

    void cifarOfOddLengthIsRefusedWithItsRecordSize()
    {
        TemporaryFolder folder;
        const fs::path path = folder.path() / "data_batch_1.bin";
        write(path, std::string(3'073 * 2 - 1, '\1'));

        const auto source = cifar10Folder(folder.path());

        QVERIFY(!source.ok());
        QCOMPARE(source.error().code, ErrorCode::BadFile);
        QCOMPARE(source.error().where, path.native());
        QCOMPARE(message(source),
                 std::string("has 6145 bytes, which is no multiple of CIFAR-10's records of 3073; "
                             "fetch the binary version again"));
    }

    void cifarWithAStrangeLabelIsRefused()
    {
        TemporaryFolder folder;
        std::string bytes(3'073 * 3, '\1');
        bytes[3'073 * 2] = 10;
        write(folder.path() / "data_batch_1.bin", bytes);

        QCOMPARE(message(cifar10Folder(folder.path())),
                 std::string("record 2 has the label 10; CIFAR-10 has 0 to 9, fetch the binary "
                             "version again"));
    }

    void cifarNeedsItsFiles()
    {
        TemporaryFolder folder;
        QCOMPARE(message(cifar10Folder(folder.path())),
                 std::string("holds no data_batch_*.bin; choose the folder of CIFAR-10's binary "
                             "version"));
        QVERIFY(!cifar10Folder("/nowhere/at all").ok());
    }

    void cifarHashFollowsTheContentNotTheFolder()
    {
        TemporaryFolder folder;
        const fs::path copy = folder.path() / "copy";
        fs::copy(testData("cifar-10-tiny"), copy);
        const std::string hash = cifar10Folder(testData("cifar-10-tiny")).value()->dataHash();

        QCOMPARE(cifar10Folder(copy).value()->dataHash(), hash);

        std::fstream file(copy / "data_batch_2.bin",
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(5'000);
        file.put(file.peek() == 7 ? '\6' : '\7');
        file.close();
        QVERIFY(cifar10Folder(copy).value()->dataHash() != hash);
    }

    void cifarOfTheRealSizeOpens()
    {
        const fs::path folder = realData("cifar-10-batches-bin");
        if (folder.empty())
            QSKIP("CIFAR-10 is not there");

        const auto source = cifar10Folder(folder);

        QVERIFY2(source.ok(), message(source).c_str());
        QCOMPARE(source.value()->size(), 10'000);
        QCOMPARE(source.value()->classNames().front(), std::string("airplane"));
        const ClassCounts counts = classCounts(*source.value());
        QCOMPARE(std::ssize(counts.counts), 10);
        QVERIFY(counts.imbalance >= 1 && counts.imbalance < 1.2);
    }

    void folderSortsClassesBytewiseAndListsWhatItCannotRead()
    {
        TemporaryFolder temporary;
        const fs::path root = temporary.path();
        const std::string jpeg = readFile(testData("pictures/chelsea.jpg"), 1 << 20).value();
        const std::string png = readFile(testData("pictures/pattern.png"), 1 << 20).value();
        write(root / "b\xff\xfe" / "one.jpg", jpeg); // no UTF-8
        write(root / "a" / "deep" / "er" / "z.jpg", jpeg);
        write(root / "a" / "y.dat", jpeg); // known by signature
        write(root / "Z" / "q.png", png);
        write(root / "a" / "cut.jpg", jpeg.substr(0, 2'000));
        write(root / "a" / "cut.png", png.substr(0, png.size() - 12));
        write(root / "a" / "notes.txt", "no picture");
        write(root / "a" / "empty.jpg", "");
        write(root / "a" / ".hidden.jpg", jpeg);
        write(root / "a" / "Thumbs.db", "x");
        write(root / "loose.jpg", jpeg);
        ::mkfifo((root / "a" / "pipe.jpg").c_str(), 0600); // opening it must not wait

        const auto opened = imageFolder(root);

        QVERIFY2(opened.ok(), message(opened).c_str());
        const Source& source = *opened.value();
        QVERIFY((source.classNames() == std::vector<std::string>{"Z", "a", "b\xff\xfe"}));
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < source.size(); ++i)
            names.push_back(source.nameOf(i));
        QVERIFY((names
                 == std::vector<std::string>{"Z/q.png", "a/deep/er/z.jpg", "a/y.dat",
                                             "b\xff\xfe/one.jpg"}));
        QCOMPARE(source.label(3), 2);
        QCOMPARE(text(source.imageSpec()), std::string("uint8 [?, ?, 3] 0..255"));
        QVERIFY((source.image(3).value().shape() == Shape{64, 96, 3}));
        std::vector<std::string> reasons;
        for (const Error& error : source.unreadable())
            reasons.push_back(fs::path(error.where).filename().string() + " "
                              + english(error.message));
        QVERIFY((reasons
                 == std::vector<std::string>{
                     "cut.jpg is a JPEG that was cut off; fetch it again",
                     "cut.png is a PNG that was cut off; fetch it again", "empty.jpg is empty; fetch it again",
                     "notes.txt is no picture that can be read: JPEG, PNG, BMP, WebP, GIF, TIFF or "
                     "PNM",
                     "pipe.jpg is no file"}));
        QVERIFY((classCounts(source).counts == std::vector<std::int64_t>{1, 2, 1}));
        QCOMPARE(classCounts(source).imbalance, 2.0);
    }

    void folderWithoutImagesSaysWhatItNeeds()
    {
        TemporaryFolder temporary;
        write(temporary.path() / "a" / "notes.txt", "no picture");

        const auto opened = imageFolder(temporary.path());

        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().where, temporary.path().native());
        QCOMPARE(message(opened),
                 std::string("holds no image in 1 folders and 1 files; it needs a folder for each "
                             "class, with the pictures of the class inside"));
        QCOMPARE(imageFolder("/nowhere/at all").error().code, ErrorCode::NotFound);

        TemporaryFolder flat;
        QVERIFY(message(imageFolder(flat.path())).starts_with("holds neither folders nor pictures; "));
        for (const char* name : {"1.png", "2.png"})
            fs::copy_file(testData("pictures/pattern.png"), flat.path() / name);
        write(flat.path() / "notes.txt", "no picture");
        QCOMPARE(message(imageFolder(flat.path())),
                 std::string("holds pictures (2), but no folders, and folders are the classes: move "
                             "them into a folder for each class, or into a single one if you only "
                             "want to look at them"));
        fs::create_directory(flat.path() / "a");
        QCOMPARE(message(imageFolder(flat.path())),
                 std::string("holds no image in 1 folders and 0 files, and 2 beside the folders; move "
                             "those into a folder for each class"));
        fs::rename(flat.path() / "1.png", flat.path() / "a/1.png");
        QVERIFY(imageFolder(flat.path()).ok()); // a single folder is enough to look at them
    }

    void folderNamesAFileThatBrokeLater()
    {
        TemporaryFolder temporary;
        const fs::path root = temporary.path();
        const std::string jpeg = readFile(testData("pictures/chelsea.jpg"), 1 << 20).value();
        write(root / "a" / "1.jpg", jpeg);
        write(root / "a" / "2.jpg", jpeg);
        const SourceHandle source = imageFolder(root).value();
        const std::string hash = source->dataHash();

        fs::remove(root / "a" / "1.jpg");
        write(root / "a" / "2.jpg", readFile(testData("pictures/pattern.png"), 1 << 20).value());

        QCOMPARE(source->image(0).error().where, (root / "a" / "1.jpg").native());
        QCOMPARE(source->image(0).error().code, ErrorCode::NotFound);
        QCOMPARE(source->image(1).error().where, (root / "a" / "2.jpg").native());
        QVERIFY(imageFolder(root).value()->dataHash() != hash);
    }

    void folderIsNotFollowedInARing()
    {
        TemporaryFolder temporary;
        const fs::path root = temporary.path();
        write(root / "a" / "1.jpg", readFile(testData("pictures/chelsea.jpg"), 1 << 20).value());
        fs::create_directory_symlink(root / "a", root / "a" / "again");

        QCOMPARE(imageFolder(root).value()->size(), 1);
    }

    void folderCanBeCancelledAndLimited()
    {
        std::stop_source stop;
        stop.request_stop();
        JobContext job;
        job.stop = stop.get_token();
        Limits limits;
        limits.folderFiles = 3;

        const auto cancelled = imageFolder(testData("."), job);
        const auto limited = imageFolder(testData("."), {}, limits);

        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        QCOMPARE(limited.error().code, ErrorCode::TooLarge);
    }

    void folderOfRealImagesOpens()
    {
        const fs::path folder = realData("cifar10-folder");
        if (folder.empty())
            QSKIP("the CIFAR-10 folder is not there");

        const auto opened = imageFolder(folder / "train");

        QVERIFY2(opened.ok(), message(opened).c_str());
        QCOMPARE(opened.value()->size(), 1'000);
        QCOMPARE(opened.value()->classNames()[9], std::string("truck"));
        QCOMPARE(text(opened.value()->imageSpec()), std::string("uint8 [32, 32, 3] 0..255"));
        QVERIFY(opened.value()->unreadable().empty());
        for (const std::int64_t i : {0, 500, 999})
            QVERIFY(opened.value()->image(i).ok());
    }

    void foldersCalledTrainAndTestAreSplits()
    {
        const TemporaryFolder folder;
        const fs::path root = folder.path();
        const auto put = [&](const char* place) {
            fs::create_directories((root / place).parent_path());
            fs::copy_file(testData("pictures/pattern.png"), root / place);
        };
        for (const char* place : {"Train/cat/1.png", "Train/cat/2.png", "Train/dog/3.png",
                                  "test/dog/4.png", "test/emu/5.png"})
            put(place);
        const ConfigObject said{{"kind", "image_folder"}, {"path", root.native()}};
        const std::vector<std::string> classes{"cat", "dog"}; // nothing was to be learned of emu

        const SourceHandle training = openSource(said, {}).value();
        const SourceHandle heldOut = openHeldOut(said, {}).value();

        QVERIFY(training->classNames() == classes);
        QCOMPARE(training->size(), 3);
        QCOMPARE(training->nameOf(2), std::string("dog/3.png"));
        QCOMPARE(english(training->notes().front()),
                 std::string("the folder Train is for training and test for validation; the classes "
                             "are the folders inside"));
        QVERIFY(heldOut != nullptr);
        QVERIFY(heldOut->classNames() == classes);
        QCOMPARE(heldOut->size(), 1);
        QCOMPARE(heldOut->label(0), 1);
        QCOMPARE(english(training->notes().back()), std::string("the folder test/emu is not read"));
        QVERIFY(training->dataHash() != heldOut->dataHash());
        int told = 0;
        const JobContext job{{}, [&](const Progress& progress) {
                                 QCOMPARE(progress.total, 1.0);
                                 ++told;
                             }};
        QVERIFY(openHeldOut(said, {}, job).ok());
        QVERIFY(told > 0);

        ConfigObject asClasses = said;
        asClasses["folders"] = "classes";
        QVERIFY((openSource(asClasses, {}).value()->classNames()
                 == std::vector<std::string>{"Train", "test"}));
        QVERIFY(!openHeldOut(asClasses, {}).value());

        put("validation/cat/6.png"); // better than a test
        QCOMPARE(openHeldOut(said, {}).value()->size(), 1);
        QCOMPARE(english(openSource(said, {}).value()->notes().back()),
                 std::string("the folder test is not read"));

        put("zebra/7.png"); // so they are classes
        QCOMPARE(openSource(said, {}).value()->classNames().size(), 4U);
        QVERIFY(!openHeldOut(said, {}).value());
        ConfigObject asSplits = said;
        asSplits["folders"] = "splits";
        QCOMPARE(openSource(asSplits, {}).value()->size(), 3);
    }

    /// The usual layout of competitions: what is to be named lies in one folder.
    void aTestFolderWithoutClassesOfTrainingIsLeftOut()
    {
        const TemporaryFolder folder;
        for (const char* place : {"train/cat/1.png", "train/dog/2.png", "test/unknown/3.png"}) {
            fs::create_directories((folder.path() / place).parent_path());
            fs::copy_file(testData("pictures/pattern.png"), folder.path() / place);
        }
        const ConfigObject said{{"kind", "image_folder"}, {"path", folder.path().native()}};

        const SourceHandle training = openSource(said, {}).value();

        QVERIFY(training->classNames() == (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(english(training->notes().back()), std::string("the folder test is not read"));
        QVERIFY(!openHeldOut(said, {}).value());
    }

    void aFolderWithoutClassesHidesNoneThatHasThem()
    {
        const TemporaryFolder folder;
        for (const char* place : {"train/cat/1.png", "train/dog/2.png", "val/unlabelled/3.png",
                                  "test/dog/4.png", "test/emu/5.png"}) {
            fs::create_directories((folder.path() / place).parent_path());
            fs::copy_file(testData("pictures/pattern.png"), folder.path() / place);
        }
        const ConfigObject said{{"kind", "image_folder"}, {"path", folder.path().native()}};

        std::vector<std::string> notes;
        for (const Message& note : openSource(said, {}).value()->notes())
            notes.push_back(english(note));

        QVERIFY((notes
                 == std::vector<std::string>{
                     "the folder train is for training and test for validation; the classes are the "
                     "folders inside",
                     "the folder val is not read", "the folder test/emu is not read"}));
        QCOMPARE(openHeldOut(said, {}).value()->size(), 1);
        QCOMPARE(openHeldOut(said, {}).value()->nameOf(0), std::string("dog/4.png"));
    }

    void aTestFolderWithoutClassesIsLeftOut()
    {
        const TemporaryFolder folder;
        for (const char* place : {"train/cat/1.png", "train/dog/2.png", "test/3.png"}) {
            fs::create_directories((folder.path() / place).parent_path());
            fs::copy_file(testData("pictures/pattern.png"), folder.path() / place);
        }
        const ConfigObject said{{"kind", "image_folder"}, {"path", folder.path().native()}};

        QCOMPARE(openSource(said, {}).value()->size(), 2);
        QVERIFY(!openHeldOut(said, {}).value());

        const TemporaryFolder classes;
        for (const char* place : {"train/1.png", "test/2.png"}) { // of what trains there are
            fs::create_directories((classes.path() / place).parent_path());
            fs::copy_file(testData("pictures/pattern.png"), classes.path() / place);
        }
        const ConfigObject plain{{"kind", "image_folder"}, {"path", classes.path().native()}};
        QVERIFY((openSource(plain, {}).value()->classNames()
                 == std::vector<std::string>{"test", "train"}));
        ConfigObject wrong = plain;
        wrong["folders"] = "splits";
        QVERIFY(message(openSource(wrong, {})).starts_with("holds no folder train with a folder"));
    }

    void opensWhatTheConfigNames()
    {
        const fs::path base = testData(".");
        const Config shapes(ConfigObject{{"kind", "drawn_shapes"}, {"count", 50}, {"seed", 3}});
        const Config cifar(ConfigObject{{"kind", "cifar10"}, {"path", "cifar-10-tiny"}});
        const Config folder(ConfigObject{{"kind", "image_folder"}, {"path", base.native()}});

        QCOMPARE(openSource(shapes, base).value()->dataHash(), drawnShapes(50, 3)->dataHash());
        QCOMPARE(openSource(cifar, base).value()->size(), 10);
        QVERIFY((openSource(folder, "/nowhere").value()->classNames()
                 == std::vector<std::string>{"cifar-10-tiny", "pictures", "tables", "texts"}));
    }

    void heldOutDataAreOtherData()
    {
        const fs::path base = testData(".");
        const Config shapes(ConfigObject{{"kind", "drawn_shapes"}, {"count", 8'000}, {"seed", 3}});
        const Config cifar(ConfigObject{{"kind", "cifar10"}, {"path", "cifar-10-tiny"}});
        const Config folder(ConfigObject{{"kind", "image_folder"}, {"path", "."}});

        const SourceHandle other = openHeldOut(shapes, base).value();
        QCOMPARE(other->size(), 2'000);
        QVERIFY(!(other->image(0).value() == drawnShapes(8'000, 3)->image(0).value()));
        QCOMPARE(openHeldOut(cifar, base).value()->size(), 4);
        QVERIFY(!openHeldOut(folder, base).value());
    }

    void refusesAConfigThatNamesNothing()
    {
        const auto other = openSource(ConfigObject{{"kind", "video"}}, ".");
        const auto nowhere = openSource(ConfigObject{{"kind", "cifar10"}, {"path", ""}}, ".");
        const auto none = openSource(ConfigObject{{"count", 0}}, ".");

        QCOMPARE(
            message(other),
            std::string("is video; a source is one of drawn_shapes, cifar10, image_folder, "
                        "sound_folder, sentences, text, passengers, csv"));
        QCOMPARE(message(nowhere),
                 std::string("is empty; choose the file or folder that holds the data"));
        QCOMPARE(message(none), std::string("must be at least 1, is: 0"));
    }

    void splitIsDisjointCompleteAndFixedByItsSeed()
    {
        const Split split = splitBy(1'000, 0.25, 7);
        const Split again = splitBy(1'000, 0.25, 7);
        const Split other = splitBy(1'000, 0.25, 8);

        QCOMPARE(std::ssize(split.validation), 250);
        std::set<std::int64_t> all = asSet(split.training);
        all.merge(asSet(split.validation));
        QCOMPARE(std::ssize(all), 1'000);
        QVERIFY(split.validation == again.validation);
        QVERIFY(split.validation != other.validation);
        QVERIFY(splitBy(10, 0, 1).validation.empty());
        QVERIFY(splitBy(10, 1, 1).training.empty());
    }

    void shuffleDiffersFromEpochToEpoch()
    {
        const std::vector<std::int64_t> rows = splitBy(100, 0.2, 1).training;
        const auto first = shuffled(rows, 5, 0);

        QVERIFY(first == shuffled(rows, 5, 0));
        QVERIFY(first != shuffled(rows, 5, 1));
        QVERIFY(first != shuffled(rows, 6, 0));
        QVERIFY(first != rows);
        QVERIFY(asSet(first) == asSet(rows));
    }

    void countsClassesWithTheirImbalance()
    {
        const Tensor images
            = Tensor::make<std::uint8_t>({6, 1, 1, 3}, [](std::span<std::uint8_t>) {});
        const MemorySource uneven(images, {0, 0, 0, 0, 2, 2}, {"a", "b", "c"});
        const MemorySource even(images, {0, 0, 1, 1, 2, 2}, {"a", "b", "c"});

        QVERIFY((classCounts(uneven).counts == std::vector<std::int64_t>{4, 0, 2}));
        QVERIFY(std::isinf(classCounts(uneven).imbalance));
        QCOMPARE(classCounts(even).imbalance, 1.0);
    }
};

LB_TEST(TstSources)
#include "tst_sources.moc"
