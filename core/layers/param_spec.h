#pragma once

#include "core/support/config.h"
#include "core/support/text.h"

#include <functional>
#include <string>
#include <vector>

namespace lb {

/// How a person edits a parameter. `ParamSpec::nullable` says whether null ("none") is a value too.
enum class ParamKind : std::uint8_t {
    Bool,
    Integer,
    Real,
    Choice, ///< one of `choices`
    Range, ///< f or [low, high]; f means [max(-|f|, least), |f|]
    Pair, ///< two numbers [a, b]; where `scalarPair` holds, n is the same as [n, n]
    Text,
    Initializer, ///< Keras class name or {class_name, config}; the names are in `choices`
    Activation, ///< Keras name or {class_name, config}; the names are in `choices`
    List, ///< numbers: [1, 2, 3]
    NumberOrList, ///< one number, or one for each channel
    Seed, ///< null: Keras draws a seed
    Any, ///< shown as JSON
};

/// Describes one parameter to those who do not know the layer: inspector, files, search.
struct ParamSpec {
    std::string key; ///< Keras config name
    Message label;
    ParamKind kind = ParamKind::Any;
    Message help = Text{"Layer", ""}; ///< a sentence for the tool tip; may be empty
    bool required = false;
    bool nullable = false;
    bool integral = false; ///< the numbers of a Range, Pair or List are integers
    bool scalarPair = false; ///< Pair: one number n stands for [n, n]
    bool advanced = false; ///< belongs behind "More"
    Config kerasDefault = {}; ///< what a missing key means; null if required
    Config initial = {}; ///< what a new node gets
    Config least = {}, most = {}; ///< Keras refuses what is beyond; null if it refuses nothing
    Config sliderFrom = {}, sliderTo = {}; ///< comfortable range, never a refusal; null if none
    std::vector<std::string> choices = {};
    std::function<bool(const Config&)> applies = {}; ///< empty: always
};

} // namespace lb
