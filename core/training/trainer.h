#pragma once

#include "core/data/source.h"
#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/training/parameter_store.h"

#include <functional>

namespace lb {

/// One epoch's figures; NaN where there is none (no validation split).
struct EpochPoint {
    std::int64_t epoch = 0;
    double loss = 0, accuracy = 0, valLoss = 0, valAccuracy = 0;
    double seconds = 0;
};
/// One step's: a series that is never coalesced.
struct StepPoint {
    std::int64_t step = 0; ///< over all epochs
    double loss = 0, accuracy = 0;
};

enum class RunState : std::uint8_t { Idle, Preparing, Running, Paused, Stopped, Finished, Failed };

/// What the window shows; the newest replaces the older.
struct TrainSnapshot {
    RunState state = RunState::Idle;
    std::int64_t epoch = 0, epochs = 0, step = 0, steps = 0; ///< step within the epoch
    double samplesPerSecond = 0, secondsLeft = 0;
    double loss = 0, accuracy = 0; ///< running mean of the epoch
    std::vector<std::int64_t> confusion; ///< classes x classes (rows: true), of the last epoch
    std::int64_t classes = 0;
    /// Of the last epoch, or where the run ended: stopped, or with the best ones restored.
    std::shared_ptr<const std::map<LayerId, std::vector<Tensor>>> weights;
    std::optional<Error> error; ///< Failed: names layer and step
    std::vector<double> pipelineMs; ///< per call of the pipeline part, a sample
    double prefetched = 0; ///< filled share of the queue, 0..1
};

/// Where a run stands; complete enough to go on bit by bit. Random numbers need no entry: they
/// are addressed by epoch, step and sample.
struct Checkpoint {
    std::int64_t epoch = 0, step = 0; ///< step within the epoch; the next to do
    std::map<LayerId, std::vector<Tensor>> weights;
    std::vector<std::vector<float>> optimizerSlots; ///< empty: the optimizer starts anew
    std::int64_t iterations = 0; ///< updates that the optimizer did
    std::vector<EpochPoint> history;
    std::map<LayerId, std::vector<Tensor>> best; ///< weights of the best epoch, if they are kept
    Config extra; ///< threads, running means, early stopping
};

/// Series are lossless, the snapshot is the newest: taken by the owner when it likes.
struct TrainMail {
    std::optional<TrainSnapshot> snapshot;
    std::vector<StepPoint> steps;
    std::vector<EpochPoint> epochs;
    /// The weights after each of `epochs`.
    std::vector<std::shared_ptr<const std::map<LayerId, std::vector<Tensor>>>> learned;
    std::optional<Checkpoint> checkpoint; ///< an answer to checkpoint()
};

struct TrainJob {
    Document document; ///< a copy: edits of the window do not reach a run
    std::shared_ptr<const Source> data; ///< split by the recipe
    std::shared_ptr<const Source> validation; ///< null: the recipe's fraction of `data`
    const LayerRegistry* registry = nullptr; ///< outlives the run
    /// oneDNN's threads at most (a small model runs on one) and the pipeline's. A run that goes
    /// on keeps the threads of its checkpoint: sums depend on them. Workers change no number.
    int threads = 2, workers = 2;
    std::optional<Checkpoint> resume;
    bool paused = false; ///< waits before the first step, for resume() or oneStep()
};

/// Trains on a thread of its own. Commands are polled between steps; nothing is called back
/// except `onMail`, from the trainer's thread, whenever the mailbox was empty: it should only
/// wake the owner. Destroying it stops the run and joins.
class Trainer {
public:
    explicit Trainer(std::function<void()> onMail);
    ~Trainer();

    void start(TrainJob job); ///< stops a run before it; its mail is gone
    void pause();
    void resume();
    void oneStep(); ///< when paused; the last one of an epoch is followed by the evaluation
    void stop(); ///< returns at once; the run keeps what was learned and leaves a checkpoint
    void requestCheckpoint(); ///< the mail brings it; the end of a run brings one unasked
    TrainMail take(); ///< empties the mailbox; any thread
    void wait(); ///< until the run ended

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace lb
