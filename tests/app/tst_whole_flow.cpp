#include "app/workbench/file_actions.h"
#include "app/workbench/main_window.h"
#include "app/workbench/run_store.h"
#include "app/workbench/session.h"
#include "app/workbench/window_actions.h"
#include "core/interop/bundle.h"
#include "core/support/text.h"
#include "tests/app/example_session.h"
#include "tests/app/hand.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/export/export_view.h"
#include "widgets/predict/picture_well.h"
#include "widgets/predict/predict_panel.h"

#include <QDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QUrl>

#include <algorithm>

namespace lb {
namespace {

constexpr std::size_t kClasses = 10; // of the drawn shapes
constexpr const char* kOrder = "the steps before it did not go well, or were left out";

QString errorsOf(const Session& session)
{
    QStringList errors;
    for (const Problem& problem : session.analysis().problems)
        if (problem.severity == Severity::Error)
            errors << QString::fromStdString(english(problem.message));
    return errors.join("; ");
}

/// One window from the first layer to a prediction. Each step goes on from the one before it.
class TestWholeFlow : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void buildsTheExampleByMouse();
    void undoesAllTheWayAndRedoes();
    void trainsWhileTheProjectIsEdited();
    void exportsAndPredicts();

private:
    const Document& document() const { return m_session.document(); }
    bool wiredTo(const char* to, const char* from, int output = 0, const char* input = "") const;
    void pipelineByHand();
    void modelByHand();
    void parametersByHand();

    QTemporaryDir m_folder;
    Session m_session{builtinRegistry()};
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Hand> m_hand;
    Document m_first, m_built;
    int m_done = 0; ///< steps that went well
};

void TestWholeFlow::initTestCase()
{
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName("layerbench");
    QCoreApplication::setApplicationName("layerbench-test");
    setTheme(Theme::dark());
    m_window = std::make_unique<MainWindow>(m_session);
    m_window->resize(1600, 1000);
    QVERIFY(m_window->files().startFrom("drawn_shapes"));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->activateWindow();
    m_hand = std::make_unique<Hand>(*m_window);
    m_first = document();
}

void TestWholeFlow::init()
{
    QTest::failOnWarning(realWarnings());
}

void TestWholeFlow::cleanup()
{
    m_done += QTest::currentTestFailed() ? 0 : 1;
}

bool TestWholeFlow::wiredTo(const char* to, const char* from, int output, const char* input) const
{
    const Node* node = document().named(to);
    const Node* source = document().named(from);
    if (!node || !source)
        return false;
    return std::ranges::any_of(node->inputs, [&](const Input& each) {
        const auto* wire = std::get_if<PortRef>(&each.from);
        return each.port == input && wire && *wire == PortRef{source->id, output};
    });
}

void TestWholeFlow::pipelineByHand()
{
    const Hand& hand = *m_hand;
    hand.doubleClick("Source");
    QVERIFY(document().source());
    hand.dropBeside("RandomFlip", "source");
    hand.dropBeside("Rescaling", "random_flip");
    QVERIFY(!wiredTo("random_flip", "source"));
    hand.wire("source", 0, "random_flip");
    QVERIFY(wiredTo("random_flip", "source"));
    hand.wire("random_flip", 0, "rescaling");
    QVERIFY(wiredTo("rescaling", "random_flip"));
}

void TestWholeFlow::modelByHand()
{
    const Hand& hand = *m_hand;
    hand.clickNode("rescaling");
    hand.find("Batch"); // comes wired behind what is selected
    QVERIFY(wiredTo("batch", "rescaling"));
    hand.dropBeside("Flatten", "batch");
    hand.dropBeside("Dense", "flatten");
    hand.dropBeside("Output", "dense");
    hand.wire("batch", 0, "flatten");
    QVERIFY(wiredTo("flatten", "batch"));
    hand.wire("flatten", 0, "dense");
    QVERIFY(wiredTo("dense", "flatten"));
}

void TestWholeFlow::parametersByHand()
{
    const Hand& hand = *m_hand;
    hand.clickNode("source");
    hand.type("count", "8192");
    QVERIFY(*document().layerOf(hand.named("source"))->config.find("count") == Config(8192));
    hand.clickNode("dense");
    hand.type("units", "10");
    hand.choose("activation", "softmax");
    const Config& dense = document().layerOf(hand.named("dense"))->config;
    QVERIFY(*dense.find("units") == Config(10));
    QVERIFY(*dense.find("activation") == Config("softmax"));
    hand.clickNode("output");
    hand.type("epochs", "2");
    QCOMPARE(document().recipe.epochs, 2);
}

void TestWholeFlow::buildsTheExampleByMouse()
{
    QVERIFY2(m_done == 0, kOrder);
    const Hand& hand = *m_hand;
    QTest::mouseClick(hand.port(), Qt::LeftButton, {}, {3, hand.port()->height() - 3});
    hand.key(hand.port(), Qt::Key_A, Qt::ControlModifier);
    hand.key(hand.port(), Qt::Key_Delete);
    QVERIFY(document().root().nodes.empty());

    for (const auto part : {&TestWholeFlow::pipelineByHand, &TestWholeFlow::modelByHand,
                            &TestWholeFlow::parametersByHand}) {
        (this->*part)();
        if (QTest::currentTestFailed())
            return;
    }
    hand.wire("dense", 0, "output");
    hand.wire("source", 1, "output", "label");
    QVERIFY(wiredTo("output", "dense"));
    QVERIFY(wiredTo("output", "source", 1, "label"));

    QTRY_COMPARE_WITH_TIMEOUT(m_session.source() ? m_session.source()->size() : 0, 8'192,
                              kPatience);
    QCOMPARE(document().root().nodes.size(), 7U);
    QCOMPARE(errorsOf(m_session), QString());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), kPatience);
    keepLooks(*m_window, "flow_built");
    m_built = document();
}

