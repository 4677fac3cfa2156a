#pragma once

#include "core/graph/analysis.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QVBoxLayout;

namespace lb {

/// Tab "State": of what a layer learned, and of what before that.
class LedgerPage : public QWidget {
    Q_OBJECT
public:
    explicit LedgerPage(QWidget* parent = nullptr);
    /// `problems` are those of the node; emits nothing.
    void showLayer(const LayerDef& layer, std::span<const Problem> problems);

private:
    QLabel* m_now; // Qt children
    QLabel* m_warning;
    QFormLayout* m_facts;
    QLabel* m_before;
    QFormLayout* m_history;
};

} // namespace lb
