#pragma once

#include "core/preview/learned_report.h"

#include <QWidget>

class QTableView;

namespace lb {

class FigureModel;
class HistogramChart;
class KeyFigure;

/// A hash or a lookup: which values share a number, and how many do.
class CollisionsPage : public QWidget {
    Q_OBJECT
public:
    explicit CollisionsPage(QWidget* parent = nullptr);

    void setReport(std::shared_ptr<const CollisionReport> report);
    QStringList figures() const; ///< values of the key figures, in their order
    QTableView& table() const { return *m_table; }
    const std::vector<std::int64_t>& bars() const; ///< how many numbers have 0, 1, 2.. values

private:
    std::vector<KeyFigure*> m_figures;
    FigureModel* m_model;
    QTableView* m_table;
    HistogramChart* m_chart;
};

} // namespace lb
