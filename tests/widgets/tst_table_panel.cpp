#include "core/data/table_source.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/data/table_panel.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

namespace lb {
namespace {

QString writtenTable(const QTemporaryDir& folder, const QByteArray& bytes)
{
    const QString path = folder.filePath("people.csv");
    QFile file(path);
    if (file.open(QFile::WriteOnly))
        file.write(bytes);
    return path;
}

std::shared_ptr<const Source> opened(const QString& path, const TableOptions& options = {})
{
    return tableSource(path.toStdString(), options).value();
}

QComboBox* choice(TablePanel& panel, const char* key)
{
    return panel.findChild<QComboBox*>(key);
}

void pick(QComboBox* box, const QVariant& value)
{
    box->setFocus();
    box->setCurrentIndex(box->findData(value));
    Q_EMIT box->activated(box->currentIndex());
}

const QByteArray kPeople = "name;age;city;lived\n\"Ann; B\";30;Rome;1\nBob;;Oslo;0\nCid;41.5;;1\n";

} // namespace

/// Tables in the Data workspace: dialect, columns, rows.
class TestTablePanel : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void showsHowTheFileWasRead()
    {
        QTemporaryDir folder;
        TablePanel panel;
        panel.setTable(tableFactsOf(*opened(writtenTable(folder, kPeople))));

        QCOMPARE(choice(panel, "separator")->currentText(), "detected: semicolon");
        QCOMPARE(choice(panel, "quote")->currentText(), "detected: \"");
        QCOMPARE(choice(panel, "header")->currentText(), "detected: names");
        QCOMPARE(choice(panel, "label")->currentText(), "detected: lived");
        QCOMPARE(panel.table()->rowCount(), 3); // the label is no input
        QCOMPARE(panel.table()->item(1, 0)->text(), "age");
        QCOMPARE(panel.table()->item(1, 2)->text(), "1"); // a value is missing
        QCOMPARE(panel.table()->item(1, 3)->text(), "NaN"); // and taken as that
        auto* type = qobject_cast<QComboBox*>(panel.table()->cellWidget(1, 1));
        QCOMPARE(type->currentText(), "float32 (found)");
    }

