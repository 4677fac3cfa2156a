#include "app/workbench/canvas_edits.h"
#include "app/workbench/views.h"
#include "core/graph/groups.h"
#include "tests/app/example_session.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector.h"
#include "widgets/theme/theme.h"
#include "tests/support/lb_test.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace lb;

/// A group in the window: made of a selection, used by chance, opened, dissolved.
class TstGroupViews : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { setTheme(Theme::dark()); }
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_session = std::make_unique<Session>(builtinRegistry());
        m_parent = std::make_unique<QWidget>();
        m_canvas = new CanvasView(builtinRegistry(), m_parent.get());
        m_views = {};
        addDesignViews(m_views, *m_session, *m_canvas, m_parent.get());
        joinCanvas(*m_canvas, *m_session);
        openSmallExample(*m_session);
        m_parent->show();
        inspector()->resize(320, 900);
        inspector()->setVisible(true);
        for (const char* name : {"random_flip", "random_rotation", "random_zoom"})
            if (const Node* node = m_session->document().named(name))
                m_layers.push_back(node->id);
        QVERIFY(m_layers.size() >= 2);
    }
    void cleanup()
    {
        m_layers.clear();
        m_parent.reset();
        m_session.reset();
    }

    void aSelectionBecomesAGroupAndComesBack()
    {
        const Document before = m_session->document();
        m_session->select(m_layers);

        QTest::keyClick(m_canvas, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);

        const NodeId group = m_session->selected();
        QCOMPARE(m_session->undoStack()->count(), 1);
        QVERIFY(!m_session->document().layerOf(group));
        QCOMPARE(m_session->document().root().nodes.size(),
                 before.root().nodes.size() - m_layers.size() + 1);
        QVERIFY(!m_session->analysis().hasErrors());

        QTest::keyClick(m_canvas, Qt::Key_G, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m_session->undoStack()->count(), 2);
        QCOMPARE(m_session->selection(), m_layers);
        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
    }

    void theInspectorSaysHowItIsUsed()
    {
        group();
        auto* apply = inspector()->findChild<QWidget*>("apply")->findChild<QComboBox*>();
        QVERIFY(apply);
        QVERIFY(!inspector()->findChild<QWidget*>("probability")->isVisible());

        apply->setFocus();
        QTest::keyClick(apply, Qt::Key_Down);

        const NodeId node = m_session->selected();
        QCOMPARE(*m_session->document().node(node)->call.find("apply"), Config("sometimes"));
        auto* probability = inspector()->findChild<QWidget*>("probability");
        QVERIFY(probability->isVisible());
        auto* line = probability->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, "0.3");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(*m_session->document().node(node)->call.find("probability"), Config(0.3));
        QVERIFY(m_session->analysis().nodes.at(node).trainOnly);
        QVERIFY(inspector()->findChild<QPlainTextEdit*>("code")->toPlainText().contains(
            "RandomGroup(probabilities=[0.3]"));

        m_session->undoStack()->undo();
        m_session->undoStack()->undo();
        QVERIFY(!m_session->document().node(node)->call.find("apply"));
        QCOMPARE(apply->currentText(), "always");
    }

    void itsLayersAreALinkAway()
    {
        group();
        const NodeId node = m_session->selected();
        auto* links = inspector()->findChild<QLabel*>("groupLinks");
        QVERIFY(links->isVisible() && links->text().contains("random_flip"));

        Q_EMIT links->linkActivated(QString::number(m_layers.front().value));

        QCOMPARE(m_session->selected(), m_layers.front());
        QVERIFY(inspector()->findChild<QWidget*>("mode"));
        QVERIFY(links->text().contains(QString::number(node.value)));
    }

    void itIsRenamed()
    {
        group();
        auto* name = inspector()->findChild<QLineEdit*>("layerName");
        QTest::mouseClick(name, Qt::LeftButton);
        name->selectAll();
        QTest::keyClicks(name, "data_augmentation");

        QTest::keyClick(name, Qt::Key_Return);

        QCOMPARE(m_session->document().nameOf(m_session->selected()),
                 std::string("data_augmentation"));
    }

private:
    Inspector* inspector() const { return qobject_cast<Inspector*>(m_views.inspector); }
    void group()
    {
        m_session->select(m_layers);
        groupSelection(*m_session);
    }

    std::unique_ptr<Session> m_session;
    std::unique_ptr<QWidget> m_parent;
    CanvasView* m_canvas = nullptr;
    Views m_views;
    std::vector<NodeId> m_layers;
};

LB_TEST(TstGroupViews)
#include "tst_group_views.moc"
