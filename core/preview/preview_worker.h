#pragma once

#include "core/preview/preview.h"

namespace lb {

struct NodePicture {
    NodeId node;
    Picture picture;
    PictureKind kind = PictureKind::Nothing;
    ValueWords words; ///< where they tell more than the picture
    std::vector<double> numbers; ///< of a vector of up to eight, as a prediction is
    DType dtype = DType::Float32;
    Shape shape;
    std::int64_t strongest = -1; ///< of a vector: the index of its largest number
    double most = 0; ///< and that number
    double ms = -1;
};

struct PreviewResult {
    std::string key; ///< of the task
    std::vector<NodePicture> pictures;
    std::string shown;
    std::optional<double> number;
    std::optional<TensorStatistics> statistics; ///< of the node
    std::vector<std::pair<NodeId, double>> cost;
    std::optional<Error> error; ///< then there is no picture
    TargetHandle target; ///< its key holds addresses: they stay taken while this is remembered
    std::size_t bytes() const;
};
using PreviewResultHandle = std::shared_ptr<const PreviewResult>;

/// Makes pictures on a thread of its own. What was made lately is kept by key, so going back to a
/// value costs nothing. All functions: any thread.
class PreviewWorker {
public:
    /// `onResult` is called from the worker's thread (or from want()) when the mailbox was empty:
    /// it should only wake the owner.
    PreviewWorker(const LayerRegistry& registry, std::function<void()> onResult);
    ~PreviewWorker(); ///< stops, waits for the run in hand

    /// Replaces what was wanted: the newest wins, in this order. Results that nobody wants any more
    /// are not delivered.
    void want(std::vector<PreviewTask> tasks);
    std::vector<PreviewResultHandle> take(); ///< empties the mailbox
    bool idle() const; ///< everything wanted was made and taken
    std::size_t runs() const; ///< made since the start, those from memory not counted

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
