#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/predict/class_list.h"
#include "widgets/predict/picture_well.h"
#include "widgets/predict/predict_panel.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

namespace lb {
namespace {

void drop(QWidget* on, const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(on, &enter);
    QDropEvent event({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(on, &event);
}

QImage picture(int side)
{
    QImage image(side, side, QImage::Format_RGB32);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            image.setPixel(x, y, qRgb(255 * x / side, 255 * y / side, 120));
    return image;
}

class TestPredictPanel : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void tellsPicturesFromModelsWhenDropped()
    {
        QTemporaryDir bundle;
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        QSignalSpy pictures(&panel, &PredictPanel::pictureRequested);
        QSignalSpy models(&panel, &PredictPanel::modelRequested);

        drop(panel.well(), "/photos/cat.jpg");
        drop(panel.well(), bundle.path());
        drop(panel.well(), "/models/a.keras");

        QCOMPARE(pictures.size(), 1);
        QCOMPARE(pictures[0][0].toString(), "/photos/cat.jpg");
        QCOMPARE(models.size(), 2);
        QCOMPARE(models[0][0].toString(), bundle.path());
    }

    void aClickOnTheWellChoosesAPicture()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("cat.png");
        QVERIFY(picture(8).save(path));
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        QSignalSpy pictures(&panel, &PredictPanel::pictureRequested);
        {
            const Chooser chooser(path);
            QTest::mouseClick(panel.well(), Qt::LeftButton);
        }
        {
            const Chooser chooser(path);
            QTest::keyClick(panel.well(), Qt::Key_Return);
        }

        QCOMPARE(pictures.size(), 2);
        QCOMPARE(pictures[0][0].toString(), path);
    }

    void opensABundleOrAFile_data()
    {
        QTest::addColumn<int>("downs");
        QTest::addColumn<QString>("name");
        QTest::newRow("folder") << 1 << "a.bundle";
        QTest::newRow("archive") << 2 << "a.keras";
    }
    void opensABundleOrAFile()
    {
        QFETCH(int, downs);
        QFETCH(QString, name);
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir("a.bundle"));
        QVERIFY(QFile(folder.filePath("a.keras")).open(QFile::WriteOnly));
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        panel.setModel({"run 2, epoch 5", "facts", {}}, true);
        QSignalSpy models(&panel, &PredictPanel::modelRequested);

        QTest::mouseClick(button(panel, "Open…"), Qt::LeftButton);
        QWidget* menu = QApplication::activePopupWidget();
        QVERIFY(menu);
        const Chooser chooser(folder.filePath(name));
        for (int i = 0; i < downs; ++i)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);

        QTRY_COMPARE(models.size(), 1);
        QCOMPARE(models[0][0].toString(), folder.filePath(name));
    }

    void goesBackToTheCurrentModel()
    {
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        panel.setModel({"a.bundle", "uint8 32×32×3 to 10 classes", {}}, false);
        QSignalSpy current(&panel, &PredictPanel::currentModelRequested);

        QTest::mouseClick(button(panel, "Current model"), Qt::LeftButton);

        QCOMPARE(current.size(), 1);
    }

    void showsTopClassesAndWhatTheModelSees()
    {
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        panel.setModel({"run 2, epoch 5", "uint8 32×32×3 to 10 classes", {}}, true);
        panel.setPicture(picture(300), "cat.jpg");

        panel.setPrediction(
            {{"cat", 0.81}, {"dog", 0.12}, {"frog", 0.04}, {"deer", 0.01}, {"bird", 0.005}},
            picture(32), "2.1 ms");

        QCOMPARE(panel.classes()->classes().front().name, "cat");
        QVERIFY(panel.classes()->accessibleDescription().startsWith("cat 81.0 %"));
        QCOMPARE(panel.seenPicture().size(), QSize(32, 32));
        QVERIFY(panel.classes()->isVisible());
        keepLooks(panel, "predict");
    }

