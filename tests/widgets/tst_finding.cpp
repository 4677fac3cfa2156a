#include "core/layers/registry.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/palette/layer_palette.h"
#include "widgets/search/command_box.h"

#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeWidget>

namespace lb {
namespace {

/// Where things are found by name: the palette of layers and the search.
class TestFinding : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        m_palette = std::make_unique<LayerPalette>(m_registry);
        m_palette->resize(LayerPalette::kWidth, 800);
        m_palette->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_palette.get()));
    }
    void cleanup() { m_palette.reset(); }

    void thePaletteFiltersAsOneTypes()
    {
        auto* search = m_palette->findChild<QLineEdit*>("paletteSearch");
        const QLabel* hint = nullptr;
        for (const QLabel* label : search->findChildren<QLabel*>())
            if (label->text() == "Tab")
                hint = label;
        QVERIFY(hint && hint->isVisible());

        QTest::keyClicks(search, "centerc");
        QCOMPARE(m_palette->shown(), QStringList("CenterCrop"));
        QVERIFY(!hint->isVisible()); // it would stand in the words
        QTest::keyClick(search, Qt::Key_Escape);

        QVERIFY(m_palette->shown().size() > 50);
        QVERIFY(hint->isVisible());
    }

    void aClickFoldsAFamily()
    {
        QTreeWidgetItem* family = rows()->topLevelItem(0);
        const auto click = [&] {
            QTest::mouseClick(rows()->viewport(), Qt::LeftButton, {},
                              rows()->visualItemRect(family).center());
        };
        QVERIFY(family->isExpanded());

        click();
        QVERIFY(!family->isExpanded());
        click();

        QVERIFY(family->isExpanded());
    }

    void aDoubleClickOrEnterAsksForALayer()
    {
        QSignalSpy asked(m_palette.get(), &LayerPalette::addRequested);
        const QPoint row = m_palette->rowCenter("Rescaling");

        QTest::mouseClick(m_palette->rows(), Qt::LeftButton, {}, row);
        QCOMPARE(asked.size(), 0);
        QTest::mouseDClick(m_palette->rows(), Qt::LeftButton, {}, row);
        QTest::keyClick(rows(), Qt::Key_Return);

        QCOMPARE(asked.size(), 2);
        QCOMPARE(asked[0][0].toString(), "Rescaling");
        QCOMPARE(asked[1][0].toString(), "Rescaling");
    }

    void theRailOpensByItsArrow()
    {
        m_palette->setCollapsed(true);
        QToolButton* open = nullptr;
        for (QToolButton* each : m_palette->findChildren<QToolButton*>())
            if (each->toolTip() == "Open the palette")
                open = each;
        QVERIFY(open && open->isVisible());

        QTest::mouseClick(open, Qt::LeftButton);

        QVERIFY(!m_palette->isCollapsed());
    }

    void whatIsFoundIsChosenByAClick()
    {
        QStringList chosen;
        std::vector<Finding> findings;
        for (const char* title : {"random_flip", "random_rotation", "Save"})
            findings.push_back(
                {title, "node", {}, "design", {}, [&chosen, title] { chosen << title; }});
        QWidget window;
        window.resize(600, 400);
        window.show();
        CommandBox box(&window);
        box.open(findings, window.mapToGlobal(QPoint(600, 0)), 320);
        QCOMPARE(box.titles().size(), 3);

        QTest::keyClicks(box.findChild<QLineEdit*>(), "random");
        QCOMPARE(box.titles(), (QStringList{"random_flip", "random_rotation"}));
        auto* list = box.findChild<QListWidget*>();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualItemRect(list->item(1)).center());

        QCOMPARE(chosen, QStringList("random_rotation"));
        QVERIFY(!box.isVisible());
    }

    void whatHasNoIconIsListedWithoutOne()
    {
        QWidget window;
        window.show();
        CommandBox box(&window);

        box.open({{"Save as...", "command", {}, {}, {}, [] {}}}, window.mapToGlobal(QPoint()), 320);

        QVERIFY(!box.grab().isNull());
        QCOMPARE(box.titles(), QStringList("Save as..."));
    }

private:
    QTreeWidget* rows() const { return m_palette->findChild<QTreeWidget*>("paletteRows"); }

    LayerRegistry m_registry;
    std::unique_ptr<LayerPalette> m_palette;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestFinding)
#include "tst_finding.moc"
