#pragma once

#include "core/graph/document.h"
#include "core/interop/keras/keras_archive.h"
#include "core/interop/keras/model_order.h"
#include "core/layers/vocabulary_layer.h"

namespace lb {

/// One layer's group in `model.weights.h5`.
struct KerasVariables {
    std::string path; ///< "layers/conv2d_1/vars"
    std::string name; ///< the layer's Keras name
    LayerId layer; ///< 0 for the input and for casts, which have no weights
    std::vector<Shape> shapes;
    std::vector<std::size_t> trainable; ///< which of them
    const AdaptableLayerType* learns = nullptr; ///< the weights are what it was adapted to
    const VocabularyLayerType* lookup = nullptr; ///< the only weight, if any, is idf_weights
    std::string dataset = {}; ///< of an only weight with a name
    std::string inner = {}; ///< a second group that Keras looks for: of the lookup in a TextVectorization
};

/// Every layer's group, in Keras' order; `names` is parallel to it. A Functional counts its input
/// among the layers. Errors: those of the layers' parameters, BadShape.
Result<std::vector<KerasVariables>> kerasVariables(const FlatModel& model, const KerasOrder& order,
                                                   const std::vector<std::string>& names,
                                                   bool functional);

/// The same for a model that was read, from where a file has each layer's group.
struct KerasPlace;
Result<std::vector<KerasVariables>> kerasVariables(const FlatModel& model,
                                                   const Document& document,
                                                   const std::vector<KerasPlace>& places);

/// What stands in them. Errors: BadShape, BadParameter (never adapted), naming the layer.
Result<std::vector<std::vector<Tensor>>> kerasValues(const Document& document,
                                                     const std::vector<KerasVariables>& variables,
                                                     const LayerWeights& weights);

} // namespace lb
