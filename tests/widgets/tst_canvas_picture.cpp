#include "tests/widgets/canvas_fixture.h"

#include <QDir>
#include <QPainter>

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
};

QTEST_MAIN(TestCanvasPicture)
#include "tst_canvas_picture.moc"
