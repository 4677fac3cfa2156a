#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QUrl>

using namespace lb;
using lb::test::CanvasFixture;

/// What is dropped on the canvas from outside.
class TestCanvasDrop : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<CanvasFixture> m_canvas;
    CanvasFixture& canvas() { return *m_canvas; }
    CanvasView& view() { return *m_canvas->view; }

    /// Drags `data` over `at` and lets go there; whether the canvas wanted it.
    bool drop(const QMimeData& data, QPoint at)
    {
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas().port(), &enter);
        QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas().port(), &move);
        QDropEvent release(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas().port(), &release);
        return enter.isAccepted();
    }
    bool dropLayer(const char* kerasClass, QPoint at)
    {
        QMimeData data;
        data.setData(kLayerMime, kerasClass);
        return drop(data, at);
    }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(".*"));
        m_canvas = std::make_unique<CanvasFixture>();
        canvas().show(CanvasFixture::templateNamed("drawn_shapes"));
    }
    void cleanup() { m_canvas.reset(); }

    void aLayerIsAddedInTheLaneUnderIt_data()
    {
        QTest::addColumn<QString>("near");
        QTest::addColumn<bool>("pipeline");
        QTest::newRow("pipeline") << "rescaling" << true;
        QTest::newRow("model") << "output" << false;
    }
    void aLayerIsAddedInTheLaneUnderIt()
    {
        QFETCH(QString, near);
        QFETCH(bool, pipeline);
        QSignalSpy spy(&view(), &CanvasView::addRequested);
        const QPoint at = view().nodeCenter(canvas().named(near.toStdString())) + QPoint(0, 48);

        QVERIFY(dropLayer("Rescaling", at));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).toString(), "Rescaling");
        QCOMPARE(spy.last().at(1).value<Stage>(), pipeline ? Stage::Pipeline : Stage::Model);
    }

    void aLayerDroppedOnAWireGoesIntoIt()
    {
        QSignalSpy added(&view(), &CanvasView::addRequested);
        QSignalSpy spy(&view(), &CanvasView::insertIntoWireRequested);
        const NodeId rescaling = canvas().named("rescaling");
        const QPoint at = view().inputPort(rescaling) - QPoint(40, 0);

        dropLayer("Resizing", at);

        QCOMPARE(added.size(), 0);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().at(0).toString(), "Resizing");
        QCOMPARE(spy.last().at(1).value<Stage>(), Stage::Pipeline);
        QCOMPARE(spy.last().at(3).value<NodeId>(), rescaling);
    }

    void theWireUnderADraggedLayerLightsUp()
    {
        QMimeData data;
        data.setData(kLayerMime, "Resizing");
        const QPoint at = view().inputPort(canvas().named("rescaling")) - QPoint(40, 0);
        const QColor before = canvas().colorAt(at);

        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas().port(), &enter);
        QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas().port(), &move);
        QVERIFY(canvas().colorAt(at) != before);
        QDragLeaveEvent leave;
        QApplication::sendEvent(canvas().port(), &leave);
        QCOMPARE(canvas().colorAt(at), before);
    }

    void aPictureIsPinned()
    {
        QSignalSpy spy(&view(), &CanvasView::imageDropped);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile("/tmp/cat.JPG")});

        QVERIFY(drop(data, QPoint(300, 200)));

        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy.last().first().toString(), "/tmp/cat.JPG");
    }

    void otherThingsAreNotTaken()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile("/tmp/letter.pdf")});

        QVERIFY(!drop(data, QPoint(300, 200)));
    }

    void anEmptyCanvasTakesALayerWhereItBelongs()
    {
        canvas().show(emptyDocument());
        QSignalSpy spy(&view(), &CanvasView::addRequested);

        dropLayer("Source", QPoint(300, 200));
        QCOMPARE(spy.last().at(1).value<Stage>(), Stage::Pipeline);
        dropLayer("Dense", QPoint(300, 200));
        QCOMPARE(spy.last().at(1).value<Stage>(), Stage::Model);
    }
};

LB_TEST(TestCanvasDrop)
#include "tst_canvas_drop.moc"
