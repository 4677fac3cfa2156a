#include "widgets/learned/learned_view.h"

#include "tests/support/lb_test.h"
#include "tests/support/menu_hand.h"
#include "tests/widgets/looks.h"
#include "widgets/learned/bins_page.h"
#include "widgets/learned/collisions_page.h"
#include "widgets/learned/compare_dialog.h"
#include "widgets/learned/matrix_page.h"
#include "widgets/learned/moments_page.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <cmath>

using namespace lb;

namespace {

Histogram bell(double middle, double deviation)
{
    Histogram histogram{middle - 4 * deviation, deviation / 4, {}};
    for (int i = 0; i < 32; ++i) {
        const double x = (i + 0.5) / 4 - 4;
        histogram.counts.push_back(std::llround(4'000 * std::exp(-x * x / 2)));
    }
    return histogram;
}

LearnedHandle momentsOf(int features)
{
    MomentsReport report;
    for (int i = 0; i < features; ++i) {
        FeatureMoments feature;
        feature.name = std::to_string(i);
        feature.mean = 120 + 10 * i;
        feature.deviation = 25 + i;
        feature.seenMean = feature.mean;
        feature.seenDeviation = feature.deviation;
        feature.least = 3;
        feature.most = 255;
        feature.before = bell(feature.mean, feature.deviation);
        feature.after = bell(0, 1);
        report.features.push_back(feature);
    }
    return std::make_shared<const LearnedReport>(LearnedReport{report, 45'000});
}

LearnedHandle someBins()
{
    BinsReport report;
    report.boundaries = {18, 30, 45};
    report.counts = {120, 300, 250, 80};
    report.numbers = bell(35, 10);
    report.least = -5;
    report.most = 75;
    return std::make_shared<const LearnedReport>(LearnedReport{report, 750});
}

LearnedHandle someCollisions()
{
    CollisionReport report;
    report.bins = 8;
    report.distinct = 5;
    report.occurrences = 100;
    report.sharing = 3;
    report.sharedOccurrences = 40;
    report.expected = 0.41;
    report.usedBins = 3;
    report.used = {{0, 1, 10, {"Cherbourg"}},
                   {3, 3, 40, {"Queenstown", "", "Southampton"}},
                   {5, 1, 50, {"Lisbon"}}};
    report.occupancy = {5, 2, 0, 1};
    return std::make_shared<const LearnedReport>(LearnedReport{report, 100});
}

LearnedHandle someMatrix()
{
    MatrixReport report;
    report.columns = {"[UNK]", "first", "second", "third"};
    for (int row = 0; row < 60; ++row) {
        report.rows.push_back(std::to_string(row % 4));
        for (int column = 0; column < 4; ++column)
            report.values.push_back(column == row % 4 ? 1.0f : 0.0f);
    }
    report.sums = {10, 30, 20, 40};
    report.total = 100;
    return std::make_shared<const LearnedReport>(LearnedReport{report, 100});
}

QPoint rowCenter(const QTableView& table, int row)
{
    return table.visualRect(table.model()->index(row, 0)).center();
}

} // namespace

/// What a layer learned of numbers and categories, as it is drawn.
class TestLearnedView : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        setTheme(Theme::dark());
        m_view = std::make_unique<LearnedView>();
        m_view->resize(1100, 400);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void aChosenFeatureShowsItsHistograms()
    {
        m_view->setLayer("normalization", LearnedKind::Moments, true);
        m_view->setReport(momentsOf(3));
        MomentsPage& page = m_view->moments();
        QCOMPARE(page.histogram(false), bell(120, 25));

        QTest::mouseClick(page.table().viewport(), Qt::LeftButton, {}, rowCenter(page.table(), 2));

        QCOMPARE(page.currentFeature(), 2);
        QCOMPARE(page.histogram(false), bell(140, 27));
        QCOMPARE(page.lines(false), (QList<double>{113, 140, 167})); // -σ, mean, +σ
        QVERIFY(page.linePlaces(false)[0] < page.linePlaces(false)[1]);
        QCOMPARE(page.lines(true), (QList<double>{-1, 0, 1}));
        keepLooks(*m_view, "learned_moments");
    }

    void theChosenFeatureStaysWithTheNextReport()
    {
        m_view->setReport(momentsOf(3));
        QTest::mouseClick(m_view->moments().table().viewport(), Qt::LeftButton, {},
                          rowCenter(m_view->moments().table(), 1));
        m_view->setReport(momentsOf(3));
        QCOMPARE(m_view->moments().currentFeature(), 1);
        m_view->setReport(momentsOf(1));
        QCOMPARE(m_view->moments().currentFeature(), 0);
    }

    void binsAreDrawnWhereTheyEnd()
    {
        m_view->setLayer("discretization", LearnedKind::Bins, true);
        m_view->setReport(someBins());
        BinsPage& page = m_view->bins();

        QCOMPARE(page.table().model()->rowCount(), 4);
        const auto text = [&](int row, int column) {
            return page.table().model()->index(row, column).data().toString();
        };
        QCOMPARE(text(0, 1), "−∞");
        QCOMPARE(text(1, 1), "18");
        QCOMPARE(text(1, 2), "30");
        QCOMPARE(text(1, 4), "300");
        QCOMPARE(text(1, 5), "40.0 %");
        QCOMPARE(page.lines(), (QList<double>{18, 30, 45}));
        QCOMPARE(page.countsOnHistogram(), (QStringList{"120", "300", "250", "80"}));
        QTest::mouseClick(page.table().viewport(), Qt::LeftButton, {}, rowCenter(page.table(), 1));
        keepLooks(*m_view, "learned_bins");
    }

    void theChosenBinIsShaded()
    {
        m_view->setLayer("discretization", LearnedKind::Bins, true);
        m_view->setReport(someBins());
        BinsPage& page = m_view->bins();
        const auto parts = page.findChildren<QWidget*>();
        QWidget* chart = *std::ranges::find(parts, "Numbers and the ends of bins",
                                            &QWidget::accessibleName);
        const QImage none = chart->grab().toImage();

        QTest::mouseClick(page.table().viewport(), Qt::LeftButton, {}, rowCenter(page.table(), 1));
        const QImage second = chart->grab().toImage();
        QTest::keyClick(&page.table(), Qt::Key_Down);

        QVERIFY(second != none);
        QVERIFY(chart->grab().toImage() != second);
    }

    void numbersGoInAndOut()
    {
        m_view->setLayer("normalization", LearnedKind::Moments, true);
        m_view->setReport(momentsOf(3));
        QSignalSpy in(m_view.get(), &LearnedView::importRequested);
        QSignalSpy out(m_view.get(), &LearnedView::exportRequested);

        press("Import...");
        press("Export...");

        QCOMPARE(in.size(), 1);
        QCOMPARE(out.size(), 1);
    }

    void aStateIsComparedWithAFileOrTheOneBefore()
    {
        m_view->setLayer("normalization", LearnedKind::Moments, true);
        m_view->setReport(momentsOf(3));
        m_view->setPreviousKnown(true);
        QSignalSpy file(m_view.get(), &LearnedView::compareFileRequested);
        QSignalSpy before(m_view.get(), &LearnedView::comparePreviousRequested);

        pickFromMenu(*button("Compare"), 1);
        QCOMPARE(file.size(), 1);
        QCOMPARE(before.size(), 0);
        pickFromMenu(*button("Compare"), 2);

        QCOMPARE(file.size(), 1);
        QCOMPARE(before.size(), 1);
    }

    void collisionsComeWithTheirRate()
    {
        m_view->setLayer("hashing", LearnedKind::Collisions, true);
        m_view->setReport(someCollisions());
        CollisionsPage& page = m_view->collisions();

        QCOMPARE(page.figures(), (QStringList{"5", "3", "3", "60.0 %", "41.0 %", "40.0 %"}));
        const auto text = [&](int row, int column) {
            return page.table().model()->index(row, column).data().toString();
        };
        QCOMPARE(text(0, 0), "3"); // the fullest first
        QCOMPARE(text(0, 3), "Queenstown  ·  \"\"  ·  Southampton");
        QHeaderView* header = page.table().horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(0) + 20, 8});
        QCOMPARE(text(0, 0), "0"); // sorted by number
        QCOMPARE(page.bars(), (std::vector<std::int64_t>{5, 2, 0, 1}));
        keepLooks(*m_view, "learned_collisions");
    }

    /// On the bottom of a small screen the figures keep their room, and the chart gives way.
    void keyFiguresAreNotSqueezed()
    {
        m_view->setLayer("hashing", LearnedKind::Collisions, true);
        m_view->setReport(someCollisions());
        m_view->resize(784, 233);
        QTest::qWait(10);

        const auto figures = m_view->collisions().findChildren<KeyFigure*>();
        QCOMPARE(figures.size(), 6);
        for (const KeyFigure* figure : figures)
            for (const QLabel* label : figure->findChildren<QLabel*>())
                if (label->isVisible()) {
                    QVERIFY2(label->height() >= label->sizeHint().height(), qPrintable(label->text()));
                    QVERIFY2(figure->rect().contains(label->geometry()), qPrintable(label->text()));
                    QVERIFY(figure->parentWidget()->rect().contains(figure->geometry()));
                }
        keepLooks(*m_view, "learned_collisions_low");
    }

    void theMatrixTellsWhatIsUnderTheMouse()
    {
        m_view->setLayer("category_encoding", LearnedKind::Matrix, true);
        m_view->setReport(someMatrix());
        MatrixPage& page = m_view->matrix();

        QCOMPARE(page.textAt(page.cell(2, 2).center()), "Row 2 (2), category 2, second: 1");
        QCOMPARE(page.textAt(page.cell(2, 1).center()), "Row 2 (2), category 1, first: 0");
        QCOMPARE(page.textAt({page.cell(0, 3).center().x(), 10}),
                 "Category 3, third: 40 over all rows");
        QVERIFY(page.textAt({4, 4}).isEmpty());
        keepLooks(*m_view, "learned_matrix");
    }

    void withoutAStateOneButtonAdapts()
    {
        m_view->setLayer("normalization", LearnedKind::Moments, false);
        m_view->setEmpty("Not adapted yet.", true);
        QSignalSpy asked(m_view.get(), &LearnedView::adaptRequested);

        press("Adapt");

        QCOMPARE(asked.size(), 1);
        QCOMPARE(m_view->emptyText(), "Not adapted yet.");
        QVERIFY(!button("Export...")->isEnabled());
        keepLooks(*m_view, "learned_empty");
    }

    void readingTheDataCanBeCancelled()
    {
        m_view->setReport(someBins());
        m_view->setBusy(1'000, 4'000);
        QSignalSpy asked(m_view.get(), &LearnedView::cancelRequested);
        QVERIFY(m_view->isBusy());
        QVERIFY(m_view->emptyText().isEmpty()); // the old report stays

        press("Cancel");
        QCOMPARE(asked.size(), 1);
        keepLooks(*m_view, "learned_busy");
        m_view->setReport(someBins());
        QVERIFY(!m_view->isBusy());
    }

    void twoStatesStandSideBySide()
    {
        CompareDialog dialog;
        StateComparison comparison;
        comparison.rows = {{"[UNK]", 0.0, 0.0}, {"b", 2.0, 1.0}, {"d", {}, 3.0}, {"c", 3.0, {}}};
        for (const auto& row : comparison.rows)
            ++comparison.counts[static_cast<std::size_t>(row.change())];
        dialog.setComparison("string_lookup", "words.txt", "as it is now", comparison);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QCOMPARE(dialog.figures(), (QStringList{"1", "1", "1", "1"}));
        QCOMPARE(dialog.table().model()->rowCount(), 4);

        QTest::mouseClick(dialog.which().button(3), Qt::LeftButton); // moved

        QCOMPARE(dialog.table().model()->rowCount(), 1);
        const auto text = [&](int column) {
            return dialog.table().model()->index(0, column).data().toString();
        };
        QCOMPARE(text(0), "b");
        QCOMPARE(text(1), "2");
        QCOMPARE(text(2), "1");
        QCOMPARE(text(3), "−1");
        QTest::mouseClick(dialog.which().button(0), Qt::LeftButton);
        QCOMPARE(dialog.table().model()->rowCount(), 4);
        keepLooks(dialog, "compare_states");
        for (QPushButton* each : dialog.findChildren<QPushButton*>())
            if (each->text().remove('&') == "Close")
                QTest::mouseClick(each, Qt::LeftButton);
        QVERIFY(!dialog.isVisible());
    }

private:
    QPushButton* button(const QString& text) const
    {
        for (QPushButton* each : m_view->findChildren<QPushButton*>())
            if (each->text() == text)
                return each;
        return nullptr;
    }
    void press(const QString& text) const
    {
        QPushButton* found = button(text);
        QVERIFY2(found && found->isVisible(), qPrintable(text));
        QTest::mouseClick(found, Qt::LeftButton);
    }

    std::unique_ptr<LearnedView> m_view;
};

LB_TEST(TestLearnedView)
#include "tst_learned_view.moc"
