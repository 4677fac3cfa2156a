#include "app/workbench/session.h"
#include "app/workbench/try_runner.h"
#include "app/workbench/views.h"
#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
#include "core/training/training_rows.h"
#include "tests/support/lb_test.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/try_page.h"
#include "widgets/theme/theme.h"

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTest>
#include <QUndoStack>

using namespace lb;

namespace {

/// Counts what another thread mailed to an object.
class Mail : public QObject {
public:
    explicit Mail(QObject& receiver) { receiver.installEventFilter(this); }
    int count = 0;

protected:
    bool eventFilter(QObject*, QEvent* event) override
    {
        count += event->type() == QEvent::MetaCall;
        return false;
    }
};

} // namespace

/// "Try it" in the window: computed on its own thread, learned states are undo steps.
class TstTryIt : public QObject {
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
        m_session = std::make_unique<Session>(m_registry);
        m_parent = std::make_unique<QWidget>();
        m_canvas = new CanvasView(m_registry, m_parent.get());
        m_views = {};
        addDesignViews(m_views, *m_session, *m_canvas, m_parent.get());
        inspector()->resize(320, 900);
        m_session->startFrom(templateOf("drawn_shapes"), "drawn_shapes");
        m_session->setSource(drawnShapes(16, 1), {});
        m_parent->show();
        inspector()->QWidget::show();
    }
    void cleanup()
    {
        m_parent.reset();
        m_session.reset();
    }

    void aStateLearnedByHandIsAnUndoStep()
    {
        add("Normalization", ConfigObject{});
        type("tryAdaptOn", "1\n3\n5");

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);

        QTRY_VERIFY(layer()->adapted != nullptr);
        QCOMPARE(layer()->adapted->tensors.find("mean")->second, Tensor::of<float>({1}, {3}));
        QCOMPARE(*layer()->adapted->record.find("rows"), Config(3));
        type("tryInput", "3.0\n5.0");
        QCOMPARE(find<QPlainTextEdit>("tryNumbers")->toPlainText(), "      0\n1.22474");

        m_session->undoStack()->undo();
        QVERIFY(layer()->adapted == nullptr);
        settle();
        QCOMPARE(find<QPlainTextEdit>("tryNumbers")->toPlainText(), "3\n5");
    }

    void aStateThatCannotBeLearnedChangesNothing()
    {
        add("Discretization", ConfigObject{{"num_bins", 3}});
        const int steps = m_session->undoStack()->count();
        type("tryAdaptOn", "1 nan");

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);

        QTRY_VERIFY(find<QLabel>("tryAdaptError")->isVisible());
        QVERIFY(find<QLabel>("tryAdaptError")->text().startsWith("row 0 of the data holds"));
        QCOMPARE(m_session->undoStack()->count(), steps);
    }

    /// Undo gives ids back; what was typed for one class is not tried with another.
    void anotherLayerUnderTheSameIdBeginsAnew()
    {
        const LayerId id = add("StringLookup", ConfigObject{});
        type("tryAdaptOn", "cyan\nturquoise\nceleste");
        type("tryInput", "azure\ncyan");
        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        QTRY_VERIFY(layer()->adapted != nullptr);
        settle();
        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(!layer());

        QCOMPARE(add("Normalization", ConfigObject{}), id);

        QVERIFY2(!find<QPlainTextEdit>("tryAdaptOn")->toPlainText().contains("cyan"),
                 qPrintable(find<QPlainTextEdit>("tryAdaptOn")->toPlainText()));
        QVERIFY(!find<QPlainTextEdit>("tryInput")->toPlainText().contains("azure"));
    }

    void anotherProjectForgetsWhatWasTyped()
    {
        const auto begin = [this] {
            m_session->startFrom(templateOf("drawn_shapes"), "drawn_shapes");
        };
        const LayerId id = add("Normalization", ConfigObject{});
        const QString first = find<QPlainTextEdit>("tryInput")->toPlainText();
        type("tryInput", "777");
        begin();

        QCOMPARE(add("Normalization", ConfigObject{}), id);

        QCOMPARE(find<QPlainTextEdit>("tryInput")->toPlainText(), first);
    }

    /// Projects of one template share the ids of their layers, not what comes to them.
    void anotherProjectBeginsWithValuesThatFitItsOwnWires()
    {
        const Document strings = templateOf("table");
        const NodeId hashing = strings.named("deck_hashing")->id;
        const Document ints = must(edits::connect(must(edits::disconnect(strings, hashing, "")),
                                                  {strings.source()->id, 0}, hashing, ""));
        const auto beginning = [&](const Document& document) {
            const SourceHandle data
                = openSource(document.layerOf(document.source()->id)->config, {}).value();
            m_session->startFrom(document, "table");
            m_session->setSource(data, factsOf(*data, document.recipe, true));
            m_session->select({hashing});
            openTab();
            return find<QPlainTextEdit>("tryInput")->toPlainText();
        };

        const QString before = beginning(ints);

        QVERIFY2(before.contains("1") && !before.contains("cyan"), qPrintable(before));
        QVERIFY(!find<QFrame>("tryError")->isVisible());
        const QString between = beginning(strings);
        QVERIFY2(between.contains("cyan"), qPrintable(between));
        QVERIFY(!find<QFrame>("tryError")->isVisible());
        QCOMPARE(beginning(ints), before);
        QVERIFY(!find<QFrame>("tryError")->isVisible());
    }

    void whatIsLearnedForTheProjectBeforeIsForNobody()
    {
        const LayerId id = add("Normalization", ConfigObject{});
        const Document same = m_session->document();
        Mail mail(*m_parent->findChild<TryRunner*>());

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        m_session->startFrom(same, "another"); // before the answer can be read

        QTRY_COMPARE(mail.count, 1);
        QVERIFY(m_session->document().layer(id)->adapted == nullptr);
        QCOMPARE(m_session->undoStack()->count(), 0);
    }

    void whatALayerLearnsIsForNoOtherClassUnderItsId()
    {
        const LayerId id = add("StringLookup", ConfigObject{});
        Mail mail(*m_parent->findChild<TryRunner*>());

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        m_session->undoStack()->undo(); // before the answer can be read
        addUnseen("Normalization", ConfigObject{});
        QCOMPARE(layer()->id, id);

        QTRY_COMPARE(mail.count, 1);
        QVERIFY(layer()->adapted == nullptr);
        QCOMPARE(m_session->undoStack()->count(), 1);
    }

    /// Bins of three are stale once there are to be four.
    void aStateSaysWithWhichParametersItWasLearned()
    {
        const LayerId id = add("Discretization", ConfigObject{{"num_bins", 3}});
        type("tryAdaptOn", "1 2 3 4 5 6");

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        m_session->setParam(m_node, "num_bins", Config(4)); // before the answer can be read

        QTRY_VERIFY(layer()->adapted != nullptr);
        const auto parametersOf = [&](int bins) {
            return ledger::parametersHash(*m_registry.find("Discretization").value(),
                                          ConfigObject{{"num_bins", bins}});
        };
        QVERIFY(parametersOf(3) != parametersOf(4));
        QCOMPARE(*layer()->adapted->record.find("parameters"), Config(parametersOf(3)));
        QCOMPARE(layer()->id, id);
    }

    /// Another layer is shown by then; it has nothing to do with what the first could not learn.
    void whatOneCannotLearnIsNotToldOfAnother()
    {
        add("Discretization", ConfigObject{{"num_bins", 3}});
        type("tryAdaptOn", "1 nan");
        addUnseen("Normalization", ConfigObject{});
        Mail mail(*m_parent->findChild<TryRunner*>());

        QTest::mouseClick(find<QPushButton>("tryAdapt"), Qt::LeftButton);
        m_session->select({m_node});

        settle();
        QTRY_COMPARE(mail.count, 2); // and what the other one gives
        QVERIFY(find<QPlainTextEdit>("tryAdaptOn")->isVisible());
        QVERIFY2(!find<QLabel>("tryAdaptError")->isVisible(),
                 qPrintable(find<QLabel>("tryAdaptError")->text()));
    }

    void aWeightOfTheRunIsUsedWhereItFits()
    {
        const LayerId id = add("Dense", ConfigObject{{"units", 1}});
        m_views.showWeights(std::make_shared<const std::map<LayerId, std::vector<Tensor>>>(
            std::map<LayerId, std::vector<Tensor>>{
                {id, {Tensor::of<float>({2, 1}, {10, 1}), Tensor::of<float>({1}, {0.5f})}}}));
        type("tryInput", "1.0 2.0");
        QCOMPARE(find<QPlainTextEdit>("tryNumbers")->toPlainText(), "12.5");

        type("tryInput", "1.0 2.0 3.0");
        QVERIFY(!find<QFrame>("tryError")->isVisible());
    }

    void whatTakesTooLongIsRefused()
    {
        add("Dense", ConfigObject{{"units", 2'000'000'000}});

        type("tryInput", QString("1.0 ").repeated(30).trimmed());

        QTRY_VERIFY(find<QFrame>("tryError")->isVisible());
        QVERIFY(find<QFrame>("tryError")->findChild<QLabel*>()->text().startsWith(
            "needs 60000 million multiply-adds")
                || find<QFrame>("tryError")->findChild<QLabel*>()->text().startsWith(
                    "needs 60,000 million multiply-adds"));
    }

    /// However large what is asked for: refused in place.
    void tooMuchIsRefused()
    {
        add("Dense", ConfigObject{{"units", 2'000'000'000}});

        type("tryInput", "1.0 2.0");

        QTRY_VERIFY(find<QFrame>("tryError")->isVisible());
        QVERIFY(find<QFrame>("tryError")->findChild<QLabel*>()->text().contains("too m"));
    }

private:
    Inspector* inspector() const { return qobject_cast<Inspector*>(m_views.inspector); }
    template <typename T> T* find(const char* name) const
    {
        return inspector()->findChild<T*>(name);
    }
    const LayerDef* layer() const { return m_session->document().layerOf(m_node); }
    static Document must(Result<Document> edited) { return std::move(edited.value()); }
    static Document templateOf(std::string_view name)
    {
        for (const Template& each : builtinTemplates())
            if (each.name == name)
                return parseProject(each.json, {}).value();
        return emptyDocument();
    }
    LayerId add(const char* kerasClass, Config config)
    {
        addUnseen(kerasClass, std::move(config));
        m_session->select({m_node});
        openTab();
        return layer()->id;
    }
    /// Runs no event loop.
    void addUnseen(const char* kerasClass, Config config)
    {
        const Document& document = m_session->document();
        auto added = edits::addLayer(document, document.root().id, kerasClass, std::move(config),
                                     Stage::Model, {});
        m_node = added.value().node;
        m_session->apply(Result<Document>(added.value().document), "add");
    }
    void openTab()
    {
        auto* tabs = find<QTabBar>("inspectorTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        settle();
    }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(inspector()->tryPage().settled(), kPatience); }
    void type(const char* name, const QString& text)
    {
        auto* editor = find<QPlainTextEdit>(name);
        QTest::mouseClick(editor->viewport(), Qt::LeftButton);
        QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
        for (const QChar c : text)
            if (c == '\n')
                QTest::keyClick(editor, Qt::Key_Return);
            else
                QTest::keyClick(editor, c.toLatin1());
        settle();
    }

    LayerRegistry m_registry;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<QWidget> m_parent;
    CanvasView* m_canvas = nullptr;
    Views m_views;
    NodeId m_node;
};

LB_TEST(TstTryIt)
#include "tst_try_it.moc"
