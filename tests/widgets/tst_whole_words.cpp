#include "core/data/table_source.h"
#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/data_view.h"
#include "widgets/data/table_panel.h"
#include "widgets/inspector/inspector.h"
#include "widgets/training/metric_chart.h"
#include "widgets/vocabulary/vocabulary_view.h"

#include <QFile>
#include <QGraphicsTextItem>
#include <QGraphicsView>
#include <QHeaderView>
#include <QTabBar>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

namespace lb {
namespace {

/// What stands at the axes of a plot, as it is painted.
QStringList axisTexts(const QGraphicsView& plot)
{
    QStringList texts;
    for (const QGraphicsItem* item : plot.scene()->items())
        if (const auto* text = dynamic_cast<const QGraphicsTextItem*>(item);
            text && text->isVisible() && !text->toPlainText().isEmpty())
            texts << text->toPlainText();
    return texts;
}

bool anyIsCut(const QStringList& texts)
{
    return std::ranges::any_of(texts, [](const QString& text) {
        return text.contains("...") || text.contains(QChar(0x2026));
    });
}

} // namespace

/// What is written in the window can be read to its end, at the sizes that the window has.
class TestWholeWords : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { registerBuiltinLayers(m_registry); }
    void init()
    {
        QTest::failOnWarning(realWarnings());
        setTheme(Theme::dark());
    }

    void headingsOfColumnsAreWhole()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("people.csv"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("name,embarked,lived\nAnn,Cherbourg,1\nBob,,0\nCid,Queenstown,1\n");
        file.close();
        DataView view;
        view.resize(1600, 880);
        view.show();
        DataSettings settings;
        settings.kind = "csv";
        view.setSettings(settings);
        view.setSource(tableSource(file.fileName().toStdString(), {}).value());

        const QTableWidget& table = *view.findChild<QTableWidget*>();
        QTRY_VERIFY(table.isVisible() && table.rowCount() == 2);
        const QHeaderView& header = *table.horizontalHeader();
        for (int column = 0; column < header.count(); ++column)
            QVERIFY2(header.sectionSize(column) >= header.sectionSizeHint(column),
                     qPrintable(table.horizontalHeaderItem(column)->text()));
        QVERIFY(table.columnWidth(0) >= table.sizeHintForIndex(table.model()->index(1, 0)).width());
        keepLooks(view, "whole_headings");
    }

    /// Normalization has all five: it learns, and may be tried.
    void everyTabOfTheInspectorIsSeen()
    {
        Document document = emptyDocument();
        auto added = edits::addLayer(document, document.root().id, "Normalization", ConfigObject{},
                                     Stage::Model, {});
        const auto shared = std::make_shared<const Document>(added.value().document);
        Inspector inspector(m_registry);
        inspector.resize(288, 700);
        inspector.show(shared, analysed(*shared, {}, m_registry), {}, added.value().node);
        inspector.QWidget::show();
        QCoreApplication::processEvents();

        QTabBar& tabs = *inspector.findChild<QTabBar*>("inspectorTabs");
        for (int i = 0; i < tabs.count(); ++i) {
            QVERIFY(tabs.isTabVisible(i));
            QVERIFY2(tabs.rect().contains(tabs.tabRect(i)), qPrintable(tabs.tabText(i)));
        }
        for (const QToolButton* arrow : tabs.findChildren<QToolButton*>())
            QVERIFY(!arrow->isVisible());
        int words = 0; // none is shortened
        for (int i = 0; i < tabs.count(); ++i)
            words += tabs.fontMetrics().horizontalAdvance(tabs.tabText(i));
        QVERIFY(words < tabs.width());
        keepLooks(inspector, "whole_tabs");
    }

    void axesOfACurveSayTheirNumbers()
    {
        VocabularyView view;
        view.resize(1280, 400);
        view.setLayer("words", words());
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const QGraphicsView& plot = curve(view);
        view.setCheck(checkOf({{2, 0.004}, {3, 0.001}}));
        QCoreApplication::processEvents();

        view.setCheck(checkOf({{100, 0.42}, {150'000, 0.011}}));
        QCoreApplication::processEvents();

        const QStringList texts = axisTexts(plot);
        QVERIFY2(!anyIsCut(texts), qPrintable(texts.join(' ')));
        for (const char* wanted : {"0", "15", "30", "45", "60", "50000", "100000", "200000"})
            QVERIFY2(texts.contains(wanted), qPrintable(texts.join(' ')));
        keepLooks(view, "whole_curve");
    }

    void axesOfARunSayTheirNumbers()
    {
        RunSeries series;
        MetricChart chart(ChartValue::Loss, "Loss");
        chart.resize(340, 220);
        chart.show();
        chart.setSeries(&series);
        QCoreApplication::processEvents();
        const QGraphicsView& plot = *chart.findChild<QGraphicsView*>();
        const QStringList before = axisTexts(plot);

        std::vector<StepPoint> steps; // a loss of houses' prices
        for (std::int64_t step = 0; step < 50; ++step)
            steps.push_back({step, 190'000.0 - 3'000.0 * static_cast<double>(step), 0});
        series.addSteps(steps, 2);
        chart.refresh();
        QCoreApplication::processEvents();

        const QStringList texts = axisTexts(plot);
        QVERIFY2(texts != before, qPrintable(texts.join(' ')));
        QVERIFY2(!anyIsCut(texts), qPrintable(texts.join(' ')));
        keepLooks(chart, "whole_run");
    }

private:
    static VocabularyHandle words()
    {
        auto report = std::make_shared<VocabularyReport>();
        report->tokens.resize(150'000);
        return report;
    }
    static VocabularyCheck checkOf(std::vector<std::pair<std::int64_t, double>> oov)
    {
        VocabularyCheck check{.rows = 50, .occurrences = 1'000, .unknown = 11};
        check.oovBySize = std::move(oov);
        return check;
    }
    static const QGraphicsView& curve(const VocabularyView& view)
    {
        for (const QGraphicsView* plot : view.findChildren<QGraphicsView*>())
            if (plot->accessibleName() == "OOV by size")
                return *plot;
        throw std::runtime_error("there is no such plot");
    }

    LayerRegistry m_registry;
};

} // namespace lb

LB_TEST(lb::TestWholeWords)
#include "tst_whole_words.moc"
