#include "widgets/problems/fix_button.h"
#include "widgets/problems/problems_view.h"

#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"

#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableWidget>
#include <QToolButton>

namespace lb {
namespace {

/// The list of problems: which are shown, where they lead, and their ways out.
class TestProblemsView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
        auto added = edits::addLayer(emptyDocument(), emptyDocument().root().id, "Dense",
                                     ConfigObject{{"units", 4}}, Stage::Model, {});
        m_node = added.value().node;
        m_view = std::make_unique<ProblemsView>();
        m_view->resize(1300, 260);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_activated.clear();
        m_fixed.clear();
        m_adapted.clear();
        connect(m_view.get(), &ProblemsView::nodeActivated, this,
                [this](NodeId node) { m_activated.push_back(node); });
        connect(m_view.get(), &ProblemsView::fixRequested, this,
                [this](const Problem& problem, int fix) {
                    m_fixed.emplace_back(problem.code, fix);
                    m_view->setProblems({}, {}); // as the owner does, whose edit mends it
                });
        connect(m_view.get(), &ProblemsView::adaptRequested, this,
                [this](NodeId node) { m_adapted.push_back(node); });
        m_view->setProblems(
            added.value().document,
            {problem(Severity::Error, "refused", {"Insert Flatten", "Remove", "Mute", "Undo"}),
             problem(Severity::Warning, "not_adapted", {}),
             problem(Severity::Hint, "value_range", {"Rescale"})});
    }
    void cleanup() { m_view.reset(); }

