#include "core/layers/registry.h"
#include "tests/support/lb_test.h"
#include "widgets/inspector/number_field.h"
#include "widgets/inspector/parameter_panel.h"
#include "widgets/inspector/range_slider.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace lb;

namespace {

struct Edit {
    std::string path;
    Config value;
    bool dragging = false;
};

} // namespace

class TstParameterPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        registerBuiltinLayers(m_registry);
        setTheme(Theme::dark());
    }
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_panel = std::make_unique<ParameterPanel>();
        m_panel->resize(264, 600);
        m_edits.clear();
        m_ended = 0;
        connect(m_panel.get(), &ParameterPanel::editRequested, this,
                [this](const QString& path, const Config& value, bool dragging) {
                    m_edits.push_back({path.toStdString(), value, dragging});
                });
        connect(m_panel.get(), &ParameterPanel::editEnded, this, [this] { ++m_ended; });
    }
    void cleanup() { m_panel.reset(); }

    void settersAreSilent()
    {
        const LayerType& rotation = layer("RandomRotation");
        open(rotation, ConfigObject{{"factor", 0.1}});
        m_panel->setValues(ConfigObject{{"factor", ConfigList{-0.2, 0.3}}, {"fill_mode", "wrap"}});
        QVERIFY(m_edits.empty());
        QCOMPARE(fields("factor")[0]->value(), Config(-0.2));
        QCOMPARE(fields("factor")[1]->value(), Config(0.3));
        QCOMPARE(editor("interpolation")->findChild<QToolButton*>("bilinear")->isChecked(), true);
    }

    void everyLayersEditorsShowItsNewConfig()
    {
        for (const LayerType* type : m_registry.layers()) {
            open(*type, type->newConfig());
            for (const ParamSpec& spec : type->specs())
                QVERIFY2(editor(spec.key.c_str()), spec.key.c_str());
        }
        QVERIFY(m_edits.empty());
    }

    void typingReportsTheEdit_data()
    {
        QTest::addColumn<QString>("kerasClass");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<Config>("expected");
        QTest::newRow("integer") << "Dense"
                                 << "units"
                                 << "128" << Config(128);
        QTest::newRow("beyond the slider") << "Dense"
                                           << "units"
                                           << "5000000000" << Config(5'000'000'000);
        QTest::newRow("end of a range") << "RandomRotation"
                                        << "factor"
                                        << "-0.25" << Config(ConfigList{-0.25, 0.1});
        QTest::newRow("a fraction") << "Rescaling"
                                    << "scale"
                                    << "1/127.5" << Config(1 / 127.5);
        QTest::newRow("a number a channel") << "Rescaling"
                                            << "offset"
                                            << "1, 2.5, -3" << Config(ConfigList{1.0, 2.5, -3.0});
        QTest::newRow("a seed") << "RandomFlip"
                                << "seed"
                                << "7" << Config(7);
    }
    void typingReportsTheEdit()
    {
        QFETCH(QString, kerasClass);
        QFETCH(QString, key);
        QFETCH(QString, typed);
        QFETCH(Config, expected);
        const LayerType& type = layer(kerasClass.toStdString());
        open(type, type.newConfig());
        if (key == "seed")
            QTest::mouseClick(m_panel->findChild<QPushButton*>("more"), Qt::LeftButton);
        auto* line = editor(key)->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, typed);
        QVERIFY(m_edits.empty()); // half a number is no wish
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(m_edits.size(), 1u);
        QCOMPARE(QString::fromStdString(m_edits[0].path), key);
        QCOMPARE(m_edits[0].value, expected);
        QVERIFY(!m_edits[0].dragging);
    }

    void whatIsNoNumberStaysWithTheReasonAndEscTakesItBack()
    {
        open(layer("Dense"), ConfigObject{{"units", 12}});
        auto* line = fields("units")[0]->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        QTest::keyClick(line, Qt::Key_End);
        QTest::keyClicks(line, "-");
        QCOMPARE(line->text(), "12-");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(line->text(), "12-");
        auto* refusal = editor("units")->parentWidget()->findChild<QLabel*>("refusal");
        QVERIFY2(refusal->text().contains("“12-” is no whole number"), qPrintable(refusal->text()));
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Backspace);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY2(refusal->text().startsWith("A number belongs here"), qPrintable(refusal->text()));
        QVERIFY(m_edits.empty());
        QTest::keyClick(line, Qt::Key_Escape);
        QCOMPARE(line->text(), "12");
        QVERIFY(!refusal->isVisible());
        QVERIFY(m_edits.empty());
    }

    void draggingIsOneStepAndEnds()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", ConfigList{-0.1, 0.1}}});
        auto* slider = editor("factor")->findChild<RangeSlider*>();
        const QPoint from = slider->handlePosition(1);
        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        for (int x = 1; x <= 5; ++x)
            QTest::mouseMove(slider, from + QPoint(8 * x, 0));
        QVERIFY(m_edits.size() >= 4);
        for (const Edit& edit : m_edits)
            QVERIFY(edit.dragging);
        QCOMPARE(m_ended, 0);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(40, 0));
        QCOMPARE(m_ended, 1);
        const auto& ends = *m_edits.back().value.as<ConfigList>();
        QCOMPARE(ends[0], Config(-0.1)); // the other handle stays
        QVERIFY(*ends[1].as<double>() > 0.15);
    }

    void shiftMovesBothHandles()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.1}});
        auto* slider = editor("factor")->findChild<RangeSlider*>();
        const QPoint from = slider->handlePosition(0);
        QTest::mousePress(slider, Qt::LeftButton, Qt::ShiftModifier, from);
        QMouseEvent move(QEvent::MouseMove, QPointF(from - QPoint(30, 0)),
                         slider->mapToGlobal(QPointF(from - QPoint(30, 0))), Qt::NoButton,
                         Qt::LeftButton, Qt::ShiftModifier);
        QApplication::sendEvent(slider, &move);
        QVERIFY(!m_edits.empty());
        const auto& ends = *m_edits.back().value.as<ConfigList>();
        QCOMPARE(-*ends[0].as<double>(), *ends[1].as<double>());
        QVERIFY(*ends[1].as<double>() > 0.15);
    }

    void keysMoveTheSlider()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", ConfigList{-0.1, 0.1}}});
        auto* slider = editor("factor")->findChild<RangeSlider*>();
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(m_edits.size(), 1u);
        QVERIFY(*(*m_edits[0].value.as<ConfigList>())[1].as<double>() > 0.1);
    }

    void theWheelStepsTheFieldThatHasTheFocus()
    {
        open(layer("Dense"), ConfigObject{{"units", 12}});
        NumberField* field = fields("units")[0];
        const auto wheel = [&] {
            QWheelEvent event({5, 5}, field->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(field, &event);
        };
        field->clearFocus();
        wheel();
        QVERIFY(m_edits.empty()); // scrolls the panel instead
        QTest::mouseClick(field->findChild<QLineEdit*>(), Qt::LeftButton);
        wheel();
        QCOMPARE(m_edits.size(), 1u);
        QCOMPARE(m_edits[0].value, Config(13));
    }

    void degreesAreTurns()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", ConfigList{-0.1, 0.1}}});
        QTest::mouseClick(editor("factor")->parentWidget()->findChild<QToolButton*>("degrees"),
                          Qt::LeftButton);
        QCOMPARE(fields("factor")[1]->value(), Config(36.0));
        auto* line = fields("factor")[1]->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "90");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(m_edits.back().value, Config(ConfigList{-0.1, 0.25}));
    }

    void aChoiceIsPicked()
    {
        open(layer("RandomRotation"), layer("RandomRotation").newConfig());
        QTest::mouseClick(editor("interpolation")->findChild<QToolButton*>("nearest"),
                          Qt::LeftButton);
        QCOMPARE(m_edits.back().value, Config("nearest"));
        open(layer("Resizing"), layer("Resizing").newConfig());
        auto* combo = editor("interpolation")->findChild<QComboBox*>();
        const int before = combo->currentIndex();
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Down);
        QCOMPARE(m_edits.back().path, std::string("interpolation"));
        QCOMPARE(combo->currentIndex(), before + 1);
    }

    void aPicturedChoiceIsPicked()
    {
        open(layer("RandomRotation"), layer("RandomRotation").newConfig());
        QWidget* fill = editor("fill_mode");
        QTest::mouseClick(fill, Qt::LeftButton, {}, {fill->width() - 20, 20}); // the last
        QCOMPARE(m_edits.back().value, Config("nearest"));
        QTest::keyClick(fill, Qt::Key_Right); // from reflect, which is shown still
        QCOMPARE(m_edits.back().value, Config("wrap"));
        QImage picture(8, 8, QImage::Format_RGB32);
        picture.fill(Qt::green);
        m_panel->setPictures("fill_mode", {picture, picture, picture, picture}, "at 24°");
        const QImage shown = fill->grab().toImage();
        QCOMPARE(shown.pixelColor(20, 20), QColor(Qt::green));
    }

    void aNullableRangeIsSwitchedOnAndOff()
    {
        open(layer("RandomZoom"), layer("RandomZoom").newConfig());
        QWidget* row = editor("width_factor")->parentWidget();
        QVERIFY(!editor("width_factor")->findChild<RangeSlider*>()->isVisible());
        QTest::mouseClick(row->findChild<QToolButton*>("range"), Qt::LeftButton);
        QVERIFY(m_edits.back().value.as<ConfigList>());
        m_panel->setValues(ConfigObject{{"height_factor", 0.1}, {"width_factor", 0.2}});
        QVERIFY(editor("width_factor")->findChild<RangeSlider*>()->isVisible());
        QTest::mouseClick(row->findChild<QToolButton*>("none"), Qt::LeftButton);
        QVERIFY(m_edits.back().value.isNull());
    }

    void whatDoesNotApplyIsHidden()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.1}});
        QVERIFY(!editor("fill_value")->isVisible());
        m_panel->setValues(ConfigObject{{"factor", 0.1}, {"fill_mode", "constant"}});
        QVERIFY(editor("fill_value")->isVisible());
    }

    void advancedOnesStandBehindMore()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.1}});
        QVERIFY(!editor("seed")->isVisible());
        QTest::mouseClick(m_panel->findChild<QPushButton*>("more"), Qt::LeftButton);
        QVERIFY(editor("seed")->isVisible());
        QTest::mouseClick(m_panel->findChild<QPushButton*>("more"), Qt::LeftButton);
        QVERIFY(!editor("seed")->isVisible());
    }

    /// One that is seen for its problem alone stays while somebody mends it, until More is pressed.
    void anAdvancedOneStaysWhenItsProblemIsMended()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.1}});
        const Problem problem{Severity::Error, "any", {}, {}, "seed", LB_TR("Test", "odd"), {}};
        m_panel->setProblems(std::span(&problem, 1));
        QVERIFY(editor("seed")->isVisible());
        auto* line = editor("seed")->findChild<QLineEdit*>();
        line->setFocus();
        QVERIFY(line->hasFocus());

        m_panel->setValues(ConfigObject{{"factor", 0.1}, {"seed", 3}}); // as an owner answers
        m_panel->setProblems({});

        QVERIFY(editor("seed")->isVisible());
        QVERIFY(line->hasFocus());
        auto* more = m_panel->findChild<QPushButton*>("more");
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(editor("seed")->isVisible());
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(!editor("seed")->isVisible());
        m_panel->setProblems(std::span(&problem, 1));
        open(layer("RandomFlip"), layer("RandomFlip").newConfig()); // another owner begins anew
        QVERIFY(!editor("seed")->isVisible());
    }

    void resetGoesBackToTheDefault()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.4}, {"fill_mode", "wrap"}});
        auto* reset = m_panel->findChild<QToolButton*>("reset_fill_mode");
        QVERIFY(reset->isVisible());
        QVERIFY(!m_panel->findChild<QToolButton*>("reset_interpolation")->isVisible());
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(m_edits.back().path, std::string("fill_mode"));
        QCOMPARE(m_edits.back().value, Config("reflect"));
        QTest::mouseClick(m_panel->findChild<QToolButton*>("reset_factor"), Qt::LeftButton);
        QCOMPARE(m_edits.back().value, Config(ConfigList{-0.1, 0.1}));
    }

    void theOwnerMayAnswerInsideTheSignal()
    {
        Config config = ConfigObject{{"factor", ConfigList{-0.1, 0.1}}};
        open(layer("RandomRotation"), config);
        Problem problem{Severity::Warning, "any", {}, {}, "factor", LB_TR("Test", "odd"), {}};
        problem.fixes.push_back({LB_TR("Test", "Mend"), {}, {}});
        m_panel->setProblems(std::span(&problem, 1));
        int fixes = 0;
        connect(m_panel.get(), &ParameterPanel::editRequested, this,
                [&](const QString& path, const Config& value, bool) {
                    config = withParam(config, path.toStdString(), value).value();
                    m_panel->setValues(config);
                    m_panel->setProblems({});
                });
        connect(m_panel.get(), &ParameterPanel::fixRequested, this, [&](const Problem&, int fix) {
            fixes += fix + 1;
            m_panel->setProblems({}); // takes the card away that is being clicked
        });
        QTest::mouseClick(m_panel->findChild<QPushButton*>("fix0"), Qt::LeftButton);
        QCOMPARE(fixes, 1);
        QVERIFY(!m_panel->findChild<QPushButton*>("fix0"));
        auto* slider = editor("factor")->findChild<RangeSlider*>();
        QTest::mousePress(slider, Qt::LeftButton, {}, slider->handlePosition(1));
        QTest::mouseMove(slider, slider->handlePosition(1) + QPoint(40, 0));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, slider->handlePosition(1));
        QVERIFY(slider->high() > 0.1);
        QCOMPARE(Config(slider->high()), (*config.find("factor")->as<ConfigList>())[1]);
    }

    void problemsStandAtTheirField()
    {
        open(layer("RandomRotation"), ConfigObject{{"factor", 0.1}});
        std::vector<Problem> problems;
        problems.push_back(
            {Severity::Error, "bad_parameter", {}, {}, "factor", LB_TR("Test", "too far"), {}});
        problems.push_back({Severity::Warning, "range", {}, {}, {}, LB_TR("Test", "twice"), {}});
        m_panel->setProblems(problems);
        auto* atField = editor("factor")->parentWidget()->findChild<QLabel*>("problem");
        QVERIFY(atField);
        QCOMPARE(atField->text(), "too far");
        QCOMPARE(m_panel->findChildren<QLabel*>("problem").size(), 2);
    }

private:
    const LayerType& layer(std::string_view name) const { return *m_registry.find(name).value(); }
    void open(const LayerType& type, const Config& config)
    {
        m_panel->setSpecs(type.specs(), config, type.kerasClass());
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        m_panel->activateWindow();
    }
    QWidget* editor(const QString& key) const { return m_panel->findChild<QWidget*>(key); }
    QList<NumberField*> fields(const QString& key) const
    {
        return editor(key)->findChildren<NumberField*>();
    }
    LayerRegistry m_registry;
    std::unique_ptr<ParameterPanel> m_panel;
    std::vector<Edit> m_edits;
    int m_ended = 0;
};

LB_TEST(TstParameterPanel)
#include "tst_parameter_panel.moc"
