#pragma once

/// Measures of a contact sheet, in device-independent pixels.
namespace lb::sheet {

inline constexpr int kLeft = 16;
inline constexpr int kNames = 107; ///< width of the column of names
inline constexpr int kHead = 22;
inline constexpr int kGap = 14; ///< between cells, at least
inline constexpr int kCaption = 18;

} // namespace lb::sheet
