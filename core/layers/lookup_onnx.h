#pragma once

#include "core/interop/onnx/onnx_node.h"
#include "core/layers/index_lookup.h"

/// ONNX recipes of what looks tokens up, with the operators of opset 20 and ai.onnx.ml 3.
namespace lb::lookup_onnx {

/// Ids of the tokens in `x` (their dtype: the lookup's): int64, and the length of the code where a
/// token leaves no trace. Strings that are spread over several ids: see hash_onnx.h. Errors:
/// Unsupported (no id for what is unknown).
template <typename Token>
Result<std::string> ids(OnnxNode& node, const std::string& x, const Lookup<Token>& lookup);

/// Codes of such ids, which have the shape `shape`. Errors: Unsupported (more than two axes).
template <typename Token>
Result<std::string> codes(OnnxNode& node, const std::string& ids, const Shape& shape,
                          const Lookup<Token>& lookup);

/// Codes of ids 0 .. `depth`, of which the last leaves no trace: int64, tf_idf counts. Errors: as codes().
Result<std::string> codesOf(OnnxNode& node, const std::string& ids, const Shape& shape,
                            OutputMode mode, std::int64_t depth);

/// The way back. Errors: none today.
template <typename Token>
std::string tokens(OnnxNode& node, const std::string& ids, const Lookup<Token>& lookup);

/// Every `what` in the strings [N] of `x` becomes `by`, byte for byte.
std::string replaced(OnnxNode& node, const std::string& x, const std::string& what,
                     const std::string& by);

} // namespace lb::lookup_onnx
