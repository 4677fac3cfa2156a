#include "core/support/written_value.h"

#include "core/support/json.h"

namespace lb {

std::string writtenValue(const Config& value)
{
    constexpr std::size_t kShown = 60;
    std::string written = writeJson(value, JsonStyle::Compact);
    if (written.size() > kShown) {
        std::size_t end = kShown;
        while (end > 0 && (static_cast<unsigned char>(written[end]) & 0xC0) == 0x80)
            --end; // not within a letter
        written = written.substr(0, end) + "...";
    }
    return written;
}

} // namespace lb
