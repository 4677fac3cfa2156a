#include "tests/support/lb_test.h"
#include "tests/widgets/canvas_fixture.h"

#include <QDir>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

using namespace lb;
using lb::test::CanvasFixture;

/// What the canvas looks like. With LAYERBENCH_PICTURES=FOLDER the pictures are kept there.
class TestCanvasPicture : public QObject {
    Q_OBJECT

private:
    static void keep(const QImage& picture, const QString& name)
    {
        const QString folder = qEnvironmentVariable("LAYERBENCH_PICTURES");
        if (!folder.isEmpty() && QDir().mkpath(folder))
            picture.save(QDir(folder).filePath(name + ".png"));
    }

    /// Something to look at where the program would put a node's output.
    static QImage drawnPicture(int index)
    {
        QImage picture(244, 120, QImage::Format_RGB32);
        picture.fill(QColor::fromHsv(index * 23 % 360, 90, 150));
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(QColor::fromHsv((index * 23 + 140) % 360, 160, 230));
        painter.translate(122, 60);
        painter.rotate(index * 11);
        painter.drawRect(-40, -30, 80, 60);
        return picture;
    }

    /// One node in each state.
    static Document states()
    {
        Document document = emptyDocument();
        const auto add = [&](std::string_view kerasClass, Config config, Stage stage, Point at) {
            auto added = CanvasFixture::must(edits::addLayer(
                document, document.root().id, kerasClass, std::move(config), stage, at));
            document = std::move(added.document);
            return added.node;
        };
        const auto wire = [&](NodeId from, NodeId to) {
            document = CanvasFixture::must(edits::connect(document, {from, 0}, to, ""));
        };
        const Config third(ConfigObject{{"scale", 1.0 / 255}});
        const NodeId source
            = add(flow::kSource, ConfigObject{{"kind", "drawn_shapes"}}, Stage::Pipeline, {0, 0});
        document = CanvasFixture::must(
            edits::rename(document, document.layerOf(source)->id, "drawn_shapes"));
        const NodeId once = add("Rescaling", third, Stage::Pipeline, {224, 0});
        const NodeId twice = add("Rescaling", third, Stage::Pipeline, {448, 0});
        const NodeId normal = add("Normalization", ConfigObject{}, Stage::Pipeline, {848, 0});
        const NodeId batch = add(flow::kBatch, ConfigObject{}, Stage::Model, {0, 256});
        const NodeId muted = add("LeakyReLU", ConfigObject{}, Stage::Model, {224, 256});
        const NodeId dense = add("Dense", ConfigObject{{"units", 10}}, Stage::Model, {448, 256});
        add("Resizing", ConfigObject{{"height", 8}, {"width", 8}}, Stage::Model, {848, 256});
        const NodeId small = add("Dense", ConfigObject{{"units", 4}}, Stage::Model, {672, 308});
        wire(source, once), wire(once, twice), wire(twice, normal), wire(normal, batch);
        wire(batch, muted), wire(muted, dense), wire(dense, small);
        document = CanvasFixture::must(edits::setMuted(document, muted, true));
        return CanvasFixture::must(edits::setCollapsed(document, small, true));
    }

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".*")); }

    void showsTheTemplate_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::addColumn<bool>("inference");
        QTest::newRow("dark") << "dark" << false;
        QTest::newRow("light") << "light" << false;
        QTest::newRow("inference") << "dark" << true;
    }
    void showsTheTemplate()
    {
        QFETCH(QString, theme);
        QFETCH(bool, inference);
        CanvasFixture canvas;
        setTheme(theme == "dark" ? Theme::dark() : Theme::light());

        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        int index = 0;
        for (const auto& node : canvas.document->root().nodes) {
            canvas.view->setCost(node->id, 0.004 * ++index);
            if (index % 3)
                canvas.view->setThumbnail(node->id, drawnPicture(index));
        }
        canvas.view->setLaneNotes("0.028 ms/img, 35,700 img/s", "5.81 ms/img, 172 img/s");
        canvas.view->setQueueNote("prefetch 4/4 full");
        canvas.view->setSelection(std::array{canvas.named("random_rotation")});
        canvas.view->setPhase(inference ? Phase::Inference : Phase::Training);
        const QImage picture = canvas.picture();
        keep(picture, QTest::currentDataTag());
        canvas.view->resize(1720, 860);
        canvas.view->fitAll();
        keep(canvas.picture(), QString(QTest::currentDataTag()) + "_large");

        QCOMPARE(picture.pixelColor(2, 300), currentTheme().canvas);
    }

    void aTableOpensWhereItCanBeRead_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"table", "feature_space"})
            QTest::newRow(name) << name;
    }
    void aTableOpensWhereItCanBeRead()
    {
        QFETCH(QString, name);
        CanvasFixture canvas;
        canvas.facts = {};
        canvas.show(CanvasFixture::templateNamed(name.toStdString()));
        const QRect seen = canvas.port()->rect();
        for (const bool dark : {true, false}) {
            setTheme(dark ? Theme::dark() : Theme::light());
            keep(canvas.picture(), "opens_" + name + (dark ? "_dark" : "_light"));
        }

        QVERIFY2(canvas.view->zoom() >= 0.6, qPrintable(QString::number(canvas.view->zoom())));
        QVERIFY(seen.contains(canvas.view->nodeCenter(canvas.named("passengers"))));
        canvas.view->resize(1500, 700); // the same in another size
        QVERIFY(canvas.view->zoom() >= 0.6);
        QVERIFY(canvas.port()->rect().contains(
            canvas.view->nodeCenter(canvas.named("passengers"))));

        QTest::keyClick(canvas.view.get(), Qt::Key_Home);
        for (const auto& node : canvas.document->root().nodes)
            QVERIFY(canvas.port()->rect().contains(canvas.view->nodeCenter(node->id)));
    }

    void trainOnlyNodesLoseTheirFillAtInference()
    {
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        const auto fill = [&](const char* name) { // between border and text, left of them
            const QPointF inside = QPointF(-63, 45) * canvas.view->zoom();
            return canvas.colorAt(canvas.view->nodeCenter(canvas.named(name)) + inside.toPoint());
        };
        QCOMPARE(fill("random_flip"), currentTheme().raised);

        canvas.view->setPhase(Phase::Inference);
        QCOMPARE(fill("random_flip"), currentTheme().canvas);
        QCOMPARE(fill("rescaling"), currentTheme().raised);
        canvas.view->setPhase(Phase::Training);
        QCOMPARE(fill("random_flip"), currentTheme().raised);
    }

    void aNodeShowsItsPictureAndItsCost()
    {
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        const NodeId node = canvas.named("rescaling");
        QImage red(32, 16, QImage::Format_RGB32);
        red.fill(Qt::red);
        const QPoint shown
            = canvas.view->nodeCenter(node) - QPoint(0, qRound(22 * canvas.view->zoom()));

        canvas.view->setThumbnail(node, red);
        QCOMPARE(canvas.colorAt(shown), QColor(Qt::red));
        canvas.view->setThumbnail(node, {});
        QVERIFY(canvas.colorAt(shown) != QColor(Qt::red));
        const QImage before = canvas.picture();
        canvas.view->setCost(node, 1.25);
        QVERIFY(canvas.picture() != before);
        canvas.view->setCost(node, -1);
        QCOMPARE(canvas.picture(), before);
    }

    void theHeaderHidesWhatIsNotWanted_data()
    {
        QTest::addColumn<QString>("word");
        for (const char* word : {"Thumbnails", "Ranges", "Cost"})
            QTest::newRow(word) << word;
    }
    void theHeaderHidesWhatIsNotWanted()
    {
        QFETCH(QString, word);
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        canvas.view->setThumbnail(canvas.named("rescaling"), drawnPicture(3));
        canvas.view->setCost(canvas.named("rescaling"), 1.25);
        QToolButton* part = nullptr;
        for (QToolButton* each : canvas.view->findChildren<QToolButton*>())
            if (each->text() == word)
                part = each;
        QVERIFY(part);
        const auto below = [&] { return canvas.picture().copy(0, 40, 1104, 479); };
        const QImage all = below();

        QTest::mouseClick(part, Qt::LeftButton);
        const QImage less = below();
        QTest::mouseClick(part, Qt::LeftButton);

        QVERIFY(less != all);
        QCOMPARE(below(), all);
    }

    void aThemeSwitchRepaints()
    {
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));

        setTheme(Theme::light());
        QTest::qWait(1);

        QCOMPARE(canvas.colorAt(QPoint(2, 300)), Theme::light().canvas);
    }

    void stepsBackWithTheDistance()
    {
        CanvasFixture canvas;
        canvas.show(CanvasFixture::templateNamed("drawn_shapes"));
        const QPoint middle(552, 270);
        const NodeId node = canvas.named("rescaling");
        const auto textPixels = [&](double top, double bottom) { // bright ones beside the middle
            const QImage picture = canvas.picture();
            const QPoint centre = canvas.view->nodeCenter(node);
            const double zoom = canvas.view->zoom();
            int count = 0;
            for (int y = qRound(top * zoom); y < qRound(bottom * zoom); ++y)
                for (int x = qRound(-58 * zoom); x < qRound(58 * zoom); ++x) {
                    const QPoint at = centre + QPoint(x, y);
                    count += picture.rect().contains(at) && qGray(picture.pixel(at)) > 120;
                }
            return count;
        };
        QVERIFY(textPixels(14, 48) > 10); // parameters, below the picture
        keep(canvas.picture(), "near");

        canvas.wheel(middle, -2);
        QVERIFY(canvas.view->zoom() < 0.6 && canvas.view->zoom() > 0.35);
        QCOMPARE(textPixels(14, 48), 0);
        keep(canvas.picture(), "middle");
        canvas.wheel(middle, -4);
        QVERIFY(canvas.view->zoom() < 0.35);
        keep(canvas.picture(), "far");
    }

    void showsARefusedWire_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("refused_dark") << true;
        QTest::newRow("refused_light") << false;
    }
    void showsARefusedWire()
    {
        QFETCH(bool, isDark);
        CanvasFixture canvas;
        setTheme(isDark ? Theme::dark() : Theme::light());
        canvas.show(states());
        const NodeId from = canvas.named("drawn_shapes"), to = canvas.named("resizing");
        const QPoint start = canvas.view->outputPort(from, 1); // labels are no pictures
        const QPoint end = canvas.view->inputPort(to);

        QTest::mousePress(canvas.port(), Qt::LeftButton, {}, start);
        canvas.moveHeld(start, end);
        QTest::qWait(50);
        const QImage picture = canvas.picture();
        keep(picture, QTest::currentDataTag());
        QTest::mouseRelease(canvas.port(), Qt::LeftButton, {}, end);

        // Dashes of the error colour between the ports.
        int red = 0;
        for (double t = 0.2; t < 0.8; t += 0.002) {
            const QPoint at = (QPointF(start) + t * QPointF(end - start)).toPoint();
            for (int y = -40; y < 40; ++y)
                if (const QPoint near = at + QPoint(0, y); picture.rect().contains(near))
                    red += picture.pixelColor(near) == currentTheme().error;
        }
        QVERIFY2(red > 20, qPrintable(QString::number(red)));
    }

    void showsLintsAndTheirCard()
    {
        CanvasFixture canvas;
        canvas.show(states());
        canvas.view->setSelection(std::array{canvas.named("rescaling_1")});
        const QImage before = canvas.picture();

        QTest::keyClick(canvas.view.get(), Qt::Key_Period, Qt::ControlModifier);

        auto* card = canvas.view->findChild<QWidget*>("problemCard");
        QVERIFY(card && card->isVisible());
        keep(canvas.picture(), "states");
        QTest::keyClick(canvas.view.get(), Qt::Key_Escape);
        QVERIFY(!card->isVisible());
    }

    void showsAnEmptyProject()
    {
        CanvasFixture canvas;
        canvas.show(emptyDocument());
        QSignalSpy spy(canvas.view.get(), &CanvasView::openSampleRequested);
        keep(canvas.picture(), "empty");

        auto* button = canvas.view->findChild<QPushButton*>();
        QVERIFY(button && button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);

        QCOMPARE(spy.size(), 1);
    }
};

LB_TEST(TestCanvasPicture)
#include "tst_canvas_picture.moc"
