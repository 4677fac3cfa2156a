#pragma once

#include "core/layers/random_layer.h"

namespace lb {

using TableColumns = std::map<std::string, Tensor, std::less<>>;

/// Whether JSON is a table, {"age": [22, 38], "sex": ["male", "female"]}, and no tensor.
bool isTable(const Config& json);
/// Errors: those of tensorOf(), with the column's name.
Result<TableColumns> tableColumns(const Config& json);

/// The columns that a layer is called on, in its order; others are left out.
/// Errors: NotFound (one that lacks), BadParameter (a layer that is not called on columns).
Result<std::vector<Tensor>> tableInputs(const LayerType& type, const Config& config,
                                        const TableColumns& table);

/// Several outputs of such a layer as JSON, by their names; null for any other answer.
Config tableOfResults(const LayerType& type, const Config& config, std::span<const Tensor> outputs);

/// What a layer learns from a table, as Keras' FeatureSpace.adapt() takes it: a few rows at a time.
/// Errors: as tableInputs(); BadShape if the columns are not equally long.
Result<StateHandle> learnedFromTable(const AdaptableLayerType& type, const Config& config,
                                     const TableColumns& table);

} // namespace lb
