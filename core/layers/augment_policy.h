#pragma once

#include "core/kernels/warp.h"
#include "core/layers/nested_layer.h"

namespace lb {

/// What the layers that RandAugment and AugMix choose from are set to.
struct AugmentPolicy {
    std::array<double, 2> factor{}; ///< both ends
    std::array<double, 2> valueRange{0, 255};
    kernels::Sampling interpolation = kernels::Sampling::Bilinear;
    DataFormat dataFormat = DataFormat::ChannelsLast;
};

/// One of those layers, by Keras' name in a transformation ("random_shear"), with its settings.
/// Errors: UnknownLayer; BadParameter where that layer refuses the factor.
Result<NestedLayer> policyLayer(std::string_view name, const std::string& prefix,
                                const AugmentPolicy& policy);

} // namespace lb
