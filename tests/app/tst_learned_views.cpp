#include "app/workbench/window_actions.h"
#include "core/preview/learned_numbers.h"
#include "tests/app/open_window.h"
#include "tests/support/chooser.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/learned/bins_page.h"
#include "widgets/learned/collisions_page.h"
#include "widgets/learned/compare_dialog.h"
#include "widgets/learned/learned_view.h"
#include "widgets/learned/moments_page.h"
#include "widgets/search/command_box.h"
#include "widgets/support/controls.h"
#include "widgets/vocabulary/token_model.h"
#include "widgets/vocabulary/token_table.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QMenu>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QThread>
#include <QTimer>
#include <QUndoStack>

#include <fstream>

namespace lb {
namespace {


/// The same rows, which take their time.
class SlowSource final : public Source {
public:
    explicit SlowSource(std::shared_ptr<const Source> rows)
        : m_rows(std::move(rows))
    {
    }

    std::int64_t size() const override { return m_rows->size(); }
    std::vector<Column> columns() const override { return m_rows->columns(); }
    Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                      std::span<const std::int64_t> rows) const override
    {
        QThread::msleep(700);
        return m_rows->block(columns, rows);
    }
    const std::vector<std::string>& classNames() const override { return m_rows->classNames(); }
    std::int64_t label(std::int64_t index) const override { return m_rows->label(index); }
    std::string dataHash() const override { return m_rows->dataHash() + "slow"; }

private:
    std::shared_ptr<const Source> m_rows;
};

} // namespace

/// Learned numbers and categories in the window: the tab comes, reads the training split, moves
/// states to files and back, and compares them.
class TestLearnedViews : public QObject, OpenWindow {
    Q_OBJECT
private slots:
    void init()
    {
        openTemplateWithData("table");
        m_hand->seeAll();
    }
    void cleanup() { closeAll(); }

    void theTabIsNamedByWhatThereIsToSee()
    {
        QVERIFY(!tabs().isTabVisible(tabs().indexOf(&view())));
        for (const auto& [node, title] :
             {std::pair{"fare_normalization", "Distribution"}, {"age_bins", "Bins"},
              {"deck_hashing", "Collisions"}, {"sex_one_hot", "Matrix"}}) {
            if (!m_hand->document().named(node))
                continue;
            m_hand->clickNode(node);
            QCOMPARE(tabs().tabText(tabs().indexOf(&view())), QString(title));
            QCOMPARE(tabs().currentWidget(), static_cast<QWidget*>(&view()));
        }
        m_hand->clickNode("dense");
        QVERIFY(!tabs().isTabVisible(tabs().indexOf(&view())));
    }

