#pragma once

#include "core/interop/keras/keras_archive.h"
#include "core/interop/zip.h"

namespace lb {

/// Whether a config.json is what FeatureSpace.save() writes: the space alone, no model around it.
bool isKerasFeatureSpace(const Config& root);

/// Reads it as Source -> FeatureSpace -> Batch -> Output, with what each feature learned; the model's
/// inputs are the columns, [rows, 1] each. `text` is the config.json of `root`: Keras numbers the
/// places of layers by the order in which it names them. Errors: those of readKerasArchive();
/// Unsupported for output_mode dict, which gives several values.
Result<KerasModel> readKerasFeatureSpace(const ZipReader& zip, const Config& root,
                                         const std::string& text, const LayerRegistry& registry,
                                         const Limits& limits);

/// The FeatureSpace that is the whole model; null if there is more to it, or less.
const LayerDef* wholeFeatureSpace(const Document& document);

/// config.json, model.weights.h5 and vocabularies of such an archive. Errors: those of the layer's
/// parameters; BadParameter if it never learned; NotFound without layerbench-hdf5.
Result<std::map<std::string, std::string>> kerasFeatureSpaceMembers(const LayerDef& space);

} // namespace lb
