#pragma once

#include "core/support/config.h"
#include "core/support/text.h"

#include <functional>
#include <string>
#include <vector>

namespace lb {

/// Describes one parameter to those who do not know the layer: inspector, files, search.
struct ParamSpec {
    std::string key; ///< Keras config name
    Message label;
    bool required = false;
    Config kerasDefault = {}; ///< what a missing key means; null if required
    Config initial = {}; ///< what a new node gets
    Config least = {}; ///< Keras refuses less; null if Keras refuses nothing
    Config sliderFrom = {}, sliderTo = {}; ///< comfortable range, never a refusal; null if none
    std::vector<std::string> choices = {};
    std::function<bool(const Config&)> applies = {}; ///< empty: always
};

} // namespace lb
