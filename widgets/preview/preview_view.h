#pragma once

#include "core/graph/analysis.h"
#include "core/preview/preview.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace lb {

class ContactSheet;

/// A sample that the previews are made of.
struct Pin {
    PreviewSample sample; ///< its name is the row's
    QString label; ///< what the data call it: "circle"; may be empty
    QString failure = {}; ///< why there is no such sample: its row says so instead
    bool operator==(const Pin& other) const { return sample.key == other.sample.key; }
};

/// What the selected node does to the pinned samples: a contact sheet of draws, the extremes of
/// the range and every drawn number on a line. It reports what the user wants and runs the
/// pictures on a worker of its own; the owner calls setProject() after every change.
class PreviewView : public QWidget {
    Q_OBJECT
public:
    explicit PreviewView(const LayerRegistry& registry, QWidget* parent = nullptr);
    ~PreviewView() override;

    /// `node` 0: nothing is selected.
    void setProject(std::shared_ptr<const Document> document, const Facts& facts, Phase phase,
                    NodeId node);
    void setPins(std::vector<Pin> pins);
    const std::vector<Pin>& pins() const;
    /// Samples of the data, by which a sample that is pinned alone is mixed.
    void setSpares(const std::vector<PreviewSample>& spares);
    void setWeights(WeightsHandle weights); ///< of a run; null: the seeded initial ones

    QWidget* bar() const; ///< the controls, for a tab bar's corner; on top unless it is taken away
    ContactSheet& sheet() const;
    bool settled() const; ///< every picture that was asked for is there
    int currentRow() const; ///< the sample whose numbers the probe shows
    std::optional<std::uint64_t> seed() const; ///< of the draws; nothing: the project's
    std::uint32_t epoch() const; ///< from 0

signals:
    void imageDropped(const QString& path); ///< pin it
    void unpinRequested(int index);
    void pinRequested(); ///< choose a file or another sample to pin
    void drawsChanged(); ///< seed() or epoch(), by the user
    void currentRowChanged(int row);
    /// What comes out of the node for the current row, and what it cost on the way.
    void probed(const std::optional<lb::TensorStatistics>& statistics, const QString& what);
    void costMeasured(const std::vector<std::pair<lb::NodeId, double>>& cost);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
