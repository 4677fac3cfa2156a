#pragma once

#include "core/graph/document.h"
#include "core/interop/keras/model_order.h"

namespace lb {

/// Names that Keras accepts for layers, unique, parallel to KerasOrder::layers.
/// Of several inputs each has its own name, the only one is Keras' input_layer.
std::vector<std::string> kerasLayerNames(const Document& document, const KerasOrder& order,
                                         std::span<const Column> inputs);

/// What config.json says, apart from how the model is compiled.
struct KerasModelDescription {
    const Document* document = nullptr;
    const FlatModel* model = nullptr;
    const KerasOrder* order = nullptr;
    std::vector<std::string> names; ///< kerasLayerNames()
    std::string name; ///< of the model
    std::vector<Column> inputs; ///< those of the request, batch in front
};

/// A Sequential where that is enough, else a Functional. Every key that the layer's fields know is
/// written, and no other: Keras refuses those. Source: Keras 3 `serialize_keras_object`,
/// `Functional.get_config`.
Config kerasModelConfig(const KerasModelDescription& description);

/// RandomShear writes a single factor f as [-f, f] and then refuses to read it: f again. The values
/// of other layers stay.
Config readableByKeras(std::string_view kerasClass, const Config& value);

} // namespace lb
