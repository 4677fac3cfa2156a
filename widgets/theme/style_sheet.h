#pragma once

#include <QString>

namespace lb {

struct Theme;

/// The application's style sheet, filled from the tokens. Widgets choose a look by a dynamic
/// property set before they are shown:
/// `look` = "primary" (the one accent button), "danger", "flat" (no border), "segment" (buttons of
/// one choice, checkable), "chip"; on labels: "hint", "caption", "mono", "title", "figure";
/// on frames: "card", "field", "warn", "error", "ok", "trainOnly"; on any: "panel", "canvas".
QString styleSheet(const Theme& theme);

} // namespace lb