    void saysWhatIsWrongWithAFileAndShowsNoClasses()
    {
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        panel.setModel({"run 2, epoch 5", "uint8 32×32×3 to 10 classes", "Untrained."}, true);
        panel.setPrediction({{"cat", 0.81}}, picture(32), {});

        panel.setPictureError("notes.txt: is no picture");

        QCOMPARE(panel.errorText(), "notes.txt: is no picture");
        QVERIFY(panel.classes()->classes().empty());
        keepLooks(panel, "predict_error");
        panel.setPicture(picture(10), "b.png");
        QVERIFY(panel.errorText().isEmpty());
    }

    void takesATypedSentence()
    {
        PredictPanel panel;
        panel.resize(760, 520);
        panel.show();
        panel.setModel({"text, not trained", "a text to 2 values", {}, {{"text", "text", true}}}, true);
        QSignalSpy typed(&panel, &PredictPanel::rowTyped);
        auto* sentence = panel.findChild<QPlainTextEdit*>();
        QVERIFY(sentence->isVisible());
        QVERIFY(!panel.well()->isVisible());

        QTest::keyClicks(sentence, "rockets rise");
        QTRY_COMPARE(typed.size(), 1); // once, when the typing pauses
        QTest::keyClick(sentence, Qt::Key_Return, Qt::ControlModifier);

        QCOMPARE(typed.size(), 2);
        QCOMPARE(typed[0][0].toStringList(), QStringList{"rockets rise"});
        ValueWords seen;
        seen.kind = ValueWords::Kind::Pairs;
        seen.count = 2;
        seen.lines = {{"rockets", "1", 0, true}, {"rise", "7"}};
        panel.setRowPrediction({{"news", 0.7}, {"sport", 0.3}}, seen, "0.4 ms");
        QCOMPARE(panel.seenWords(), seen);
        QVERIFY(panel.classes()->isVisible());
        keepLooks(panel, "predict_sentence");
    }

    void takesAFieldForEveryColumn()
    {
        PredictPanel panel;
        panel.resize(760, 520);
        panel.show();
        const std::vector<RowField> fields{{"sex", "text", true}, {"age", "number", false}};
        panel.setModel({"table", "2 columns to 2 values", {}, fields}, true);
        QSignalSpy typed(&panel, &PredictPanel::rowTyped);
        QSignalSpy taken(&panel, &PredictPanel::rowRequested);
        panel.form()->setValues({"male", "22"}, "row 4");
        QVERIFY(typed.isEmpty());

        auto* age = panel.form()->findChildren<QLineEdit*>().at(1);
        QCOMPARE(age->accessibleName(), "age");
        age->selectAll();
        QTest::keyClicks(age, "31.5");
        QTRY_COMPARE(typed.size(), 1); // once, when the typing pauses
        QTest::keyClick(age, Qt::Key_Return);
        QCOMPARE(typed.size(), 2);
        QTest::mouseClick(button(panel, "Take a row of the data"), Qt::LeftButton);

        QCOMPARE(typed.last()[0].toStringList(), (QStringList{"male", "31.5"}));
        QCOMPARE(taken.size(), 1);
        panel.setModel({"again", "2 columns", {}, fields}, true); // what was typed stays
        QCOMPARE(panel.form()->values(), (QStringList{"male", "31.5"}));
        keepLooks(panel, "predict_row");
        panel.setModel({"pictures", "uint8 32×32×3", {}, {}}, true);
        QVERIFY(panel.well()->isVisible());
    }

    void keepsTheModelWhenAnotherCannotBeOpened()
    {
        PredictPanel panel;
        panel.resize(680, 480);
        panel.show();
        panel.setModel({"run 2, epoch 5", "facts", {}}, true);

        panel.setModelError("b.bundle/model.keras: was changed");

        QCOMPARE(panel.errorText(), "b.bundle/model.keras: was changed");
        QVERIFY(button(panel, "Current model")->isChecked());
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestPredictPanel)
#include "tst_predict_panel.moc"
