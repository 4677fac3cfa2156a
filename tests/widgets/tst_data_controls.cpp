#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStyleOptionSlider>
#include <QTemporaryDir>

namespace lb {
namespace {

/// Names a slider's protected function, by which its style knows where the handle is.
struct OpenSlider : QSlider {
    using QSlider::initStyleOption;
};

QPoint handleOf(const QSlider& slider)
{
    QStyleOptionSlider option;
    (slider.*(&OpenSlider::initStyleOption))(&option);
    return slider.style()
        ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, &slider)
        .center();
}

/// Every field and button of the Data workspace, and what it asks the owner for.
class TestDataControls : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_view = std::make_unique<DataView>();
        m_view->resize(1500, 860);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void everyKindOfSourceIsAskedFor_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("kind");
        QTest::newRow("shapes") << "Shapes" << "drawn_shapes";
        QTest::newRow("cifar") << "CIFAR-10" << "cifar10";
        QTest::newRow("images") << "Images" << "image_folder";
        QTest::newRow("sounds") << "Sounds" << "sound_folder";
        QTest::newRow("sentences") << "Sentences" << "sentences";
        QTest::newRow("texts") << "Texts" << "text";
        QTest::newRow("passengers") << "Passengers" << "passengers";
        QTest::newRow("csv") << "CSV" << "csv";
    }
    void everyKindOfSourceIsAskedFor()
    {
        QFETCH(QString, word);
        QFETCH(QString, kind);
        use(kind == "text" ? "csv" : "text", "somewhere");
        QSignalSpy asked(m_view.get(), &DataView::sourceRequested);

        QTest::mouseClick(button(*m_view, word), Qt::LeftButton);

        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0], QVariantList({kind, "somewhere"}));
    }

    void seedsAreTyped()
    {
        use("drawn_shapes");
        const QList<QSpinBox*> fields = m_view->findChildren<QSpinBox*>(); // count, seed, split
        QCOMPARE(fields.size(), 3);
        QSignalSpy seed(m_view.get(), &DataView::seedRequested);
        QSignalSpy split(m_view.get(), &DataView::splitRequested);

        typeNumber(*fields[1], "77");
        typeNumber(*fields[2], "5");

        QCOMPARE(seed.size(), 1);
        QCOMPARE(seed[0][0].toLongLong(), 77);
        QCOMPARE(split.size(), 1);
        QCOMPARE(split[0], QVariantList({0.1, 5LL, false}));
    }

    /// The slider knows neither parts of a per cent nor more than a half; the recipe does.
    void anotherSeedLeavesTheShare()
    {
        for (const double share : {0.125, 0.625}) {
            use("drawn_shapes", {}, share);
            QSignalSpy split(m_view.get(), &DataView::splitRequested);

            typeNumber(*m_view->findChildren<QSpinBox*>()[2], share < 0.5 ? "5" : "6");

            QCOMPARE(split.size(), 1);
            QCOMPARE(split[0][0].toDouble(), share);
        }
    }

    void aDragOfTheSplitEndsOnce()
    {
        use("drawn_shapes");
        auto* slider = m_view->findChild<QSlider*>();
        QSignalSpy split(m_view.get(), &DataView::splitRequested);
        const QPoint from = handleOf(*slider);

        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        for (int x = 1; x <= 5; ++x) {
            const QPoint at = from + QPoint(12 * x, 0);
            QMouseEvent move(QEvent::MouseMove, at, slider->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, {});
            QApplication::sendEvent(slider, &move);
        }
        const auto moves = split.size();
        QVERIFY(moves > 2);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(60, 0));

        for (qsizetype i = 0; i < moves; ++i)
            QVERIFY(split[i][2].toBool());
        QCOMPARE(split.size(), moves + 1);
        QVERIFY(!split.last()[2].toBool());
        QCOMPARE(split.last()[0].toDouble(), slider->value() / 100.0);
        QVERIFY(slider->value() > 10);
    }

    void aPathIsTyped()
    {
        use("image_folder", "photos");
        auto* path = called<QLineEdit>("File or folder");
        QSignalSpy asked(m_view.get(), &DataView::sourceRequested);

        QTest::mouseClick(path, Qt::LeftButton);
        QTest::keyClick(path, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(path, "/data/cats");
        QCOMPARE(asked.size(), 0);
        QTest::keyClick(path, Qt::Key_Return);

        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0], QVariantList({"image_folder", "/data/cats"}));
    }

    void aFolderIsChosenInADialog()
    {
        QTemporaryDir folder;
        use("cifar10");
        QSignalSpy asked(m_view.get(), &DataView::sourceRequested);

        const Chooser chooser(folder.path());
        QTest::mouseClick(called<QPushButton>("Choose the data"), Qt::LeftButton);

        QCOMPARE(asked.size(), 1);
        // what the folder is, not what the source was
        QCOMPARE(asked[0], QVariantList({"image_folder", folder.path()}));
    }

    void aFileIsChosenInADialog()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("people.csv"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("a,b\n1,2\n");
        file.close();
        use("csv");
        QSignalSpy asked(m_view.get(), &DataView::sourceRequested);

        const Chooser chooser(file.fileName());
        QTest::mouseClick(called<QPushButton>("Choose the data"), Qt::LeftButton);

        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0], QVariantList({"csv", file.fileName()}));
    }

    void theWayOutOfAProblemIsABrowseOrASource()
    {
        QTemporaryDir folder;
        use("image_folder", "photos");
        m_view->setProblem("photos: there is no such folder");
        QSignalSpy asked(m_view.get(), &DataView::sourceRequested);
        QSignalSpy added(m_view.get(), &DataView::addSourceRequested);
        {
            const Chooser chooser(folder.path());
            QTest::mouseClick(button(*m_view, "Choose a folder…"), Qt::LeftButton);
        }
        QCOMPARE(asked.size(), 1);

        DataSettings none;
        none.hasSource = false;
        m_view->setSettings(none);
        QTest::mouseClick(button(*m_view, "Add a Source layer"), Qt::LeftButton);

        QCOMPARE(added.size(), 1);
    }

    void theDataAreReadAgain()
    {
        use("drawn_shapes");
        QSignalSpy again(m_view.get(), &DataView::reloadRequested);

        QTest::mouseClick(called<QPushButton>("Read the data again"), Qt::LeftButton);

        QCOMPARE(again.size(), 1);
    }

    void picturesHaveThreeSizes()
    {
        use("drawn_shapes");
        m_view->setSource(drawnShapes(100, 1));
        const auto width = [this] { return m_view->grid()->tileRect(0).width(); };
        QCOMPARE(width(), 64);

        QTest::mouseClick(button(*m_view, "L"), Qt::LeftButton);
        QCOMPARE(width(), 128);
        QTest::mouseClick(button(*m_view, "S"), Qt::LeftButton);
        QCOMPARE(width(), 48);
    }

    void aSampleIsShownAsSoonAsItIsDecoded()
    {
        use("drawn_shapes");
        m_view->setSource(drawnShapes(100, 1));

        QTest::mouseClick(m_view->grid()->viewport(), Qt::LeftButton, {},
                          m_view->grid()->tileRect(3).center());

        QVERIFY(m_view->grid()->currentPicture().isNull()); // it is being decoded
        const QLabel* detail = nullptr;
        for (const QLabel* label : m_view->findChildren<QLabel*>())
            if (label->minimumSize() == QSize(192, 192))
                detail = label;
        QVERIFY(detail && detail->isVisible());
        QTRY_VERIFY(!detail->pixmap().isNull());
    }

    void aSampleIsPinnedByItsMenu()
    {
        use("drawn_shapes");
        m_view->setSource(drawnShapes(100, 1));
        QSignalSpy pinned(m_view.get(), &DataView::pinRequested);

        pickFromContextMenu(*m_view->grid()->viewport(), m_view->grid()->tileRect(2).center(), 1);

        QCOMPARE(pinned.size(), 1);
        QCOMPARE(pinned[0], QVariantList({2LL, false}));
    }

    void theDialectOfATableIsHandedOn()
    {
        use("csv", "people.csv");
        QSignalSpy edited(m_view.get(), &DataView::tableEdited);
        auto* separator = m_view->table()->findChild<QComboBox*>("separator");

        separator->setFocus();
        QTest::keyClick(separator, Qt::Key_End);

        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited[0][0].toString(), "separator");
        QCOMPARE(edited[0][1].value<Config>(), Config("space"));
    }

private:
    void use(const QString& kind, const QString& path = {}, double share = 0.1)
    {
        DataSettings settings;
        settings.kind = kind;
        settings.path = path;
        settings.count = 100;
        settings.validationFraction = share;
        m_view->setSettings(settings);
    }
    template <typename W> W* called(const char* name) const
    {
        for (W* widget : m_view->findChildren<W*>())
            if (widget->accessibleName() == name)
                return widget;
        return nullptr;
    }
    static void typeNumber(QSpinBox& field, const char* digits)
    {
        field.selectAll();
        QTest::keyClicks(&field, digits);
        QTest::keyClick(&field, Qt::Key_Return);
    }

    std::unique_ptr<DataView> m_view;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestDataControls)
#include "tst_data_controls.moc"
