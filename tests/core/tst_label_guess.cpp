#include "core/data/label_guess.h"
#include "core/data/sources.h"
#include "core/data/table_schema.h"
#include "given.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <array>
#include <fstream>

using namespace lb;

/// Which column is the label where nobody says it. Each table has 40 rows.
class TstLabelGuess : public QObject {
    Q_OBJECT
private:
    /// A column of 40 values: name:kind, with kind words2 (two different words), words39, fractions,
    /// numbers3 (three different whole numbers), numbers40.
    static TableBeginning table(const QStringList& columns)
    {
        TableBeginning made;
        made.rows.resize(40);
        for (const QString& column : columns) {
            const QStringList parts = column.split(':');
            made.names.push_back(parts[0].toStdString());
            const QString kind = parts[1];
            const int many = kind == "fractions" ? 40 : kind.sliced(kind.startsWith('w') ? 5 : 7).toInt();
            for (int row = 0; row < 40; ++row)
                made.rows[static_cast<std::size_t>(row)].push_back(
                    (kind == "fractions"        ? QString("%1.5").arg(row)
                         : kind.startsWith('w') ? QString("word%1").arg(row % many)
                                                : QString::number(row % many))
                        .toStdString());
        }
        return made;
    }

private slots:
    void decides_data()
    {
        QTest::addColumn<QStringList>("columns");
        QTest::addColumn<QString>("label");
        QTest::addColumn<bool>("number");

        const auto row = [](const char* name, const QStringList& columns, const char* label,
                            bool number = false) {
            QTest::newRow(name) << columns << label << number;
        };
        row("a name", {"a:words2", "Species:words3", "b:words2"}, "Species");
        row("the last of two names", {"class:words3", "a:words2", "target:words2"}, "target");
        row("the first before one between", {"survived:numbers2", "class:words3", "a:words2"},
            "survived");
        row("a name for keys is none", {"a:words2", "b:fractions", "label:words39"}, "a");
        row("a named number", {"a:words2", "target:fractions", "b:words2"}, "target", true);
        row("y at the edge", {"x:words2", "y:fractions"}, "y", true);
        row("y between is a place", {"cut:words5", "x:fractions", "y:fractions", "z:fractions"},
            "cut");
        row("the last", {"a:words2", "b:fractions", "c:numbers3"}, "c");
        row("the first", {"a:numbers3", "b:words2", "c:fractions"}, "a");
        row("words between", {"a:fractions", "b:words2", "c:numbers3", "d:words39"}, "b");
        row("few numbers between", {"a:fractions", "c:numbers3", "d:words39"}, "c");
        row("numbers to estimate", {"a:words39", "b:fractions", "c:words39"}, "b", true);
        row("one word so far, as in a file that is sorted by class",
            {"a:numbers5", "b:fractions", "kind:words1"}, "kind");
        row("one number so far", {"a:words5", "b:fractions", "c:numbers1"}, "a");
        row("nothing but keys", {"a:words39", "b:words39"}, "b");
    }

    void decides()
    {
        QFETCH(QStringList, columns);
        QFETCH(QString, label);
        QFETCH(bool, number);
        const TableBeginning made = table(columns);

        const LabelGuess guess = guessedLabel(made, false);

        QCOMPARE(QString::fromStdString(made.names[guess.column]), label);
        QCOMPARE(guess.number, number);
    }

    void ofTextsTheFirstGoesBeforeTheLast()
    {
        QCOMPARE(guessedLabel(table({"topic2:numbers3", "title:words39", "b:words2"}), true).column, 0U);
        QCOMPARE(guessedLabel(table({"review:words39", "stars:numbers3"}), true).column, 1U);
        QCOMPARE(guessedLabel(table({"review:words39", "title:words39"}), true).column, 0U);
    }

    void numbersAreAskedForWhereTheyAreToBeEstimated()
    {
        const TableBeginning made = table({"price:fractions", "kind:words2", "label:words3"});
        QCOMPARE(guessedLabel(made, false, true).column, 0U);
        QVERIFY(guessedLabel(made, false, true).number);
    }

    /// Where all rows are known, a column of one word tells nothing.
    void aConstantIsNoLabel()
    {
        TableBeginning made = table({"a:numbers5", "b:fractions", "kind:words1"});
        made.whole = true;
        QCOMPARE(guessedLabel(made, false).column, 0U);
    }

    void filesThatAreSortedByClass_data()
    {
        QTest::addColumn<int>("rows"); // of each class
        QTest::addColumn<QString>("last");
        QTest::addColumn<QString>("between"); // the column behind `a`; %1: the row
        QTest::newRow("some rows") << 10'500 << "kind" << "0.5%1";
        QTest::newRow("a MiB a class") << 60'000 << "kind" << "0.5%1";
        QTest::newRow("a MiB a class, numbers") << 60'000 << "rank" << "0.5%1";
        QTest::newRow("quoted lines") << 30'000 << "kind" << "\"so, she said,\n\"\"no\"\",\n1,2,\nyes %1\"";
    }
    void filesThatAreSortedByClass()
    {
        QFETCH(int, rows);
        QFETCH(QString, last);
        QFETCH(QString, between);
        const TemporaryFolder folder;
        {
            std::ofstream file(folder.path() / "t.csv");
            file << "a,b," << last.toStdString() << "\n";
            for (int i = 0; i < 3 * rows; ++i)
                file << i * 7 % 5 << ',' << between.arg(i).toStdString() << ','
                     << (last == "rank" ? std::array{"0", "1", "2"} : std::array{"cat", "dog", "emu"})[
                            static_cast<std::size_t>(i / rows)]
                     << '\n';
        }

        const auto source = openSource(
            ConfigObject{{"kind", "csv"}, {"path", (folder.path() / "t.csv").string()}}, {});

        QVERIFY2(source.ok(), source.ok() ? "" : english(source.error().message).c_str());
        QCOMPARE(QString::fromStdString(tableFactsOf(*source.value())->label), last);
        QCOMPARE(source.value()->classNames().size(), 3U);
    }

