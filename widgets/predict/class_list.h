#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace lb {

struct ClassProbability {
    QString name;
    double probability = 0;
};

/// The top classes of a prediction as bars.
class ClassList : public QWidget {
    Q_OBJECT
public:
    explicit ClassList(QWidget* parent = nullptr);

    void setClasses(std::vector<ClassProbability> classes); ///< best first
    const std::vector<ClassProbability>& classes() const { return m_classes; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<ClassProbability> m_classes;
};

} // namespace lb
