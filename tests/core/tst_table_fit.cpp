#include "core/data/table_fit.h"

#include "core/data/sources.h"
#include "temporary_folder.h"
#include "tests/support/lb_test.h"

#include <QTest>
#include <fstream>

using namespace lb;

class TstTableFit : public QObject {
    Q_OBJECT
private:
    TemporaryFolder m_folder;

    /// A Source of a table that was chosen for another file, now with this one.
    TableFit fitted(std::string_view bytes, ConfigObject said)
    {
        std::ofstream(m_folder.path() / "new.csv", std::ios::binary) << bytes;
        said.try_emplace("kind", "csv");
        said["path"] = "new.csv";
        return fittedToTable(said, m_folder.path());
    }
    static std::string word(const TableFit& fit, const char* key)
    {
        const Config* found = fit.config.find(key);
        const auto* text = found ? found->as<std::string>() : nullptr;
        return text ? *text : "-";
    }
    static std::string all(const TableFit& fit)
    {
        std::string notes;
        for (const Message& note : fit.notes)
            notes += (notes.empty() ? "" : "; ") + english(note);
        return notes;
    }

private slots:
    void aLabelThatIsThereStaysAndSoDoColumns()
    {
        const ConfigList columns{"age", ConfigObject{{"name", "fare"}, {"missing", 7.5}}};

        const TableFit fit = fitted("survived,age,fare,more\n1,30,7.5,a\n0,31,8,b\n",
                                    {{"label", "survived"}, {"columns", columns}});

        QCOMPARE(word(fit, "label"), std::string("survived"));
        QVERIFY(*fit.config.find("columns") == Config(columns));
        QVERIFY(fit.notes.empty());
        QCOMPARE(fit.label, std::string("survived"));
    }

    void aLabelThatIsGoneIsDetectedAnewAndTold()
    {
        const ConfigList columns{"age", ConfigObject{{"name", "fare"}, {"missing", 7.5}}, "deck"};

        const TableFit fit = fitted("fare,age,price\n1.5,30,a\n2.5,31,b\n",
                                    {{"label", "survived"}, {"columns", columns},
                                     {"label_type", "number"}});

        QCOMPARE(word(fit, "label"), std::string());
        QCOMPARE(word(fit, "label_type"), std::string("class")); // words are no numbers
        QCOMPARE(fit.label, std::string("price"));
        QVERIFY(*fit.config.find("columns") == Config(ConfigList{columns[0], columns[1]}));
        QCOMPARE(all(fit), std::string("the file has no column survived, so the label was detected "
                                       "anew: price; columns that are not to be had here are not "
                                       "read any more: deck"));
        const auto source = openSource(fit.config, m_folder.path());
        QVERIFY(source.ok());
        QCOMPARE(source.value()->classNames(), (std::vector<std::string>{"a", "b"}));
    }

    /// The last column of many prices is none of classes; one before it may be.
    void fractionsGiveWayToClasses()
    {
        std::string rows = "carat,cut,table,price\n", numbers = "carat,depth\n";
        for (int i = 0; i < 60; ++i) {
            const std::string n = std::to_string(i);
            rows += "0." + n + "," + (i % 3 == 0 ? "Ideal" : "Good") + ",5" + std::to_string(i % 4)
                + "," + n + ".5\n";
            numbers += "0." + n + "," + n + ".25\n";
        }

        const TableFit fit = fitted(rows, {});

        QCOMPARE(fit.label, std::string("cut"));
        QCOMPARE(word(fit, "label"), std::string("cut"));
        QCOMPARE(all(fit), std::string("no column is called a label, so it is column cut, which holds "
                                       "few classes; choose another one under Label"));
        const auto source = openSource(fit.config, m_folder.path());
        QVERIFY(source.ok());
        QCOMPARE(source.value()->classNames(), (std::vector<std::string>{"Good", "Ideal"}));
        const TableFit none = fitted(numbers, {});
        QCOMPARE(word(none, "label_type"), std::string("number"));
        QCOMPARE(all(none), std::string("no column holds few classes, so the label is column depth, a "
                                        "number to estimate; choose another one under Label"));
        QVERIFY(openSource(none.config, m_folder.path()).ok());
        QCOMPARE(fitted(rows, {{"label", "price"}}).label, std::string("price")); // said by a user
        QCOMPARE(word(fitted(rows, {{"label_type", "number"}}), "label"), std::string("-"));
    }

