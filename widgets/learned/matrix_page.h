#pragma once

#include "core/preview/learned_report.h"

#include <QAbstractScrollArea>

namespace lb {

/// The rows of a CategoryEncoding as a field of cells: a column a category, over each its sum over
/// all rows. Only what is on screen is painted.
class MatrixPage : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit MatrixPage(QWidget* parent = nullptr);

    void setReport(std::shared_ptr<const MatrixReport> report);
    QRect cell(int row, int column) const; ///< in the viewport
    QString textAt(const QPoint& position) const; ///< of the tooltip; "": no cell there

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    int rows() const;
    int columns() const;
    int side() const; ///< of a cell
    void fitBars();
    void paintHead(QPainter& painter, int column, double most) const;

    std::shared_ptr<const MatrixReport> m_report;
};

} // namespace lb
