#include "widgets/preview/pictures.h"
#include "tests/support/lb_test.h"

#include <QTest>

using namespace lb;

namespace {

/// 8 x 6 pixels of one grey, with a box over its middle.
Picture boxedPicture()
{
    Picture picture{8, 6, std::vector<std::uint8_t>(8 * 6 * 3, 40)};
    picture.boxes.push_back({0.25, 0.25, 0.75, 0.75, {250, 200, 10}, "wheel"});
    return picture;
}

bool alike(const QColor& a, const QColor& b)
{
    return std::abs(a.red() - b.red()) < 12 && std::abs(a.green() - b.green()) < 12
        && std::abs(a.blue() - b.blue()) < 12;
}

} // namespace

/// Pictures of core as images of Qt.
class TstPictures : public QObject {
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(".?")); }

    void aPictureWithoutBoxesKeepsItsPixels()
    {
        Picture picture = boxedPicture();
        picture.boxes.clear();
        const QImage image = imageOf(picture);
        QCOMPARE(image.size(), QSize(8, 6));
        QCOMPARE(image.pixelColor(3, 3), QColor(40, 40, 40));
    }

    void boxesAreFramesInTheColourOfTheirClass()
    {
        const QImage image = imageOf(boxedPicture());

        QCOMPARE(image.width() % 8, 0); // enlarged by a whole factor
        QVERIFY(image.width() >= 200);
        const QColor color(250, 200, 10), grey(40, 40, 40);
        const int left = image.width() / 4, right = image.width() * 3 / 4;
        const int low = image.height() * 5 / 8;
        QVERIFY(alike(image.pixelColor(left + 2, low), color));
        QVERIFY(alike(image.pixelColor(right - 2, low), color));
        QVERIFY(alike(image.pixelColor(image.width() / 2, low), grey)); // within
        QVERIFY(alike(image.pixelColor(image.width() / 8, low), grey)); // beside
    }

    void aBoxBeyondThePictureHarmsNothing()
    {
        Picture picture = boxedPicture();
        picture.boxes.front().right = 40;
        picture.boxes.front().top = -3;
        QVERIFY(!imageOf(picture).isNull());
    }
};

LB_TEST(TstPictures)
#include "tst_pictures.moc"