    void adaptingShowsTheDistribution()
    {
        m_hand->clickNode("fare_normalization");
        QTRY_VERIFY(!view().emptyText().isEmpty());

        m_hand->press(&view(), "Adapt");

        QTRY_VERIFY_WITH_TIMEOUT(view().emptyText().isEmpty(), kPatience);
        const QAbstractItemModel& model = *view().moments().table().model();
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 1).data(), model.index(0, 3).data()); // the mean is that of the rows
        keepLooks(*m_window, "learned_distribution_window");
        m_hand->clickNode("age_bins");
        keepLooks(*m_window, "learned_unadapted_window");
    }

    void aHashShowsItsCollisionsWithoutAdapting()
    {
        m_hand->clickNode("deck_hashing");

        QTRY_VERIFY_WITH_TIMEOUT(view().emptyText().isEmpty(), kPatience);
        QVERIFY(view().collisions().table().model()->rowCount() > 1);
        QVERIFY(view().collisions().figures().at(0) != "–");
        keepLooks(*m_window, "learned_collisions_window");
    }

    void theDataAreReadForSomebodyWhoLooks()
    {
        m_hand->clickNode("deck_hashing");
        QTRY_VERIFY_WITH_TIMEOUT(view().emptyText().isEmpty(), kPatience);
        const QStringList figures = view().collisions().figures();
        clickTab(tabs().indexOf(m_window->views().preview));

        m_hand->clickNode("sex_x_pclass");

        QTRY_VERIFY(m_window->views().settled());
        QTest::qWait(50);
        QCOMPARE(view().collisions().figures(), figures); // nothing was read for a hidden tab
        clickTab(tabs().indexOf(&view()));
        QTRY_VERIFY_WITH_TIMEOUT(view().collisions().figures() != figures, kPatience);
        QTRY_VERIFY(view().emptyText().isEmpty());
    }

    void readingIsCancelled()
    {
        const auto slow = std::make_shared<SlowSource>(m_session->source());
        m_session->setSource(slow, factsOf(*slow, m_session->document().recipe, false));
        m_hand->clickNode("deck_hashing");
        QTRY_VERIFY(view().isBusy());

        m_hand->press(&view(), "Cancel");

        QVERIFY(!view().isBusy());
        QVERIFY2(view().emptyText().contains("cancelled"), qPrintable(view().emptyText()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().settled(), kPatience);
        QTest::qWait(50);
        QVERIFY(view().emptyText().contains("cancelled")); // what was read came too late
        m_hand->clickNode("fare_normalization");
        m_hand->clickNode("deck_hashing");
        QTRY_VERIFY_WITH_TIMEOUT(view().emptyText().isEmpty(), kPatience);
    }

    void numbersLeaveForAFileAndComeBackAsOneStep()
    {
        adapt("fare_normalization");
        const QString path = m_folder->filePath("moments.csv");
        {
            const Chooser chooser(path);
            m_hand->press(&view(), "Export...");
        }
        QVERIFY(readLearnedNumbers(path.toStdString(), "Normalization").ok());
        std::ofstream(path.toStdString()) << "mean,variance\n10,4\n";
        const Document before = m_session->document();
        const int steps = m_session->undoStack()->count();

        const Chooser chooser(path);
        m_hand->press(&view(), "Import...");

        QCOMPARE(m_session->undoStack()->count(), steps + 1);
        QTRY_COMPARE_WITH_TIMEOUT(view().moments().table().model()->index(0, 2).data().toString(),
                                  "2", kPatience); // the deviation
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);
    }

    void aBadFileIsToldByLineAndChangesNothing()
    {
        adapt("fare_normalization");
        const QString path = m_folder->filePath("moments.txt");
        std::ofstream(path.toStdString()) << "# mean variance\n10 -4\n";
        const Document before = m_session->document();
        QString told;
        connect(m_session.get(), &Session::failed, this, [&](const QString& what) { told = what; });

        const Chooser chooser(path);
        m_hand->press(&view(), "Import...");

        QTRY_VERIFY2(told.contains("moments.txt:2"), qPrintable(told));
        QVERIFY(m_session->document() == before);
    }

    void theStateBeforeIsComparedWithTheOneThatCame()
    {
        adapt("fare_normalization");
        QVERIFY(!menuAction(view(), "With the state before")->isEnabled());
        const QString path = m_folder->filePath("moments.txt");
        std::ofstream(path.toStdString()) << "10 4\n";
        {
            const Chooser chooser(path);
            m_hand->press(&view(), "Import...");
        }
        QVERIFY(menuAction(view(), "With the state before")->isEnabled());

        menuAction(view(), "With the state before")->trigger();

        QTRY_VERIFY(dialog());
        QCOMPARE(dialog()->figures(), (QStringList{"0", "0", "2", "0"})); // mean and variance moved
        dialog()->close();
        QTRY_VERIFY(!dialog());
        const Chooser chooser(path);
        menuAction(view(), "With a file...")->trigger();
        QTRY_VERIFY(dialog());
        QCOMPARE(dialog()->figures(), (QStringList{"0", "0", "0", "2"})); // the same file again
    }

    void aTokenIsPinnedByKeyAndSurvivesAdapting()
    {
        const char* lookup = "embarked_lookup";
        m_hand->clickNode(lookup);
        m_hand->press(&words(), "Adapt");
        QTRY_VERIFY_WITH_TIMEOUT(tokens().rowCount() > 2, kPatience);
        const int last = tokens().rowCount() - 1;
        chooseToken(last);

        QTest::keyClick(&words().tokens().table(), Qt::Key_F2);
        auto* editor = words().tokens().table().findChild<QLineEdit*>();
        QVERIFY(editor);
        m_hand->key(editor, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(editor, "Atlantis");
        QTest::keyClick(editor, Qt::Key_Return);

        QTRY_COMPARE(wordAt(last), "Atlantis");
        QCOMPARE(tokens().data(tokens().index(last, 1), TokenModel::KindRole).toString(), "pinned");
        keepLooks(*m_window, "learned_pinned_window");
        m_session->requestAdapt({layerId(lookup)});
        QTRY_VERIFY_WITH_TIMEOUT(tokens().rowCount() > last + 1, kPatience);
        QCOMPARE(wordAt(tokens().rowCount() - 1), "Atlantis"); // nobody comes from there
        const int steps = m_session->undoStack()->count();
        chooseToken(tokens().rowCount() - 1);
        QTest::keyClick(&words().tokens().table(), Qt::Key_P);
        QTRY_COMPARE(m_session->undoStack()->count(), steps + 1);
        QTRY_COMPARE(tokens()
                         .data(tokens().index(tokens().rowCount() - 1, 1), TokenModel::KindRole)
                         .toString(),
                     "");
        m_session->undoStack()->undo();
        QTRY_COMPARE(tokens()
                         .data(tokens().index(tokens().rowCount() - 1, 1), TokenModel::KindRole)
                         .toString(),
                     "pinned");
    }

    void aFeatureSpaceOpensIntoItsLayers()
    {
        QVERIFY(m_window->files().startFrom("feature_space"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->source(), kPatience);
        m_hand->seeAll();
        const QAction& action = *m_window->actions().openSpace;
        QVERIFY(!action.isEnabled());
        m_hand->clickNode("dense");
        QVERIFY(!action.isEnabled());
        QVERIFY2(action.statusTip().contains("is no FeatureSpace"), qPrintable(action.statusTip()));
        m_hand->clickNode("feature_space");
        QVERIFY(!action.isEnabled());
        QVERIFY2(action.toolTip().contains("never adapted"), qPrintable(action.toolTip()));
        m_window->actions().adaptAll->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(action.isEnabled(), kPatience);
        const Document before = m_session->document();
        const int steps = m_session->undoStack()->count();

        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* box = m_window->findChild<CommandBox*>("commandBox");
        QTRY_VERIFY(box->isVisible());
        QTest::keyClicks(box->findChild<QLineEdit*>(), "open into");
        QCOMPARE(box->titles().value(0), "Open into its layers");
        QTest::keyClick(box->findChild<QLineEdit*>(), Qt::Key_Return);

        QCOMPARE(m_session->undoStack()->count(), steps + 1);
        QCOMPARE(m_hand->document().layerOf(m_hand->named("feature_space"))->kerasClass,
                 "Concatenate");
        QCOMPARE(m_session->selection(), m_hand->document().root().frames.back().nodes);
        QVERIFY(!m_session->analysis().hasErrors());
        QVERIFY(nothingOverlaps());
        m_hand->seeAll();
        keepLooks(*m_window, "opened_space_window");
        m_session->undoStack()->undo();
        QVERIFY(m_session->document() == before);

        m_hand->seeAll();
        m_hand->clickNode("feature_space");
        m_hand->key(m_hand->port(), Qt::Key_O, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m_session->undoStack()->count(), steps + 1);
        QVERIFY(!m_hand->document().named("feature_space")
                || m_hand->document().layerOf(m_hand->named("feature_space"))->kerasClass
                    == "Concatenate");
    }

private:
    /// Each node has its place, and the model stands below the input pipeline.
    bool nothingOverlaps() const
    {
        const auto& nodes = m_hand->document().root().nodes;
        for (const auto& one : nodes)
            for (const auto& other : nodes) {
                const bool near = std::abs(one->at.x - other->at.x) < 200
                    && std::abs(one->at.y - other->at.y) < 180;
                const bool under
                    = one->stage != other->stage && one->stage == Stage::Pipeline
                    && one->at.y + 180 > other->at.y;
                if (one != other && (near || under))
                    return false;
            }
        return true;
    }
    LearnedView& view() const { return *m_window->views().learned; }
    VocabularyView& words() const { return *m_window->views().vocabulary; }
    TokenModel& tokens() const { return words().tokens().model(); }
    QTabWidget& tabs() const { return *m_window->findChild<QTabWidget*>("bottomTabs"); }
    CompareDialog* dialog() const { return m_window->findChild<CompareDialog*>("compareStates"); }
    void clickTab(int index) const
    {
        QTest::mouseClick(tabs().tabBar(), Qt::LeftButton, {}, tabs().tabBar()->tabRect(index).center());
    }
    LayerId layerId(const char* node) const
    {
        return m_hand->document().layerOf(m_hand->named(node))->id;
    }
    QString wordAt(int row) const
    {
        return tokens().data(tokens().index(row, TokenModel::Word)).toString();
    }
    void chooseToken(int row) const
    {
        QTableView& table = words().tokens().table();
        table.scrollTo(tokens().index(row, TokenModel::Word));
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                          table.visualRect(tokens().index(row, TokenModel::Word)).center());
    }
    static QAction* menuAction(const QWidget& within, const QString& text)
    {
        for (QMenu* menu : within.findChildren<QMenu*>())
            for (QAction* action : menu->actions())
                if (action->text() == text)
                    return action;
        return nullptr;
    }
    void adapt(const char* node)
    {
        m_hand->clickNode(node);
        m_hand->press(&view(), "Adapt");
        QTRY_VERIFY_WITH_TIMEOUT(view().emptyText().isEmpty(), kPatience);
    }
};

} // namespace lb

LB_TEST(lb::TestLearnedViews)
#include "tst_learned_views.moc"
