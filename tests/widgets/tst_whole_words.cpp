#include "core/data/table_source.h"
#include "core/graph/edits.h"
#include "tests/support/lb_test.h"
#include "tests/widgets/looks.h"
#include "widgets/data/data_view.h"
#include "widgets/data/table_panel.h"
#include "widgets/inspector/inspector.h"
#include "widgets/preview/contact_sheet.h"
#include "widgets/preview/pictures.h"
#include "widgets/support/fitted_text.h"
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

/// The tabs that have less room than their words take.
QStringList shortened(const QTabBar& tabs)
{
    constexpr int kPadding = 2 * 2, kMargin = 2 * 5; // of #inspectorTabs in the style sheet
    QStringList found;
    for (int i = 0; i < tabs.count(); ++i) {
        QFont font = tabs.font();
        font.setPixelSize(12);
        if (i == tabs.currentIndex())
            font.setWeight(QFont::DemiBold);
        const int words = QFontMetrics(font).horizontalAdvance(tabs.tabText(i));
        if (tabs.tabRect(i).width() < words + kPadding + kMargin)
            found << QString("%1: %2 < %3")
                         .arg(tabs.tabText(i))
                         .arg(tabs.tabRect(i).width())
                         .arg(words + kPadding + kMargin);
    }
    return found;
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

    /// Whole where there is room, else shortened between two words; never cut at an edge.
    void aLongReasonFitsItsBox_data()
    {
        QTest::addColumn<QSize>("box");
        QTest::addColumn<bool>("whole");
        QTest::newRow("wide") << QSize(500, 60) << true;
        QTest::newRow("low") << QSize(300, 34) << false;
        QTest::newRow("one line") << QSize(200, 18) << false;
    }
    void aLongReasonFitsItsBox()
    {
        QFETCH(QSize, box);
        QFETCH(bool, whole);
        const QString reason = "Reshape: a target of 3,000 values cannot be made of the 3,072 of a "
                               "picture of 32 by 32 by 3; give 32, 96 or leave one size open with -1";
        const QFont font = uiFont(FontRole::Base);

        const QString shown = fittedText(reason, font, box);

        QCOMPARE(shown == reason, whole);
        QVERIFY(QFontMetrics(font).boundingRect(QRect(0, 0, box.width(), 9999), Qt::TextWordWrap, shown)
                    .height() <= box.height());
        if (whole)
            return;
        QVERIFY(shown.endsWith(QChar(0x2026)) && shown.size() > 12);
        QCOMPARE(reason.at(shown.size() - 1), ' ');
        QVERIFY(reason.startsWith(shown.chopped(1)));
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
        QVERIFY(QTest::qWaitForWindowExposed(&inspector));

        QTabBar& tabs = *inspector.findChild<QTabBar*>("inspectorTabs");
        QTRY_VERIFY(tabs.rect().contains(tabs.tabRect(tabs.count() - 1))); // it is laid out
        for (int i = 0; i < tabs.count(); ++i) {
            QVERIFY(tabs.isTabVisible(i));
            QVERIFY2(tabs.rect().contains(tabs.tabRect(i)), qPrintable(tabs.tabText(i)));
        }
        for (const QToolButton* arrow : tabs.findChildren<QToolButton*>())
            QVERIFY(!arrow->isVisible());
        QVERIFY2(shortened(tabs).isEmpty(), qPrintable(shortened(tabs).join(' ')));
        keepLooks(inspector, "whole_tabs");

        tabs.resize(tabs.width() * 2 / 3, tabs.height()); // as a narrower panel would
        QVERIFY(!shortened(tabs).isEmpty());
    }

    /// A group draws several numbers, which are wider than a picture.
    void captionsOfDrawsStandApart()
    {
        ContactSheet sheet;
        sheet.resize(1'100, 260);
        QStringList columns;
        for (int i = 0; i < 9; ++i)
            columns << QString("draw %1").arg(i);
        SheetRow row{"circle", "32×32", std::vector<SheetCell>(9)};
        sheet.setLayoutOf(columns, {row});
        QImage picture(32, 32, QImage::Format_RGB32);
        picture.fill(Qt::red);
        for (int i = 0; i < 9; ++i)
            sheet.setCell(0, i, picture, "✓ ↔ -24.2° ×1.07 -12.5° ×0.98 ✓ ↔");
        sheet.show();
        QVERIFY(QTest::qWaitForWindowExposed(&sheet));

        const QImage seen = sheet.viewport()->grab().toImage();

        for (int i = 1; i < 8; ++i) {
            const QRect left = sheet.cellRect(0, i), right = sheet.cellRect(0, i + 1);
            const int middle = (left.center().x() + right.center().x()) / 2;
            for (int y = left.bottom() + 2; y < left.bottom() + 12; ++y)
                for (int x = middle - 1; x <= middle + 1; ++x)
                    QCOMPARE(seen.pixelColor(x, y), currentTheme().panel);
        }
        keepLooks(sheet, "whole_captions");
    }

    void aSoundIsNotShownAsNumbers_data()
    {
        QTest::addColumn<std::int64_t>("samples");
        QTest::addColumn<bool>("sound");
        QTest::newRow("a second of it") << std::int64_t{8'000} << true;
        QTest::newRow("a number of a table") << std::int64_t{1} << false;
    }
    void aSoundIsNotShownAsNumbers()
    {
        QFETCH(std::int64_t, samples);
        QFETCH(bool, sound);
        const Tensor cell = Tensor::make<float>({samples}, [](auto) {});

        QCOMPARE(isSound(rowSample("row 0", {"x"}, {cell}, 0)), sound);
        QVERIFY(!isSound(rowSample("row 0", {"x", "y"}, {cell, cell}, 0)));
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

    /// One run after another in one chart, in a window that was large and is small.
    void axesFollowTheirNumbers()
    {
        MetricChart chart(ChartValue::Loss, "Loss");
        chart.resize(700, 400);
        chart.show();
        std::vector<RunSeries> runs(8);
        std::size_t run = 0;
        for (const QSize size : {QSize(700, 400), QSize(240, 190)})
            for (const double most : {0.7, 0.25, 0.043, 12.5}) {
                RunSeries& series = runs[run++];
                chart.setSeries(&series);
                QCoreApplication::processEvents();
                chart.resize(size);
                for (std::int64_t part = 0; part < 3; ++part) {
                    std::vector<StepPoint> steps;
                    for (std::int64_t step = part * 50; step < part * 50 + 50; ++step)
                        steps.push_back({step, most / (1.0 + 0.1 * static_cast<double>(step)), 0});
                    series.addSteps(steps, 2.0 * static_cast<double>(part + 1));
                    chart.refresh();

                    const auto texts = [&] { return axisTexts(*chart.findChild<QGraphicsView*>()); };
                    QTRY_VERIFY2_WITH_TIMEOUT(!anyIsCut(texts()), qPrintable(texts().join(' ')),
                                              2'000);
                    QVERIFY(texts().contains("0"));
                }
            }
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
