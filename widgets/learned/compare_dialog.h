#pragma once

#include "core/preview/state_comparison.h"

#include <QDialog>

class QLabel;
class QTableView;

namespace lb {

class FigureModel;
class KeyFigure;
class SegmentedChoice;

/// Two states side by side: what was added, removed and moved.
class CompareDialog : public QDialog {
    Q_OBJECT
public:
    explicit CompareDialog(QWidget* parent = nullptr);

    /// `before` and `after` name the two states: a file's name, "as it is now".
    void setComparison(const QString& layer, const QString& before, const QString& after,
                       StateComparison comparison);
    QStringList figures() const; ///< added, removed, moved, same
    SegmentedChoice& which() const { return *m_which; } ///< all, added, removed, moved
    QTableView& table() const { return *m_table; }

private:
    void showOnly(int which);

    std::shared_ptr<const StateComparison> m_comparison;
    QLabel *m_title, *m_sides;
    std::vector<KeyFigure*> m_figures;
    SegmentedChoice* m_which;
    FigureModel* m_model;
    QTableView* m_table;
};

} // namespace lb
