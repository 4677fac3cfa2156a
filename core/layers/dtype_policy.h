#pragma once

#include "core/support/config.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

class LayerType;

/// What a layer computes in and what it keeps its weights in. Source: Keras 3 `DTypePolicy`.
struct DTypePolicy {
    DType compute = DType::Float32;
    DType variable = DType::Float32; ///< the wider one in mixed policies

    bool operator==(const DTypePolicy&) const = default;
};

/// The name of the policy in a layer's config, as Keras writes it: a name, or {"class_name":
/// "DTypePolicy", "config": {"name": ...}}; nothing where none is named.
/// Errors: Unsupported at "dtype" if it is neither.
Result<std::optional<std::string>> policyName(const Config& config);
std::optional<DTypePolicy> policyNamed(std::string_view name); ///< nothing: not known here
/// The policy that `config` names, else `otherwise`. Errors: Unsupported at "dtype".
Result<DTypePolicy> policyOf(const Config& config, const DTypePolicy& otherwise = {});

/// Whether the layer is computed in the policy that its config names.
/// Errors: Unsupported at "dtype", with the policies that are.
Result<> checkPolicy(const LayerType& layer, const Config& config);
/// The same of a layer in a project, which computes in float32: layers that prepare data may round
/// to 16 bits, those of a model are trained in float32 only.
Result<> checkProjectPolicy(const LayerType& layer, const Config& config);

Error float64InProject(); ///< plans compute in float32
/// The error of a layer that TensorFlow's Keras has no kernel for in `dtype`.
Error notComputedIn(DType dtype);

} // namespace lb
