#include "app/workbench/journal.h"

#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/support/files.h"
#include "tests/support/lb_test.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <fstream>
#include <unistd.h>

using namespace lb;

namespace {

namespace fs = std::filesystem;
constexpr const char* kChild = "LAYERBENCH_TEST_EDITS_IN"; // makes this program the child

std::shared_ptr<const Document> project(std::int64_t epochs)
{
    const Document base = parseProject(builtinTemplates().front().json, {}).value();
    Recipe recipe = base.recipe;
    recipe.epochs = epochs;
    return std::make_shared<const Document>(edits::setRecipe(base, recipe));
}

std::int64_t epochsOf(const OrphanedJournal& journal)
{
    const Result<JournalEntry> entry = journal.read();
    return entry.ok() ? parseProject(entry.value().projectText, {}).value().recipe.epochs : -1;
}

/// What a window does that edits and is then killed: tells its journal, and on stdout when an
/// edit must be on the disk.
[[noreturn]] void editUntilKilled(const fs::path& folder)
{
    Journal journal(folder);
    for (std::int64_t epochs = 1;; ++epochs) {
        journal.record(project(epochs), "/home/me/mine.lbench", "mine.lbench");
        journal.flush();
        std::printf("%lld\n", static_cast<long long>(epochs));
        std::fflush(stdout);
        ::usleep(20'000);
    }
}

} // namespace

class TestJournal : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (qEnvironmentVariableIsSet(kChild))
            editUntilKilled(qEnvironmentVariable(kChild).toStdString());
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".*"));
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void editsSurviveAKill()
    {
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(kChild, m_folder->path());
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(), {"tst_journal"});
        QVERIFY(child.waitForStarted());
        std::int64_t told = 0;
        while (told < 5) {
            QVERIFY(child.waitForReadyRead(60'000));
            for (const QByteArray& line : child.readAllStandardOutput().split('\n'))
                told = line.isEmpty() ? told : line.toLongLong();
        }
        QVERIFY(orphanedJournals(folder()).empty()); // it lives: its journal is its own

        ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
        QVERIFY(child.waitForFinished());

        const auto orphans = orphanedJournals(folder());
        QCOMPARE(orphans.size(), 1U);
        const Result<JournalEntry> entry = orphans.front().read();
        QVERIFY(entry.ok());
        QCOMPARE(entry.value().path, "/home/me/mine.lbench");
        QVERIFY2(epochsOf(orphans.front()) >= told,
                 qPrintable(QString("%1 of %2").arg(epochsOf(orphans.front())).arg(told)));
    }

    void aCleanEndLeavesNothing()
    {
        {
            Journal journal(folder());
            journal.record(project(3), "", "Untitled");
            journal.flush();
            QCOMPARE(std::distance(fs::directory_iterator(folder()), {}), 2); // and its lock
        }

        QVERIFY(fs::is_empty(folder()));
    }

    void onlyWhatIsUnsavedIsKept()
    {
        Journal journal(folder());
        journal.record(project(3), "", "Untitled");
        journal.flush();

        journal.clear();
        journal.flush();

        for (const auto& file : fs::directory_iterator(folder()))
            QVERIFY(file.path().extension() != ".journal");
    }

    void theNewestEditIsWritten()
    {
        leaveOrphan(1, 40);

        const auto orphans = orphanedJournals(folder());
        QCOMPARE(orphans.size(), 1U);
        QCOMPARE(epochsOf(orphans.front()), 40);
    }

    void anEditComesToTheDiskByItself()
    {
        QVERIFY(2 * Journal::kPause < std::chrono::seconds(1)); // the promise, with room for a write
        Journal journal(folder());
        journal.record(project(1), "", "Untitled");
        journal.record(project(2), "", "Untitled");

        // No flush: the thread has to come to it by itself.
        QTRY_COMPARE_WITH_TIMEOUT(lastEpochs(), 2, kPatience);
    }

    void aRunningWindowsJournalIsNotOffered()
    {
        Journal mine(folder());
        mine.record(project(7), "", "Untitled");
        mine.flush();

        QVERIFY(orphanedJournals(folder()).empty());
    }

    void whatIsOfferedOnceIsOfferedAgainUntilItIsDiscarded()
    {
        leaveOrphan(4, 4);

        QCOMPARE(orphanedJournals(folder()).size(), 1U);
        {
            auto held = orphanedJournals(folder());
            QCOMPARE(held.size(), 1U);
            QVERIFY(orphanedJournals(folder()).empty()); // another start is asking just now
            held.front().discard();
        }
        QVERIFY(orphanedJournals(folder()).empty());
        QVERIFY(fs::is_empty(folder()));
    }

    void aDamagedJournalIsAnErrorAndStays_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no header") << QByteArray("{\"bodies\": []}\n");
        QTest::newRow("cut header") << QByteArray("{\"layerbench_jou");
        QTest::newRow("not text") << QByteArray("\x00\xff\x00\n\x01", 5);
    }
    void aDamagedJournalIsAnErrorAndStays()
    {
        QFETCH(QByteArray, bytes);
        const fs::path file = folder() / "1-1-0.journal";
        std::ofstream(file, std::ios::binary).write(bytes.data(), bytes.size());

        const auto orphans = orphanedJournals(folder());
        QCOMPARE(orphans.size(), 1U);
        const Result<JournalEntry> entry = orphans.front().read();

        QVERIFY(!entry.ok());
        QCOMPARE(entry.error().where, file.string());
        QVERIFY(fs::exists(file));
    }

    void whereItCannotWriteItSaysSoAndGoesOn()
    {
        // A file where the folder should be: nobody can write below it, root neither.
        const fs::path blocked = folder() / "state";
        std::ofstream(blocked) << "x";
        std::atomic<int> troubles = 0;
        {
            Journal journal(blocked / "journal", [&](const std::optional<Error>& error) {
                troubles += error ? 1 : 0;
            });
            journal.record(project(1), "", "Untitled");
            journal.flush();
        }

        QVERIFY(troubles >= 1);
    }

private:
    fs::path folder() const { return m_folder->path().toStdString(); }

    /// What a crash leaves behind: a copy of a living journal.
    void leaveOrphan(std::int64_t first, std::int64_t last)
    {
        const QTemporaryDir owner;
        const fs::path elsewhere = owner.path().toStdString();
        Journal journal(elsewhere);
        for (std::int64_t epochs = first; epochs <= last; ++epochs)
            journal.record(project(epochs), "", "Untitled");
        journal.flush();
        for (const auto& file : fs::directory_iterator(elsewhere))
            fs::copy_file(file.path(), folder() / file.path().filename());
    }
    std::int64_t lastEpochs() const
    {
        for (const auto& file : fs::directory_iterator(folder()))
            if (file.path().extension() == ".journal")
                return epochsOf(OrphanedJournal(file.path(), -1));
        return -1;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

LB_TEST(TestJournal)
#include "tst_journal.moc"
