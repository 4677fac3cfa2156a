#pragma once

#include "core/preview/learned_report.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace lb {

class FigureModel;
class HistogramChart;

/// A Discretization: where its bins end, drawn into the histogram, and how many numbers each holds.
class BinsPage : public QWidget {
    Q_OBJECT
public:
    explicit BinsPage(QWidget* parent = nullptr);

    void setReport(std::shared_ptr<const BinsReport> report);
    QTableView& table() const { return *m_table; }
    QList<double> lines() const; ///< that are drawn into the histogram
    QStringList countsOnHistogram() const; ///< a bin each

private:
    void showBin(int bin); ///< shades it; -1: none

    std::shared_ptr<const BinsReport> m_report;
    FigureModel* m_model;
    QTableView* m_table;
    HistogramChart* m_chart;
    QLabel* m_note;
};

} // namespace lb
