#pragma once

#include "core/graph/document.h"
#include "core/layers/random_layer.h"
#include "core/layers/registry.h"
#include "core/tensor/column.h"

namespace lb {

/// Something that belongs to images, and where it is in a graph.
struct AnnotationSpec {
    Role role = Role::SegmentationMasks;
    Spec spec;
};
struct Annotation {
    Role role = Role::SegmentationMasks;
    ValueId value = kNoValue;
};

/// Which part of the document to describe as one op graph.
struct FlattenRequest {
    enum class Part : std::uint8_t {
        Pipeline, ///< Source -> what the model takes, on rows; an output for each of boundaries()
        Model, ///< after Batch -> Output's prediction; an input for each of boundaries()
        Whole, ///< both: Source -> prediction (inference bundle)
        UpTo, ///< Source -> `node`
    };
    Part part = Part::Model;
    NodeId node = {}; ///< for UpTo
    int port = 0; ///< of `node`
    Phase phase = Phase::Inference;
    /// Of the values that the part begins with, batch in front (kUnknown allowed where a plan fixes
    /// it): the Source's columns in its order, or those at boundaries().
    std::vector<Spec> inputs = {};
    /// What belongs to the images that the first of `inputs` is: masks, boxes [batch, n, 4] as xyxy
    /// and their labels, batch in front. Layers that move images move it too; it ends where a layer
    /// cannot, and where the result is no picture of that size.
    std::vector<AnnotationSpec> annotations = {};
    /// Leaves nodes out that are the identity at inference (train-only): exports.
    bool dropTrainOnly = false;
    /// Describes the choice behind a group that is used by chance at inference, too, where it gives
    /// its first input: for those who write down what trains. Else inference passes such a group by.
    bool keepChances = false;
};

inline constexpr std::size_t kPartInput = static_cast<std::size_t>(-1);

/// Which output of which earlier call a call is made on; kPartInput: what the part begins with.
/// Values do not tell: a layer that computes nothing gives out the value that it got.
struct CallOutput {
    std::size_t call = kPartInput;
    std::size_t port = 0; ///< of the call; of kPartInput: index into the request's inputs
    bool operator==(const CallOutput&) const = default;
};

/// One call of a layer inside a flattened part. The choice behind a group that is used by chance is
/// a call, too: of randomGroup() by the node that calls the group, on the group's input and branches.
struct CallOrigin {
    NodeId node; ///< the innermost node
    LayerId layer; ///< of a choice its node's id, which is no layer's
    std::string name; ///< "data_augmentation/random_flip"
    StreamKey path; ///< StreamKey{seed}.child(node).. along the calls
    const LayerType* type = nullptr;
    Config config;
    std::vector<ValueId> inputs, outputs; ///< values of the graph
    std::vector<CallOutput> from = {}; ///< parallel to `inputs`
    std::vector<Annotation> annotations = {}; ///< of the first output
};

/// A weight of the flattened part: shared layers have one.
struct FlatWeight {
    LayerId layer;
    std::size_t index = 0; ///< in Keras' layer.weights order
    WeightSpec spec;
    Shape shape;
};

struct FlatModel {
    OpGraph graph; ///< graph.weights is parallel to `weights`; node.origin indexes `calls`
    std::vector<CallOrigin> calls;
    std::vector<FlatWeight> weights;
    /// Parallel to graph.inputs: which of the request's inputs each is, its annotations counting
    /// behind them. Those that nothing reads are left out, but for the only one.
    std::vector<std::size_t> given;
    CallOutput last; ///< what makes the (first) output
    std::vector<Annotation> annotations = {}; ///< of that output
};

/// The values that the input pipeline hands to the model, in the order in which the model comes to
/// them: usually one. Errors: NotFound without Source, Output or a way between them.
Result<std::vector<PortRef>> boundaries(const Document& document);
/// Those values with names, the batch in front and kUnknown: each is called as the node that makes
/// it. Errors: as boundaries(); `specs` are parallel to it.
Result<std::vector<Column>> boundaryColumns(const Document& document, std::vector<Spec> specs);

/// Errors: those of the layers, with the node's name in `where`; NotFound without Source/Output.
Result<FlatModel> flattened(const Document& document, const LayerRegistry& registry,
                            const FlattenRequest& request);

} // namespace lb
