#include "widgets/learned/bins_page.h"

#include "widgets/learned/figure_model.h"
#include "widgets/learned/histogram_chart.h"
#include "widgets/learned/learned_parts.h"
#include "widgets/support/controls.h"
#include "widgets/theme/theme.h"

#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace lb {
namespace {

struct BinColumn { enum { Bin, From, To, Bar, Count, Share }; };

/// Of a bin, as far as there are numbers.
double startOf(const BinsReport& report, std::size_t bin)
{
    return bin > 0 ? report.boundaries[bin - 1] : report.numbers.from;
}
double endOf(const BinsReport& report, std::size_t bin)
{
    return bin < report.boundaries.size() ? report.boundaries[bin] : report.numbers.to();
}

FigureModel::Cell binCell(const BinsReport& report, int row, int column)
{
    const auto bin = static_cast<std::size_t>(row);
    const auto count = static_cast<double>(report.counts[bin]);
    const auto all = static_cast<double>(
        std::accumulate(report.counts.begin(), report.counts.end(), std::int64_t{0}));
    const auto end = [&](bool there, double value, const QString& otherwise, double beyond) {
        return there ? FigureModel::Cell::of(value, learnedNumber(value))
                     : FigureModel::Cell::of(beyond, otherwise);
    };
    switch (column) {
    case BinColumn::From:
        return end(bin > 0, bin > 0 ? report.boundaries[bin - 1] : 0, QStringLiteral("−∞"), -1e300);
    case BinColumn::To:
        return end(bin < report.boundaries.size(),
                   bin < report.boundaries.size() ? report.boundaries[bin] : 0, QStringLiteral("∞"),
                   1e300);
    case BinColumn::Bar: {
        FigureModel::Cell cell = FigureModel::Cell::of(count, {});
        const auto most = static_cast<double>(*std::ranges::max_element(report.counts));
        cell.bar = most > 0 ? count / most : 0;
        return cell;
    }
    case BinColumn::Count:
        return FigureModel::Cell::of(count, learnedCount(report.counts[bin]));
    case BinColumn::Share:
        return FigureModel::Cell::of(count, learnedPercent(all > 0 ? count / all : 0));
    default:
        return FigureModel::Cell::of(static_cast<double>(row), QString::number(row));
    }
}

} // namespace

BinsPage::BinsPage(QWidget* parent)
    : QWidget(parent)
    , m_model(new FigureModel({tr("bin"), tr("from"), tr("below"), tr("share of the largest"),
                               tr("count"), tr("share")}))
    , m_table(makeFigureTable(m_model, tr("Bins"), BinColumn::Bar, {48, 84, 84, 120, 76, 68}))
    , m_chart(new HistogramChart([] { return currentTheme().group.numeric; },
                                 tr("Numbers and the ends of bins")))
    , m_note(makeLabel({}, "hint"))
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(
        sideBySide(m_table, titledPart(tr("Numbers and where bins end"), m_note, m_chart), 46, 54));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                showBin(current.isValid() ? m_model->sourceRow(current.row()) : -1);
            });
}

void BinsPage::setReport(std::shared_ptr<const BinsReport> report)
{
    m_report = std::move(report);
    const int rows = m_report ? static_cast<int>(m_report->counts.size()) : 0;
    m_model->setRows(rows, [report = m_report](int row, int column) {
        return binCell(*report, row, column);
    });
    m_chart->setHistogram(m_report ? m_report->numbers : Histogram{});
    std::vector<HistogramChart::Line> lines;
    std::vector<HistogramChart::Stretch> stretches;
    if (m_report) {
        for (const double boundary : m_report->boundaries)
            lines.push_back({boundary, {}, false});
        for (std::size_t bin = 0; bin < m_report->counts.size(); ++bin)
            stretches.push_back({startOf(*m_report, bin), endOf(*m_report, bin),
                                 learnedCount(m_report->counts[bin])});
        m_note->setText(m_report->odd > 0
                            ? tr("%1 not finite").arg(learnedCount(m_report->odd))
                            : tr("%1 to %2").arg(learnedNumber(m_report->least),
                                                 learnedNumber(m_report->most)));
    }
    m_chart->setLines(std::move(lines));
    m_chart->setStretches(std::move(stretches));
    showBin(-1);
}

QList<double> BinsPage::lines() const
{
    QList<double> values;
    for (const HistogramChart::Line& line : m_chart->lines())
        values << line.x;
    return values;
}

QStringList BinsPage::countsOnHistogram() const
{
    QStringList counts;
    for (const HistogramChart::Stretch& stretch : m_chart->stretches())
        counts << stretch.text;
    return counts;
}

void BinsPage::showBin(int bin)
{
    if (!m_report || bin < 0 || bin >= static_cast<int>(m_report->counts.size()))
        return m_chart->setBand({});
    const auto at = static_cast<std::size_t>(bin);
    m_chart->setBand(std::pair(startOf(*m_report, at), endOf(*m_report, at)));
}

} // namespace lb
