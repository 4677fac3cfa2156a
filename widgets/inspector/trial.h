#pragma once

#include "core/layers/layer.h"
#include "core/preview/preview.h"

#include <QString>

namespace lb {

/// What somebody set for one layer.
struct Trial {
    enum Kind : int { Numbers, Text, Image }; ///< as the buttons stand
    QString input, adapt;
    Kind kind = Numbers;
    bool training = true;
    std::int64_t seed = 1;
};

/// What a layer is first tried with: what comes to its node where that is small, else what its
/// examples take; images and texts for layers of those.
Trial startingTrial(const LayerType& type, const std::vector<Spec>& wired);

/// The pinned image as a batch of one, made small: a try takes the reference path.
Tensor imageBatch(const PreviewSample& sample);

} // namespace lb
