#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"
#include "core/support/result.h"
#include "core/tensor/spec.h"

namespace lb {

/// `document` with the host work that its model begins with in the input pipeline: layers that take
/// or give strings, or look values up, and that only the batch feeds, or layers like them. They
/// compute and draw the same there, on the pipeline's workers and exactly, while a plan of the model
/// holds float32 and no strings. The stage that a project shows stays what its own document says.
/// A group goes as a whole, unless one of its layers has weights. `columns`: the source's, batch in
/// front.
Document withHostWorkAhead(const Document& document, const LayerRegistry& registry,
                           std::span<const Spec> columns, Phase phase);

/// Why strings that `value` of boundaries() gives are refused: it names the first that takes them.
Error stringsAt(const Document& document, const PortRef& value);

} // namespace lb
