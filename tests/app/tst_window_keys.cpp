#include "core/graph/project_file.h"
#include "tests/app/open_window.h"
#include "tests/support/lb_test.h"
#include "widgets/search/command_box.h"

#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QUndoStack>

#include <algorithm>

namespace lb {
namespace {

/// The window's keys where a field of a panel has the focus.
class TestWindowKeys : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        openTemplate("drawn_shapes");
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_hand->seeAll();
    }
    void cleanup() { closeAll(); }

    void undoInAFieldTakesBackTypingThenTheLastCommand_data()
    {
        QTest::addColumn<QByteArray>("node");
        QTest::addColumn<QByteArray>("parameter");
        QTest::newRow("a number") << QByteArray("drawn_shapes") << QByteArray("count");
        QTest::newRow("numbers") << QByteArray("max_pooling2d") << QByteArray("strides");
    }
    void undoInAFieldTakesBackTypingThenTheLastCommand()
    {
        QFETCH(QByteArray, node);
        QFETCH(QByteArray, parameter);
        m_hand->clickNode(node);
        const Document first = m_session->document();
        auto* line = m_hand->editor<QLineEdit>(parameter);
        QVERIFY(line);
        const QString before = line->text();
        m_hand->typeInto(line, "3");
        key(Qt::Key_Return);
        const Document edited = m_session->document();
        QVERIFY(!(edited == first));
        const QString after = line->text();
        key(Qt::Key_End);
        QTest::keyClicks(focus(), "7");
        QCOMPARE(line->text(), after + "7");

        key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(line->text(), after);
        QVERIFY(m_session->document() == edited);
        key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(line->text(), after + "7");
        key(Qt::Key_Z, Qt::ControlModifier);
        key(Qt::Key_Z, Qt::ControlModifier);

        QVERIFY(m_session->document() == first);
        QCOMPARE(line->text(), before);
        QVERIFY(focus() == line || focus()->isAncestorOf(line));
        key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_session->document() == edited);
        QCOMPARE(line->text(), after);
        key(Qt::Key_Z, Qt::ControlModifier);
        key(Qt::Key_Y, Qt::ControlModifier);
        QVERIFY(m_session->document() == edited);
    }

    void undoReachesTheDocumentFromOtherPanels()
    {
        m_hand->clickNode("drawn_shapes");
        const Document first = m_session->document();
        m_hand->type("count", "96");
        QVERIFY(!(m_session->document() == first));
        auto* search = m_window->findChild<QLineEdit*>("paletteSearch");
        QTest::mouseClick(search, Qt::LeftButton);
        QTest::keyClicks(search, "r");

        key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(search->text(), QString());
        QVERIFY(!(m_session->document() == first));
        key(Qt::Key_Z, Qt::ControlModifier);

        QVERIFY(m_session->document() == first);
    }

    void escapeTakesBackTypingAndGoesToTheCanvas_data()
    {
        QTest::addColumn<QByteArray>("parameter");
        QTest::newRow("a number") << QByteArray("filters");
        QTest::newRow("numbers") << QByteArray("kernel_size");
    }
    void escapeTakesBackTypingAndGoesToTheCanvas()
    {
        QFETCH(QByteArray, parameter);
        m_hand->clickNode("conv2d");
        const Document before = m_session->document();
        auto* line = m_hand->editor<QLineEdit>(parameter);
        QVERIFY(line);
        const QString text = line->text();
        m_hand->typeInto(line, "17");

        key(Qt::Key_Escape);

        QVERIFY(m_window->canvas().hasFocus());
        QVERIFY(m_session->document() == before);
        QCOMPARE(line->text(), text);
        QVERIFY(m_session->selected() == m_hand->named("conv2d"));
        m_hand->key(focus(), Qt::Key_M); // the canvas' key
        QVERIFY(m_session->document().named("conv2d")->muted);
    }

    void escapeInTheNameTakesItBackAndGoesToTheCanvas()
    {
        m_hand->clickNode("conv2d");
        auto* name = m_window->findChild<QLineEdit*>("layerName");
        m_hand->typeInto(name, "other");

        key(Qt::Key_Escape);

        QCOMPARE(name->text(), QString("conv2d"));
        QVERIFY(m_window->canvas().hasFocus());
        QVERIFY(m_session->document().named("conv2d"));
    }

    void escapeFromAButtonOfAPanelGoesToTheCanvas()
    {
        m_hand->clickNode("conv2d");
        auto* tabs = m_window->findChild<QTabBar*>("inspectorTabs");
        tabs->setFocus();

        key(Qt::Key_Escape);

        QVERIFY(m_window->canvas().hasFocus());
    }

    void whatTheSearchBoxAddsHearsTheNextKey()
    {
        m_hand->clickNode("rescaling");
        auto* line = m_hand->editor<QLineEdit>("scale");
        QTest::mouseClick(line, Qt::LeftButton); // the focus is in a panel
        const int steps = m_session->undoStack()->count();

        key(Qt::Key_K, Qt::ControlModifier);
        auto* box = m_window->findChild<CommandBox*>();
        QTRY_VERIFY(box->isVisible());
        auto* words = box->findChild<QLineEdit*>();
        QTest::keyClicks(words, "Add CenterCrop");
        QTest::keyClick(words, Qt::Key_Return);
        m_window->activateWindow(); // a window system would; the off-screen one forgets it

        QCOMPARE(m_session->document().layerOf(m_session->selected())->kerasClass, "CenterCrop");
        QTRY_VERIFY(m_window->canvas().hasFocus());
        key(Qt::Key_M);
        QVERIFY(m_session->document().node(m_session->selected())->muted);
        QCOMPARE(m_session->undoStack()->count(), steps + 2);
    }

    void whatThePaletteAddsHearsTheNextKey()
    {
        m_hand->clickNode("rescaling");
        m_hand->key(m_hand->port(), Qt::Key_Tab);
        auto* search = m_window->findChild<QLineEdit*>("paletteSearch");
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, "centerc");

        key(Qt::Key_Return);

        QVERIFY(m_window->canvas().hasFocus());
        key(Qt::Key_Delete);
        QVERIFY(!m_session->document().named("center_crop"));
    }

    /// What is typed stays under the eyes, whatever the panel says of the new value.
    void ctrlReturnInJsonStaysAtTheField_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("another value") << QByteArray("string_hashed") << QByteArray("string_categorical");
        QTest::newRow("a value that is refused") << QByteArray("string_hashed") << QByteArray("string_x");
    }
    void ctrlReturnInJsonStaysAtTheField()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        openTemplateWithData("feature_space");
        m_window->resize(1280, 720);
        m_window->canvas().setFocus();
        m_hand->clickNode("feature_space");
        Hand::rest();
        auto* text = m_hand->editor<QPlainTextEdit>("features");
        QVERIFY(text);
        QScrollArea* area = nullptr;
        for (QWidget* up = text; up && !area; up = up->parentWidget())
            area = qobject_cast<QScrollArea*>(up);
        QVERIFY(area);
        text->setFocus();
        QTextCursor found = text->document()->find(from);
        QVERIFY(!found.isNull());
        text->setTextCursor(found);
        area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
        Hand::rest();
        const Document before = m_session->document();
        found.insertText(to);
        Hand::rest();
        const int at = text->mapTo(area->viewport(), QPoint()).y();
        const int line = text->cursorRect().top();

        key(Qt::Key_Return, Qt::ControlModifier);
        Hand::rest();

        QVERIFY(!(m_session->document() == before));
        QVERIFY(text->hasFocus());
        QCOMPARE(m_hand->editor<QPlainTextEdit>("features"), text);
        QCOMPARE(text->cursorRect().top(), line);
        const int now = text->mapTo(area->viewport(), QPoint()).y();
        const int most = now + area->verticalScrollBar()->value(); // with all of the panel's top seen
        QCOMPARE(now, std::min(at, most));
    }

private:
    static QWidget* focus() { return QApplication::focusWidget(); }
    void key(Qt::Key which, Qt::KeyboardModifiers held = {}) const
    {
        QVERIFY(focus());
        QTest::keyClick(focus(), which, held);
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestWindowKeys)
#include "tst_window_keys.moc"
