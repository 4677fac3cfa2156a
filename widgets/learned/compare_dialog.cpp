#include "widgets/learned/compare_dialog.h"

#include "widgets/learned/figure_model.h"
#include "widgets/learned/learned_parts.h"
#include "widgets/support/controls.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <array>
#include <cmath>

namespace lb {
namespace {

using Change = StateComparison::Change;

constexpr std::array kShownChanges{Change::Added, Change::Removed, Change::Moved, Change::Same};
struct ComparedColumn { enum { What, Before, After, By, Kind }; };

FigureModel::Cell comparedCell(const StateComparison::Row& row, int column)
{
    const auto number = [](const std::optional<double>& value) {
        return value ? FigureModel::Cell::of(*value, learnedNumber(*value))
                     : FigureModel::Cell::of(-INFINITY, QStringLiteral("–"));
    };
    switch (column) {
    case ComparedColumn::Before:
        return number(row.before);
    case ComparedColumn::After:
        return number(row.after);
    case ComparedColumn::By: {
        if (row.change() != Change::Moved)
            return FigureModel::Cell::of(0, {});
        const double by = *row.after - *row.before;
        return FigureModel::Cell::of(by, (by > 0 ? "+" : "") + learnedNumber(by));
    }
    case ComparedColumn::Kind: {
        FigureModel::Cell cell;
        switch (row.change()) {
        case Change::Added:
            cell = {CompareDialog::tr("added"), 0, false, -1, "ok"};
            break;
        case Change::Removed:
            cell = {CompareDialog::tr("removed"), 0, false, -1, "error"};
            break;
        case Change::Moved:
            cell = {CompareDialog::tr("moved"), 0, false, -1, "warn"};
            break;
        case Change::Same:
            break;
        }
        return cell;
    }
    default:
        return FigureModel::Cell::of(row.name.empty() ? QStringLiteral("\"\"")
                                                      : QString::fromStdString(row.name));
    }
}

} // namespace

CompareDialog::CompareDialog(QWidget* parent)
    : QDialog(parent)
    , m_title(makeLabel({}, "inspectorTitle"))
    , m_sides(makeLabel({}, "hint"))
    , m_which(new SegmentedChoice({tr("All"), tr("Added"), tr("Removed"), tr("Moved")}))
    , m_model(new FigureModel({tr("token or place"), tr("before"), tr("after"), tr("by"), {}}))
    , m_table(makeFigureTable(m_model, tr("Two states side by side"), ComparedColumn::What,
                              {200, 96, 96, 96, 96}))
{
    setObjectName("compareStates");
    setWindowTitle(tr("Compare states"));
    resize(640, 560);
    auto* figures = new QHBoxLayout;
    figures->setSpacing(12);
    for (const QString& caption : {tr("Added"), tr("Removed"), tr("Moved"), tr("The same")}) {
        if (!m_figures.empty())
            figures->addWidget(makeLine(Qt::Vertical));
        m_figures.push_back(new KeyFigure(caption));
        figures->addWidget(m_figures.back(), 1);
    }
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_which);
    bar->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_sides);
    layout->addLayout(figures);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);
    layout->addWidget(buttons);
    connect(m_which, &SegmentedChoice::chosen, this, &CompareDialog::showOnly);
}

void CompareDialog::setComparison(const QString& layer, const QString& before, const QString& after,
                                  StateComparison comparison)
{
    m_title->setText(layer);
    m_sides->setText(tr("Before: %1.  After: %2.").arg(before, after));
    m_comparison = std::make_shared<const StateComparison>(std::move(comparison));
    for (std::size_t i = 0; i < m_figures.size(); ++i)
        m_figures[i]->setValue(learnedCount(m_comparison->count(kShownChanges[i])));
    m_model->setRows(static_cast<int>(m_comparison->rows.size()),
                     [comparison = m_comparison](int row, int column) {
                         return comparedCell(comparison->rows[static_cast<std::size_t>(row)], column);
                     });
    showOnly(m_which->current());
}

/// 0: all rows, else those with one change.
void CompareDialog::showOnly(int which)
{
    if (which <= 0 || !m_comparison)
        return m_model->setShown({});
    m_model->setShown([comparison = m_comparison, which](int row) {
        return comparison->rows[static_cast<std::size_t>(row)].change()
            == kShownChanges[static_cast<std::size_t>(which - 1)];
    });
}

QStringList CompareDialog::figures() const
{
    QStringList values;
    for (const KeyFigure* figure : m_figures)
        values << figure->value();
    return values;
}

} // namespace lb
