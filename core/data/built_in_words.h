#pragma once

#include <span>
#include <string_view>

/// The words and patterns of the built-in sentences. In a pattern, $kind stands for a word of that
/// kind, $model for a made-up model name and $number for a number.
namespace lb::words {

using List = std::span<const std::string_view>;

List of(std::string_view kind); ///< thing, part, person, place, time, good, bad, ..
List praises();
List complaints();
List praiseEnds();
List complaintEnds();
List openings();

} // namespace lb::words
