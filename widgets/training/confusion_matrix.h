#pragma once

#include <QStringList>
#include <QWidget>

#include <cstdint>
#include <vector>

class QHelpEvent;

namespace lb {

/// How often each class (rows) was taken for each (columns): right ones in the accent, mistakes in
/// the error colour, whose strength grows with the share to the power 0.8. A click or the arrows
/// choose a cell; Enter or a second click opens its samples.
class ConfusionMatrix : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionMatrix(QWidget* parent = nullptr);

    /// `counts` classes x classes, rows: the true class. Empty: nothing yet.
    void setCounts(std::vector<std::int64_t> counts, QStringList names);
    void setPercent(bool rowPercent);
    void setCurrent(int actual, int predicted); ///< emits nothing; -1: none

    std::int64_t count(int actual, int predicted) const;
    std::int64_t rowTotal(int actual) const;
    QString cellText(int actual, int predicted) const; ///< what is written in the cell
    QRect cellRect(int actual, int predicted) const;
    QColor cellColor(int actual, int predicted) const; ///< as it is seen
    QColor cellInk(int actual, int predicted) const; ///< of its number
    bool namesAreTurned() const { return places().turned; } ///< below the cells, to have room
    bool isEmpty() const { return m_counts.empty(); }
    QStringList names() const { return m_names; }
    QSize sizeHint() const override;

signals:
    void cellChosen(int actual, int predicted); ///< by the user

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    int classes() const { return static_cast<int>(m_names.size()); }
    void choose(int actual, int predicted);
    QPoint cellAt(const QPoint& position) const; ///< (predicted, actual); (-1, -1): none
    struct Places {
        QRect cells;
        bool turned = false; ///< the names below
        int below = 0; ///< room for them
    };
    Places places() const;
    QRect field() const; ///< of all cells
    void paintNames(QPainter& painter) const;
    void showNameAt(const QHelpEvent& help) const;
    void paintCell(QPainter& painter, int actual, int predicted) const;

    std::vector<std::int64_t> m_counts;
    std::vector<std::int64_t> m_rowTotals;
    double m_worst = 0; ///< the greatest share of a mistake
    QStringList m_names;
    bool m_percent = false;
    int m_actual = -1, m_predicted = -1;
};

} // namespace lb
