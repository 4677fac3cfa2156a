#include "core/data/sources.h"
#include "core/layers/registry.h"
#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"
#include "widgets/inspector/number_field.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/preview_bar.h"
#include "widgets/preview/preview_view.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QToolButton>

namespace lb {
namespace {

/// The controls above the contact sheet.
class TestPreviewBar : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_bar = std::make_unique<PreviewBar>();
        m_bar->resize(1100, 36);
        m_bar->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
    }
    void cleanup() { m_bar.reset(); }

    void epochAndBatchCountFromOne()
    {
        m_bar->setBatchMatters(true);
        QSignalSpy changed(m_bar.get(), &PreviewBar::changed);

        type("previewEpoch", "3");
        type("previewBatch", "5");

        QCOMPARE(changed.size(), 2);
        QCOMPARE(m_bar->epoch(), 2U);
        QCOMPARE(m_bar->batch(), 4U);
    }

    void aSeedIsTypedWhileTheLockIsOpen()
    {
        m_bar->setProjectSeed(1'337);
        auto* lock = m_bar->findChild<QToolButton*>("seedLock");
        QTest::mouseClick(lock, Qt::LeftButton);
        QSignalSpy changed(m_bar.get(), &PreviewBar::changed);

        type("previewSeed", "42");

        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_bar->seed(), std::optional<std::uint64_t>(42));
        QTest::mouseClick(lock, Qt::LeftButton);
        QVERIFY(!m_bar->seed());
    }

    void theMenuPinsAndUnpins()
    {
        LayerRegistry registry;
        registerBuiltinLayers(registry);
        PreviewView view(registry);
        view.resize(1100, 420);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const SourceHandle source = drawnShapes(4, 1);
        view.setPins({{previewSample("a", source->image(1).value(), 1), "star"},
                      {previewSample("b", source->image(2).value(), 2), "ring"}});
        QSignalSpy pin(&view, &PreviewView::pinRequested);
        QSignalSpy unpin(&view, &PreviewView::unpinRequested);
        auto* menu = view.findChild<QPushButton*>("pins");
        QCOMPARE(menu->text(), "2 pinned");

        pickFromMenu(*menu, 1);
        QCOMPARE(pin.size(), 1);
        QCOMPARE(unpin.size(), 0);
        pickFromMenu(*menu, 3);

        QCOMPARE(pin.size(), 1);
        QCOMPARE(unpin.size(), 1);
        QCOMPARE(unpin[0][0].toInt(), 1);
    }

    void theRingOfAPictureThatIsComputedTurns()
    {
        ContactSheet sheet;
        sheet.resize(600, 300);
        sheet.show();
        SheetRow row;
        row.name = "a";
        row.cells.resize(2);
        sheet.setLayoutOf({"original", "output"}, {row});
        sheet.setBusy(0, 1, true);

        const QImage before = sheet.grab().toImage();
        QTRY_VERIFY(sheet.grab().toImage() != before);
        sheet.setBusy(0, 1, false);

        const QImage idle = sheet.grab().toImage();
        QTest::qWait(150);
        QCOMPARE(sheet.grab().toImage(), idle);
    }

private:
    void type(const char* field, const char* digits) const
    {
        auto* line = m_bar->findChild<NumberField*>(field)->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton);
        line->selectAll();
        QTest::keyClicks(line, digits);
        QTest::keyClick(line, Qt::Key_Return);
    }

    std::unique_ptr<PreviewBar> m_bar;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestPreviewBar)
#include "tst_preview_bar.moc"
