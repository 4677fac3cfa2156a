#pragma once

#include "core/interop/keras/keras_archive.h"

namespace lb {

/// Where a layer's variables stand in the weights file.
struct KerasPlace {
    LayerId layer;
    std::string path; ///< "layers/sequential/layers/conv2d_1/vars"
};

/// The graph of a config.json.
struct KerasGraph {
    Document document; ///< Source -> Batch -> layers -> Output; layers carry Keras' names
    std::vector<Column> inputs; ///< the Source's columns
    std::vector<KerasPlace> places; ///< in Keras' order
};

/// Reads a Sequential or Functional, and such models within it as bodies: those with one input,
/// each with one output. `ids` are those that layers had before, by Keras name.
/// Errors: those of readKerasLayer(); BadFile, Unsupported, TooLarge.
Result<KerasGraph> readKerasGraph(const Config& root, const LayerRegistry& registry,
                                  const std::map<std::string, LayerId, std::less<>>& ids,
                                  const Limits& limits);

} // namespace lb
