#include "core/data/image_header.h"

#include "core/data/byte_view.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace lb {
namespace {

using namespace std::string_view_literals;

struct Size {
    std::int64_t height = 0, width = 0;
    std::int64_t channels = 0; ///< where a format may have any number of them, else 0
};

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n"sv;

std::optional<ImageFormat> formatOf(std::string_view bytes)
{
    if (bytes.starts_with("\xff\xd8\xff"sv))
        return ImageFormat::Jpeg;
    if (bytes.starts_with(kPngSignature))
        return ImageFormat::Png;
    if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv))
        return ImageFormat::Gif;
    if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv))
        return ImageFormat::Webp;
    if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv))
        return ImageFormat::Tiff;
    if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6'
        && " \t\r\n#"sv.find(bytes[2]) != std::string_view::npos)
        return ImageFormat::Pnm;
    if (bytes.starts_with("BM"sv))
        return ImageFormat::Bmp;
    return std::nullopt;
}

/// Goes from marker to marker; over the compressed data to the next real marker.
/// Calls `visit(marker, offset of its length)` until it returns true; false: cut off or no JPEG.
template <typename Visit> bool walkJpeg(std::string_view bytes, Visit&& visit)
{
    const ByteView view(bytes, false);
    std::size_t at = 2;
    while (view.has(at, 2)) {
        if (view.u8(at) != 0xFF)
            return false;
        const std::uint32_t marker = view.u8(at + 1);
        if (marker == 0xFF) { // fill byte
            ++at;
            continue;
        }
        if (visit(marker, at + 2))
            return true;
        at += 2;
        if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8))
            continue;
        if (!view.has(at, 2) || view.u16(at) < 2)
            return false;
        at += view.u16(at);
        while (marker == 0xDA) { // data until a marker that is neither stuffing nor restart
            at = bytes.find('\xff', at);
            if (at == std::string_view::npos || !view.has(at, 2))
                return false;
            const std::uint32_t next = view.u8(at + 1);
            if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7))
                break;
            at += next == 0xFF ? 1 : 2;
        }
    }
    return false;
}

std::optional<Size> jpegSize(std::string_view bytes)
{
    const ByteView view(bytes, false);
    std::optional<Size> size;
    walkJpeg(bytes, [&](std::uint32_t marker, std::size_t at) {
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8
            && marker != 0xCC;
        if (frame && view.has(at, 8))
            size = {view.u16(at + 3), view.u16(at + 5)};
        return frame || marker == 0xD9 || marker == 0xDA;
    });
    return size;
}

std::optional<Size> pngSize(std::string_view bytes)
{
    const ByteView view(bytes, false);
    if (!view.has(16, 8) || bytes.substr(12, 4) != "IHDR"sv)
        return std::nullopt;
    return Size{view.u32(20), view.u32(16)};
}

std::optional<Size> bmpSize(std::string_view bytes)
{
    const ByteView view(bytes);
    if (!view.has(0, 26))
        return std::nullopt;
    if (view.u32(14) == 12) // OS/2
        return Size{view.u16(20), view.u16(18)};
    // A negative height says that the rows go downwards.
    const std::int64_t height = static_cast<std::int32_t>(view.u32(22));
    return Size{std::abs(height), static_cast<std::int32_t>(view.u32(18))};
}

std::optional<Size> webpSize(std::string_view bytes)
{
    const ByteView view(bytes);
    if (!view.has(0, 30))
        return std::nullopt;
    const std::string_view kind = bytes.substr(12, 4);
    if (kind == "VP8X"sv)
        return Size{std::int64_t{view.u24(27)} + 1, std::int64_t{view.u24(24)} + 1};
    if (kind == "VP8L"sv && view.u8(20) == 0x2F) {
        const std::uint32_t sizes = view.u32(21);
        return Size{(sizes >> 14 & 0x3FFF) + 1, (sizes & 0x3FFF) + 1};
    }
    if (kind == "VP8 "sv && view.u24(23) == 0x2A019D)
        return Size{view.u16(28) & 0x3FFF, view.u16(26) & 0x3FFF};
    return std::nullopt;
}

std::optional<Size> gifSize(std::string_view bytes)
{
    const ByteView view(bytes);
    if (!view.has(6, 4))
        return std::nullopt;
    return Size{view.u16(8), view.u16(6)};
}

