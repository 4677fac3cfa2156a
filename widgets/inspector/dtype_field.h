#pragma once

#include "core/layers/layer.h"

namespace lb {

/// The fields of a layer and, where Keras gives it one, that of its dtype policy: a choice of those that
/// it is computed with. What a project cannot train is a problem of the node, which says why.
std::vector<ParamSpec> fieldsWithDtype(const LayerType& type);
/// The values for them: a policy that is written as an object goes by its name.
Config valuesWithDtype(const Config& config);

} // namespace lb
