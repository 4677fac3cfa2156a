#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/range_slider.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>

namespace lb {
namespace {

ParamSpec specOf(const char* key, ParamKind kind, Config initial)
{
    ParamSpec spec{.key = key, .label = LB_TR("Test", "Value"), .kind = kind};
    spec.kerasDefault = spec.initial = std::move(initial);
    return spec;
}

/// The editor of each kind of parameter, whatever layer has it.
class TestParamEditors : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_values.clear();
        m_drags = m_ended = 0;
        m_panel = std::make_unique<ParameterPanel>();
        m_panel->resize(264, 300);
        connect(m_panel.get(), &ParameterPanel::editRequested, this,
                [this](const QString&, const Config& value, bool dragging) {
                    m_values.push_back(value);
                    m_drags += dragging ? 1 : 0;
                });
        connect(m_panel.get(), &ParameterPanel::editEnded, this, [this] { ++m_ended; });
    }
    void cleanup() { m_panel.reset(); }

    void aSliderIsDragged_data()
    {
        QTest::addColumn<ParamKind>("kind");
        QTest::newRow("a number") << ParamKind::Real;
        QTest::newRow("a number, or one a channel") << ParamKind::NumberOrList;
    }
    void aSliderIsDragged()
    {
        QFETCH(ParamKind, kind);
        ParamSpec spec = specOf("rate", kind, 0.25);
        spec.sliderFrom = 0.0;
        spec.sliderTo = 1.0;
        open(spec);
        auto* slider = m_panel->findChild<RangeSlider*>();
        const QPoint from = slider->handlePosition(1);

        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        for (int x = 1; x <= 4; ++x)
            QTest::mouseMove(slider, from + QPoint(6 * x, 0));
        QCOMPARE(m_ended, 0);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(24, 0));

