#pragma once

#include "core/interop/hdf5/hdf5_file.h"
#include "core/interop/keras/keras_variables.h"

namespace lb {

/// How a recipe says that the model is compiled, as Keras serialises it.
Config kerasCompileConfig(const Recipe& recipe);
/// Takes from a compile_config what a recipe can say; the rest stays as it is in the recipe.
void takeCompileConfig(const Config& compile, Recipe& recipe);

std::string kerasOptimizerClass(const Recipe& recipe); ///< "Adam"; "" if it says nothing
/// Whether the optimizer's slots have a place that is known here.
bool kerasKeepsSlots(const Recipe& recipe);
/// The group of the optimizer's variables: iterations, learning rate, slots in Keras' order.
/// Errors: Unsupported (an optimizer whose slots are not known), BadShape.
Result<Hdf5Group> kerasOptimizerGroup(const Recipe& recipe, const KerasOptimizerState& state,
                                      const std::vector<KerasVariables>& variables);
/// What it would hold in a file; nothing for an optimizer that is not known.
std::optional<Hdf5Wanted> kerasOptimizerWanted(const Recipe& recipe,
                                               const std::vector<KerasVariables>& variables);
/// `values` are in the order of what was wanted.
KerasOptimizerState kerasOptimizerState(const Recipe& recipe, const std::vector<Tensor>& values,
                                        const std::vector<KerasVariables>& variables);

} // namespace lb
