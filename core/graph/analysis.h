#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/tensor/column.h"

#include <functional>
#include <map>

namespace lb {

/// What jobs found out about the data; the analysis itself reads no file.
struct Facts {
    /// Of one sample, without batch: image uint8 [32, 32, 3] 0..255. Empty: nobody opened the data.
    std::vector<Column> columns;
    std::int64_t samples = 0;
    std::vector<std::string> classNames;
    std::string dataHash; ///< of the training split: states are stale when it differs
    std::vector<std::string> columnHashes; ///< the same for each column; empty: dataHash for all
    std::int64_t samplingRate = 0; ///< of sounds, in Hz; 0: they are none
    /// Of the first column whose rows for validation are shaped otherwise than those for training,
    /// which is why its size is not known above. Without axes: there is none.
    Shape trainingShape = {}, validationShape = {};

    Spec image() const; ///< of the one column, where that is an image; else without axes
};

enum class Severity : std::uint8_t { Hint, Warning, Error };

/// One way out of a problem: a name and the edit it is. One fix is one undo step.
struct Fix {
    Message title; ///< "Insert Flatten"
    std::function<Result<Document>(const Document&)> apply;
    std::string outcome; ///< "B×2048, 20,490 weights"; may be empty
};

/// Something that is wrong or looks wrong. `code` is stable: tests and "do not show again" use it:
/// missing_input, refused, rescaled_twice, unscaled_input, not_adapted, stale_state, value_range,
/// label_count, not_probabilities, unknown_layer, bad_parameter, too_large, cycle, no_source,
/// no_output, no_batch, batch_only, weights_in_pipeline, wrong_stage, crops_in_training_only,
/// labels_not_mixed, learned_elsewhere, waits_for_adapt, unknown_parameter, other_sampling_rate,
/// other_validation_size.
/// not_adapted has no fix of its own: adapting needs the data (core/training/adapt.h).
struct Problem {
    Severity severity = Severity::Error;
    std::string code;
    NodeId node; ///< 0: the project
    std::string port; ///< of the wire concerned, else ""
    std::string param; ///< key of the field concerned, else ""
    Message message;
    std::vector<Fix> fixes;
};

struct NodeFacts {
    std::vector<Spec> outputs; ///< a spec a port; empty if unknown because of a problem upstream
    std::int64_t parameters = 0; ///< trainable and not, counted once a layer
    std::int64_t trainable = 0;
    std::int64_t macs = 0; ///< multiply-adds a sample, forward
    bool trainOnly = false;
    bool needsAdapt = false, adapted = false, stale = false;
};

struct Analysis {
    std::map<NodeId, NodeFacts> nodes;
    std::vector<Problem> problems; ///< errors first, then in document order
    std::int64_t parameters = 0, trainable = 0, macs = 0;

    bool hasErrors() const;
    const Spec* spec(PortRef port) const; ///< null if unknown
};

/// What layers said of themselves, by (layer, input specs, phase). One thread at a time; forgets
/// what the last analysis did not ask for.
class AnalysisMemo {
public:
    AnalysisMemo();
    ~AnalysisMemo();
    struct Impl;
    Impl& impl() { return *m_impl; }

private:
    std::unique_ptr<Impl> m_impl;
};

/// Specs on every wire, cost, problems with fixes. Pure; any thread. The same layer with the same
/// input specs is described once (memoised in `memo` across calls, may be null).
Analysis analysed(const Document& document, const Facts& facts, const LayerRegistry& registry,
                  Phase phase = Phase::Training, AnalysisMemo* memo = nullptr);

/// What a wire from `from` to `to`/`port` would say: nothing, or why not and the ways out.
std::vector<Problem> wireProblems(const Document& document, const Facts& facts,
                                  const LayerRegistry& registry, PortRef from, NodeId to,
                                  std::string_view port);

/// How a fix tells what comes out: "B×2048", "B×32×32×3"; the batch is B, other unknown sizes "?".
std::string dimsText(const Shape& shape);

/// What the Source gives, without batch: as the data are, else as far as its config tells. Its
/// outputs are these, then the label.
std::vector<Column> sourceColumns(const LayerDef& source, const Facts& facts);
int labelPort(const LayerDef& source, const Facts& facts); ///< of the Source node

/// key(node) = H(class, canonical config, adapted hash, input keys[, stream key]): without name
/// and position. The preview cache, staleness and the memo use it.
/// 64 hexadecimal digits; "" if the node is not there. The input of a node that is missing counts
/// as nothing.
std::string contentKey(const Document& document, NodeId node, Phase phase);
/// Names what a layer learns from at one output: layers that only train are left out, and the Source
/// counts whatever its settings, because the data have a hash of their own.
std::string inputKey(const Document& document, const PortRef& from);

} // namespace lb
