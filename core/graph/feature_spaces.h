#pragma once

#include "core/graph/document.h"

namespace lb {

/// Whether `node` calls a FeatureSpace.
bool isFeatureSpace(const Document& document, const Node& node);

/// Whether withOpenSpace() has what it needs; quick, however much was learned. Errors: what stands in
/// the way and what to do.
Result<> mayOpenSpace(const Document& document, NodeId node);

/// The document with a FeatureSpace's layers in its place, in a frame with its name: a layer a
/// feature, crosses, encodings and what joins them, with what they learned and with wires to where it
/// was used. The same numbers; how many categories there are stands in the encodings from then on.
/// What stood in their place makes room: in its row to the right, below it downwards.
/// Errors: NotFound (no such node, a column without a wire), BadParameter (its parameters; a lookup
/// that has learned nothing, so that nobody knows how many categories there are).
Result<Document> withOpenSpace(const Document& document, NodeId node);

/// All FeatureSpaces of the root body opened: what Keras has no layer for within a model.
Result<Document> withOpenSpaces(const Document& document);

} // namespace lb
