#pragma once

#include "core/layers/layer.h"

#include <compare>
#include <variant>

namespace lb {

/// A number that is stable in the file and never used twice in a document.
template <typename Tag> struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
};
using LayerId = Id<struct LayerTag>;
using NodeId = Id<struct NodeTag>;
using BodyId = Id<struct BodyTag>;
using FrameId = Id<struct FrameTag>;

struct Point {
    double x = 0, y = 0; ///< scene units, 1 is a pixel at 100 %
    bool operator==(const Point&) const = default;
};

/// A layer with its configuration and what it learned. Two nodes may call one layer.
///
/// Besides Keras' classes there are ours: `Source` (the data; outputs image, label), `Batch`
/// (rows become batches; what follows lives in the model or is computed over a batch) and
/// `Output` (inputs prediction, label; where the loss is taken).
struct LayerDef {
    LayerId id;
    std::string kerasClass;
    std::string name; ///< unique in the document: "random_rotation_1"
    Config config = ConfigObject{};
    Config foreign = ConfigObject{}; ///< unknown fields of the file, kept
    StateHandle adapted; ///< null: never adapted

    bool operator==(const LayerDef& other) const; ///< states are compared by value
};

struct PortRef {
    NodeId node;
    int port = 0;
    bool operator==(const PortRef&) const = default;
};

/// One connected input; `port` is "" for the only one, "0", "1".. for merge layers, or a name.
struct Input {
    std::string port;
    std::variant<PortRef, Config> from; ///< a wire or a constant
    Config foreign = ConfigObject{}; ///< unknown fields of the file, kept
    bool operator==(const Input&) const = default;
};

/// Where a node runs: on input-pipeline workers, or with the model (and in its export).
enum class Stage : std::uint8_t { Pipeline, Model };

struct Node {
    NodeId id;
    std::variant<LayerId, BodyId> calls;
    std::vector<Input> inputs;
    Stage stage = Stage::Model;
    Config call = ConfigObject{}; ///< keyword arguments
    Point at;
    bool muted = false; ///< passes its input through
    bool collapsed = false;
    Config foreign = ConfigObject{};
    bool operator==(const Node&) const = default;
};

/// A titled border around nodes; carries them when moved. It does not change what is computed.
struct Frame {
    FrameId id;
    std::string title;
    std::vector<NodeId> nodes;
    Config foreign = ConfigObject{};
    bool operator==(const Frame&) const = default;
};

/// Nodes that call layers or other bodies. The body's inputs are nodes of class `Input`,
/// its outputs nodes of class `Output`; the root body has one Source and one Output instead.
struct Body {
    BodyId id;
    std::string name;
    std::vector<std::shared_ptr<const Node>> nodes; ///< by id
    std::vector<Frame> frames;
    Config foreign = ConfigObject{};
    bool operator==(const Body& other) const;
};

/// How the model is trained.
struct Recipe {
    std::string loss = "sparse_categorical_crossentropy"; ///< Keras' name
    bool fromLogits = false;
    Config optimizer = ConfigObject{{"class_name", "Adam"}, {"config", ConfigObject{}}};
    std::vector<std::string> metrics = {"accuracy"};
    std::int64_t epochs = 10;
    std::int64_t stepsPerEpoch = 0; ///< 0: the whole split
    std::int64_t batchSize = 32;
    bool shuffle = true;
    bool dropRemainder = false;
    double validationFraction = 0.1;
    std::int64_t earlyStoppingPatience = 0; ///< epochs without a better val_loss; 0: never
    bool restoreBestWeights = false;
    std::int64_t seed = 1337;
    Config foreign = ConfigObject{};
    bool operator==(const Recipe&) const = default;
};

/// A project: plain data with ==. An edit makes the next value; parts are shared, so undo and
/// jobs keep whole documents. Any thread may read one.
struct Document {
    std::vector<std::shared_ptr<const LayerDef>> layers; ///< by id
    std::vector<std::shared_ptr<const Body>> bodies; ///< the first is the root
    Recipe recipe;
    std::int64_t nextId = 1; ///< the next id that was never used
    Config foreign = ConfigObject{};

    bool operator==(const Document& other) const;

    const Body& root() const { return *bodies.front(); }
    const LayerDef* layer(LayerId id) const; ///< null if there is none
    const Body* body(BodyId id) const;
    const Node* node(NodeId id) const; ///< in any body
    const Body* bodyOf(NodeId id) const;
    const LayerDef* layerOf(NodeId id) const; ///< null for a composite
    std::string nameOf(NodeId id) const; ///< of the layer or body it calls
    const Node* named(std::string_view name) const; ///< the first node that calls it
    const Node* source() const; ///< of the root; null if there is none
    const Node* output() const;
};

/// An empty project with a root body.
Document emptyDocument();

} // namespace lb
