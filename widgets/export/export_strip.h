#pragma once

#include <QWidget>

#include <vector>

namespace lb {

/// One node of the project on its way into the bundle.
struct ExportStep {
    QString name; ///< "RandomFlip"
    QString kerasClass;
    QString iconName;
    bool removed = false; ///< only for training: left out
};

/// The exported graph in a row: what goes in, and struck through in dashed violet what is left
/// out. It grows with its steps; put it into a scroll area.
class ExportStrip : public QWidget {
    Q_OBJECT
public:
    explicit ExportStrip(QWidget* parent = nullptr);

    void setSteps(std::vector<ExportStep> steps);
    const std::vector<ExportStep>& steps() const { return m_steps; }
    QRect stepRect(int step) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    int widthOf(const ExportStep& step) const;

    std::vector<ExportStep> m_steps;
};

} // namespace lb
