#include "widgets/learned/moments_page.h"

#include "widgets/learned/figure_model.h"
#include "widgets/learned/histogram_chart.h"
#include "widgets/learned/learned_parts.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace lb {
namespace {

struct FeatureColumn { enum { Name, Mean, Deviation, SeenMean, SeenDeviation, Least, Most, Odd }; };

FigureModel::Cell featureCell(const FeatureMoments& feature, int column)
{
    const auto number = [](double value) {
        return FigureModel::Cell::of(value, learnedNumber(value));
    };
    switch (column) {
    case FeatureColumn::Mean:
        return number(feature.mean);
    case FeatureColumn::Deviation:
        return number(feature.deviation);
    case FeatureColumn::SeenMean:
        return number(feature.seenMean);
    case FeatureColumn::SeenDeviation:
        return number(feature.seenDeviation);
    case FeatureColumn::Least:
        return number(feature.least);
    case FeatureColumn::Most:
        return number(feature.most);
    case FeatureColumn::Odd:
        return FigureModel::Cell::of(static_cast<double>(feature.odd), learnedCount(feature.odd));
    default:
        return FigureModel::Cell::of(QString::fromStdString(feature.name));
    }
}

/// The layer's mean, and one deviation to both sides.
void drawMoments(HistogramChart& chart, double mean, double deviation)
{
    chart.setLines({{mean - deviation, MomentsPage::tr("−σ"), false},
                    {mean, MomentsPage::tr("mean %1").arg(learnedNumber(mean)), true},
                    {mean + deviation, MomentsPage::tr("+σ"), false}});
    chart.setBand(std::pair(mean - deviation, mean + deviation));
}

} // namespace

MomentsPage::MomentsPage(QWidget* parent)
    : QWidget(parent)
    , m_model(new FigureModel({tr("feature"), tr("mean"), tr("deviation"), tr("mean of rows"),
                               tr("dev. of rows"), tr("min"), tr("max"), tr("not finite")}))
    , m_table(makeFigureTable(m_model, tr("Features"), FeatureColumn::Name,
                              {80, 76, 76, 92, 92, 76, 76, 76}))
    , m_before(new HistogramChart([] { return currentTheme().group.numeric; },
                                  tr("Histogram before")))
    , m_after(new HistogramChart([] { return currentTheme().ok; }, tr("Histogram after")))
    , m_title(makeLabel({}, "monoHint"))
    , m_hidden(makeLabel({}, "hint"))
{
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_table, 1);
    m_hidden->setContentsMargins(12, 4, 12, 4);
    column->addWidget(m_hidden);
    auto* right = new QWidget;
    auto* plots = new QHBoxLayout(right);
    plots->setContentsMargins(0, 0, 0, 0);
    plots->setSpacing(0);
    plots->addWidget(titledPart(tr("Before"), m_title, m_before), 1);
    plots->addWidget(titledPart(tr("After"), makeLabel(tr("what the layer gives"), "hint"), m_after),
                     1);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(sideBySide(left, right, 46, 54));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid())
                    showFeature(m_model->sourceRow(current.row()));
            });
}

void MomentsPage::setReport(std::shared_ptr<const MomentsReport> report)
{
    const int current = m_current;
    m_report = std::move(report);
    const int rows = m_report ? static_cast<int>(m_report->features.size()) : 0;
    m_model->setRows(rows, [report = m_report](int row, int column) {
        return featureCell(report->features[static_cast<std::size_t>(row)], column);
    });
    m_hidden->setVisible(m_report && m_report->hidden > 0);
    if (m_report)
        m_hidden->setText(tr("%1 more are not shown").arg(learnedCount(m_report->hidden)));
    showFeature(current < rows ? current : 0);
}

const Histogram& MomentsPage::histogram(bool after) const
{
    return (after ? m_after : m_before)->histogram();
}

QList<double> MomentsPage::lines(bool after) const
{
    QList<double> values;
    for (const HistogramChart::Line& line : (after ? m_after : m_before)->lines())
        values << line.x;
    return values;
}

QList<double> MomentsPage::linePlaces(bool after) const
{
    const HistogramChart& chart = after ? *m_after : *m_before;
    QList<double> places;
    for (std::size_t line = 0; line < chart.lines().size(); ++line)
        places << chart.lineX(line);
    return places;
}

void MomentsPage::showFeature(int feature)
{
    m_current = feature;
    if (!m_report || feature >= static_cast<int>(m_report->features.size())) {
        m_before->setHistogram({});
        m_after->setHistogram({});
        return;
    }
    const FeatureMoments& shown = m_report->features[static_cast<std::size_t>(feature)];
    m_title->setText(QString::fromStdString(shown.name));
    m_before->setHistogram(shown.before);
    m_after->setHistogram(shown.after);
    drawMoments(*m_before, shown.mean, shown.deviation);
    drawMoments(*m_after, 0, 1);
}

} // namespace lb