std::optional<Size> tiffSize(std::string_view bytes)
{
    const ByteView view(bytes, bytes.front() == 'I');
    const std::size_t directory = view.u32(4);
    if (!view.has(directory, 2))
        return std::nullopt;
    Size size;
    for (std::size_t i = 0; i < view.u16(directory); ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (!view.has(entry, 12))
            return std::nullopt;
        const std::uint32_t tag = view.u16(entry);
        const std::int64_t value = view.u16(entry + 2) == 3 ? view.u16(entry + 8) //
                                                            : view.u32(entry + 8);
        if (tag == 256)
            size.width = value;
        else if (tag == 257)
            size.height = value;
        else if (tag == 277)
            size.channels = value;
    }
    return size;
}

/// A header of words with comments between them.
struct PnmHeader {
    std::int64_t width = 0, height = 0, most = 1;
    std::size_t data = 0; ///< where the pixels begin
};

std::optional<PnmHeader> pnmHeader(std::string_view bytes)
{
    PnmHeader header;
    std::size_t at = 2;
    const bool bits = bytes[1] == '1' || bytes[1] == '4';
    for (std::int64_t* number : {&header.width, &header.height, &header.most}) {
        if (number == &header.most && bits)
            break;
        while (at < bytes.size() && " \t\r\n#"sv.find(bytes[at]) != std::string_view::npos)
            at = bytes[at] == '#' ? std::min(bytes.find('\n', at), bytes.size()) : at + 1;
        const char* end = bytes.data() + bytes.size();
        const auto [next, problem] = std::from_chars(bytes.data() + at, end, *number);
        if (problem != std::errc() || next == end || *number > INT32_MAX)
            return std::nullopt;
        at = static_cast<std::size_t>(next - bytes.data());
    }
    header.data = at + 1;
    return header;
}

std::optional<Size> pnmSize(std::string_view bytes)
{
    const auto header = pnmHeader(bytes);
    return header ? std::optional(Size{header->height, header->width}) : std::nullopt;
}

std::optional<Size> sizeOfImage(ImageFormat format, std::string_view bytes)
{
    switch (format) {
    case ImageFormat::Jpeg:
        return jpegSize(bytes);
    case ImageFormat::Png:
        return pngSize(bytes);
    case ImageFormat::Bmp:
        return bmpSize(bytes);
    case ImageFormat::Webp:
        return webpSize(bytes);
    case ImageFormat::Gif:
        return gifSize(bytes);
    case ImageFormat::Tiff:
        return tiffSize(bytes);
    case ImageFormat::Pnm:
        break;
    }
    return pnmSize(bytes);
}

enum class Wholeness { Whole, CutOff, Damaged };

Wholeness wholenessOfPng(std::string_view bytes)
{
    const ByteView view(bytes, false);
    for (std::size_t at = kPngSignature.size(); view.has(at, 12);) {
        const std::size_t length = view.u32(at);
        if (!view.has(at + 12, length))
            return Wholeness::CutOff;
        if (pngChecksum(bytes.substr(at + 4, length + 4)) != view.u32(at + 8 + length))
            return Wholeness::Damaged;
        if (bytes.substr(at + 4, 4) == "IEND"sv)
            return Wholeness::Whole;
        at += length + 12;
    }
    return Wholeness::CutOff;
}

bool isWholeBmp(const ImageHeader& header, std::string_view bytes, std::int64_t fileSize)
{
    const ByteView view(bytes);
    const bool old = view.u32(14) == 12;
    const std::uint32_t compression = old ? 0 : view.u32(30);
    if (compression != 0 && compression != 3)
        return true; // run lengths: the decoder will see
    const std::int64_t bits = view.u16(old ? 24 : 28);
    const std::int64_t row = (header.width * bits + 31) / 32 * 4;
    return view.u32(10) + row * header.height <= fileSize;
}

bool isWholePnm(std::string_view bytes, std::int64_t fileSize)
{
    const auto header = pnmHeader(bytes);
    if (!header)
        return false;
    const std::int64_t samples = header->width * header->height * (header->most > 255 ? 2 : 1);
    const std::int64_t held = fileSize - static_cast<std::int64_t>(header->data);
    switch (bytes[1]) {
    case '4':
        return held >= (header->width + 7) / 8 * header->height;
    case '5':
        return held >= samples;
    case '6':
        return held >= 3 * samples;
    default:
        return true; // written in words: the decoder will see
    }
}

