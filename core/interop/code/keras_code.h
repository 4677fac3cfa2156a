#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/tensor/column.h"

namespace lb {

enum class CodeLanguage : std::uint8_t { Python, R };

struct CodeRequest {
    CodeLanguage language = CodeLanguage::Python;
    std::string name = "model";
    std::vector<Column> inputs; ///< of raw rows, batch in front and kUnknown
};

/// A script that builds and compiles the same model with Keras 3 (Python) or keras3 (R): every layer
/// on the way from the source to the prediction, the random ones too, with the parameters that are
/// not Keras' defaults and what was adapted; groups are written out, and what Keras lacks of those
/// that are used by chance is a class in front. Weights are not in it.
/// Errors: those of flattened().
Result<std::string> kerasCode(const Document& document, const LayerRegistry& registry,
                              const CodeRequest& request);

} // namespace lb
