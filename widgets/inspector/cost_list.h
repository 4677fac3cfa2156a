#pragma once

#include "core/graph/document.h"

#include <QWidget>

namespace lb {

struct CostEntry {
    NodeId node;
    QString name;
    double ms = 0; ///< a sample
};

/// What each node on the way costs, measured: name, bar, milliseconds; the sum below. A click
/// selects the node.
class CostList : public QWidget {
    Q_OBJECT
public:
    explicit CostList(QWidget* parent = nullptr);

    void setEntries(std::vector<CostEntry> entries, NodeId current, const QString& sumName);
    QSize sizeHint() const override;

signals:
    void nodeClicked(lb::NodeId node);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    std::vector<CostEntry> m_entries;
    NodeId m_current;
    QString m_sumName;
};

} // namespace lb