Wholeness wholenessOf(const ImageHeader& header, std::string_view bytes, std::int64_t fileSize)
{
    const auto wholeIf = [](bool whole) { return whole ? Wholeness::Whole : Wholeness::CutOff; };
    switch (header.format) {
    case ImageFormat::Jpeg:
        return wholeIf(walkJpeg(bytes, [](std::uint32_t marker, auto) { return marker == 0xD9; }));
    case ImageFormat::Png:
        return wholenessOfPng(bytes);
    case ImageFormat::Bmp:
        return wholeIf(isWholeBmp(header, bytes, fileSize));
    case ImageFormat::Webp:
        return wholeIf(std::int64_t{ByteView(bytes).u32(4)} + 8 <= fileSize);
    case ImageFormat::Pnm:
        return wholeIf(isWholePnm(bytes, fileSize));
    case ImageFormat::Gif:
    case ImageFormat::Tiff:
        break;
    }
    return Wholeness::Whole; // their decoders see it
}

} // namespace

// Eight bytes at once. Source: ISO 3309, polynomial 0xEDB88320; Intel's "slicing".
std::uint32_t pngChecksum(std::string_view bytes)
{
    using Table = std::array<std::uint32_t, 256>;
    static constexpr auto kTables = [] { // the sum of a byte with 0 to 7 zeros behind it
        std::array<Table, 8> tables{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t word = i;
            for (Table& table : tables) {
                for (int bit = 0; bit < 8; ++bit)
                    word = word & 1 ? 0xEDB88320u ^ (word >> 1) : word >> 1;
                table[i] = word;
            }
        }
        return tables;
    }();
    const auto byteAt = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i]));
    };
    std::uint32_t sum = 0xFFFFFFFFu;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        const std::uint32_t first = sum
            ^ (byteAt(at) | byteAt(at + 1) << 8 | byteAt(at + 2) << 16 | byteAt(at + 3) << 24);
        sum = kTables[7][first & 0xFF] ^ kTables[6][first >> 8 & 0xFF]
            ^ kTables[5][first >> 16 & 0xFF] ^ kTables[4][first >> 24]
            ^ kTables[3][byteAt(at + 4)] ^ kTables[2][byteAt(at + 5)]
            ^ kTables[1][byteAt(at + 6)] ^ kTables[0][byteAt(at + 7)];
    }
    for (; at < bytes.size(); ++at)
        sum = kTables[0][(sum ^ byteAt(at)) & 0xFF] ^ (sum >> 8);
    return ~sum;
}

std::string_view nameOf(ImageFormat format)
{
    static constexpr std::array kNames{"JPEG"sv, "PNG"sv,  "BMP"sv, "WebP"sv,
                                       "GIF"sv,  "TIFF"sv, "PNM"sv};
    return kNames[static_cast<std::size_t>(format)];
}

Result<ImageHeader> imageHeader(std::string_view bytes, const Limits& limits)
{
    const auto format = formatOf(bytes);
    if (!format)
        return Error{
            ErrorCode::Unsupported, "",
            LB_TR("Error",
                  "is no picture that can be read: JPEG, PNG, BMP, WebP, GIF, TIFF or PNM")};
    const auto size = sizeOfImage(*format, bytes);
    if (!size || size->height <= 0 || size->width <= 0)
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error", "is a broken %1: its header gives no size; fetch it again"),
                      {std::string(nameOf(*format))}}};
    if (size->height > limits.imagePixels / size->width)
        return Error{ErrorCode::TooLarge,
                     "",
                     {LB_TR("Error", "has %1 x %2 pixels; at most %3 are read, make it smaller"),
                      {size->width, size->height, limits.imagePixels}}};
    if (size->channels == 2 || size->channels > 4)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "has %1 channels; a picture is read with 1, 3 or 4: save it with "
                                     "these"),
                      {size->channels}}};
    return ImageHeader{*format, size->height, size->width};
}

Result<> checkWhole(const ImageHeader& header, std::string_view bytes, std::size_t fileSize)
{
    switch (wholenessOf(header, bytes, static_cast<std::int64_t>(fileSize))) {
    case Wholeness::Whole:
        break;
    case Wholeness::CutOff:
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error", "is a %1 that was cut off; fetch it again"),
                      {std::string(nameOf(header.format))}}};
    case Wholeness::Damaged:
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error",
                            "is a %1 that was damaged (its checksum is wrong); "
                            "fetch it again"),
                      {std::string(nameOf(header.format))}}};
    }
    return std::monostate{};
}

bool endsLikeItself(ImageFormat format, std::string_view tail)
{
    return format == ImageFormat::Jpeg ? tail.ends_with("\xff\xd9"sv)
                                       : tail.ends_with("IEND\xae\x42\x60\x82"sv);
}

} // namespace lb