    /// Whoever reads a table must be able to see that something was chosen for him.
    void aGuessIsToldUnlessItIsTheLastColumn_data()
    {
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("told");
        QTest::newRow("said") << "species,a,b" << "species" << "";
        QTest::newRow("the last") << "a,b,species" << "" << "";
        QTest::newRow("its name") << "species,a,b" << ""
                                  << "so it is column species, which is called as labels are;";
        QTest::newRow("few classes") << "kind,a,b" << ""
                                     << "so it is column kind, which holds few classes;";
    }
    void aGuessIsToldUnlessItIsTheLastColumn()
    {
        QFETCH(QString, columns);
        QFETCH(QString, label);
        QFETCH(QString, told);
        const TemporaryFolder folder;
        {
            std::ofstream file(folder.path() / "t.csv");
            file << columns.toStdString() << "\n";
            for (int i = 0; i < 40; ++i)
                for (int at = 0; const QString& column : columns.split(','))
                    file << (column.size() > 1 ? std::to_string(i % 2) : std::to_string(i) + ".5")
                         << (++at < 3 ? "," : "\n");
        }

        const auto source = openSource(ConfigObject{{"kind", "csv"},
                                                    {"path", (folder.path() / "t.csv").string()},
                                                    {"label", label.toStdString()}},
                                       {});

        QVERIFY2(source.ok(), source.ok() ? "" : english(source.error().message).c_str());
        const std::vector<Message> notes = source.value()->notes();
        QCOMPARE(notes.size(), told.isEmpty() ? 1U : 2U);
        QVERIFY(QString::fromStdString(english(notes.back())).contains(told));
    }

    /// Of a file that is larger than what is read first, rows of all of it, none of them twice and
    /// none that begins within quotes.
    void aTableIsLookedAtFromItsBeginningToItsEnd()
    {
        const TemporaryFolder folder;
        const std::string text = "\"a, b\nc, d\n\"\"e\"\", f\ng\"";
        constexpr int kRows = 150'000;
        {
            std::ofstream file(folder.path() / "t.csv");
            file << "key,text\n";
            for (int i = 0; i < kRows; ++i)
                file << i << ',' << text << (i % 3 ? "\n" : "\r\n");
        }

        const auto read = tableText(folder.path() / "t.csv");
        QVERIFY(read.ok());
        const TableBeginning table = tableBeginning(read.value(), {});

        QVERIFY(!table.whole);
        int before = -1;
        std::array<int, 10> seen{};
        for (const auto& row : table.rows) {
            QCOMPARE(row.size(), 2U);
            QCOMPARE(row[1], std::string("a, b\nc, d\n\"e\", f\ng"));
            const int key = std::stoi(row[0]);
            QVERIFY(key > before);
            before = key;
            ++seen[static_cast<std::size_t>(key / (kRows / 10))];
        }
        QCOMPARE(before, kRows - 1);
        for (const int rows : seen)
            QVERIFY(rows > 100);
    }

    void aSmallTableTakesItsLastColumn()
    {
        TableBeginning made{{"age", "lived"}, {{"30", "yes"}, {"31", "no"}}};
        QCOMPARE(guessedLabel(made, false).column, 1U);
        made.rows.clear();
        QCOMPARE(guessedLabel(made, false).column, 1U);
        QVERIFY(!guessedLabel(made, false).number);
    }

    void ofTheTablesThatPeopleBeginWith_data()
    {
        QTest::addColumn<QString>("label");
        QTest::addColumn<int>("classes");

        QTest::newRow("penguins") << "species" << 3;
        QTest::newRow("mpg") << "origin" << 3;
        QTest::newRow("diamonds") << "clarity" << 8;
        QTest::newRow("titanic") << "survived" << 2;
    }

    void ofTheTablesThatPeopleBeginWith()
    {
        QFETCH(QString, label);
        QFETCH(int, classes);
        const auto path = realData("tabular/" + std::string(QTest::currentDataTag()) + ".csv");
        if (path.empty())
            QSKIP("LAYERBENCH_DATA names no folder with the tables");

        const auto source = openSource(ConfigObject{{"kind", "csv"}, {"path", path.string()}}, {});

        QVERIFY2(source.ok(), source.ok() ? "" : english(source.error().message).c_str());
        QCOMPARE(QString::fromStdString(tableFactsOf(*source.value())->label), label);
        QCOMPARE(std::ssize(source.value()->classNames()), classes);
    }
};

LB_TEST(TstLabelGuess)
#include "tst_label_guess.moc"
