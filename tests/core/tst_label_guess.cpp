#include "core/data/label_guess.h"
#include "core/data/sources.h"
#include "core/data/table_schema.h"
#include "given.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>
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
