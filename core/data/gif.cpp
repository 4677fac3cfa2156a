#include "core/data/gif.h"

#include "core/data/byte_view.h"

#include <array>

namespace lb {
namespace {

constexpr std::size_t kMostCodes = 4'096;

/// Where the first picture lies on the screen, and how it is written.
struct Frame {
    std::int64_t left = 0, top = 0, width = 0, height = 0;
    bool interlaced = false;
    std::size_t colours = 0, colourCount = 0; ///< offset and length of the colour table
    int codeBits = 0;
    std::string codes; ///< the sub-blocks, joined
};

std::size_t tableBytes(std::uint8_t flags)
{
    return flags & 0x80 ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

/// Joins sub-blocks from `at`; false if the file ends before they do.
bool joinBlocks(std::string_view bytes, std::size_t& at, std::string* into)
{
    while (at < bytes.size()) {
        const std::size_t length = static_cast<std::uint8_t>(bytes[at++]);
        if (length == 0)
            return true;
        if (length > bytes.size() - at)
            return false;
        if (into)
            into->append(bytes.substr(at, length));
        at += length;
    }
    return false;
}

bool readFrame(std::string_view bytes, Frame& frame)
{
    const ByteView view(bytes);
    frame.colours = 13;
    frame.colourCount = tableBytes(view.u8(10)) / 3;
    std::size_t at = 13 + tableBytes(view.u8(10));
    while (view.u8(at) == '!') { // extensions: none changes the first picture's colours
        at += 2;
        if (!joinBlocks(bytes, at, nullptr))
            return false;
    }
    if (view.u8(at) != ',' || !view.has(at, 11))
        return false;
    frame.left = view.u16(at + 1);
    frame.top = view.u16(at + 3);
    frame.width = view.u16(at + 5);
    frame.height = view.u16(at + 7);
    const std::uint8_t flags = view.u8(at + 9);
    frame.interlaced = flags & 0x40;
    at += 10;
    if (flags & 0x80) {
        frame.colours = at;
        frame.colourCount = tableBytes(flags) / 3;
        at += tableBytes(flags);
    }
    frame.codeBits = view.u8(at++);
    return view.has(frame.colours, 3 * frame.colourCount) && frame.colourCount > 0
        && frame.codeBits >= 1 && frame.codeBits <= 8 && joinBlocks(bytes, at, &frame.codes);
}

/// Undoes LZW into `out`, which holds one index a pixel; false if it is not filled.
bool unpack(const Frame& frame, std::string& out)
{
    std::array<std::uint16_t, kMostCodes> prefix;
    std::array<std::uint8_t, kMostCodes> last;
    std::array<std::uint8_t, kMostCodes> word;
    const std::uint32_t clear = 1u << frame.codeBits;
    std::uint32_t next = clear + 2, buffer = 0, before = kMostCodes;
    int bits = frame.codeBits + 1, held = 0;
    std::uint8_t first = 0;
    std::size_t at = 0, filled = 0;
    while (filled < out.size()) {
        while (held < bits) {
            if (at == frame.codes.size())
                return false;
            buffer |= std::uint32_t{static_cast<std::uint8_t>(frame.codes[at++])} << held;
            held += 8;
        }
        std::uint32_t code = buffer & ((1u << bits) - 1);
        buffer >>= bits;
        held -= bits;
        if (code == clear) {
            next = clear + 2;
            bits = frame.codeBits + 1;
            before = kMostCodes;
            continue;
        }
        if (code == clear + 1 || code > next || (code == next && before == kMostCodes))
            return false;
        const std::uint32_t wanted = code;
        std::size_t length = 0;
        if (code == next) { // the word that is being defined: the one before and its own first
            word[length++] = first;
            code = before;
        }
        for (; code > clear && length < kMostCodes; code = prefix[code])
            word[length++] = last[code];
        if (code >= clear || length == kMostCodes)
            return false;
        first = static_cast<std::uint8_t>(code);
        word[length++] = first;
        while (length > 0 && filled < out.size())
            out[filled++] = static_cast<char>(word[--length]);
        if (before != kMostCodes && next < kMostCodes) {
            prefix[next] = static_cast<std::uint16_t>(before);
            last[next] = first;
            if (++next == 1u << bits && bits < 12)
                ++bits;
        }
        before = wanted;
    }
    return true;
}

/// The row that is the `index`th in the file.
std::int64_t interlacedRow(std::int64_t index, std::int64_t height)
{
    constexpr std::array<std::array<std::int64_t, 2>, 4> kPasses{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    for (const auto& [start, step] : kPasses) {
        const std::int64_t rows = start < height ? (height - start + step - 1) / step : 0;
        if (index < rows)
            return start + index * step;
        index -= rows;
    }
    return height - 1;
}

} // namespace

Result<Tensor> decodeGif(const ImageHeader& header, std::string_view bytes)
{
    const Error broken{ErrorCode::BadFile, "",
                       LB_TR("Error", "is a broken GIF; fetch it again or save it as a PNG")};
    Frame frame;
    if (!readFrame(bytes, frame) || frame.left + frame.width > header.width
        || frame.top + frame.height > header.height)
        return broken;
    std::string indices(static_cast<std::size_t>(frame.width * frame.height), '\0');
    if (!unpack(frame, indices))
        return broken;
    return Tensor::make<std::uint8_t>(
        {header.height, header.width, 3}, [&](std::span<std::uint8_t> out) {
            for (std::int64_t row = 0; row < frame.height; ++row) {
                const std::int64_t y
                    = frame.top + (frame.interlaced ? interlacedRow(row, frame.height) : row);
                for (std::int64_t x = 0; x < frame.width; ++x) {
                    const auto index = static_cast<std::uint8_t>(
                        indices[static_cast<std::size_t>(row * frame.width + x)]);
                    const std::size_t colour = std::min<std::size_t>(index, frame.colourCount - 1);
                    for (std::size_t c = 0; c < 3; ++c)
                        out[static_cast<std::size_t>((y * header.width + frame.left + x) * 3) + c]
                            = static_cast<std::uint8_t>(bytes[frame.colours + colour * 3 + c]);
                }
            }
        });
}

} // namespace lb
