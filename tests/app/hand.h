#pragma once

#include "app/workbench/main_window.h"
#include "app/workbench/session.h"
#include "tests/support/lb_test.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/palette/layer_palette.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

namespace lb {

/// Mouse, wheel and keys on the main window; it reads state, but makes none.
class Hand {
public:
    explicit Hand(MainWindow& window)
        : m_window(window)
    {
    }

    CanvasView& canvas() const { return m_window.canvas(); }
    QWidget* port() const { return canvas().viewport(); }
    const Document& document() const { return m_window.session().document(); }
    NodeId named(const char* name) const
    {
        const Node* node = document().named(name);
        return node ? node->id : NodeId{};
    }

    void key(QWidget* on, int key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(on, static_cast<Qt::Key>(key), modifiers);
    }
    /// Lets the event loop go round, as it does between two moves of a hand.
    static void rest() { QTest::qWait(20); }
    void clickNode(const char* name) const
    {
        QTest::mouseClick(port(), Qt::LeftButton, {}, canvas().nodeCenter(named(name)));
    }
    /// All nodes into view, and room around them to drop more.
    void seeAll() const
    {
        key(port(), Qt::Key_Home);
        const QPoint at = port()->rect().center();
        QWheelEvent wheel(at, port()->mapToGlobal(at), {}, {0, -5 * 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(port(), &wheel);
    }
    void drag(QPoint from, QPoint to) const
    {
        constexpr int kSteps = 6;
        QTest::mousePress(port(), Qt::LeftButton, {}, from);
        for (int step = 1; step <= kSteps; ++step) {
            const QPoint at = from + (to - from) * step / kSteps;
            QMouseEvent move(QEvent::MouseMove, at, port()->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, {});
            QApplication::sendEvent(port(), &move);
        }
        QTest::mouseRelease(port(), Qt::LeftButton, {}, to);
    }
    void wire(const char* from, int output, const char* to, const QString& input = {}) const
    {
        drag(canvas().outputPort(named(from), output), canvas().inputPort(named(to), input));
    }
    static void drop(QWidget* on, QPoint at, const QMimeData& data)
    {
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(on, &enter);
        QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(on, &move);
        QDropEvent release(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(on, &release);
    }
    /// Drops a layer of the palette to the right of a node.
    void dropBeside(const char* kerasClass, const char* neighbour) const
    {
        seeAll();
        const QPoint at = canvas().nodeCenter(named(neighbour))
            + QPoint(qRound(240 * canvas().zoom()), 0);
        QVERIFY2(port()->rect().contains(at), kerasClass);
        QMimeData data;
        data.setData(kLayerMime, kerasClass);
        drop(port(), at, data);
        seeAll();
    }
    void doubleClick(const QString& kerasClass) const
    {
        LayerPalette& palette = m_window.palette();
        const QPoint at = palette.rowCenter(kerasClass);
        QTest::mouseClick(palette.rows(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(palette.rows(), Qt::LeftButton, {}, at);
        seeAll();
    }
    /// Tab on the canvas, a name, Enter.
    void find(const QString& kerasClass) const
    {
        key(port(), Qt::Key_Tab);
        auto* search = m_window.findChild<QLineEdit*>("paletteSearch");
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, kerasClass);
        key(search, Qt::Key_Return);
        key(search, Qt::Key_Escape);
        seeAll();
    }
    /// The editor of a parameter that can be seen in the inspector.
    template <typename Widget> Widget* editor(const char* parameter) const
    {
        for (QWidget* each : m_window.views().inspector->findChildren<QWidget*>(parameter))
            if (each->isVisible())
                if (auto* found = each->findChild<Widget*>())
                    return found;
        return nullptr;
    }
    void type(const char* parameter, const char* text) const
    {
        auto* line = editor<QLineEdit>(parameter);
        QVERIFY2(line, parameter);
        typeInto(line, text);
        key(line, Qt::Key_Return);
    }
    void typeInto(QLineEdit* line, const QString& text) const
    {
        QTest::mouseClick(line, Qt::LeftButton);
        key(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(line, text);
    }
    void choose(const char* parameter, const char* choice) const
    {
        auto* combo = editor<QComboBox>(parameter);
        QVERIFY2(combo, parameter);
        QTest::mouseClick(combo, Qt::LeftButton);
        QTRY_VERIFY(combo->view()->isVisible());
        QTest::keyClicks(combo->view(), choice);
        key(combo->view(), Qt::Key_Return);
        QTRY_VERIFY(!combo->view()->isVisible());
        m_window.activateWindow(); // a window system would; the off-screen one forgets it
    }
    void workspace(QAction* action) const
    {
        for (QToolButton* button : m_window.findChildren<QToolButton*>())
            if (button->defaultAction() == action)
                return QTest::mouseClick(button, Qt::LeftButton);
        QFAIL("no such workspace");
    }
    void press(QWidget* within, const QString& text) const
    {
        for (QPushButton* button : within->findChildren<QPushButton*>())
            if (button->text() == text && button->isVisible() && button->isEnabled())
                return QTest::mouseClick(button, Qt::LeftButton);
        QFAIL(qPrintable(text));
    }

private:
    MainWindow& m_window;
};

} // namespace lb
