#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"

using namespace lb;
using lb::test::CanvasFixture;

/// What the mouse asks for, and that the canvas shows what the owner answers.
class TestCanvasMouse : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<CanvasFixture> m_canvas;
    CanvasFixture& canvas() { return *m_canvas; }
    CanvasView& view() { return *m_canvas->view; }

    template <typename T> static T argument(const QSignalSpy& spy, int index)
    {
        return spy.last().at(index).value<T>();
    }

private slots:
    void init()
    {
        // the off-screen platform says of itself what it cannot do
        QTest::failOnWarning(QRegularExpression("^(?!This plugin does not support)"));
        m_canvas = std::make_unique<CanvasFixture>();
        canvas().show(CanvasFixture::templateNamed("drawn_shapes"));
    }
    void cleanup() { m_canvas.reset(); }

    void aClickSelectsTheNodeUnderIt()
    {
        const NodeId node = canvas().named("random_rotation");
        QSignalSpy spy(&view(), &CanvasView::selectionEdited);
        const QImage before = canvas().picture();

        QTest::mouseClick(canvas().port(), Qt::LeftButton, {}, view().nodeCenter(node));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(view().selection(), std::vector{node});
        QVERIFY(canvas().picture() != before); // the ring
        QVERIFY(view().accessibleDescription().contains("32 by 32 by 3, range 0 to 255"));
    }

    void controlClickAddsAndTakesAway()
    {
        const NodeId first = canvas().named("random_rotation");
        const NodeId second = canvas().named("rescaling");
        const auto click = [&](NodeId node, Qt::KeyboardModifiers keys) {
            QTest::mouseClick(canvas().port(), Qt::LeftButton, keys, view().nodeCenter(node));
        };

        click(first, {});
        click(second, Qt::ControlModifier);
        QCOMPARE(view().selection(), (std::vector{first, second}));
        click(first, Qt::ControlModifier);
        QCOMPARE(view().selection(), std::vector{second});
    }

    void aClickOnNothingSelectsNothing()
    {
        view().setSelection(std::array{canvas().named("rescaling")});
        QSignalSpy spy(&view(), &CanvasView::selectionEdited);

        QTest::mouseClick(canvas().port(), Qt::LeftButton, {}, QPoint(200, 80));

        QCOMPARE(spy.size(), 1);
        QVERIFY(view().selection().empty());
    }

    void aRubberBandSelectsWhatItTouches()
    {
        const NodeId rotation = canvas().named("random_rotation");
        const NodeId zoom = canvas().named("random_zoom");
        const QPoint above(view().nodeCenter(rotation).x(), 45);

        canvas().drag(above, view().nodeCenter(zoom));

        QCOMPARE(view().selection(), (std::vector{rotation, zoom}));
    }

    void aDragMovesTheSelectionOnTheGrid()
    {
        const NodeId node = canvas().named("rescaling");
        QSignalSpy spy(&view(), &CanvasView::moveRequested);
        const QPoint from = view().nodeCenter(node);

        canvas().drag(from, from + QPoint(-60, 5));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(argument<std::vector<NodeId>>(spy, 0), std::vector{node});
        const auto by = argument<Point>(spy, 1);
        QCOMPARE(by.x, std::round(-60 / view().zoom() / 8) * 8);
        QCOMPARE(std::fmod(by.y, 8), 0.0);
        QVERIFY(!argument<bool>(spy, 3));
        QCOMPARE(view().nodeCenter(node), from); // until the owner answers
        canvas().document = std::make_shared<const Document>(
            CanvasFixture::must(edits::moveNodes(*canvas().document, std::array{node}, by)));
        canvas().refresh();
        QVERIFY(std::abs(view().nodeCenter(node).x() - from.x() + 60) <= 8);
    }

    void aDragIntoTheOtherLaneChangesTheStage()
    {
        const NodeId node = canvas().named("rescaling");
        const NodeId below = canvas().named("max_pooling2d_1");
        QSignalSpy spy(&view(), &CanvasView::moveRequested);
        const QPoint from = view().nodeCenter(node);

        canvas().drag(from, QPoint(from.x() - 40, view().nodeCenter(below).y() + 10));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(argument<Stage>(spy, 2), Stage::Model);
        QVERIFY(argument<bool>(spy, 3));
    }

    void aFramesTitleCarriesItsNodes()
    {
        QSignalSpy spy(&view(), &CanvasView::moveRequested);
        const QPoint first = view().nodeCenter(canvas().named("random_flip"));
        const int title = qRound((80.0 + 12) * view().zoom());

        canvas().drag(first - QPoint(0, title), first + QPoint(32, -title));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(argument<std::vector<NodeId>>(spy, 0).size(), 3U);
    }

    void escapeGivesUpAMove()
    {
        const NodeId node = canvas().named("rescaling");
        QSignalSpy spy(&view(), &CanvasView::moveRequested);
        const QPoint from = view().nodeCenter(node);
        QTest::mousePress(canvas().port(), Qt::LeftButton, {}, from);
        canvas().moveHeld(from, from - QPoint(80, 0));
        QVERIFY(view().nodeCenter(node) != from);

        QTest::keyClick(&view(), Qt::Key_Escape);
        QTest::mouseRelease(canvas().port(), Qt::LeftButton, {}, from - QPoint(80, 0));

        QCOMPARE(spy.size(), 0);
        QCOMPARE(view().nodeCenter(node), from);
    }

    void theWheelZoomsAtThePointer()
    {
        const QPoint at = view().nodeCenter(canvas().named("random_zoom"));
        const double before = view().zoom();
        QSignalSpy spy(&view(), &CanvasView::zoomChanged);

        canvas().wheel(at, 3);

        QVERIFY(view().zoom() > before * 1.4);
        QCOMPARE(spy.size(), 1);
        const QPoint now = view().nodeCenter(canvas().named("random_zoom"));
        QVERIFY((now - at).manhattanLength() <= 3);
        canvas().wheel(at, -3);
        QVERIFY(qAbs(view().zoom() - before) < 1e-9);
    }

    void middleRightAndSpaceDragPan_data()
    {
        QTest::addColumn<int>("button");
        QTest::addColumn<bool>("space");
        QTest::newRow("middle") << int(Qt::MiddleButton) << false;
        QTest::newRow("right") << int(Qt::RightButton) << false;
        QTest::newRow("space") << int(Qt::LeftButton) << true;
    }
    void middleRightAndSpaceDragPan()
    {
        QFETCH(int, button);
        QFETCH(bool, space);
        const NodeId node = canvas().named("dense");
        const QPoint before = view().nodeCenter(node);

        if (space)
            QTest::keyPress(&view(), Qt::Key_Space);
        canvas().drag(QPoint(200, 80), QPoint(260, 50), static_cast<Qt::MouseButton>(button));
        if (space)
            QTest::keyRelease(&view(), Qt::Key_Space);

        QVERIFY((view().nodeCenter(node) - before - QPoint(60, -30)).manhattanLength() <= 1);
        QVERIFY(view().selection().empty());
        QVERIFY(!QApplication::activePopupWidget());
    }

    void aDoubleClickOnNothingAsksForThePalette()
    {
        QSignalSpy spy(&view(), &CanvasView::paletteRequested);

        QTest::mouseDClick(canvas().port(), Qt::LeftButton, {}, QPoint(200, 80));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().first().toPoint(), QPoint(200, 80));
    }

    void cuttingDisconnectsTheWiresUnderTheBlade()
    {
        QSignalSpy spy(&view(), &CanvasView::disconnectRequested);
        const NodeId flip = canvas().named("random_flip");
        const QPoint port = view().inputPort(flip);

        QTest::keyPress(&view(), Qt::Key_Y);
        canvas().drag(port + QPoint(-60, -40), port + QPoint(-60, 30));
        QTest::keyRelease(&view(), Qt::Key_Y);

        QCOMPARE(spy.size(), 1);
        QCOMPARE(argument<NodeId>(spy, 0), flip);
    }

    void theOverviewGoesWhereOneClicks()
    {
        canvas().wheel(QPoint(100, 100), 12);
        auto* map = view().findChild<QWidget*>("overview");
        QVERIFY(map);
        const NodeId output = canvas().named("output");
        QVERIFY(!view().viewport()->rect().contains(view().nodeCenter(output)));

        QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(98, 54));

        QVERIFY(view().viewport()->rect().contains(view().nodeCenter(output)));
    }

    void theMenuOffersWhatKeysDo()
    {
        QStringList asked;
        connect(&view(), &CanvasView::paletteRequested, this, [&] { asked << "palette"; });
        connect(&view(), &CanvasView::duplicateRequested, this, [&] { asked << "duplicate"; });
        connect(&view(), &CanvasView::muteRequested, this, [&] { asked << "mute"; });
        connect(&view(), &CanvasView::collapseRequested, this, [&] { asked << "collapse"; });
        connect(&view(), &CanvasView::frameRequested, this, [&] { asked << "frame"; });
        connect(&view(), &CanvasView::groupRequested, this, [&] { asked << "group"; });
        connect(&view(), &CanvasView::acrossBatchRequested, this,
                [&](const std::vector<NodeId>&, Stage to) {
                    asked << (to == Stage::Model ? "behind" : "before");
                });
        connect(&view(), &CanvasView::removeRequested, this,
                [&](const std::vector<NodeId>&, bool reconnect) {
                    asked << (reconnect ? "reconnect" : "remove");
                });
        const QPoint node = view().nodeCenter(canvas().named("rescaling"));

        for (int entry = 1; entry <= 9; ++entry) {
            QTest::mouseClick(canvas().port(), Qt::RightButton, {}, node);
            QWidget* menu = QApplication::activePopupWidget();
            QVERIFY(menu);
            for (int i = 0; i < entry; ++i)
                QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        }

        QCOMPARE(asked, (QStringList{"palette", "duplicate", "mute", "collapse", "frame", "group",
                                     "behind", "remove", "reconnect"}));
    }
};

LB_TEST(TestCanvasMouse)
#include "tst_canvas_mouse.moc"
