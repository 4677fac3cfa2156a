#include "core/support/files.h"

#include "tests/core/temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace lb;
namespace fs = std::filesystem;

/// Saving without faults; tests/cli/test_saving.py takes the disk and the process away.
class TstFiles : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".?"));
        fs::remove_all(path());
    }

    void savesEveryByteAndLeavesNothingBeside()
    {
        const std::string bytes("a\0b\xff\n", 5);

        QVERIFY(saveAtomically(path(), bytes).ok());

        QCOMPARE(readFile(path(), 100).value(), bytes);
        QCOMPARE(std::distance(fs::directory_iterator(m_folder.path()), {}), 1);
    }

    void keepsThePermissionsOfAnExistingFile()
    {
        QVERIFY(saveAtomically(path(), "old").ok());
        QCOMPARE(::chmod(path().c_str(), 0640), 0);

        QVERIFY(saveAtomically(path(), "new").ok());

        struct stat info { };
        QCOMPARE(::stat(path().c_str(), &info), 0);
        QCOMPARE(info.st_mode & 07777, mode_t{0640});
    }

    void writesThroughASymbolicLink()
    {
        const fs::path link = m_folder.path() / "link";
        QVERIFY(saveAtomically(path(), "old").ok());
        fs::create_symlink(path(), link);

        QVERIFY(saveAtomically(link, "new").ok());

        QVERIFY(fs::is_symlink(link));
        QCOMPARE(readFile(path(), 100).value(), "new");
        fs::remove(link);
    }

    void refusesAFolderAndAMissingFolderByName()
    {
        const auto folder = saveAtomically(m_folder.path(), "x");
        const auto missing = saveAtomically(m_folder.path() / "none" / "file", "x");

        QCOMPARE(folder.error().code, ErrorCode::Io);
        QCOMPARE(folder.error().where, m_folder.path().string());
        QCOMPARE(english(folder.error().message), "is not a file; choose another name");
        QCOMPARE(missing.error().code, ErrorCode::Io);
        QCOMPARE(english(missing.error().message),
                 "cannot be saved: No such file or directory. Choose another folder");
    }

    void readsNoMoreThanItIsTold()
    {
        QVERIFY(saveAtomically(path(), "12345").ok());

        QCOMPARE(readFile(path(), 5).value(), "12345");
        QCOMPARE(readFile(path(), 4).error().code, ErrorCode::TooLarge);
        QCOMPARE(readFile(m_folder.path() / "none", 4).error().code, ErrorCode::NotFound);
        QCOMPARE(readFile(m_folder.path(), 4).error().code, ErrorCode::Io);
        QCOMPARE(readFile("/dev/zero", 1'000).value().size(), std::size_t{1'000}); // no end
    }

private:
    fs::path path() const { return m_folder.path() / "file"; }

    TemporaryFolder m_folder;
};

LB_TEST(TstFiles)
#include "tst_files.moc"
