#pragma once

#include "widgets/preview/preview_runner.h"
#include "widgets/preview/preview_view.h"

namespace lb {

class CanvasView;
class Session;

/// What stands in the nodes of the canvas: every node's output on one pinned sample, at the model's
/// size (in the pipeline in the sample's own proportions), and what it cost. A worker makes them;
/// an edit replaces them as they come.
class Thumbnails : public QObject {
    Q_OBJECT
public:
    Thumbnails(Session& session, CanvasView& canvas, QObject* parent = nullptr);

    void setSample(std::optional<PreviewSample> sample);
    /// What the sample, whose place among them is `place`, is mixed with.
    void setPartners(std::vector<MixPartner> partners, std::int64_t place);
    QImage picture(NodeId node) const; ///< what stands in it; null: nothing
    void setOverview(const std::vector<PreviewSample>& samples); ///< of the source node
    void setDraws(std::optional<std::uint64_t> seed, std::uint32_t epoch);
    void setWeights(WeightsHandle weights);
    void refresh();
    bool idle() const { return m_wanted.empty() && m_wantedNative.empty() && m_runner.idle(); }

    /// Milliseconds a sample; nothing where it was not measured yet.
    std::optional<double> cost(NodeId node) const;

signals:
    void costsChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override; ///< of the canvas: another theme

private:
    void makeSamples();
    void drawOverview();
    void clear(); ///< what is of other data or another project
    PreviewTask taskFor(PreviewScope scope) const;
    void take(const PreviewResult& result);
    void show(const NodePicture& picture);
    void takeCosts(const PreviewResult& result);
    QImage withLabel(const NodePicture& picture) const;
    QImage pictureFor(const NodePicture& picture) const;
    void showLaneNotes();
    void set(NodeId node, const QImage& picture);
    void showKnown(); ///< again, in nodes that were not on the canvas
    void showGroupEnds();
    void showGroupCosts();
    /// Of a node, or of the layers inside of the group that it calls.
    std::optional<double> costWithin(const Node& node, int depth) const;

    Session& m_session;
    CanvasView& m_canvas;
    std::optional<PreviewSample> m_sample;
    std::shared_ptr<const PreviewSample> m_model; ///< the same at the model's size
    std::shared_ptr<const PreviewSample> m_native; ///< in its own proportions; null: they are equal
    Shape m_modelSize;
    std::vector<MixPartner> m_partners;
    std::int64_t m_place = 0;
    std::vector<PreviewSample> m_first; ///< the data's
    QImage m_overview; ///< of them; null: the source shows the pinned sample
    std::optional<std::uint64_t> m_seed;
    std::uint32_t m_epoch = 0;
    WeightsHandle m_weights;
    std::string m_wanted, m_wantedNative; ///< keys of the newest requests, until they are there
    std::map<NodeId, std::vector<double>> m_costs; ///< the last few measured
    std::vector<NodeId> m_shown;
    std::map<NodeId, QImage> m_pictures; ///< of all nodes, also of those inside of groups
    PreviewRunner m_runner;
};

} // namespace lb
