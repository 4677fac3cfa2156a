#pragma once

#include "core/graph/analysis.h"

namespace lb {

struct LintContext {
    const Document& document;
    const Facts& facts;
    const LayerRegistry& registry;
    Phase phase;
};

/// Adds what looks wrong although it can be computed, and the ways out of every problem; sorts.
void addLints(const LintContext& context, Analysis& analysis);

} // namespace lb