    void aLabelThatIsWrittenOtherwiseIsTheSame()
    {
        const TableFit fit
            = fitted("Survived,Age,Deck\n1,30,A\n0,31,B\n", {{"label", "survived"}});

        QCOMPARE(word(fit, "label"), std::string("Survived"));
        QCOMPARE(all(fit),
                 std::string("the label is column Survived, which was called survived before"));
    }

    void aColumnThatBecomesTheLabelIsNotReadToo()
    {
        const TableFit fit = fitted("age,fare\n30,1\n31,2\n",
                                    {{"label", "gone"}, {"columns", ConfigList{"age", "fare"}}});

        QCOMPARE(fit.label, std::string("fare"));
        QVERIFY(*fit.config.find("columns") == Config(ConfigList{"age"}));
    }

    void noneOfTheColumnsMeansAll()
    {
        const TableFit fit
            = fitted("a,b\n1,2\n3,4\n", {{"columns", ConfigList{"age", "fare"}}});

        QVERIFY(*fit.config.find("columns") == Config(ConfigList{}));
        QCOMPARE(all(fit), std::string("the file has none of the columns that were read before, so "
                                       "all of its columns are read"));
    }

    void aDialectOfAnotherFileIsDetectedAnew()
    {
        const TableFit fit = fitted("age;lived\n30;1\n31;0\n",
                                    {{"label", "lived"}, {"separator", "tab"}});

        QCOMPARE(word(fit, "separator"), std::string("auto"));
        QCOMPARE(word(fit, "label"), std::string("lived"));
        QCOMPARE(all(fit), std::string("separator, quote and first line were detected anew"));
    }

    void joinedColumnsOfATextStayWhereAllAreThere()
    {
        const ConfigList text{ConfigObject{
            {"name", "text"}, {"dtype", "string"}, {"from", ConfigList{"title", "body"}}}};
        const ConfigObject said{{"kind", "text"}, {"label", "topic"}, {"columns", text}};

        const TableFit same = fitted("topic,title,body\nx,a,b\ny,c,d\n", said);
        const TableFit other = fitted("topic,title\nx,a\ny,c\n", said);

        QVERIFY(*same.config.find("columns") == Config(text));
        QVERIFY(*other.config.find("columns") == Config(ConfigList{}));
    }

    void aColumnThatHoldsOtherValuesHasTheirType()
    {
        const ConfigList columns{ConfigObject{{"name", "age"}, {"dtype", "int64"}, {"missing", 3}},
                                 ConfigObject{{"name", "deck"}, {"dtype", "float32"}, {"missing", 1.5}},
                                 ConfigObject{{"name", "fare"}, {"dtype", "float32"}},
                                 ConfigObject{{"name", "port"}, {"dtype", "string"}}};

        const TableFit fit = fitted("age,deck,fare,port,lived\n0.5,A,7,1,x\n31,B,?,2,y\n",
                                    {{"label", "lived"}, {"columns", columns}});

        QVERIFY(*fit.config.find("columns")
                == Config(ConfigList{
                    ConfigObject{{"name", "age"}, {"dtype", "float32"}, {"missing", 3}},
                    ConfigObject{{"name", "deck"}, {"dtype", "string"}}, columns[2], columns[3]}));
        QCOMPARE(all(fit), std::string("column age holds '0.5' here, so it is read as float32 and not "
                                       "as int64; column deck holds 'A' here, so it is read as string "
                                       "and not as float32"));
        QVERIFY(openSource(fit.config, m_folder.path()).ok());
    }

