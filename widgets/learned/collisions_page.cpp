#include "widgets/learned/collisions_page.h"

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

struct CollisionColumn { enum { Number, Distinct, Occurrences, Values }; };

FigureModel::Cell collisionCell(const CollisionReport& report, int row, int column)
{
    const CollisionReport::Bin& bin = report.used[static_cast<std::size_t>(row)];
    const auto whole = [](std::int64_t number) {
        return FigureModel::Cell::of(static_cast<double>(number), learnedCount(number));
    };
    switch (column) {
    case CollisionColumn::Number:
        return FigureModel::Cell::of(static_cast<double>(bin.id), QString::number(bin.id));
    case CollisionColumn::Distinct:
        return whole(bin.distinct);
    case CollisionColumn::Occurrences:
        return whole(bin.occurrences);
    default:
        break;
    }
    QStringList values;
    for (const std::string& value : bin.values)
        values << (value.empty() ? QStringLiteral("\"\"") : QString::fromStdString(value));
    if (bin.distinct > std::ssize(bin.values))
        values << QStringLiteral("…");
    return FigureModel::Cell::of(values.join(QStringLiteral("  ·  ")));
}

} // namespace

CollisionsPage::CollisionsPage(QWidget* parent)
    : QWidget(parent)
    , m_model(new FigureModel({tr("number"), tr("values"), tr("rows"), tr("most frequent values")}))
    , m_table(makeFigureTable(m_model, tr("Numbers and the values that have them"),
                              CollisionColumn::Values, {72, 72, 84, 200}))
    , m_chart(new HistogramChart([] { return currentTheme().group.text; },
                                 tr("How many values a number has")))
{
    auto* row = new FigureRow;
    row->setContentsMargins(12, 6, 12, 8);
    for (const QString& caption : {tr("Distinct values"), tr("Numbers used"), tr("Collisions"),
                                   tr("Collision rate"), tr("By chance"), tr("Rows that share")})
        m_figures.push_back(row->add(caption));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(row);
    outer->addWidget(makeLine(Qt::Horizontal));
    outer->addWidget(sideBySide(m_table,
                                titledPart(tr("How many values a number has"),
                                           makeLabel(tr("numbers, by values"), "hint"), m_chart),
                                60, 40),
                     1);
    m_chart->setWholeNumbers(true);
}

void CollisionsPage::setReport(std::shared_ptr<const CollisionReport> report)
{
    const QString none = QStringLiteral("–");
    const CollisionReport empty;
    const CollisionReport& all = report ? *report : empty;
    const bool any = all.distinct > 0;
    const auto set = [&](std::size_t figure, bool known, const QString& value, const QString& note) {
        m_figures[figure]->setValue(known ? value : none, known ? note : QString());
    };
    set(0, any, learnedCount(all.distinct),
        all.complete ? tr("in %1 values").arg(learnedCount(all.occurrences))
                     : tr("and more, not told apart"));
    set(1, any, learnedCount(all.usedBins), tr("of %1").arg(learnedCount(all.bins)));
    set(2, any, learnedCount(all.sharing), tr("values share one"));
    set(3, any, learnedPercent(all.rate()), tr("of distinct values"));
    set(4, all.expected > 0, learnedPercent(all.expected), tr("if spread evenly"));
    set(5, all.occurrences > 0,
        learnedPercent(static_cast<double>(all.sharedOccurrences)
                       / static_cast<double>(std::max<std::int64_t>(all.occurrences, 1))),
        tr("of all values"));
    const int rows = static_cast<int>(all.used.size());
    m_model->setRows(rows, [report](int row, int column) {
        return collisionCell(*report, row, column);
    });
    m_table->sortByColumn(CollisionColumn::Distinct, Qt::DescendingOrder);
    m_chart->setHistogram({-0.5, 1, all.occupancy});
}

const std::vector<std::int64_t>& CollisionsPage::bars() const
{
    return m_chart->histogram().counts;
}

QStringList CollisionsPage::figures() const
{
    QStringList values;
    for (const KeyFigure* figure : m_figures)
        values << figure->value();
    return values;
}

} // namespace lb
