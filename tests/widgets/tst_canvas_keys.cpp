#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"

using namespace lb;
using lb::test::CanvasFixture;

/// The keyboard of the visual language's section 10.
class TestCanvasKeys : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<CanvasFixture> m_canvas;
    CanvasFixture& canvas() { return *m_canvas; }
    CanvasView& view() { return *m_canvas->view; }
    void selectOnly(std::string_view name)
    {
        view().setSelection(std::array{canvas().named(name)});
    }
    std::vector<NodeId> only(std::string_view name) { return {canvas().named(name)}; }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".*"));
        m_canvas = std::make_unique<CanvasFixture>();
        canvas().show(CanvasFixture::templateNamed("drawn_shapes"));
    }
    void cleanup() { m_canvas.reset(); }

    void arrowsWalkAlongWires()
    {
        selectOnly("random_zoom");

        QTest::keyClick(&view(), Qt::Key_Right);
        QCOMPARE(view().selection(), only("rescaling"));
        QTest::keyClick(&view(), Qt::Key_Right); // over the lane's border
        QCOMPARE(view().selection(), only("batch"));
        QTest::keyClick(&view(), Qt::Key_Left);
        QTest::keyClick(&view(), Qt::Key_Left);
        QCOMPARE(view().selection(), only("random_zoom"));
        QTest::keyClick(&view(), Qt::Key_Down);
        QCOMPARE(view().selection(), only("conv2d_1"));
        QTest::keyClick(&view(), Qt::Key_Up);
        QCOMPARE(view().selection(), only("random_zoom"));
    }

    void anArrowWithoutASelectionStartsAtTheBeginning()
    {
        QTest::keyClick(&view(), Qt::Key_Right);

        QCOMPARE(view().selection(), only("drawn_shapes"));
    }

    void controlArrowsMoveBySixteen()
    {
        selectOnly("rescaling");
        QSignalSpy spy(&view(), &CanvasView::moveRequested);

        QTest::keyClick(&view(), Qt::Key_Left, Qt::ControlModifier);

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(1).value<Point>(), (Point{-16, 0}));
        QVERIFY(!spy.last().at(3).toBool());
    }

    void lettersAskForWhatTheyMean_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("modifiers");
        QTest::addColumn<QByteArray>("signal");
        const auto row = [](const char* name, int key, int modifiers, const char* asked) {
            QTest::newRow(name) << key << modifiers << QByteArray(asked);
        };
        row("M mutes", Qt::Key_M, 0, SIGNAL(muteRequested(std::vector<lb::NodeId>)));
        row("B moves behind the batch", Qt::Key_B, 0,
            SIGNAL(acrossBatchRequested(std::vector<lb::NodeId>, lb::Stage)));
        row("Shift+B moves before the batch", Qt::Key_B, int(Qt::ShiftModifier),
            SIGNAL(acrossBatchRequested(std::vector<lb::NodeId>, lb::Stage)));
        row("H collapses", Qt::Key_H, 0, SIGNAL(collapseRequested(std::vector<lb::NodeId>)));
        row("Ctrl+D duplicates", Qt::Key_D, int(Qt::ControlModifier),
            SIGNAL(duplicateRequested(std::vector<lb::NodeId>)));
        row("Ctrl+G frames", Qt::Key_G, int(Qt::ControlModifier),
            SIGNAL(frameRequested(std::vector<lb::NodeId>)));
        row("Ctrl+Shift+G groups", Qt::Key_G, int(Qt::ControlModifier | Qt::ShiftModifier),
            SIGNAL(groupRequested(std::vector<lb::NodeId>)));
        row("Ctrl+Alt+G dissolves a group", Qt::Key_G, int(Qt::ControlModifier | Qt::AltModifier),
            SIGNAL(dissolveRequested(lb::NodeId)));
        row("Del deletes", Qt::Key_Delete, 0,
            SIGNAL(removeRequested(std::vector<lb::NodeId>, bool)));
        row("T switches the phase", Qt::Key_T, 0, SIGNAL(phaseToggleRequested()));
        row("F2 renames", Qt::Key_F2, 0, SIGNAL(renameRequested(lb::NodeId)));
        row("Tab opens the palette", Qt::Key_Tab, 0, SIGNAL(paletteRequested(QPoint)));
        row("Shift+A opens the palette", Qt::Key_A, int(Qt::ShiftModifier),
            SIGNAL(paletteRequested(QPoint)));
    }
    void lettersAskForWhatTheyMean()
    {
        QFETCH(int, key);
        QFETCH(int, modifiers);
        QFETCH(QByteArray, signal);
        selectOnly("rescaling");
        QSignalSpy spy(&view(), signal.constData());
        QVERIFY(spy.isValid());

        QTest::keyClick(&view(), static_cast<Qt::Key>(key), Qt::KeyboardModifiers(modifiers));

        QCOMPARE(spy.size(), 1);
        if (!spy.last().isEmpty() && spy.last().first().canConvert<std::vector<NodeId>>())
            QCOMPARE(spy.last().first().value<std::vector<NodeId>>(), only("rescaling"));
    }

    void shiftDeleteReconnects()
    {
        selectOnly("rescaling");
        QSignalSpy spy(&view(), &CanvasView::removeRequested);

        QTest::keyClick(&view(), Qt::Key_Delete, Qt::ShiftModifier);

        QCOMPARE(spy.size(), 1);
        QVERIFY(spy.last().at(1).toBool());
    }

    void fAndHomeFrame()
    {
        selectOnly("dense");
        const double all = view().zoom();

        QTest::keyClick(&view(), Qt::Key_F);
        QVERIFY(view().zoom() > all);
        QVERIFY(view().viewport()->rect().contains(view().nodeCenter(canvas().named("dense"))));
        QVERIFY(!view().viewport()->rect().contains(
            view().nodeCenter(canvas().named("drawn_shapes"))));
        QTest::keyClick(&view(), Qt::Key_Home);
        QCOMPARE(view().zoom(), all);
    }

    void controlASelectsAllAndEscapeNothing()
    {
        QTest::keyClick(&view(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(view().selection().size(), canvas().document->root().nodes.size());

        QTest::keyClick(&view(), Qt::Key_Escape);
        QVERIFY(view().selection().empty());
    }

    void unknownKeysAreLeftToTheWindow()
    {
        QKeyEvent press(QEvent::KeyPress, Qt::Key_F5, {});
        QApplication::sendEvent(&view(), &press);

        QVERIFY(!press.isAccepted());
    }

    void cAimsAWireAndEnterFinishesIt()
    {
        const NodeId batch = canvas().named("batch");
        canvas().show(CanvasFixture::must(edits::disconnect(*canvas().document, batch, "")));
        selectOnly("rescaling");
        QSignalSpy connected(&view(), &CanvasView::connectRequested);
        QSignalSpy status(&view(), &CanvasView::statusRequested);

        QTest::keyClick(&view(), Qt::Key_C); // the nearest free port that takes it
        QVERIFY(!status.isEmpty());
        QTest::keyClick(&view(), Qt::Key_Return);

        QCOMPARE(connected.size(), 1);
        QCOMPARE(connected.last().at(0).value<PortRef>(),
                 (PortRef{canvas().named("rescaling"), 0}));
        QCOMPARE(connected.last().at(1).value<NodeId>(), batch);
        QCOMPARE(status.last().first().toString(), QString());
    }

    void arrowsAimAWireElsewhereAndEscapeDropsIt()
    {
        selectOnly("rescaling");
        QSignalSpy connected(&view(), &CanvasView::connectRequested);
        QSignalSpy status(&view(), &CanvasView::statusRequested);

        QTest::keyClick(&view(), Qt::Key_C);
        const QString first = status.last().first().toString();
        QTest::keyClick(&view(), Qt::Key_Right);
        QVERIFY(status.last().first().toString() != first);
        QTest::keyClick(&view(), Qt::Key_Escape);
        QTest::keyClick(&view(), Qt::Key_Return);

        QCOMPARE(connected.size(), 0);
        QVERIFY(view().selection() == only("rescaling"));
    }
};

LB_TEST(TestCanvasKeys)
#include "tst_canvas_keys.moc"