    /// Whatever was chosen in between, the file that has what was said gets it back.
    void theOrderOfFilesDoesNotMatter()
    {
        const ConfigList columns{"age", ConfigObject{{"name", "fare"}, {"missing", 7.5}}, "deck"};
        const ConfigObject said{{"kind", "csv"}, {"label", "who"}, {"columns", columns}};
        TableWishes wishes;
        const auto choose = [&](const Config& now, std::string_view bytes) {
            const Config wished = wishes.wished(now);
            const TableFit fit = fitted(bytes, *wished.as<ConfigObject>());
            wishes.remember(wished, fit.config);
            return fit;
        };

        const TableFit none = choose(said, "a,b\n1,x\n2,y\n");
        const TableFit other = choose(none.config, "deck;price;kind\n1;2.5;p\n2;3.5;q\n");
        const TableFit back = choose(other.config, "age,fare,deck,who,more\n1,2,A,man,b\n3,4,B,woman,a\n");

        QVERIFY(*other.config.find("columns") == Config(ConfigList{"deck"}));
        QCOMPARE(other.label, std::string("kind"));
        QCOMPARE(word(back, "label"), std::string("who"));
        QVERIFY(*back.config.find("columns") == Config(columns));
        QVERIFY2(back.notes.empty(), all(back).c_str());
    }

    void whatIsChangedByHandBetweenFilesStays()
    {
        const ConfigObject said{
            {"kind", "csv"}, {"label", "who"}, {"columns", ConfigList{"age", "fare"}}};
        TableWishes wishes;
        const TableFit fit = fitted("fare,town,sea,kind\n1,x,s,p\n2,y,t,q\n", said);
        wishes.remember(said, fit.config);
        ConfigObject changed = *fit.config.as<ConfigObject>();
        changed["label"] = "town";
        changed["columns"] = ConfigList{"kind"}; // fare is not wanted any more

        const Config wished = wishes.wished(changed);

        QCOMPARE(*wished.find("label"), Config("town"));
        QVERIFY(*wished.find("columns") == Config(ConfigList{"age", "kind"}));
        const ConfigObject plain{{"kind", "image_folder"}, {"path", "cats"}};
        TableWishes none;
        none.remember(plain, plain);
        QVERIFY(none.wished(plain) == Config(plain)); // nothing is said that was not
        changed["columns"] = ConfigList{}; // all of them
        QVERIFY(*wishes.wished(changed).find("columns") == Config(ConfigList{}));
    }

    void passengersLackWhatOtherTablesHave()
    {
        const TableFit fit = fittedToTable(ConfigObject{{"kind", "passengers"},
                                                        {"label", "kind"},
                                                        {"columns", ConfigList{"age", "island"}}},
                                           {});

        QVERIFY(*fit.config.find("columns") == Config(ConfigList{"age"}));
        QCOMPARE(word(fit, "label"), std::string("kind"));
        QVERIFY(std::ranges::count(fit.names, "embarked") == 1);
        QVERIFY(openSource(fit.config, {}).ok());
    }

    void whatCannotBeReadChangesNothing()
    {
        const ConfigObject said{{"kind", "csv"}, {"path", "none.csv"}, {"label", "survived"}};

        const TableFit fit = fittedToTable(said, m_folder.path());

        QVERIFY(fit.config == Config(said));
        QVERIFY(fit.notes.empty() && fit.names.empty());
        QVERIFY(fitted("", said).notes.empty());
    }

    void nothingSaidIsLeftWhenAllIsDetected()
    {
        std::ofstream(m_folder.path() / "new.csv") << "a,b\n1,x\n2,y\n";
        const ConfigObject said{{"kind", "csv"}, {"path", "new.csv"}, {"label", "q"},
                                {"separator", "tab"}, {"columns", ConfigList{"z"}}};

        const TableFit fit = detectedAnew(said, m_folder.path());

        QCOMPARE(word(fit, "label"), std::string());
        QCOMPARE(word(fit, "separator"), std::string("auto"));
        QCOMPARE(fit.names, (std::vector<std::string>{"a", "b"}));
        QVERIFY(openSource(fit.config, m_folder.path()).ok());
    }
};

LB_TEST(TstTableFit)
#include "tst_table_fit.moc"
