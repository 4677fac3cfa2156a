#pragma once

#include "core/graph/analysis.h"

#include <QPointF>
#include <QString>

#include <optional>
#include <unordered_map>
#include <vector>

namespace lb::canvas {

/// The shape and colour of a port: what kind of tensor it carries.
enum class PortKind : std::uint8_t { Image, String, Ids, Vector, Sequence, Label };

PortKind portKindOf(const Spec& spec);

struct PortFace {
    QString name; ///< "" for the only one; of an output a column's, where there are several
    PortKind kind = PortKind::Image;
    bool connected = false;
    std::optional<Spec> spec; ///< what arrives or leaves; nothing while it is unknown
    bool operator==(const PortFace&) const = default;
};

enum class Tone : std::uint8_t { Neutral, Ok, Warn, Error, TrainOnly };

/// Icon and word, always both: colour never carries meaning alone.
struct Chip {
    QString icon, word;
    Tone tone = Tone::Neutral;
    bool operator==(const Chip&) const = default;
};

/// Everything that a node shows except its thumbnail, its measured cost and what the pointer does
/// to it. A value: an item whose face did not change does not repaint.
struct NodeFace {
    struct Param {
        QString name, value;
        bool lint = false;
        bool operator==(const Param&) const = default;
    };

    NodeId id;
    std::string kerasClass; ///< "" for a composite
    About::Family family = About::Family::Layer;
    QString title, layerName, icon;
    QString headerChip; ///< "3 layers" of a composite
    std::vector<Param> params; ///< at most two
    std::optional<Chip> chip; ///< state; null: `fact` stands in its place
    QString fact; ///< "896 params"
    QString footnote; ///< under an adapted node: "6,080 rows"
    QString problem; ///< the sentences of what is wrong, one a line
    Tone alarm = Tone::Neutral; ///< Warn or Error: the border says so
    bool trainOnly = false, muted = false, collapsed = false, composite = false;
    bool fades = false; ///< at inference: loss and labels
    bool hasInput = true; ///< false: "no input yet" stands for the picture
    std::vector<PortFace> inputs, outputs;
    QPointF at;
    Stage stage = Stage::Model;

    bool operator==(const NodeFace&) const = default;
};

/// Makes faces; keeps what it learned of layer classes, and what problems a document has by node.
class FaceMaker {
public:
    explicit FaceMaker(const LayerRegistry& registry)
        : m_registry(registry)
    {
    }

    /// The project that the next faces are of; all three outlive those calls.
    void begin(const Document& document, const Analysis& analysis, const Facts& facts);
    void setOwnValidation(bool own) { m_ownValidation = own; } ///< the data bring samples for it
    NodeFace face(const Node& node);
    const std::vector<const Problem*>& problems(NodeId node) const;

private:
    struct ClassFacts {
        const LayerType* type = nullptr;
        About::Family family = About::Family::Layer;
        std::size_t inputs = 1; ///< the least that its examples show; merge layers: 2
        PortKind kind = PortKind::Image; ///< of an input that nothing is connected to
    };

    const ClassFacts& classFacts(const std::string& kerasClass);
    void describeLayer(const LayerDef& layer, NodeFace& face);
    void describeGroupEnd(const Node& node, NodeFace& face);
    void describeComposite(const Body& body, const Node& node, NodeFace& face);
    void describeState(const NodeFacts* facts, NodeFace& face);
    void describeInputs(const Node& node, NodeFace& face);
    void describeOutputs(const Node& node, const NodeFacts* facts, NodeFace& face);
    void addParams(const LayerType& type, const Config& config, NodeFace& face);
    void addFlowParams(const LayerDef& layer, NodeFace& face);
    bool hasLint(NodeId node, const std::string& param) const;

    const LayerRegistry& m_registry;
    std::map<std::string, ClassFacts, std::less<>> m_classes;
    const Document* m_document = nullptr;
    const Analysis* m_analysis = nullptr;
    const Facts* m_facts = nullptr;
    bool m_ownValidation = false;
    std::unordered_map<std::int64_t, std::vector<const Problem*>> m_problems;
    std::map<NodeId, std::vector<char>> m_usedOutputs; ///< by output port
};

} // namespace lb::canvas
