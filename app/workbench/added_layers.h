#pragma once

#include "core/graph/edits.h"

#include <QString>

#include <functional>

namespace lb {

class Session;

/// Edits that belong to one step: each begins with what the one before it made.
class Steps {
public:
    explicit Steps(const Document& document)
        : m_document(document)
    {
    }
    template <typename Edit> Steps& then(Edit&& edit)
    {
        if (m_document.ok())
            m_document = edit(std::as_const(m_document.value()));
        return *this;
    }
    Result<Document> result() { return std::move(m_document); }

private:
    Result<Document> m_document;
};

/// Source, Batch, Input and Output: what flows begin and end with.
bool isFlow(const std::string& kerasClass);

/// Errors: BadParameter, with the way out, for a layer that has to learn before it works and has
/// not: adapting does not look into groups.
Result<> mayStandInGroup(const Session& session, const LayerDef& layer);

/// Adds a layer; `wire` joins it in the same step. Selects it.
bool addLayer(Session& session, const QString& kerasClass, Stage stage, Point at,
         const std::function<Result<Document>(const Document&, NodeId)>& wire = {});

} // namespace lb