    void theDialectIsEditable()
    {
        QTemporaryDir folder;
        TablePanel panel;
        panel.setTable(tableFactsOf(*opened(writtenTable(folder, kPeople))));
        QSignalSpy edited(&panel, &TablePanel::edited);

        pick(choice(panel, "separator"), "tab");
        pick(choice(panel, "quote"), "none");
        pick(choice(panel, "header"), "no");
        pick(choice(panel, "label"), "city");

        const std::vector<std::pair<const char*, const char*>> wanted{
            {"separator", "tab"}, {"quote", "none"}, {"header", "no"}, {"label", "city"}};
        QCOMPARE(edited.size(), qsizetype(wanted.size()));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto& said = edited[static_cast<int>(i)];
            QCOMPARE(said[0].toString(), wanted[i].first);
            QCOMPARE(said[1].value<Config>(), Config(std::string(wanted[i].second)));
        }
        TableSettings chosen;
        chosen.separator = "|"; // a character that has no name in the list
        panel.setSettings(chosen);
        QCOMPARE(choice(panel, "separator")->currentText(), "|");
    }

    void typesAndMissingValuesAreEditedByColumn()
    {
        QTemporaryDir folder;
        TablePanel panel;
        panel.resize(320, 420);
        panel.show();
        panel.setTable(tableFactsOf(*opened(writtenTable(folder, kPeople))));
        Config columns;
        connect(&panel, &TablePanel::edited, this, [&](const QString& key, const Config& value) {
            QCOMPARE(key, "columns");
            columns = value;
            TableSettings now;
            now.columns = value;
            panel.setSettings(now); // as the owner does, inside the signal
        });

        panel.table()->item(1, 3)->setText("29.5");
        pick(qobject_cast<QComboBox*>(panel.table()->cellWidget(0, 1)), "string");
        panel.table()->item(2, 0)->setCheckState(Qt::Unchecked);

        const Config expected = ConfigList{ConfigObject{{"name", "name"}, {"dtype", "string"}},
                                           ConfigObject{{"name", "age"}, {"missing", 29.5}}};
        QCOMPARE(columns, expected);
        TableOptions options;
        options.columns = columns;
        const auto source = opened(folder.filePath("people.csv"), options);
        QCOMPARE(source->columns().size(), 2u);
        QCOMPARE(wholeRow(*source, 1).value()[1], Tensor::of<float>({1, 1}, {29.5F}));
        keepLooks(panel, "table_panel");

        for (auto* button : panel.findChildren<QPushButton*>())
            if (button->text() == "As found")
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(columns, Config(ConfigList{}));
    }

    void theLastColumnStays()
    {
        QTemporaryDir folder;
        TablePanel panel;
        panel.setTable(tableFactsOf(*opened(writtenTable(folder, "a,lived\nx,1\ny,0\n"))));
        QSignalSpy edited(&panel, &TablePanel::edited);
        panel.table()->item(0, 0)->setCheckState(Qt::Unchecked);
        QVERIFY(edited.isEmpty());
        QCOMPARE(panel.table()->item(0, 0)->checkState(), Qt::Checked);
    }

    void textsChooseWhichColumnsTheyAreJoinedOf()
    {
        QTemporaryDir folder;
        const QString path
            = writtenTable(folder, "label,title,body,words\n1,a b,c d,2\n0,e f,g h,2\n");
        TableOptions options;
        options.text = true;
        TablePanel panel;
        TableSettings settings;
        settings.isText = true;
        panel.setSettings(settings);
        panel.setTable(tableFactsOf(*opened(path, options)));
        QSignalSpy edited(&panel, &TablePanel::edited);
        QCOMPARE(panel.table()->rowCount(), 3);
        QCOMPARE(panel.table()->item(2, 0)->checkState(), Qt::Unchecked); // numbers

        panel.table()->item(0, 0)->setCheckState(Qt::Unchecked);

        const Config expected = ConfigList{ConfigObject{
            {"name", "text"}, {"dtype", "string"}, {"from", ConfigList{std::string("body")}}}};
        QCOMPARE(edited.at(0)[1].value<Config>(), expected);
        options.columns = expected;
        QCOMPARE(wholeRow(*opened(path, options), 0).value()[0],
                 Tensor::of<std::string>({1, 1}, {"c d"}));
    }

    void rowsAreAListUnderTheNamesOfTheirColumns()
    {
        QTemporaryDir folder;
        const auto source = opened(writtenTable(folder, kPeople));
        DataView view;
        view.resize(1500, 860);
        view.show();
        DataSettings settings;
        settings.kind = "csv";
        settings.path = "people.csv";
        view.setSettings(settings);
        view.setSource(source);
        QTRY_VERIFY(view.settled());

        QVERIFY(view.table()->isVisible());
        QVERIFY(view.grid()->tileRect(0).width() > 600);
        QVERIFY(view.grid()->tileRect(1).top() > view.grid()->tileRect(0).bottom());
        view.grid()->setFocus();
        QTest::keyClick(view.grid(), Qt::Key_Down);
        QTest::keyClick(view.grid(), Qt::Key_Down);
        QCOMPARE(view.grid()->current(), 1);
        QVERIFY2(view.grid()->currentWords().startsWith("name Bob\nage nan\ncity Oslo"),
                 qPrintable(view.grid()->currentWords()));
        QVERIFY(view.grid()->accessibleDescription().contains("Bob"));
        QTest::mouseClick(view.grid()->viewport(), Qt::LeftButton, {},
                          view.grid()->tileRect(2).center());
        QCOMPARE(view.grid()->current(), 2);
        keepLooks(view, "data_table");
    }

    void sentencesAreAList()
    {
        DataView view;
        view.resize(1500, 860);
        view.show();
        DataSettings settings;
        settings.kind = "sentences";
        settings.count = 400;
        view.setSettings(settings);
        view.setSource(openSource(ConfigObject{{"kind", "sentences"}, {"count", 400}}, {}).value());
        QTRY_VERIFY(view.settled());
        QVERIFY(!view.table()->isVisible());
        QTest::keyClick(view.grid(), Qt::Key_End);
        QCOMPARE(view.grid()->current(), 399);
        QTRY_VERIFY(view.settled());
        QVERIFY(view.grid()->currentWords().count(' ') > 2);
        keepLooks(view, "data_text");
    }

    void filesAreTakenForWhatTheyAre()
    {
        QTemporaryDir folder;
        writtenTable(folder, kPeople);
        QCOMPARE(sourceKindOf("/data/a.csv"), "csv");
        QCOMPARE(sourceKindOf("/data/a.tsv", "image_folder"), "csv");
        QCOMPARE(sourceKindOf("/data/a.csv", "sentences"), "text");
        QCOMPARE(sourceKindOf("/data/a.txt", "csv"), "text");
        QCOMPARE(sourceKindOf(folder.path()), "csv");
        QVERIFY(QFile(folder.filePath("b.txt")).open(QFile::WriteOnly));
        QCOMPARE(sourceKindOf(folder.path()), "text");
        QTemporaryDir split; // the classes are below train
        QVERIFY(QDir(split.path()).mkpath("train/low"));
        QVERIFY(QFile(split.filePath("train/low/a.wav")).open(QFile::WriteOnly));
        QCOMPARE(sourceKindOf(split.path()), "sound_folder");
    }
};

} // namespace lb

LB_TEST(lb::TestTablePanel)
#include "tst_table_panel.moc"
