#pragma once

#include "core/data/source.h"
#include "core/graph/document.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/preview/picture.h"
#include "core/preview/statistics.h"
#include "core/preview/value_words.h"

#include <functional>
#include <stop_token>

namespace lb {

/// What previews are made of: a picture, or a row of texts or of a table.
struct PreviewSample {
    std::string name; ///< "chelsea.png"
    Tensor image; ///< [height, width, channels] as its source gives it; of a row: empty
    ValueRange range = ValueRange::declared(0, 255);
    ImageAnnotations annotations = {}; ///< move with it, and are drawn over it
    std::vector<std::string> boxNames = {}; ///< by the labels of boxes
    std::uint64_t id = 0; ///< addresses its draws: its row in the source
    std::string key; ///< equal for equal pixels or cells and id
    std::vector<std::string> columns = {}; ///< of a row: names of the source's columns
    std::vector<Tensor> cells = {}; ///< and what stands in each, without batch

    bool isRow() const { return !cells.empty(); }
};
PreviewSample previewSample(std::string name, Tensor image, std::uint64_t id,
                            ImageAnnotations annotations = {});
/// A row of a source with what belongs to it. Errors: those of the source.
Result<PreviewSample> previewSample(const Source& source, std::int64_t row, std::string name);
/// As it is, with its masks and boxes.
Picture pictureOf(const PreviewSample& sample, const PictureOptions& options);
PreviewSample rowSample(std::string name, std::vector<std::string> columns,
                        std::vector<Tensor> cells, std::uint64_t id);
/// The same picture as the model takes it.
PreviewSample resizedSample(const PreviewSample& sample, std::int64_t height, std::int64_t width);

using WeightsHandle = std::shared_ptr<const std::map<LayerId, std::vector<Tensor>>>;

enum class PreviewScope : std::uint8_t {
    UpToHere, ///< everything before the node draws too
    ThisNode, ///< random layers before it pass their input on
    EveryNode, ///< UpToHere for every node of the root body: thumbnails
    PipelineNodes, ///< the same for those of the input pipeline, which take images of any size
};

/// What is looked at, prepared once for many samples and draws.
struct PreviewTarget {
    std::shared_ptr<const Document> document; ///< as it runs: with the draws' seed, others muted
    NodeId node; ///< 0 with EveryNode and PipelineNodes
    PreviewScope scope = PreviewScope::UpToHere;
    Phase phase = Phase::Training;
    std::uint64_t weightSeed = 0;
    WeightsHandle weights; ///< of a run, where they still fit; null: the seeded initial ones
    std::string key; ///< of the content: without names and positions
    bool mixes = false; ///< it has layers that mix the samples of a batch, and they draw
};
using TargetHandle = std::shared_ptr<const PreviewTarget>;

struct PreviewQuestion {
    std::shared_ptr<const Document> document;
    NodeId node = {};
    PreviewScope scope = PreviewScope::UpToHere;
    Phase phase = Phase::Training;
    std::optional<std::uint64_t> seed = {}; ///< of the draws; nothing: the recipe's
    WeightsHandle weights = {};
};
TargetHandle previewTarget(const PreviewQuestion& question, const LayerRegistry& registry);

/// A sample that stands in the batch of another one.
struct MixPartner {
    std::shared_ptr<const PreviewSample> sample;
    std::int64_t number = 0; ///< its place in the batch; what was drawn calls it #(number + 1)
};

/// One run: a target, a sample and the address of its draws.
struct PreviewTask {
    TargetHandle target;
    std::shared_ptr<const PreviewSample> sample;
    std::vector<MixPartner> partners = {}; ///< what it is mixed with, where the target mixes
    std::int64_t place = 0; ///< the sample's own number among them
    std::uint32_t epoch = 0;
    std::uint32_t draw = 0; ///< draw n is what the sample gets n epochs later
    std::uint64_t batch = 0; ///< for layers that draw once a batch
    std::optional<double> number = {}; ///< what the node draws instead (LayerType's range())
    PictureOptions picture = {};
    bool statistics = false;

    /// Equal keys, equal results: two tasks with different keys never share a picture.
    std::string key() const;
};

struct NodeValue {
    NodeId node;
    Tensor value; ///< without batch
    ValueRange range; ///< what the ops say of it
    ImageAnnotations annotations = {}; ///< as they moved
    double ms = -1; ///< a sample, measured in this run; negative: it computes nothing itself
    ValueWords words = {}; ///< where they tell more than a picture
};

struct PreviewRun {
    std::vector<NodeValue> values; ///< of the node, or of every node that has one
    std::string shown; ///< what the node drew: "+12.4°"; else empty
    std::optional<double> number; ///< the same where it is one number
    std::vector<std::pair<NodeId, double>> cost; ///< ms a sample of every call on the way
};

/// Runs the sub-graph up to a node on samples. Keeps plans of the last few targets, so that the
/// draws of one target cost a run each. One thread at a time; `registry` outlives it.
class PreviewEngine {
public:
    explicit PreviewEngine(const LayerRegistry& registry);
    ~PreviewEngine();

    /// Errors: those of flattened() and Plan::make(); Cancelled; Unsupported where samples are to be
    /// mixed and there is one only. Of many nodes those that cannot be computed are left out.
    Result<PreviewRun> run(const PreviewTask& task, const std::stop_token& stop = {});

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
