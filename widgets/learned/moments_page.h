#pragma once

#include "core/preview/learned_report.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace lb {

class FigureModel;
class HistogramChart;

/// A Normalization: its features with their moments, and one feature's numbers before and after.
class MomentsPage : public QWidget {
    Q_OBJECT
public:
    explicit MomentsPage(QWidget* parent = nullptr);

    void setReport(std::shared_ptr<const MomentsReport> report); ///< keeps the chosen feature
    int currentFeature() const { return m_current; }
    QTableView& table() const { return *m_table; }
    // What is drawn, of the numbers before the layer or after it.
    const Histogram& histogram(bool after) const;
    QList<double> lines(bool after) const; ///< −σ, mean, +σ
    QList<double> linePlaces(bool after) const; ///< their x in the chart's coordinates

private:
    void showFeature(int feature);

    std::shared_ptr<const MomentsReport> m_report;
    FigureModel* m_model;
    QTableView* m_table;
    HistogramChart *m_before, *m_after;
    QLabel *m_title, *m_hidden;
    int m_current = 0;
};

} // namespace lb
