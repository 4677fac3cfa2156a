#include "app/workbench/added_layers.h"

#include "app/workbench/arrangement.h"
#include "app/workbench/canvas_edits.h"
#include "app/workbench/session.h"
#include "core/graph/flow.h"
#include "core/layers/random_layer.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace lb {
namespace {

Config newConfig(const Session& session, const QString& kerasClass)
{
    const auto type = session.registry().find(kerasClass.toStdString());
    return type.ok() ? type.value()->newConfig() : Config(ConfigObject{});
}

/// The label goes where Keras takes it, so that a new output is ready.
Result<Document> withLabel(const Document& document, NodeId output, const Facts& facts)
{
    const Node* source = document.source();
    if (!source)
        return document;
    const int port = labelPort(*document.layerOf(source->id), facts);
    return edits::connect(document, {source->id, port}, output, "label");
}

struct WireEnd {
    NodeId to;
    std::string port;
};

std::vector<WireEnd> wiresFrom(const Body& body, PortRef from)
{
    std::vector<WireEnd> ends;
    for (const auto& node : body.nodes)
        for (const Input& input : node->inputs)
            if (const auto* wire = std::get_if<PortRef>(&input.from); wire && *wire == from)
                ends.push_back({node->id, input.port});
    return ends;
}

/// The first place from `at` on where no node stands.
Point freeFrom(const Body& body, Point at)
{
    const arrangement::Heights heights(body);
    const auto covers = [&](const auto& node) {
        const double below = at.y - node->at.y - heights.more(node->id);
        return std::abs(node->at.x - at.x) < arrangement::kPitchX - 16
            && node->at.y - at.y < arrangement::kPitchY - 16 && below < arrangement::kPitchY - 16;
    };
    while (std::ranges::any_of(body.nodes, covers))
        at = arrangement::next(at);
    return at;
}

/// Between `node` and what reads it, if anything does, for edits::makeRoom to move what follows; none
/// where the row of the stage is full or neither of them is of that stage.
std::optional<Point> placeInRow(const Node& node, const Node* after, Stage stage)
{
    if (node.stage != stage)
        return after && after->stage == stage ? std::optional(after->at) : std::nullopt;
    if (!after && arrangement::next(node.at).y != node.at.y)
        return std::nullopt;
    return Point{node.at.x + 1, node.at.y};
}

Point freePlace(const Body& body, Stage stage)
{
    return freeFrom(body, {arrangement::kLeft, stage == Stage::Pipeline ? arrangement::kTop
                                                                        : arrangement::kModelTop});
}

} // namespace

bool isFlow(const std::string& kerasClass)
{
    return kerasClass == flow::kSource || kerasClass == flow::kBatch || kerasClass == flow::kOutput
        || kerasClass == flow::kInput;
}

Result<> mayStandInGroup(const Session& session, const LayerDef& layer)
{
    const auto type = session.registry().find(layer.kerasClass);
    const auto* learner
        = type.ok() ? dynamic_cast<const AdaptableLayerType*>(type.value()) : nullptr;
    if (!learner || layer.adapted || !learner->needsState(layer.config))
        return std::monostate{};
    return Error{ErrorCode::BadParameter, layer.name,
                 LB_TR("Error", "has to learn from data, and layers inside of groups do not: adapt it "
                                "outside, then make the group")};
}

bool addLayer(Session& session, const QString& kerasClass, Stage stage, Point at,
         const std::function<Result<Document>(const Document&, NodeId)>& wire)
{
    const Document& document = session.document();
    if (!session.inside().empty()) {
        if (isFlow(kerasClass.toStdString())) {
            session.reportFailure({ErrorCode::BadParameter, kerasClass.toStdString(),
                                   LB_TR("Error", "stays outside of groups: they hold layers alone")});
            return false;
        }
        stage = document.node(session.inside().back())->stage;
        LayerDef layer;
        layer.kerasClass = layer.name = kerasClass.toStdString();
        layer.config = newConfig(session, kerasClass);
        if (const Result<> may = mayStandInGroup(session, layer); !may.ok()) {
            session.reportFailure(may.error());
            return false;
        }
    }
    Result<edits::Added> added
        = edits::addLayer(document, session.shownBody().id, kerasClass.toStdString(),
                          newConfig(session, kerasClass), stage, at);
    if (!added.ok()) {
        session.reportFailure(added.error());
        return false;
    }
    const NodeId node = added.value().node;
    Result<Document> next = wire ? wire(added.value().document, node)
                                 : Result<Document>(std::move(added.value().document));
    if (!session.apply(std::move(next), QCoreApplication::translate("lb::CanvasEdits", "Add %1").arg(kerasClass)))
        return false;
    session.select({node});
    return true;
}

void addBehindSelection(Session& session, const QString& kerasClass)
{
    const Document& document = session.document();
    const NodeId behind = session.selected();
    const Node* node = document.node(behind);
    const bool isOutput = kerasClass == "Output";
    const bool isLast = node && flow::isClass(document, *node, flow::kOutput);
    const bool follows = node && kerasClass != "Source" && !isLast;
    Stage stage = flow::stageOfNew(session.registry(), kerasClass.toStdString());
    if (!follows) {
        addLayer(session, kerasClass, stage, freePlace(session.shownBody(), stage),
            isOutput ? [&session](const Document& next, NodeId output) {
                return withLabel(next, output, session.facts());
            } : std::function<Result<Document>(const Document&, NodeId)>());
        return;
    }
    // In the stage of the node before it, except for what makes batches or has weights.
    if (node->stage == Stage::Model || stage == Stage::Pipeline)
        stage = node->stage;
    const Body& body = session.shownBody();
    const std::vector<WireEnd> ends = wiresFrom(body, {behind, 0});
    const Node* after = ends.size() == 1 ? document.node(ends.front().to) : nullptr;
    const std::optional<Point> inRow = isOutput || ends.size() > 1
        ? std::nullopt
        : placeInRow(*node, after, stage);
    const Point at = inRow                    ? *inRow
        : node->stage == stage ? freeFrom(body, arrangement::next(node->at))
                               : freePlace(body, stage);
    addLayer(session, kerasClass, stage, at, [&](const Document& d, NodeId added) {
        Steps steps(d);
        if (ends.size() == 1 && !isOutput)
            steps.then([&](const Document& next) {
                return edits::insertIntoWire(next, added, ends.front().to, ends.front().port);
            });
        else
            steps.then([&](const Document& next) {
                return edits::connect(next, {behind, 0}, added, "");
            });
        if (isOutput)
            steps.then([&](const Document& next) { return withLabel(next, added, session.facts()); });
        if (inRow)
            steps.then([&](const Document& next) { return edits::makeRoom(next, added); });
        return steps.result();
    });
}

} // namespace lb
