#include "app/workbench/window_actions.h"
#include "core/data/image_file.h"
#include "core/preview/annotated_picture.h"
#include "tests/app/open_window.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/data_view.h"
#include "widgets/data/sample_grid.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/try_page.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_view.h"

#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QUrl>

#include <filesystem>
#include <fstream>

namespace lb {
namespace {

/// Pixels of just this colour.
int pixelsOf(const QImage& picture, const Rgb& color)
{
    int count = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            count += picture.pixel(x, y) == qRgb(color[0], color[1], color[2]) ? 1 : 0;
    return count;
}

/// Masks and boxes of a folder of images in the window: its tiles, previews and "Try it".
class TestWindowBoxes : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        openTemplateWithData("drawn_shapes");
        writePictures();
        dropFolder();
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source() && !m_session->source()->boxNames().empty(),
                                 kPatience);
    }
    void cleanup() { closeAll(); }

    void tilesShowThem()
    {
        SampleGrid& grid = *data()->grid();
        QTRY_VERIFY_WITH_TIMEOUT(grid.rows().size() == 4 && grid.settled(), kPatience);

        QVERIFY(pixelsOf(grid.pictureAt(0), classColor(0)) > 50); // the wheel's frame
        QCOMPARE(pixelsOf(grid.pictureAt(1), classColor(0)), 0);
        const Rgb mask = classColor(2);
        const Rgb tinted{static_cast<std::uint8_t>((60 + mask[0] + 1) / 2),
                         static_cast<std::uint8_t>((60 + mask[1] + 1) / 2),
                         static_cast<std::uint8_t>((60 + mask[2] + 1) / 2)};
        QVERIFY(pixelsOf(grid.pictureAt(1), tinted) > 50);
        keepLooks(*m_window, "boxes_data");
    }

    void previewsShowThemMoved()
    {
        m_hand->workspace(m_window->actions().design);
        m_hand->seeAll();
        m_hand->clickNode("random_rotation");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().settled(), kPatience);

        const auto& rows = preview()->sheet().rows();
        const auto row = std::ranges::find(rows, QString("cat"), &SheetRow::name);
        QVERIFY(row != rows.end() && row->cells.size() > 1);
        for (const SheetCell& cell : row->cells)
            QVERIFY2(pixelsOf(cell.picture, classColor(0)) > 50, qPrintable(cell.caption));
        keepLooks(*m_window, "boxes_preview");
    }

    void tryItTakesThemAlong()
    {
        openTry("random_flip");
        QCOMPARE(boxes().toPlainText(), "4 6 24 26 wheel");
        QVERIFY2(numbers().contains("boxes: left, top, right, bottom\n"), qPrintable(numbers()));
        QVERIFY(pixelsOf(pictures().toImage(), classColor(0)) > 50);
        keepLooks(*m_window, "boxes_try");
        const auto parts = m_window->findChild<QWidget*>("tryPhase")->findChildren<QAbstractButton*>();
        QTest::mouseClick(parts[1], Qt::LeftButton); // inference: nothing moves
        settle();

        type("0 0 10 12 wheel\n8 8 16 32 1");

        QVERIFY2(numbers().simplified().replace("[ ", "[").contains("[0 0 10 12] [8 8 16 32]"),
                 qPrintable(numbers()));
        type("0 0 ten 12");
        QVERIFY(m_window->findChild<QWidget*>("tryError")->isVisible());
        type("");
        QVERIFY(!m_window->findChild<QWidget*>("tryError")->isVisible());
        QVERIFY(!numbers().contains("boxes"));
    }

    void aLayerThatCannotMoveThemIsCalledWithoutThem()
    {
        m_hand->workspace(m_window->actions().design);
        m_hand->dropBeside("RandomElasticTransform", "random_flip");
        const Node* dropped = nullptr;
        for (const auto& node : m_session->document().root().nodes)
            if (const LayerDef* layer = m_session->document().layerOf(node->id);
                layer && layer->kerasClass == "RandomElasticTransform")
                dropped = node.get();
        QVERIFY(dropped);
        openTry(m_session->document().nameOf(dropped->id).c_str());

        QVERIFY(!m_window->findChild<QWidget*>("tryError")->isVisible());
        const auto* note = m_window->findChild<QLabel*>("tryBoxesNote");
        QVERIFY(note->isVisible());
        QVERIFY2(note->text().startsWith("Left out: cannot move bounding boxes"),
                 qPrintable(note->text()));
    }

private:
    /// Four grey pictures of two classes; the first has a box, the second a mask.
    void writePictures()
    {
        namespace fs = std::filesystem;
        const fs::path root = m_folder->filePath("pictures").toStdString();
        const auto write = [&](const char* name, std::uint8_t grey, std::int64_t channels) {
            fs::create_directories((root / name).parent_path());
            const Tensor image
                = Tensor::make<std::uint8_t>({32, 32, channels}, [&](std::span<std::uint8_t> out) {
                      std::ranges::fill(out, grey);
                  });
            std::ofstream(root / name, std::ios::binary) << encodePng(image).value();
        };
        write("cat/1.png", 90, 3);
        write("cat/2.png", 60, 3);
        write("cat/2.mask.png", 2, 1);
        write("dog/3.png", 120, 3);
        write("dog/4.png", 150, 3);
        std::ofstream(root / "boxes.csv") << "image,left,top,right,bottom,label\n"
                                             "cat/1.png,4,6,24,26,wheel\n";
    }
    void dropFolder()
    {
        m_hand->workspace(m_window->actions().data);
        QMimeData dropped;
        dropped.setUrls({QUrl::fromLocalFile(m_folder->filePath("pictures"))});
        Hand::drop(data(), {9, 9}, dropped);
    }
    void openTry(const char* node)
    {
        m_hand->workspace(m_window->actions().design);
        m_hand->seeAll();
        m_hand->clickNode(node);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().settled(), kPatience);
        auto* tabs = m_window->findChild<QTabBar*>("inspectorTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        settle();
    }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(inspector()->tryPage().settled(), kPatience); }
    void type(const QString& text)
    {
        QTest::mouseClick(boxes().viewport(), Qt::LeftButton);
        QTest::keyClick(&boxes(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&boxes(), Qt::Key_Delete);
        for (const QChar c : text)
            if (c == '\n')
                QTest::keyClick(&boxes(), Qt::Key_Return);
            else
                QTest::keyClick(&boxes(), c.toLatin1());
        settle();
    }
    DataView* data() const { return qobject_cast<DataView*>(m_window->views().data); }
    PreviewView* preview() const { return qobject_cast<PreviewView*>(m_window->views().preview); }
    Inspector* inspector() const { return qobject_cast<Inspector*>(m_window->views().inspector); }
    QPlainTextEdit& boxes() const { return *m_window->findChild<QPlainTextEdit*>("tryBoxes"); }
    QPixmap pictures() const { return m_window->findChild<QLabel*>("tryPictures")->pixmap(); }
    QString numbers() const
    {
        return m_window->findChild<QPlainTextEdit*>("tryNumbers")->toPlainText();
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestWindowBoxes)
#include "tst_window_boxes.moc"
