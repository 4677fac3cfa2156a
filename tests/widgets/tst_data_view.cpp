#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/class_bars.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/support/controls.h"
#include "widgets/support/plural_forms.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cmath>
#include <numeric>

namespace lb {
namespace {

/// A source of any size that counts what it decodes; sample i is grey i % 256, its class i % 3
/// unless `skewed`: then nine of ten are of class 0.
class MadeSource : public Source {
public:
    explicit MadeSource(std::int64_t size, bool skewed = false)
        : m_size(size)
        , m_skewed(skewed)
    {
    }
    std::int64_t size() const override { return m_size; }
    Spec imageSpec() const override
    {
        return {DType::UInt8, {4, 4, 3}, ValueRange::declared(0, 255)};
    }
    const std::vector<std::string>& classNames() const override { return m_names; }
    std::int64_t label(std::int64_t i) const override
    {
        return m_skewed ? (i % 10 == 0 ? 1 + i / 10 % 2 : 0) : i % 3;
    }
    Result<Tensor> image(std::int64_t i) const override
    {
        ++decoded;
        if (i == 1)
            return Error{ErrorCode::Io, "two.png", {LB_TR("Error", "went away")}};
        return Tensor::make<std::uint8_t>({4, 4, 3}, [&](std::span<std::uint8_t> out) {
            std::ranges::fill(out, static_cast<std::uint8_t>(i % 256));
        });
    }
    std::string dataHash() const override { return "made"; }
    std::vector<Error> unreadable() const override
    {
        return {{ErrorCode::BadFile, "dog/broken.jpg", {LB_TR("Error", "was cut off")}}};
    }

