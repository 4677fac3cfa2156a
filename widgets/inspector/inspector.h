#pragma once

#include "core/graph/analysis.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/preview/statistics.h"
#include "widgets/inspector/cost_list.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>

namespace lb {

class TryPage;

/// The right dock: what the selected node is and how it is set; without one, the project's facts
/// and the training recipe. It never changes a document: the owner answers with show(), also inside
/// a signal.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(const LayerRegistry& registry, QWidget* parent = nullptr);
    ~Inspector() override;

    /// `node` 0: nothing is selected. Emits nothing.
    void show(std::shared_ptr<const Document> document, const Analysis& analysis,
              const Facts& facts, NodeId node);
    /// The data bring samples of their own for validation; until told otherwise they do not.
    void setOwnValidation(bool own);
    NodeId node() const;
    TryPage& tryPage() const; ///< its owner answers what it asks

    /// The next show() is of another project: what was typed and not applied belongs to the old one.
    void forgetTyped();
    /// What comes out of the node; `what` says of which sample ("output, chelsea.png").
    void setProbe(std::optional<TensorStatistics> statistics, const QString& what);
    /// What each choice of the shown layer's parameter `key` would give.
    void setPictures(std::string_view key, const std::vector<QImage>& pictures,
                     const QString& note);
    /// Of the calls on the way to the node, in their order; all but the costliest become one row.
    void setCosts(std::vector<CostEntry> entries, const QString& sumName);

signals:
    void paramEdited(lb::NodeId node, const QString& path, const lb::Config& value, bool dragging);
    void recipeEdited(const lb::Recipe& recipe, const QString& key, bool dragging);
    void editEnded(); ///< the next edit is a step of its own
    void renameRequested(lb::NodeId node, const QString& name);
    void muteRequested(lb::NodeId node, bool muted);
    void fixRequested(const lb::Problem& problem, int fix);
    void adaptRequested();
    void dataRequested(); ///< the workspace where the split is set
    void nodeClicked(lb::NodeId node); ///< in the cost list

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
