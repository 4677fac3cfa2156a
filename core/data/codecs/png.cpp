#include "core/data/codecs/codec_module.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <libdeflate.h>

namespace lb::codecs {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);

std::uint32_t bigEndian(const std::uint8_t* at)
{
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

/// The compressed pixels and what the header says of them.
struct Picture {
    std::vector<std::uint8_t> packed;
    std::size_t channels = 0;
};

/// Eight bits a channel, not interlaced, without a palette: nearly all pictures. Else no channels.
Picture pictureOf(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::size_t header = 8 + 8 + 13 + 4;
    Picture picture;
    if (size < header || std::memcmp(bytes, kSignature.data(), kSignature.size()) != 0
        || std::memcmp(bytes + 12, "IHDR", 4) != 0)
        return {};
    const std::uint8_t* about = bytes + 24; // depth, colour, compression, filter, interlace
    const bool plain = about[0] == 8 && about[2] == 0 && about[3] == 0 && about[4] == 0;
    switch (about[1]) {
    case 0:
        picture.channels = 1;
        break;
    case 2:
        picture.channels = 3;
        break;
    case 4:
        picture.channels = 2;
        break;
    case 6:
        picture.channels = 4;
        break;
    default:
        break;
    }
    if (!plain || picture.channels == 0)
        return {};
    for (std::size_t at = header; size - at >= 12;) {
        const std::size_t length = bigEndian(bytes + at);
        if (length > size - at - 12)
            return {};
        if (std::memcmp(bytes + at + 4, "IDAT", 4) == 0)
            picture.packed.insert(picture.packed.end(), bytes + at + 8, bytes + at + 8 + length);
        at += length + 12;
        if (at > size)
            return {};
    }
    return picture;
}

/// What lies left, above, and left above: whichever is nearest to left + above - corner.
int paeth(int left, int above, int corner)
{
    const int toLeft = std::abs(above - corner), toAbove = std::abs(left - corner);
    const int toCorner = std::abs(left + above - 2 * corner);
    const int nearer = toAbove <= toCorner ? above : corner;
    return toLeft <= toAbove && toLeft <= toCorner ? left : nearer;
}

enum Filter : std::uint8_t { None, Sub, Up, Average, Paeth };

/// Undoes a line's filter; `above` is the line before, undone. The pixel on the left is kept in
/// registers: reading it from memory again would wait for it to be written.
template <std::size_t kChannels>
bool unfilter(std::uint8_t filter, const std::uint8_t* above, std::uint8_t* line, std::size_t count)
{
    int left[kChannels] = {}, corner[kChannels] = {};
    const auto each = [&](auto&& predicted) {
        for (std::size_t i = 0; i < count; i += kChannels)
            for (std::size_t c = 0; c < kChannels; ++c) {
                const int up = above[i + c];
                left[c] = (line[i + c] + predicted(left[c], up, corner[c])) & 0xFF;
                corner[c] = up;
                line[i + c] = static_cast<std::uint8_t>(left[c]);
            }
    };
    switch (filter) {
    case None:
        return true;
    case Sub:
        each([](int a, int, int) { return a; });
        return true;
    case Up:
        for (std::size_t i = 0; i < count; ++i)
            line[i] = static_cast<std::uint8_t>(line[i] + above[i]);
        return true;
    case Average:
        each([](int a, int b, int) { return (a + b) / 2; });
        return true;
    case Paeth:
        each([](int a, int b, int c) { return paeth(a, b, c); });
        return true;
    default:
        return false;
    }
}

template <std::size_t kChannels>
bool unpacked(std::vector<std::uint8_t>& lines, std::size_t height, std::size_t width,
              std::uint8_t* pixels)
{
    const std::size_t count = width * kChannels;
    const std::vector<std::uint8_t> nothing(count, 0);
    const std::uint8_t* above = nothing.data();
    for (std::size_t y = 0; y < height; ++y) {
        std::uint8_t* line = lines.data() + y * (count + 1);
        if (!unfilter<kChannels>(*line, above, line + 1, count))
            return false;
        above = ++line;
        if constexpr (kChannels == 3)
            pixels = std::copy_n(line, count, pixels);
        else
            for (std::size_t x = 0; x < width; ++x, line += kChannels)
                for (std::size_t c = 0; c < 3; ++c) // grey is repeated, alpha dropped
                    *pixels++ = line[kChannels < 3 ? 0 : c];
    }
    return true;
}

} // namespace

bool decodePng(const std::uint8_t* bytes, std::size_t size, std::int64_t height,
               std::int64_t width, std::uint8_t* pixels)
{
    const Picture picture = pictureOf(bytes, size);
    if (picture.channels == 0 || picture.packed.empty())
        return false;
    const auto rows = static_cast<std::size_t>(height), columns = static_cast<std::size_t>(width);
    std::vector<std::uint8_t> lines(rows * (columns * picture.channels + 1));
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
        libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    if (!inflater
        || libdeflate_zlib_decompress(inflater.get(), picture.packed.data(), picture.packed.size(),
                                      lines.data(), lines.size(), nullptr)
            != LIBDEFLATE_SUCCESS)
        return false;
    switch (picture.channels) {
    case 1:
        return unpacked<1>(lines, rows, columns, pixels);
    case 2:
        return unpacked<2>(lines, rows, columns, pixels);
    case 3:
        return unpacked<3>(lines, rows, columns, pixels);
    default:
        return unpacked<4>(lines, rows, columns, pixels);
    }
}

} // namespace lb::codecs
