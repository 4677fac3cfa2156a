#pragma once

#include "core/graph/edits.h"
#include "core/graph/flow.h"

#include <stdexcept>

namespace lb::test {

/// Builds documents from nothing but edits; an edit that fails ends the test.
class Builder {
public:
    Document document = emptyDocument();

    template <typename T> static T must(Result<T> result)
    {
        if (!result.ok())
            throw std::runtime_error(english(result.error().message));
        return std::move(result.value());
    }
    NodeId add(std::string_view kerasClass, Config config = ConfigObject{},
               Stage stage = Stage::Model)
    {
        auto added = must(edits::addLayer(document, document.root().id, kerasClass,
                                          std::move(config), stage, {m_x += 240, 80}));
        document = std::move(added.document);
        return added.node;
    }
    /// A layer behind `from`.
    NodeId after(NodeId from, std::string_view kerasClass, Config config = ConfigObject{},
                 Stage stage = Stage::Model)
    {
        const NodeId node = add(kerasClass, std::move(config), stage);
        wire({from, 0}, node);
        return node;
    }
    void wire(PortRef from, NodeId to, std::string port = {})
    {
        document = must(edits::connect(document, from, to, std::move(port)));
    }
    NodeId source()
    {
        return add(flow::kSource,
                   ConfigObject{{"kind", "drawn_shapes"}, {"count", 64}, {"seed", 1}},
                   Stage::Pipeline);
    }
    /// The end: prediction and label.
    NodeId output(NodeId prediction, NodeId source)
    {
        const NodeId node = after(prediction, flow::kOutput);
        wire({source, 1}, node, std::string(flow::kLabelPort));
        return node;
    }

private:
    double m_x = -200;
};

} // namespace lb::test
