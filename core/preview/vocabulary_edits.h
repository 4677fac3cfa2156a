#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"

namespace lb {

/// Changes a learned vocabulary by hand; `id` is a token's place with the special ones in front.
/// Nothing here changes a token's id. Any thread.
/// Errors: BadParameter (a special token, an id that is not there, an empty token, one that is
/// there already or stands for something special, no whole number where the tokens are numbers);
/// Unsupported (a layer without a vocabulary, or one that was given it in its parameters).

/// Pinned tokens stay in the vocabulary when it is learned again, whatever their count.
Result<StateHandle> withTokenPinned(const LayerDef& layer, const LayerRegistry& registry,
                                    std::size_t id, bool pinned);
/// Another spelling in the place of a token. It is pinned, else the next adapt would lose it; it
/// keeps the counts of the old one until then.
Result<StateHandle> withTokenRenamed(const LayerDef& layer, const LayerRegistry& registry,
                                     std::size_t id, const std::string& token);

/// `after`, with those of the pins of `before` whose tokens it has: for a vocabulary that comes from
/// somewhere else. No errors: a state without pins gives none.
StateHandle withPinsOf(const StateHandle& before, const StateHandle& after);

} // namespace lb
