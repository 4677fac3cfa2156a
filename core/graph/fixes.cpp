#include "core/graph/fixes.h"

#include "core/graph/edits.h"

#include <algorithm>
#include <cmath>

namespace lb::fixes {
namespace {

constexpr double kColumn = 240; // a node and the gap behind it
constexpr double kRow = 120; // nodes that are nearer stand in one row

/// Everything from `first` on in its row, one column to the right.
Result<Document> withRoomAt(const Document& document, const Node& first)
{
    std::vector<NodeId> moved;
    for (const auto& node : document.bodyOf(first.id)->nodes)
        if (std::abs(node->at.y - first.at.y) < kRow && node->at.x >= first.at.x)
            moved.push_back(node->id);
    return edits::moveNodes(document, moved, {kColumn, 0});
}

Result<Document> inserted(const Document& document, NodeId to, const std::string& port,
                          const std::string& kerasClass, const Config& config, Stage stage)
{
    const Node* target = document.node(to);
    if (!target)
        return Error{ErrorCode::NotFound, "", LB_TR("Error", "the node is not in the project")};
    const Point at = target->at;
    LB_TRY(roomy, withRoomAt(document, *target));
    LB_TRY(added, edits::addLayer(roomy, roomy.bodyOf(to)->id, kerasClass, config, stage, at));
    return edits::insertIntoWire(added.document, added.node, to, port);
}

} // namespace

Fix insertBefore(Message title, NodeId to, std::string port, std::string kerasClass, Config config,
                 Stage stage)
{
    return {std::move(title),
            [to, port = std::move(port), kerasClass = std::move(kerasClass),
             config = std::move(config), stage](const Document& document) {
                return inserted(document, to, port, kerasClass, config, stage);
            },
            {}};
}

Fix remove(Message title, NodeId node)
{
    return {std::move(title),
            [node](const Document& document) {
                return edits::removeAndReconnect(document, std::array{node});
            },
            {}};
}

Fix setParam(Message title, LayerId layer, std::string key, Config value)
{
    return {std::move(title),
            [layer, key = std::move(key), value = std::move(value)](const Document& document) {
                return edits::setParam(document, layer, key, value);
            },
            {}};
}

Fix setStage(Message title, NodeId node, Stage stage)
{
    return {
        std::move(title),
        [node, stage](const Document& document) { return edits::setStage(document, node, stage); },
        {}};
}

Fix connect(Message title, PortRef from, NodeId to, std::string port)
{
    return {std::move(title),
            [from, to, port = std::move(port)](const Document& document) {
                return edits::connect(document, from, to, port);
            },
            {}};
}

} // namespace lb::fixes
