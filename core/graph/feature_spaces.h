#pragma once

#include "core/graph/document.h"

namespace lb {

/// Whether `node` calls a FeatureSpace.
bool isFeatureSpace(const Document& document, const Node& node);

/// The document with a FeatureSpace's layers in its place, in a frame with its name: a layer a
/// feature, crosses, encodings and what joins them, with what they learned and with wires to where it
/// was used. The same numbers; how many categories there are stands in the encodings from then on.
/// Errors: NotFound (no such node, a column without a wire), BadParameter (its parameters; a lookup
/// that has learned nothing, so that nobody knows how many categories there are).
Result<Document> withOpenSpace(const Document& document, NodeId node);

/// All FeatureSpaces of the root body opened: what Keras has no layer for within a model.
Result<Document> withOpenSpaces(const Document& document);

} // namespace lb