    void oneKindIsShownAtATime_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("kind");
        QTest::newRow("hints") << "Hints 1" << "Value range";
        QTest::newRow("warnings") << "Warnings 1" << "Not adapted";
        QTest::newRow("errors") << "Errors 1" << "Refused";
    }
    void oneKindIsShownAtATime()
    {
        QFETCH(QString, word);
        QFETCH(QString, kind);
        QCOMPARE(table().rowCount(), 3);

        choose(word);
        QCOMPARE(table().rowCount(), 1);
        QCOMPARE(table().item(0, 3)->text(), kind);
        choose("All 3");

        QCOMPARE(table().rowCount(), 3);
    }

    void aRowLeadsToItsNode()
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
                          table().visualItemRect(table().item(1, 2)).center());
        QCOMPARE(m_activated, std::vector{m_node});

        QTest::keyClick(&table(), Qt::Key_Return);

        QCOMPARE(m_activated, (std::vector{m_node, m_node}));
    }

    void aFixIsPressed()
    {
        QTest::mouseClick(button(*m_view, "Remove"), Qt::LeftButton);

        QTRY_COMPARE(m_fixed, (std::vector{std::pair<std::string, int>("refused", 1)}));
        QCOMPARE(table().rowCount(), 0);
    }

    void whatHasNoRoomIsInAMenu()
    {
        pickFromMenu(*button(*m_view, "More"), 2);

        QTRY_COMPARE(m_fixed, (std::vector{std::pair<std::string, int>("refused", 3)}));
    }

    void aLayerThatHasNotLearnedIsAdaptedFromHere()
    {
        QTest::mouseClick(button(*m_view, "Adapt"), Qt::LeftButton);

        QCOMPARE(m_adapted, std::vector{m_node});
    }

    void dataThatAreGoneAreLookedFor()
    {
        int asked = 0;
        connect(m_view.get(), &ProblemsView::findDataRequested, this, [&asked] { ++asked; });
        m_view->setProblems({}, {problem(Severity::Error, "data_not_open", {"Use drawn shapes"})});

        for (QPushButton* button : m_view->findChildren<QPushButton*>())
            if (button->text() == "Find...")
                QTest::mouseClick(button, Qt::LeftButton);

        QTRY_COMPARE(asked, 1);
    }

    /// Beneath the canvas of a small screen the sentence has the most room, whatever the fixes are.
    void aLongSentenceIsReadableOnASmallScreen()
    {
        Problem wide = problem(Severity::Error, "refused",
                               {"Insert Flatten before it", "Insert GlobalAveragePooling2D", "Remove"});
        wide.message = LB_TR("Test", "takes numbers of one row, and gets pictures of 32 by 32 by 3: it "
                                     "must be flattened before, or averaged over its places");
        m_view->resize(784, 230);

        m_view->setProblems({}, {wide});
        QTest::qWait(1);

        const QRect place = table().visualItemRect(table().item(0, 2));
        QVERIFY2(place.width() > 300, qPrintable(QString::number(place.width())));
        const QRect needed = table().fontMetrics().boundingRect(
            QRect(0, 0, place.width() - 8, 1000), Qt::TextWordWrap, table().item(0, 2)->text());
        QVERIFY(needed.height() <= place.height());
        QVERIFY(!table().horizontalScrollBar()->isVisible());
        for (const QPushButton* each : table().cellWidget(0, 4)->findChildren<QPushButton*>()) {
            QVERIFY2(each->width() >= each->sizeHint().width(), qPrintable(each->text()));
            QVERIFY(each->parentWidget()->rect().contains(each->geometry()));
        }
        keepLooks(*m_view, "problems_narrow");
        m_view->resize(1300, 260);
        QVERIFY(!table().isColumnHidden(3));
        QVERIFY(button(*m_view, "Insert GlobalAveragePooling2D"));
    }

    /// As where somebody pulls at the window's edge.
    void theSelectedRowStaysWhenItGetsNarrow()
    {
        table().setFocus();
        table().setCurrentCell(2, 2);
        QVERIFY(table().hasFocus());

        for (const int width : {784, 1300}) {
            m_view->resize(width, 260);

            QCOMPARE(table().isColumnHidden(3), width < 1000);
            QCOMPARE(table().currentRow(), 2);
            QVERIFY(table().item(2, 2)->isSelected());
            QVERIFY(table().hasFocus());
        }
    }

    void theFocusStaysWithItsWayOut_data()
    {
        QTest::addColumn<int>("row");
        QTest::addColumn<QStringList>("texts"); // of the focus: wide, narrow, wide again
        QTest::newRow("the first") << 0 << QStringList{"Insert Flatten", "Insert Flatten", "Insert Flatten"};
        QTest::newRow("goes into the menu") << 0 << QStringList{"Remove", "More", "More"};
        QTest::newRow("the menu") << 0 << QStringList{"More", "More", "More"};
        QTest::newRow("needs no menu then") << 1 << QStringList{"Mute", "More", "Mute"};
        QTest::newRow("adapting") << 1 << QStringList{"Adapt", "Adapt", "Adapt"};
    }
    void theFocusStaysWithItsWayOut()
    {
        QFETCH(int, row);
        QFETCH(QStringList, texts);
        m_view->setProblems({}, {problem(Severity::Error, "refused",
                                         {"Insert Flatten", "Remove", "Mute", "Undo"}),
                                 problem(Severity::Warning, "not_adapted", {"Rescale", "Mute"})});
        const auto focused = [&]() -> QPushButton* {
            auto* has = qobject_cast<QPushButton*>(m_view->focusWidget());
            return has && table().cellWidget(row, 4)->isAncestorOf(has) ? has : nullptr;
        };
        for (QPushButton* each : table().cellWidget(row, 4)->findChildren<QPushButton*>())
            if (each->text() == texts[0])
                each->setFocus();
        QVERIFY(focused());

        for (int i = 0; i < 3; ++i) {
            m_view->resize(i == 1 ? 784 : 1300, 260);

            QVERIFY2(focused(), qPrintable(QString::number(i)));
            QCOMPARE(focused()->text(), texts[i]);
            QVERIFY(focused()->isVisible());
        }
        keepLooks(*m_view, "problems_again_wide");
    }

    void aFixWithoutRoomIsCutAtItsEndOnly()
    {
        m_view->resize(1110, 200);
        m_view->setProblems({}, {problem(Severity::Error, "no_input",
                                         {"Connect drawn_shapes", "Remove random_rotation"})});
        QTest::qWait(1);
        for (QPushButton* each : table().cellWidget(0, 4)->findChildren<QPushButton*>()) {
            auto* fix = dynamic_cast<FixButton*>(each);
            QVERIFY(fix);
            QString shown = fix->shownTitle();
            if (shown != fix->text()) {
                QVERIFY(shown.endsWith(QChar(0x2026)));
                shown.chop(1);
            }
            QVERIFY2(fix->text().startsWith(shown) && shown.size() > 8, qPrintable(shown));
            QVERIFY(fix->toolTip().startsWith(fix->text()));
            QVERIFY(fix->fontMetrics().horizontalAdvance(fix->shownTitle()) <= fix->width() - 16);
            QVERIFY(fix->parentWidget()->rect().contains(fix->geometry()));
        }
        keepLooks(*m_view, "problems_cut");
    }

private:
    QTableWidget& table() const { return *m_view->findChild<QTableWidget*>("problems"); }
    void choose(const QString& word) const
    {
        for (QToolButton* each : m_view->header()->findChildren<QToolButton*>())
            if (each->text() == word)
                return QTest::mouseClick(each, Qt::LeftButton);
        QFAIL(qPrintable(word));
    }
    Problem problem(Severity severity, const char* code,
                    const std::vector<const char*>& fixes) const
    {
        Problem made{severity, code, m_node, {}, {}, LB_TR("Test", "is odd"), {}};
        for (const char* title : fixes)
            made.fixes.push_back({Text{"Test", title}, {}, {}});
        return made;
    }

    NodeId m_node;
    std::unique_ptr<ProblemsView> m_view;
    std::vector<NodeId> m_activated, m_adapted;
    std::vector<std::pair<std::string, int>> m_fixed;
};

} // namespace
} // namespace lb

LB_TEST(lb::TestProblemsView)
#include "tst_problems_view.moc"
