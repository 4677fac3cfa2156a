#include "core/graph/fixes.h"

#include "core/graph/batch_moves.h"
#include "core/graph/edits.h"

#include <algorithm>

namespace lb::fixes {
namespace {

Result<Document> inserted(const Document& document, NodeId to, const std::string& port,
                          const std::string& kerasClass, const Config& config, Stage stage)
{
    const Node* target = document.node(to);
    if (!target)
        return Error{ErrorCode::NotFound, "", LB_TR("Error", "the node is not in the project")};
    LB_TRY(added, edits::addLayer(document, document.bodyOf(to)->id, kerasClass, config, stage,
                                  target->at));
    LB_TRY(wired, edits::insertIntoWire(added.document, added.node, to, port));
    return edits::makeRoom(wired, added.node);
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

Fix acrossBatch(Message title, NodeId node, Stage to, std::set<NodeId> trained)
{
    return {std::move(title),
            [node, to, trained = std::move(trained)](const Document& document) -> Result<Document> {
                LB_TRY(moved, edits::moveAcrossBatch(document, std::array{node}, to, trained));
                return std::move(moved.document);
            },
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