void TestWholeFlow::undoesAllTheWayAndRedoes()
{
    QVERIFY2(m_done == 1, kOrder);
    const int steps = m_session.undoStack()->count();
    QVERIFY(steps >= 15);

    for (int i = 0; i < steps; ++i) {
        QVERIFY(!(document() == m_first));
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    }
    QVERIFY(document() == m_first);
    QVERIFY(!m_session.isModified());
    for (int i = 0; i < steps; ++i) {
        QVERIFY(!(document() == m_built));
        m_hand->key(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    }
    QVERIFY(document() == m_built);
    QCOMPARE(errorsOf(m_session), QString());
}

void TestWholeFlow::trainsWhileTheProjectIsEdited()
{
    QVERIFY2(m_done == 2, kOrder);
    const Hand& hand = *m_hand;
    auto* train = m_window->findChild<QPushButton*>("train");
    QTRY_VERIFY_WITH_TIMEOUT(train->isEnabled(), kPatience);
    hand.seeAll();
    hand.clickNode("dense");
    QTest::mouseClick(train, Qt::LeftButton);
    QCOMPARE(m_window->workspace(), Workspace::Train);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->views().isTraining(), kPatience);
    hand.rest();
    hand.workspace(m_window->actions().design);
    hand.rest();
    const Point before = document().named("dense")->at;
    const QPoint at = hand.canvas().nodeCenter(hand.named("dense"));
    hand.drag(at, at + QPoint(0, 60));
    hand.rest();
    hand.type("units", "12"); // a run that looked at it would not fit its weights any more
    if (!m_window->views().isTraining())
        qInfo("the run ended before the edits did");
    hand.rest();
    QVERIFY(!(document().named("dense")->at == before));
    QVERIFY(*document().layerOf(hand.named("dense"))->config.find("units") == Config(12));
    hand.workspace(m_window->actions().trainSpace);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().isTraining(), kPatience);

    const Run* run = RunStore::of(m_session).shown();
    QVERIFY(run);
    QTRY_COMPARE_WITH_TIMEOUT(run->snapshot.state, RunState::Finished, kPatience);
    QVERIFY(*run->document == m_built);
    QCOMPARE(run->series.epochs().size(), 2U);
    QCOMPARE(run->series.steps().size(), 512U); // 8,192 pictures, 32 a batch, 2 epochs
    keepLooks(*m_window, "flow_trained");
}

void TestWholeFlow::exportsAndPredicts()
{
    QVERIFY2(m_done == 3, kOrder);
    const Hand& hand = *m_hand;
    hand.workspace(m_window->actions().exportSpace);
    auto* view = qobject_cast<ExportView*>(m_window->views().exportPanel);
    QVERIFY(view->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), kPatience);

    const QString path = m_folder.filePath("shapes.bundle");
    hand.typeInto(view->findChild<QLineEdit*>(), path);
    hand.press(view, "Write bundle");
    QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), kPatience);
    QVERIFY2(view->bannerText().contains("passed"), qPrintable(view->bannerText()));
    QVERIFY(verifiedBundle(path.toStdString(), builtinRegistry()).ok());
    keepLooks(*m_window, "flow_exported");

    hand.press(view, "Predict with it…");
    auto* dialog = m_window->findChild<QDialog*>("predict");
    QVERIFY(dialog && dialog->isVisible());
    auto* panel = dialog->findChild<PredictPanel*>();
    QMimeData picture;
    picture.setUrls({QUrl::fromLocalFile(qEnvironmentVariable("LAYERBENCH_SOURCE")
                                         + "/tests/data/pictures/chelsea.jpg")});
    Hand::drop(panel->well(), {20, 20}, picture);
    QTRY_VERIFY_WITH_TIMEOUT(!panel->classes()->classes().empty(), kPatience);
    const std::vector<ClassProbability>& classes = panel->classes()->classes();
    QVERIFY(classes.size() > 1 && classes.size() <= kClasses);
    QVERIFY(std::ranges::is_sorted(classes, std::greater(), &ClassProbability::probability));
    for (const ClassProbability& each : classes) // trained before the edit: ten units, ten names
        QVERIFY(std::ranges::count(m_session.facts().classNames, each.name.toStdString()) == 1);
    QVERIFY(classes.front().probability > 1.0 / kClasses && classes.front().probability <= 1);
    keepLooks(*dialog, "flow_predicted");
}

} // namespace
} // namespace lb

LB_TEST(lb::TestWholeFlow)
#include "tst_whole_flow.moc"
