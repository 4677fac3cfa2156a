#pragma once

#include "core/interop/bundle.h"

#include <QImage>
#include <QWidget>

namespace lb {

/// The samples of a bundle: picture, sentence or row, what was predicted, and how far each written file differs
/// from the project. Differences are tinted by their share of the tolerance.
class ParityTable : public QWidget {
    Q_OBJECT
public:
    explicit ParityTable(QWidget* parent = nullptr);

    void setReport(const ExportReport& report);
    QString cellText(int sample, bool onnx) const; ///< "2.4e-07", "not run here"
    QString nameText(int sample) const; ///< a picture's name, a sentence, "age 22, sex male"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Columns {
        int predicted, keras, onnx, mark;
    };
    Columns columns() const;
    void paintRow(QPainter& painter, int row, const Columns& at) const;
    void paintDifference(QPainter& painter, const QRect& cell, const std::optional<double>& value,
                         double tolerance, const QString& text) const;

    ExportReport m_report;
    std::vector<QImage> m_pictures; ///< null where the sample is none
};

/// "2.4e-07"
QString differenceText(double difference);

} // namespace lb
