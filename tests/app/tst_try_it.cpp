#include "app/workbench/session.h"
#include "app/workbench/views.h"
#include "core/data/sources.h"
#include "core/graph/edits.h"
#include "core/graph/project_file.h"
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
        for (const Template& each : builtinTemplates())
            if (each.name == "drawn_shapes")
                m_session->startFrom(parseProject(each.json, {}).value(), "drawn_shapes");
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
            for (const Template& each : builtinTemplates())
                if (each.name == "drawn_shapes")
                    m_session->startFrom(parseProject(each.json, {}).value(), "drawn_shapes");
        };
        const LayerId id = add("Normalization", ConfigObject{});
        const QString first = find<QPlainTextEdit>("tryInput")->toPlainText();
        type("tryInput", "777");
        begin();

        QCOMPARE(add("Normalization", ConfigObject{}), id);

        QCOMPARE(find<QPlainTextEdit>("tryInput")->toPlainText(), first);
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
    LayerId add(const char* kerasClass, Config config)
    {
        const Document& document = m_session->document();
        auto added = edits::addLayer(document, document.root().id, kerasClass, std::move(config),
                                     Stage::Model, {});
        m_node = added.value().node;
        m_session->apply(Result<Document>(added.value().document), "add");
        m_session->select({m_node});
        auto* tabs = find<QTabBar>("inspectorTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        settle();
        return layer()->id;
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
