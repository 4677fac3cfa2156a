#pragma once

#include "core/data/sources.h"

#include <QWidget>

namespace lb {

/// Counts of the classes as bars; a click on one (or arrows) chooses it as filter.
class ClassBars : public QWidget {
    Q_OBJECT
public:
    explicit ClassBars(QWidget* parent = nullptr);

    void setCounts(const ClassCounts& counts, QStringList names);
    void setChosen(int index); ///< -1: none; emits nothing
    int chosen() const { return m_chosen; }
    QRect rowRect(int index) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void classChosen(int index); ///< by the user; -1 when the chosen one was clicked again

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int index);

    ClassCounts m_counts;
    QStringList m_names;
    int m_chosen = -1;
};

} // namespace lb