        QVERIFY(m_values.size() >= 3);
        QCOMPARE(m_drags, int(m_values.size()));
        QVERIFY(*m_values.back().as<double>() > 0.35);
        QCOMPARE(m_ended, 1);
    }

    void eitherNumberOfAPairIsTyped()
    {
        ParamSpec spec = specOf("pool_size", ParamKind::Pair, ConfigList{2, 2});
        spec.integral = spec.scalarPair = true;
        open(spec);
        const auto fields = m_panel->findChildren<NumberField*>();
        QCOMPARE(fields.size(), 2);

        type(*fields[0]->findChild<QLineEdit*>(), "3");
        QCOMPARE(m_values.back(), Config(ConfigList{3, 2}));
        type(*fields[1]->findChild<QLineEdit*>(), "5");

        QCOMPARE(m_values.back(), Config(ConfigList{3, 5}));
        QCOMPARE(m_values.size(), 2U);
    }

    void aPairMayBeNone()
    {
        ParamSpec spec = specOf("strides", ParamKind::Pair, Config());
        spec.integral = spec.scalarPair = spec.nullable = true;
        open(spec);
        const auto fields = m_panel->findChildren<NumberField*>();

        type(*fields[1]->findChild<QLineEdit*>(), "3"); // the first that is typed counts for both
        QCOMPARE(m_values.back(), Config(ConfigList{3, 3}));
        m_panel->setValues(ConfigObject{{"strides", 3}});
        QCOMPARE(fields[0]->text(), "3");
        m_panel->setValues(ConfigObject{{"strides", Config()}});
        QCOMPARE(fields[0]->text(), "");
        QCOMPARE(fields[1]->text(), "");
        m_panel->setValues(ConfigObject{{"strides", 3}});
        type(*fields[0]->findChild<QLineEdit*>(), "");

        QVERIFY(m_values.back().isNull());
    }

    void aListIsReadWithItsBrackets_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<Config>("value");
        const Config three = ConfigList{10.0, 20.5, 30.0};
        QTest::newRow("brackets") << "[10, 20.5, 30]" << three;
        QTest::newRow("a tuple") << "(10, 20.5, 30)" << three;
        QTest::newRow("commas") << "10, 20.5, 30" << three;
        QTest::newRow("spaces") << "10 20.5  30" << three;
        QTest::newRow("fractions") << "[1/2, 1]" << Config(ConfigList{0.5, 1.0});
        QTest::newRow("lists in it")
            << "[[1, 2], [3, 4]]"
            << Config(ConfigList{ConfigList{1.0, 2.0}, ConfigList{3.0, 4.0}});
        QTest::newRow("nothing in it") << "[]" << Config();
    }
    void aListIsReadWithItsBrackets()
    {
        QFETCH(QString, typed);
        QFETCH(Config, value);
        ParamSpec spec = specOf("bin_boundaries", ParamKind::List, ConfigList{1.0});
        spec.nullable = true;
        open(spec);

        type(*m_panel->findChild<QLineEdit*>(), typed.toLatin1());

        QCOMPARE(m_values, std::vector<Config>{value});
        QVERIFY(!m_panel->findChild<QLabel*>("refusal")->isVisible());
    }

    void whatIsNoListStaysWithTheReason_data()
    {
        QTest::addColumn<bool>("integral");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("why");
        QTest::newRow("a word") << false << "abc" << "“abc” is no number";
        QTest::newRow("a word among numbers") << false << "[1, two]" << "“two” is no number";
        QTest::newRow("a fraction") << true << "1, 2.5" << "“2.5” is no whole number";
        QTest::newRow("an open bracket") << false << "[1, 2" << "“[1, 2” is no list of numbers";
        QTest::newRow("nothing") << false << "" << "Numbers belong here";
    }
    void whatIsNoListStaysWithTheReason()
    {
        QFETCH(bool, integral);
        QFETCH(QString, typed);
        QFETCH(QString, why);
        const Config before = integral ? ConfigList{7} : ConfigList{7.0};
        ParamSpec spec = specOf("sizes", ParamKind::List, before);
        spec.integral = integral;
        m_panel->resize(264, 300);
        open(spec);
        auto* line = m_panel->findChild<QLineEdit*>();

        type(*line, typed.toLatin1());
        line->clearFocus();
        m_panel->setValues(ConfigObject{{"sizes", before}}); // something else was edited

        QVERIFY(m_values.empty());
        QCOMPARE(line->text(), typed);
        const auto* refusal = m_panel->findChild<QLabel*>("refusal");
        QTRY_VERIFY(refusal->isVisible());
        QVERIFY2(refusal->text().startsWith(why), qPrintable(refusal->text()));
        QVERIFY2(refusal->text().endsWith("; 7 stays in force."), qPrintable(refusal->text()));
        keepLooks(*m_panel, "no_list");

        type(*line, integral ? "8" : "8.5");
        QCOMPARE(m_values, std::vector<Config>{integral ? Config(ConfigList{8})
                                                        : Config(ConfigList{8.5})});
    }

    void aSwitchIsTicked()
    {
        open(specOf("use_bias", ParamKind::Bool, true));
        auto* box = m_panel->findChild<QCheckBox*>();

        QTest::mouseClick(box, Qt::LeftButton, {}, {7, box->height() / 2});

        QCOMPARE(m_values, std::vector<Config>{Config(false)});
    }

    void anyOtherValueIsTypedAsJson()
    {
        QPlainTextEdit& text = openJson();

        typeJson(text, "{\"l2\": 0.5}");
        QCOMPARE(m_values, std::vector<Config>{Config(ConfigObject{{"l2", 0.5}})});
        m_panel->setValues(ConfigObject{{"kernel_regularizer", m_values[0]}});
        QCOMPARE(text.toPlainText(), "{\"l2\": 0.5}");
        typeJson(text, "");

        QCOMPARE(m_values.size(), 2U);
        QVERIFY(m_values.back().isNull());
    }

    void whatIsNoJsonStaysWithPlaceAndReason()
    {
        QPlainTextEdit& text = openJson();

        typeJson(text, "{\"l2\":\n  0.5,}");

        QVERIFY(m_values.empty());
        QCOMPARE(text.toPlainText(), "{\"l2\":\n  0.5,}");
        auto* problem = m_panel->findChild<QLabel*>("problem");
        QVERIFY(problem);
        QTRY_VERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains("line 2, column 7"), qPrintable(problem->text()));
        QVERIFY(problem->y() >= 0 && problem->mapTo(m_panel.get(), QPoint()).y()
                    > text.mapTo(m_panel.get(), QPoint(0, text.height())).y() - 1);
        m_panel->setValues(ConfigObject{{"kernel_regularizer", Config()}}); // another field changed
        QCOMPARE(text.toPlainText(), "{\"l2\":\n  0.5,}");
        keepLooks(*m_panel, "json_error");
        typeJson(text, "{\"l2\":\n  0.5}");

        QCOMPARE(m_values, std::vector<Config>{Config(ConfigObject{{"l2", 0.5}})});
        QVERIFY(!m_panel->findChild<QLabel*>("problem"));
        QCOMPARE(text.toPlainText(), "{\"l2\":\n  0.5}"); // as it was typed
    }

    void theErrorOfJsonComesWithAPauseAndOffersTheWayBack()
    {
        QPlainTextEdit& text = openJson(Config(ConfigObject{{"l2", 0.5}}));
        QTest::mouseClick(text.viewport(), Qt::LeftButton);
        QTest::keyClick(&text, Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(&text, "}");

        QTRY_VERIFY(m_panel->findChild<QLabel*>("problem"));
        QTest::mouseClick(m_panel->findChild<QPushButton*>("fix0"), Qt::LeftButton);

        QCOMPARE(text.toPlainText(), "{\"l2\": 0.5}");
        QVERIFY(!m_panel->findChild<QLabel*>("problem"));
        QVERIFY(m_values.empty());
    }

    void jsonGrowsWithItsLines()
    {
        ConfigObject features;
        for (const char* name : {"age", "fare", "port"})
            features[name] = ConfigObject{{"class_name", "Feature"}, {"dtype", "float32"}};
        QPlainTextEdit& text = openJson();
        const int one = text.height();

        m_panel->setValues(ConfigObject{{"kernel_regularizer", features}});
        QCoreApplication::processEvents();

        QVERIFY(text.document()->blockCount() >= 5);
        QVERIFY(text.height() > one + 4 * QFontMetrics(text.font()).lineSpacing() - 1);
        QVERIFY(QFontInfo(text.font()).fixedPitch());
        keepLooks(*m_panel, "json");
    }

    void brokenJsonIsShownAgainWithItsLayer()
    {
        const ParamSpec spec = jsonSpec();
        QPlainTextEdit& text = openJson({}, "7");
        typeJson(text, "[1, ");

        m_panel->setSpecs({}, ConfigObject{}, "Other", "8");
        m_panel->setSpecs(std::span(&spec, 1), ConfigObject{}, "Other", "8");
        QCOMPARE(m_panel->findChild<QPlainTextEdit*>()->toPlainText(), "");
        m_panel->setSpecs(std::span(&spec, 1), ConfigObject{}, "Test", "7");

        QCOMPARE(m_panel->findChild<QPlainTextEdit*>()->toPlainText(), "[1, ");
        QVERIFY(m_panel->findChild<QLabel*>("problem"));
        QVERIFY(m_values.empty());
    }

    void brokenJsonIsForgottenWithItsProject()
    {
        const ParamSpec spec = jsonSpec();
        typeJson(openJson({}, "7"), "[1, ");

        m_panel->forgetTyped();
        m_panel->setSpecs(std::span(&spec, 1), ConfigObject{}, "Test", "7");

        QCOMPARE(m_panel->findChild<QPlainTextEdit*>()->toPlainText(), "");
        QVERIFY(!m_panel->findChild<QLabel*>("problem"));
    }

    void aFolderIsTypedOrChosen()
    {
        QTemporaryDir folder;
        open(specOf("path", ParamKind::Text, ""));

        type(*m_panel->findChild<QLineEdit*>(), "/data/cats");
        QCOMPARE(m_values, std::vector<Config>{Config("/data/cats")});
        const Chooser chooser(folder.path());
        for (QToolButton* each : m_panel->findChildren<QToolButton*>())
            if (each->toolTip() == "Choose a folder")
                QTest::mouseClick(each, Qt::LeftButton);

        QCOMPARE(m_values.back(), Config(folder.path().toStdString()));
        QCOMPARE(m_values.size(), 2U);
    }

    void aSeedIsTypedOrDrawn()
    {
        open(specOf("seed", ParamKind::Seed, Config()));

        type(*m_panel->findChild<QLineEdit*>(), "7");
        QCOMPARE(m_values, std::vector<Config>{Config(7)});
        QTest::mouseClick(m_panel->findChild<QPushButton*>("newSeed"), Qt::LeftButton);

        const auto* drawn = m_values.back().as<std::int64_t>();
        QVERIFY(drawn && *drawn > 0 && *drawn < 100'000);
        QCOMPARE(m_values.size(), 2U);
    }

    void theMenuOfAParameterResetsItAndCopiesItsName()
    {
        open(specOf("rate", ParamKind::Real, 0.25));
        m_panel->setValues(ConfigObject{{"rate", 0.5}});
        QLabel* name = nullptr;
        for (QLabel* label : m_panel->findChildren<QLabel*>())
            if (label->text() == "Value")
                name = label;
        QVERIFY(name);

        pickFromContextMenu(*name, {4, 4}, 1);
        QCOMPARE(m_values, std::vector<Config>{Config(0.25)});
        pickFromContextMenu(*name, {4, 4}, 2);

        QCOMPARE(QApplication::clipboard()->text(), "rate");
    }

    void whatIsNoNumberIsRefusedWithTheReason_data()
    {
        QTest::addColumn<ParamKind>("kind");
        QTest::addColumn<bool>("whole");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("whileTyping"); ///< else with Enter
        QTest::newRow("letters") << ParamKind::Real << false << "o.1" << "“o.1” is no number" << true;
        QTest::newRow("letters of numbers") << ParamKind::Real << false << "1e-" << "“1e-” is no number" << false;
        QTest::newRow("nothing") << ParamKind::Real << false << "" << "A number belongs here" << false;
        QTest::newRow("a fraction") << ParamKind::Integer << true << "1.5" << "“1.5” is no whole number" << false;
        QTest::newRow("in a list") << ParamKind::List << false << "1, x" << "“x” is no number" << false;
        QTest::newRow("no list") << ParamKind::List << false << "" << "Numbers belong here" << false;
    }
    void whatIsNoNumberIsRefusedWithTheReason()
    {
        QFETCH(ParamKind, kind);
        QFETCH(bool, whole);
        QFETCH(QString, typed);
        QFETCH(QString, reason);
        QFETCH(bool, whileTyping);
        ParamSpec spec = specOf("rate", kind, kind == ParamKind::List ? Config(ConfigList{7, 8}) : Config(7));
        spec.integral = whole;
        open(spec);
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
        auto* line = m_panel->findChild<QLineEdit*>();
        auto* refusal = m_panel->findChild<QLabel*>("refusal");
        const QString before = line->text();
        QTest::mouseClick(line, Qt::LeftButton);
        QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, typed);
        QCOMPARE(line->text(), typed); // no letter is lost in silence
        QCOMPARE(refusal->isVisible(), whileTyping);

        QTest::keyClick(line, Qt::Key_Return);

        QVERIFY(refusal->isVisible());
        QVERIFY2(refusal->text().startsWith(reason), qPrintable(refusal->text()));
        QVERIFY2(refusal->text().contains(before + " stays"), qPrintable(refusal->text()));
        QCOMPARE(line->text(), typed);
        QVERIFY(m_values.empty());
        if (whileTyping)
            keepLooks(*m_panel, "refused_number");
        QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(line, "3");
        QVERIFY(!refusal->isVisible());
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(m_values.size(), 1U);
        QVERIFY(!refusal->isVisible());
    }

    /// A field that is left shows what is in force, and says what it did not take.
    void aFieldThatIsLeftShowsWhatIsInForceAndWhy()
    {
        open(specOf("rate", ParamKind::Real, 0.25));
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
        auto* line = m_panel->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(line, "fast");

        QApplication::focusWidget()->clearFocus();

        QCOMPARE(line->text(), "0.25");
        QVERIFY2(m_panel->findChild<QLabel*>("refusal")->text().startsWith("“fast” is no number"),
                 qPrintable(m_panel->findChild<QLabel*>("refusal")->text()));
        QVERIFY(m_values.empty());
    }

private:
    static ParamSpec jsonSpec(Config value = {})
    {
        ParamSpec spec = specOf("kernel_regularizer", ParamKind::Any, std::move(value));
        spec.nullable = true;
        return spec;
    }
    QPlainTextEdit& openJson(Config value = {}, const QString& owner = {})
    {
        const ParamSpec spec = jsonSpec(std::move(value));
        m_panel->setSpecs(std::span(&spec, 1), ConfigObject{{spec.key, spec.initial}}, "Test",
                          owner);
        m_panel->show();
        m_panel->activateWindow();
        [this] { QVERIFY(QTest::qWaitForWindowActive(m_panel.get())); }();
        return *m_panel->findChild<QPlainTextEdit*>();
    }
    static void typeJson(QPlainTextEdit& text, const QString& json)
    {
        QTest::mouseClick(text.viewport(), Qt::LeftButton);
        QTest::keyClick(&text, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&text, Qt::Key_Delete);
        text.insertPlainText(json); // keyClicks has no line ends
        QTest::keyClick(&text, Qt::Key_Return, Qt::ControlModifier);
    }
    void open(const ParamSpec& spec)
    {
        m_panel->setSpecs(std::span(&spec, 1), ConfigObject{{spec.key, spec.initial}}, "Test");
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    static void type(QLineEdit& line, const char* text)
    {
        QTest::mouseClick(&line, Qt::LeftButton);
        QTest::keyClick(&line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&line, Qt::Key_Delete);
        QTest::keyClicks(&line, text);
        QTest::keyClick(&line, Qt::Key_Return);
    }

    std::unique_ptr<ParameterPanel> m_panel;
    std::vector<Config> m_values;
    int m_drags = 0, m_ended = 0;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestParamEditors)
#include "tst_param_editors.moc"