    mutable std::atomic<std::int64_t> decoded = 0;

private:
    std::int64_t m_size;
    bool m_skewed;
    std::vector<std::string> m_names{"cat", "dog", "ship"};
};

/// Tones, each louder than the one before; the first is silent.
class MadeSounds final : public MemoryTable {
public:
    MadeSounds()
        : MemoryTable({{"sound", Tensor::make<float>({40, 2'000},
                                                     [](std::span<float> out) {
                                                         for (std::size_t i = 0; i < out.size(); ++i)
                                                             out[i] = static_cast<float>(i / 2'000)
                                                                 / 40
                                                                 * std::sin(static_cast<float>(i) / 2);
                                                     })}},
                      labels(), {"high", "low"})
    {
    }
    std::vector<Message> notes() const override
    {
        return {{LB_TR("Data", "%1 samples a second"), {std::int64_t{8'000}}}};
    }

private:
    static std::vector<std::int64_t> labels()
    {
        std::vector<std::int64_t> labels(40);
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = static_cast<std::int64_t>(i % 2);
        return labels;
    }
};

template <typename W> W* named(QWidget& view, const char* accessibleName)
{
    for (W* widget : view.findChildren<W*>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    return nullptr;
}

class TestDataView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void decodesOnlyWhatIsSeen()
    {
        const auto source = std::make_shared<MadeSource>(50'000);
        SampleGrid grid;
        grid.resize(600, 400);
        grid.show();

        grid.setSource(source);
        std::vector<std::int64_t> rows(50'000);
        std::iota(rows.begin(), rows.end(), 0);
        grid.setRows(rows);
        QTRY_VERIFY(grid.settled());
        grid.verticalScrollBar()->setValue(grid.verticalScrollBar()->maximum());
        QTRY_VERIFY(grid.settled());

        QVERIFY(source->decoded < 400);
        QCOMPARE(grid.pictureAt(49'999).pixelColor(0, 0).red(), 49'999 % 256);
        QVERIFY(grid.tileRect(49'999).bottom() < 400);
    }

    void walksWithArrowsAndPinsWithP()
    {
        SampleGrid grid;
        grid.resize(600, 400);
        grid.show();
        grid.setSource(std::make_shared<MadeSource>(100));
        std::vector<std::int64_t> rows(50);
        std::iota(rows.begin(), rows.end(), 50);
        grid.setRows(rows);
        QSignalSpy pinned(&grid, &SampleGrid::pinRequested);

        QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.tileRect(2).center());
        QCOMPARE(grid.current(), 52);
        QTest::keyClick(&grid, Qt::Key_Right);
        QCOMPARE(grid.current(), 53);
        QTest::keyClick(&grid, Qt::Key_P);
        QTest::mouseDClick(grid.viewport(), Qt::LeftButton, {}, grid.tileRect(0).center());

        QCOMPARE(pinned.size(), 2);
        QCOMPARE(pinned[0][0].toLongLong(), 53);
    }

    void showsWhyAPictureIsMissing()
    {
        SampleGrid grid;
        grid.resize(600, 400);
        grid.show();
        grid.setSource(std::make_shared<MadeSource>(3));
        grid.setRows({0, 1, 2});

        QTRY_VERIFY(grid.settled());

        QVERIFY(grid.pictureAt(1).isNull());
        QVERIFY(!grid.pictureAt(2).isNull());
    }

    void countsClassesAndTellsImbalance()
    {
        DataView view;
        view.setSettings({});

        view.setSource(std::make_shared<MadeSource>(300));
        QVERIFY(allText(view).contains("Balanced"));
        view.setSource(std::make_shared<MadeSource>(300, true));

        QVERIFY(allText(view).contains("18.0 times")); // 270 against 15
        QVERIFY(allText(view).contains("300 images, 4×4×3, 3 classes"));
    }

    void filtersByAClickedClass()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        view.setSettings({});
        view.setSource(std::make_shared<MadeSource>(300));

        QTest::mouseClick(view.classes(), Qt::LeftButton, {}, view.classes()->rowRect(1).center());

        QCOMPARE(view.grid()->rows().size(), 100U);
        QCOMPARE(view.grid()->rows()[2], 7);
        QTest::mouseClick(view.classes(), Qt::LeftButton, {}, view.classes()->rowRect(1).center());
        QCOMPARE(view.grid()->rows().size(), 300U);
    }

    void showsEitherPartOfTheSplit()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        DataSettings settings;
        settings.validationFraction = 0.2;
        view.setSettings(settings);
        view.setSource(std::make_shared<MadeSource>(300));

        QVERIFY(allText(view).contains("240 for training, 60 for validation"));
        QTest::mouseClick(button(view, "Validation"), Qt::LeftButton);

        QCOMPARE(view.grid()->rows(), splitBy(300, 0.2, 0).validation);
    }

    void showsHeldOutPicturesInsteadOfASplit()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        view.setSettings({});
        QSignalSpy pinned(&view, &DataView::pinRequested);

        view.setSource(std::make_shared<MadeSource>(300), std::make_shared<MadeSource>(90));
        QTest::mouseClick(button(view, "Validation"), Qt::LeftButton);
        QTest::mouseDClick(view.grid()->viewport(), Qt::LeftButton, {},
                           view.grid()->tileRect(0).center());

        QCOMPARE(view.grid()->rows().size(), 90U);
        QVERIFY(!named<QSlider>(view, "Validation, per cent")->isVisible());
        QVERIFY(allText(view).contains("own samples"));
        QVERIFY(!named<QSlider>(view, "Validation, per cent")->toolTip().isEmpty());
        QTest::mouseClick(view.grid()->viewport(), Qt::LeftButton, {},
                          view.grid()->tileRect(4).center());
        QTest::mouseClick(button(view, "Pin sample"), Qt::LeftButton);
        QCOMPARE(pinned.size(), 2);
        QCOMPARE(pinned[0], QVariantList({0LL, true}));
        QCOMPARE(pinned[1], QVariantList({4LL, true}));
    }

    void reportsEditsOfSourceAndSplit()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        DataSettings settings;
        settings.count = 4'096;
        view.setSettings(settings);
        view.setSource(std::make_shared<MadeSource>(30));
        QSignalSpy counted(&view, &DataView::countRequested);
        QSignalSpy split(&view, &DataView::splitRequested);
        QSignalSpy other(&view, &DataView::sourceRequested);

        QSpinBox* count = view.findChild<QSpinBox*>();
        count->selectAll();
        QTest::keyClicks(count, "500");
        QTest::keyClick(count, Qt::Key_Return);
        auto* fraction = named<QSlider>(view, "Validation, per cent");
        fraction->setFocus();
        QTest::keyClick(fraction, Qt::Key_Right);
        QTest::mouseClick(button(view, "CIFAR-10"), Qt::LeftButton);

        QCOMPARE(counted.size(), 1);
        QCOMPARE(counted[0][0].toLongLong(), 500);
        QCOMPARE(split.size(), 1);
        QCOMPARE(split[0][0].toDouble(), 0.01);
        QCOMPARE(other.size(), 1);
        QCOMPARE(other[0][0].toString(), "cifar10");
    }

    void takesADroppedFolderForWhatItIs()
    {
        QTemporaryDir cifar, pictures;
        QFile batch(cifar.filePath("data_batch_1.bin"));
        QVERIFY(batch.open(QFile::WriteOnly));
        batch.close();
        DataView view;
        view.resize(1400, 800);
        view.show();
        QSignalSpy other(&view, &DataView::sourceRequested);

        QTemporaryDir sounds;
        QVERIFY(QDir(sounds.path()).mkpath("a") && QDir(sounds.path()).mkpath("b"));
        QFile sound(sounds.filePath("b/1.WAV"));
        QVERIFY(sound.open(QFile::WriteOnly));
        sound.close();

        for (const QString& folder : {cifar.path(), pictures.path(), sounds.path()}) {
            QMimeData data;
            data.setUrls({QUrl::fromLocalFile(folder)});
            QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&view, &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&view, &drop);
        }

        QCOMPARE(other.size(), 3);
        QCOMPARE(other[2], QVariantList({"sound_folder", sounds.path()}));
        QCOMPARE(other[0], QVariantList({"cifar10", cifar.path()}));
        QCOMPARE(other[1], QVariantList({"image_folder", pictures.path()}));
    }

    void listsUnreadableFilesWithReasons()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        view.setSettings({});

        view.setSource(std::make_shared<MadeSource>(30));

        auto* list = named<QListWidget>(view, "Files that could not be read");
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 1);
        QCOMPARE(list->item(0)->text(), "dog/broken.jpg: was cut off");
    }

    void saysWhatToDoWithoutAFolder()
    {
        DataView view;
        view.resize(1400, 800);
        view.show();
        DataSettings settings;
        settings.kind = "image_folder";
        settings.path = "photos";
        view.setSettings(settings);
        view.setSource(std::make_shared<MadeSource>(30));

        view.setProblem("photos: there is no such folder");

        QVERIFY(allText(view).contains("photos: there is no such folder"));
        QVERIFY(button(view, "Choose a folder…")->isVisible());
        keepLooks(view, "data_problem");
    }

    void drawsSoundsAsWaves()
    {
        DataView view;
        view.resize(1600, 880);
        view.show();
        DataSettings settings;
        settings.kind = "sound_folder";
        settings.path = "tones";
        settings.validationFraction = 0.2;
        view.setSettings(settings);

        view.setSource(std::make_shared<MadeSounds>());

        QTRY_VERIFY(view.settled());
        QVERIFY2(allText(view).contains("40 sounds of 2,000 samples, 2 classes"),
                 qPrintable(allText(view)));
        QVERIFY(allText(view).contains("8,000 samples a second"));
        const QImage quiet = view.grid()->pictureAt(0), louder = view.grid()->pictureAt(10);
        const auto inked = [](const QImage& picture) {
            int count = 0;
            for (int x = 0; x < picture.width(); ++x)
                for (int y = 0; y < picture.height(); ++y)
                    count += qAlpha(picture.pixel(x, y)) > 0;
            return count;
        };
        QCOMPARE(quiet.size(), QSize(192, 192));
        QCOMPARE(inked(quiet), 192); // silence: a line
        QVERIFY2(inked(louder) > 192 * 30 && inked(louder) < 192 * 60, // a quarter of the height
                 qPrintable(QString::number(inked(louder))));
        QTest::mouseClick(view.grid()->viewport(), Qt::LeftButton, {},
                          view.grid()->tileRect(5).center());
        keepLooks(view, "data_sounds");
    }

    void manyNotesAreReachedByALink()
    {
        class Noting final : public MadeSource {
        public:
            using MadeSource::MadeSource;
            std::vector<Message> notes() const override
            {
                std::vector<Message> notes;
                for (std::int64_t i = 1; i <= 8; ++i)
                    notes.push_back({LB_TR("Data", "note <%1>"), {i}});
                return notes;
            }
        };
        DataView view;
        view.resize(1500, 860);
        view.show();
        view.setSource(std::make_shared<Noting>(12));
        QVERIFY(allText(view).contains("note <1>\nnote <2>\nnote <3>"));
        QVERIFY(!allText(view).contains("note <4>"));
        QPushButton* more = nullptr;
        for (QPushButton* button : view.findChildren<QPushButton*>())
            if (button->text().contains("and 5 more note"))
                more = button;
        QVERIFY(more && more->isVisibleTo(&view));

        QTest::mouseClick(more, Qt::LeftButton);

        QVERIFY(allText(view).contains("note <8>"));
        QCOMPARE(more->text(), QString("Show fewer notes"));
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(!allText(view).contains("note <4>"));

        view.setChoiceNotes({{LB_TR("Data", "chosen")}});
        QVERIFY(allText(view).contains("chosen\nnote <1>\nnote <2>\n"));
        view.setSource(std::make_shared<MadeSource>(12)); // which notes nothing
        view.setChoiceNotes({});
        QVERIFY(!more->isVisibleTo(&view));
        QVERIFY(!allText(view).contains("note"));
    }

    void numbersHaveTheirPlural()
    {
        const PluralForms plurals;
        QCOMPARE(plurals.translate("", "%n column(s)", nullptr, 1), "%n column");
        QCOMPARE(plurals.translate("", "%n column(s), %1 class(es)", nullptr, 8),
                 "%n columns, %1 classes");
        QVERIFY(plurals.translate("", "Choose file(s)").isEmpty());
        QVERIFY(plurals.translate("", "%n more", nullptr, 2).isEmpty());

        PluralForms installed;
        QCoreApplication::installTranslator(&installed);
        DataView view;
        view.setSource(std::make_shared<MadeSource>(12));
        QCoreApplication::removeTranslator(&installed);
        QVERIFY2(allText(view).contains("Left out: 1 file could not be read"),
                 qPrintable(allText(view)));
    }

    void looksRight()
    {
        DataView view;
        view.resize(1600, 880);
        view.show();
        DataSettings settings;
        settings.count = 4'096;
        settings.validationFraction = 0.1;
        view.setSettings(settings);
        view.setSource(drawnShapes(2'000, 1));

        QTRY_VERIFY_WITH_TIMEOUT(view.settled(), kPatience);
        QTest::mouseClick(view.grid()->viewport(), Qt::LeftButton, {},
                          view.grid()->tileRect(5).center());
        QCOMPARE(view.grid()->current(), 5);
        keepLooks(view, "data");
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestDataView)
#include "tst_data_view.moc"
