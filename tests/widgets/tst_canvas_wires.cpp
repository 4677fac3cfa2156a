#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"

#include <QPushButton>

using namespace lb;
using lb::test::CanvasFixture;

/// Wires by mouse: made, refused with ways out, pulled off, cut.
class TestCanvasWires : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<CanvasFixture> m_canvas;
    NodeId m_source, m_rescaling, m_flip, m_dense;
    CanvasFixture& canvas() { return *m_canvas; }
    CanvasView& view() { return *m_canvas->view; }

    /// Source -> Rescaling, and RandomFlip and Dense loose below.
    Document smallDocument()
    {
        Document document = emptyDocument();
        const auto add = [&](std::string_view kerasClass, Config config, Stage stage, Point at) {
            auto added = CanvasFixture::must(edits::addLayer(document, document.root().id,
                                                             kerasClass, config, stage, at));
            document = added.document;
            return added.node;
        };
        m_source
            = add(flow::kSource, ConfigObject{{"kind", "drawn_shapes"}}, Stage::Pipeline, {0, 0});
        m_rescaling = add("Rescaling", ConfigObject{{"scale", 0.5}}, Stage::Pipeline, {240, 0});
        m_flip = add("RandomFlip", ConfigObject{{"mode", "horizontal"}}, Stage::Pipeline, {480, 0});
        const NodeId batch = add(flow::kBatch, ConfigObject{}, Stage::Model, {0, 260});
        m_dense = add("Dense", ConfigObject{{"units", 10}}, Stage::Model, {240, 260});
        const auto wire = [&](NodeId from, NodeId to) {
            document = CanvasFixture::must(edits::connect(document, {from, 0}, to, ""));
        };
        wire(m_source, m_rescaling);
        wire(m_rescaling, batch);
        wire(batch, m_dense);
        return document;
    }
    /// Pulls a wire and holds it at `to`.
    void pull(QPoint from, QPoint to)
    {
        QTest::mousePress(canvas().port(), Qt::LeftButton, {}, from);
        canvas().moveHeld(from, to);
    }
    void letGo(QPoint at) { QTest::mouseRelease(canvas().port(), Qt::LeftButton, {}, at); }
    QWidget* card() { return view().findChild<QWidget*>("problemCard"); }
    /// From the model back into the pipeline: no layer takes that.
    void pullWhatIsRefused()
    {
        pull(view().outputPort(m_dense), view().inputPort(m_flip));
    }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".*"));
        m_canvas = std::make_unique<CanvasFixture>();
        canvas().show(smallDocument());
    }
    void cleanup() { m_canvas.reset(); }

    void aWireIsAskedForWhereItIsDropped()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);

        canvas().drag(view().outputPort(m_rescaling), view().inputPort(m_flip));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).value<PortRef>(), (PortRef{m_rescaling, 0}));
        QCOMPARE(spy.last().at(1).value<NodeId>(), m_flip);
        QCOMPARE(spy.last().at(2).toString(), QString());
    }

    void theOwnersAnswerShowsAsAWire()
    {
        const QPoint middle = (view().outputPort(m_rescaling) + view().inputPort(m_flip)) / 2;
        const QPoint beside(middle.x() - qRound(40 * view().zoom()), middle.y());
        const QColor before = canvas().colorAt(beside);

        canvas().document = std::make_shared<const Document>(CanvasFixture::must(
            edits::connect(*canvas().document, {m_rescaling, 0}, m_flip, "")));
        canvas().refresh();

        QVERIFY(canvas().colorAt(beside) != before);
    }

    void aWireMayBePulledBackwardsFromAFreeInput()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);

        canvas().drag(view().inputPort(m_flip), view().outputPort(m_rescaling));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).value<PortRef>(), (PortRef{m_rescaling, 0}));
        QCOMPARE(spy.last().at(1).value<NodeId>(), m_flip);
    }

    void theBodyOfANodeStandsForItsFreeInput()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);

        canvas().drag(view().outputPort(m_rescaling), view().nodeCenter(m_flip));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(1).value<NodeId>(), m_flip);
    }

    void aWireDroppedOnNothingIsGone()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);
        QSignalSpy status(&view(), &CanvasView::statusRequested);
        const QImage before = canvas().picture();

        canvas().drag(view().outputPort(m_rescaling), QPoint(900, 480));

        QCOMPARE(spy.size(), 0);
        QVERIFY(status.first().first().toString().startsWith("Connecting Rescaling"));
        QCOMPARE(status.last().first().toString(), QString());
        QCOMPARE(canvas().picture(), before);
    }

    void aPulledOffWireIsDisconnected()
    {
        QSignalSpy spy(&view(), &CanvasView::disconnectRequested);

        canvas().drag(view().inputPort(m_rescaling), QPoint(900, 480));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).value<NodeId>(), m_rescaling);
    }

    void aPulledOffWireMayGoElsewhere()
    {
        QSignalSpy moved(&view(), &CanvasView::rewireRequested);

        canvas().drag(view().inputPort(m_rescaling), view().inputPort(m_flip));

        QCOMPARE(moved.size(), 1);
        QCOMPARE(moved.last().at(0).value<NodeId>(), m_rescaling);
        QCOMPARE(moved.last().at(2).value<PortRef>(), (PortRef{m_source, 0}));
        QCOMPARE(moved.last().at(3).value<NodeId>(), m_flip);
    }

    void aWirePutBackAsksForNothing()
    {
        QSignalSpy away(&view(), &CanvasView::disconnectRequested);
        QSignalSpy there(&view(), &CanvasView::rewireRequested);
        const QPoint port = view().inputPort(m_rescaling);
        pull(port, port + QPoint(-60, 30));
        canvas().moveHeld(port + QPoint(-60, 30), port);
        letGo(port);

        QCOMPARE(away.size() + there.size(), 0);
    }

    void aRefusedWireSaysWhy()
    {
        QSignalSpy status(&view(), &CanvasView::statusRequested);

        pullWhatIsRefused();

        QVERIFY(card() && card()->isVisible());
        QVERIFY2(view().refusal().contains("Dense does not fit RandomFlip"),
                 qPrintable(view().refusal()));
        QCOMPARE(status.last().first().toString(), view().refusal()); // announced
        // The ring around the port that refuses.
        const QPoint port = view().inputPort(m_flip);
        QCOMPARE(canvas().colorAt(port - QPoint(0, qRound(14 * view().zoom()))).rgb(),
                 currentTheme().error.rgb());
        letGo(view().inputPort(m_flip));
    }

    void aRefusedWireIsNotConnectedAndWaits()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);

        pullWhatIsRefused();
        letGo(view().inputPort(m_flip));

        QCOMPARE(spy.size(), 0);
        QVERIFY(card()->isVisible());
        QTest::keyClick(&view(), Qt::Key_Escape);
        QVERIFY(!card()->isVisible());
        QVERIFY(view().refusal().isEmpty());
    }

    void enterAndClicksTakeAFix_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("Enter") << int(Qt::Key_Return);
        QTest::newRow("1") << int(Qt::Key_1);
        QTest::newRow("mouse") << 0;
    }
    void enterAndClicksTakeAFix()
    {
        QFETCH(int, key);
        std::vector<std::pair<NodeId, int>> asked;
        connect(&view(), &CanvasView::fixRequested, this,
                [&](const Problem& problem, int fix) { asked.emplace_back(problem.node, fix); });
        pullWhatIsRefused();
        letGo(view().inputPort(m_flip));
        auto* first = card()->findChild<QPushButton*>("fix1");
        QVERIFY2(first, "a refused shape has a way out");

        if (key)
            QTest::keyClick(&view(), static_cast<Qt::Key>(key));
        else
            QTest::mouseClick(first, Qt::LeftButton);

        QCOMPARE(asked, (std::vector{std::pair{m_flip, 0}}));
        QVERIFY(!card()->isVisible());
        QVERIFY(view().refusal().isEmpty());
    }

    void aPressElsewhereLeavesARefusedWire()
    {
        pullWhatIsRefused();
        letGo(view().inputPort(m_flip));

        QTest::mouseClick(canvas().port(), Qt::LeftButton, {}, QPoint(900, 480));

        QVERIFY(!card()->isVisible());
        QVERIFY(view().refusal().isEmpty());
    }

    void portsThatDoNotFitStepBackWhileAWireIsPulled()
    {
        const QPoint flip = view().inputPort(m_flip);
        const QColor before = canvas().colorAt(flip + QPoint(0, qRound(6 * view().zoom())));
        pull(view().outputPort(m_dense), QPoint(900, 480));

        QTRY_VERIFY(canvas().colorAt(flip + QPoint(0, qRound(6 * view().zoom()))) != before);
        letGo(QPoint(900, 480));
        QCOMPARE(canvas().colorAt(flip + QPoint(0, qRound(6 * view().zoom()))), before);
    }

    void portsThatFitAreRingedFarFromTheHand()
    {
        const QPoint ring = view().inputPort(m_flip) - QPoint(0, qRound(10 * view().zoom()));
        const QColor before = canvas().colorAt(ring);

        pull(view().outputPort(m_rescaling), QPoint(900, 480));

        QTRY_VERIFY(canvas().colorAt(ring) != before);
        letGo(QPoint(900, 480));
        QCOMPARE(canvas().colorAt(ring), before);
    }

    void aSelectedWireIsDeleted()
    {
        QSignalSpy spy(&view(), &CanvasView::disconnectRequested);
        const QPoint middle = (view().outputPort(m_source) + view().inputPort(m_rescaling)) / 2;

        QTest::mouseClick(canvas().port(), Qt::LeftButton, {}, middle);
        QTest::keyClick(&view(), Qt::Key_Delete);

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).value<NodeId>(), m_rescaling);
    }

    void anotherDocumentEndsTheWireInTheHand()
    {
        QSignalSpy spy(&view(), &CanvasView::connectRequested);
        pull(view().outputPort(m_rescaling), view().inputPort(m_flip));

        canvas().refresh();
        letGo(view().inputPort(m_flip));

        QCOMPARE(spy.size(), 0);
    }
};

LB_TEST(TestCanvasWires)
#include "tst_canvas_wires.moc"
