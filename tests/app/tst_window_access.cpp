#include "app/workbench/command_line.h"
#include "app/workbench/window_actions.h"
#include "core/graph/project_file.h"
#include "tests/app/open_window.h"
#include "tests/support/lb_test.h"
#include "widgets/support/controls.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>

#include <fstream>

namespace lb {
namespace {

/// Every workspace on a small screen and without a mouse: nothing overlaps or is cut off, and what
/// Tab reaches has a name, shows the focus and comes in the order in which one reads.
class TestWindowAccess : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        makeWindow();
        QApplication::setCursorFlashTime(0);
    }
    void cleanup() { closeAll(); }

    void aSmallScreenHoldsAll_data() { views(); }
    void aSmallScreenHoldsAll()
    {
        open({1280, 720});

        QCOMPARE(m_window->size(), QSize(1280, 720));
        QStringList wrong;
        std::vector<std::pair<QString, QRect>> panels;
        for (const QDockWidget* dock : m_window->findChildren<QDockWidget*>())
            if (dock->isVisible())
                panels.emplace_back(dock->objectName(), dock->geometry());
        panels.emplace_back("centre", m_window->centralWidget()->geometry());
        for (std::size_t i = 0; i < panels.size(); ++i) {
            if (i == 0)
                for (const QWidget* page : m_window->findChild<QTabWidget*>("bottomTabs")
                                               ->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
                    if (page->minimumSizeHint().width() > 780)
                        wrong << QString("%1 wants %2").arg(nameOf(*page)).arg(page->minimumSizeHint().width());
            if (!m_window->rect().contains(panels[i].second))
                wrong << panels[i].first + " leaves the window";
            for (std::size_t j = 0; j < i; ++j)
                if (panels[i].second.intersects(panels[j].second))
                    wrong << panels[i].first + " overlaps " + panels[j].first;
        }
        for (const QWidget* each : m_window->findChildren<QWidget*>())
            if (each->isVisible()
                && (qobject_cast<const QAbstractButton*>(each)
                    || qobject_cast<const QComboBox*>(each)))
                if (const QString why = cut(*each); !why.isEmpty())
                    wrong << nameOf(*each) + ": " + why;
        wrong << overlaps();
        QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join("\n")));
    }

    /// The first start: nothing of the window, nor of its frame, is off the screen.
    void theFirstPlaceIsOnTheScreen()
    {
        const QSize wanted(1600, 1000);
        for (const QRect screen :
             {QRect(0, 0, 1280, 720), QRect(0, 32, 1366, 736), QRect(1920, 0, 1600, 1000)}) {
            const QRect place = placeOnScreen(wanted, screen);
            QVERIFY(screen.contains(place.adjusted(-4, -36, 4, 4)));
            QCOMPARE(place.width(), screen.width() - 8);
        }
        const QRect roomy = placeOnScreen(wanted, {0, 0, 2560, 1440});
        QCOMPARE(roomy.size(), wanted);
        QVERIFY(std::abs(roomy.center().x() - 1280) <= 1);
    }

    void whatTabReachesHasAName_data() { views(); }
    void whatTabReachesHasAName()
    {
        open({1600, 1000});

        QStringList nameless;
        for (QWidget* each : reached()) {
            const QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(each);
            if (!spoken || spoken->text(QAccessible::Name).trimmed().isEmpty())
                nameless << nameOf(*each);
        }
        QVERIFY2(nameless.isEmpty(), qPrintable("\n" + nameless.join("\n")));
    }

    void whatTabReachesShowsTheFocus_data() { views(); }
    void whatTabReachesShowsTheFocus()
    {
        open({1600, 1000});

        QStringList unseen;
        for (QWidget* each : reached()) {
            if (QWidget* before = QApplication::focusWidget())
                before->clearFocus();
            for (QWidget* up = each; up; up = up->parentWidget())
                if (auto* area = qobject_cast<QScrollArea*>(up))
                    area->ensureWidgetVisible(each); // as Tab does
            const QRect around
                = QRect(each->mapTo(m_window.get(), QPoint()), each->size()).adjusted(-4, -4, 4, 4);
            const QImage without = m_window->grab(around).toImage();
            each->setFocus(Qt::TabFocusReason);
            if (m_window->grab(around).toImage() == without)
                unseen << nameOf(*each);
        }
        QVERIFY2(unseen.isEmpty(), qPrintable("\n" + unseen.join("\n")));
    }

    void tabGoesAsOneReads_data() { views(); }
    void tabGoesAsOneReads()
    {
        open({1600, 1000});

        QStringList wrong;
        std::map<const QWidget*, const QWidget*> last;
        for (const QWidget* each : reached()) {
            const QWidget* panel = panelOf(*each);
            const QWidget* before = std::exchange(last[panel], each);
            if (!before)
                continue;
            const QRect from(before->mapTo(m_window.get(), QPoint()), before->size());
            const QRect to(each->mapTo(m_window.get(), QPoint()), each->size());
            const bool above = to.bottom() < from.top(), left = to.right() < from.left();
            const bool sameRow = to.top() <= from.bottom() && from.top() <= to.bottom();
            if ((above && to.left() < from.right()) || (left && sameRow))
                wrong << nameOf(*before) + " before " + nameOf(*each);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join("\n")));
    }

    void aLongFileNameIsShortenedInTheMiddle()
    {
        QVERIFY(m_window->files().startFrom("drawn_shapes"));
        m_window->resize(1280, 720);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        const QString path = m_folder->filePath(QString(90, 'x') + "_end.lbench");

        QVERIFY(m_session->save(path).ok());
        QCoreApplication::processEvents();

        auto* name = m_window->findChild<ElidedLabel*>("documentName");
        QVERIFY(name);
        QVERIFY2(name->text().endsWith("end.lbench"), qPrintable(name->text()));
        QVERIFY(name->text().contains(QChar(0x2026)));
        QVERIFY(name->fontMetrics().horizontalAdvance(name->text())
                <= name->contentsRect().width());
        QVERIFY(m_window->rect().contains(
            QRect(name->mapTo(m_window.get(), QPoint()), name->size())));
        QCOMPARE(name->toolTip(), QDir::toNativeSeparators(path));
    }

