#pragma once

#include "core/graph/analysis.h"

#include <QWidget>

class QButtonGroup;
class QTableWidget;

namespace lb {

/// What is wrong with the project, worst first, each with the ways out of it. It shows and asks.
class ProblemsView : public QWidget {
    Q_OBJECT
public:
    explicit ProblemsView(QWidget* parent = nullptr);

    void setProblems(const Document& document, const std::vector<Problem>& problems);
    int errors() const { return m_counts[2]; }
    int warnings() const { return m_counts[1]; }
    QWidget* header() const { return m_header; } ///< which kinds are shown; for the tab's corner

signals:
    void nodeActivated(lb::NodeId node);
    void fixRequested(const lb::Problem& problem, int fix);
    void adaptRequested(lb::NodeId node);
    void findDataRequested(); ///< they are not where the project looks

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refill();
    void fitColumns(); ///< what is wrong keeps its room
    void fitRows(); ///< a long sentence takes more lines
    void addRow(int row, std::size_t problem);
    QWidget* waysOut(std::size_t problem);
    void replaceWaysOut(int row); ///< by those for the width

    struct Place {
        QString name, icon;
        std::string kerasClass;
    };
    std::vector<Problem> m_problems;
    std::vector<Place> m_places;
    bool m_narrow = false; ///< the kind is a tool tip alone, and of the fixes one has a button
    int m_counts[3] = {0, 0, 0}; ///< by Severity
    QTableWidget* m_table;
    QWidget* m_empty;
    QWidget* m_header;
    QButtonGroup* m_kinds;
};

} // namespace lb
