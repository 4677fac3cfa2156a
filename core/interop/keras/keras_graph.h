#pragma once

#include "core/interop/keras/keras_archive.h"

namespace lb {

/// The graph of a config.json.
struct KerasGraph {
    Document document; ///< Source -> Batch -> layers -> Output; layers carry Keras' names
    Spec input;
    bool functional = false;
};

/// Reads a Sequential or Functional: one input, one output. `module` is never looked up: a class
/// is one of the registry's or refused. An option that no field of a layer knows is refused unless
/// it says what Keras does without it. `ids` are those that layers had before, by Keras name.
/// Errors: BadFile, UnknownLayer, Unsupported, TooLarge; with the layer's name.
Result<KerasGraph> readKerasGraph(const Config& root, const LayerRegistry& registry,
                                  const std::map<std::string, LayerId, std::less<>>& ids,
                                  const Limits& limits);

} // namespace lb