private:
    static void views()
    {
        QTest::addColumn<QString>("project");
        QTest::addColumn<QByteArray>("node");
        QTest::addColumn<Workspace>("workspace");
        QTest::newRow("pictures") << QString("drawn_shapes") << QByteArray("random_rotation")
                                  << Workspace::Design;
        QTest::newRow("nothing selected")
            << QString("drawn_shapes") << QByteArray() << Workspace::Design;
        QTest::newRow("vocabulary") << QString("three_sentences")
                                    << QByteArray("text_vectorization") << Workspace::Design;
        QTest::newRow("learned") << QString("table") << QByteArray("fare_normalization")
                                 << Workspace::Design;
        QTest::newRow("data of pictures")
            << QString("drawn_shapes") << QByteArray() << Workspace::Data;
        QTest::newRow("data of a table") << QString("table") << QByteArray() << Workspace::Data;
        QTest::newRow("data of a file") << QString("csv") << QByteArray() << Workspace::Data;
        QTest::newRow("train") << QString("drawn_shapes") << QByteArray() << Workspace::Train;
        QTest::newRow("export") << QString("drawn_shapes") << QByteArray() << Workspace::Export;
    }
    void open(QSize size)
    {
        QFETCH(QString, project);
        QFETCH(QByteArray, node);
        QFETCH(Workspace, workspace);
        const bool file = project == "csv";
        QVERIFY(m_window->files().startFrom(file ? QString("table") : project));
        if (file)
            m_window->views().chooseData("csv", tableOfMany());
        m_window->resize(size);
        m_window->setWorkspace(workspace);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source() && m_window->settled(), kPatience);
        if (!node.isEmpty()) {
            m_window->actions().adaptAll->trigger();
            QTest::qWait(50);
            QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), kPatience);
            m_session->select({m_session->document().named(node.toStdString())->id});
        }
        QTest::qWait(100);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), kPatience);
    }
    /// A table with notes of every column.
    QString tableOfMany() const
    {
        const QString path = m_folder->filePath("table_with_a_long_name_of_penguins.csv");
        std::ofstream file(path.toStdString());
        for (int i = 0; i < 9; ++i)
            file << "bill_length_of_the_bird_" << i << (i < 8 ? "," : "\n");
        for (int row = 0; row < 40; ++row)
            for (int i = 0; i < 9; ++i)
                file << (row % 9 == i && i < 8 ? std::string() : std::to_string((row + i) % 3))
                     << (i < 8 ? "," : "\n");
        return path;
    }
    /// Widgets of one parent that lie on each other.
    QStringList overlaps() const
    {
        QStringList found;
        for (const QWidget* parent : m_window->findChildren<QWidget*>()) {
            if (!parent->isVisible() || !parent->layout())
                continue;
            QList<QWidget*> seen;
            for (QWidget* each : parent->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
                if (each->isVisible() && parent->layout()->indexOf(each) >= 0)
                    seen << each;
            for (int i = 0; i < seen.size(); ++i)
                for (int j = 0; j < i; ++j)
                    if (seen[i]->geometry().intersects(seen[j]->geometry()))
                        found << nameOf(*seen[i]) + " overlaps " + nameOf(*seen[j]);
        }
        return found;
    }
    /// What Tab comes to, in its order.
    std::vector<QWidget*> reached() const
    {
        std::vector<QWidget*> all;
        for (QWidget* each = m_window->nextInFocusChain(); each != m_window.get();
             each = each->nextInFocusChain())
            if (each->window() == m_window.get() && each->isVisible() && each->isEnabled()
                && (each->focusPolicy() & Qt::TabFocus) && !each->focusProxy())
                all.push_back(each);
        return all;
    }
    const QWidget* panelOf(const QWidget& widget) const
    {
        const QWidget* panel = &widget;
        while (panel->parentWidget() && panel->parentWidget() != m_window.get()
               && !qobject_cast<const QScrollArea*>(panel))
            panel = panel->parentWidget();
        return panel;
    }
    static QString nameOf(const QWidget& widget)
    {
        QStringList parts;
        for (const QWidget* each = &widget; each && parts.size() < 4; each = each->parentWidget())
            parts.prepend(each->objectName().isEmpty() ? each->metaObject()->className()
                                                       : each->objectName());
        const auto* button = qobject_cast<const QAbstractButton*>(&widget);
        return parts.join("/") + (button ? " \"" + button->text() + "\"" : QString());
    }
    /// Why it cannot be seen whole, or "".
    QString cut(const QWidget& widget) const
    {
        if (widget.inherits("QLineEditIconButton"))
            return {};
        const auto* check = qobject_cast<const QCheckBox*>(&widget);
        if (widget.minimumWidth() != widget.maximumWidth() && !(check && check->text().isEmpty())
            && widget.width() < std::min(widget.sizeHint().width(), widget.maximumWidth())
            && !widget.property("elides").toBool())
            return QString("is %1 wide, wants %2")
                .arg(widget.width())
                .arg(widget.sizeHint().width());
        for (const QWidget* around = widget.parentWidget(); around;
             around = around->parentWidget()) {
            const auto* scrolling = qobject_cast<const QAbstractScrollArea*>(
                around->parentWidget());
            if (scrolling && scrolling->viewport() == around)
                return {};
            if (!around->rect().contains(QRect(widget.mapTo(around, QPoint()), widget.size())))
                return "leaves " + nameOf(*around);
            if (around == m_window.get())
                break;
        }
        return {};
    }
};

} // namespace
} // namespace lb

LB_TEST(lb::TestWindowAccess)
#include "tst_window_access.moc"
