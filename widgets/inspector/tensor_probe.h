#pragma once

#include "core/preview/statistics.h"

#include <QWidget>

#include <optional>

class QPainter;

namespace lb {

/// What a tensor's numbers are like: histogram, shape, dtype, min, max, mean, NaN count.
class TensorProbe : public QWidget {
    Q_OBJECT
public:
    explicit TensorProbe(QWidget* parent = nullptr);

    void setStatistics(std::optional<TensorStatistics> statistics); ///< nothing: dashes
    QSize sizeHint() const override { return {264, 132}; }
    QSize minimumSizeHint() const override { return {200, 132}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRectF plot() const;
    void paintTexts(QPainter& painter) const;
    void paintHistograms(QPainter& painter) const;
    void paintFigures(QPainter& painter) const;

    std::optional<TensorStatistics> m_statistics;
};

} // namespace lb
