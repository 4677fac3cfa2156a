#include "core/data/mask_file.h"

#include "core/data/byte_view.h"
#include "core/data/image_file.h"
#include "core/support/files.h"

namespace lb {
namespace {

constexpr std::size_t kFirstChunk = 8, kHeaderEnd = 33; // of a PNG: the header's chunk
constexpr std::size_t kDepthAt = 24, kColourAt = 25, kSumAt = 29;
constexpr std::uint8_t kGrey = 0, kPalette = 3; // colour types of PNG

std::string bigEndianBytes(std::uint32_t number)
{
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(number >> shift & 0xFF);
    return bytes;
}

/// A PNG of indices without its palette: a grey picture of the same numbers. What else belongs to
/// the palette goes with it. `png` was walked to its end.
std::string withoutPalette(std::string_view png)
{
    const ByteView view(png, false);
    std::string result(png.substr(0, kHeaderEnd));
    result[kColourAt] = static_cast<char>(kGrey);
    const std::string_view summed(result);
    result.replace(kSumAt, 4, bigEndianBytes(pngChecksum(summed.substr(
                                  kFirstChunk + 4, kSumAt - kFirstChunk - 4))));
    for (std::size_t at = kHeaderEnd; view.has(at, 12);) {
        const std::size_t size = std::size_t{view.u32(at)} + 12;
        const std::string_view name = png.substr(at + 4, 4);
        if (name == "IDAT" || name == "IEND")
            result += png.substr(at, size);
        at += size;
    }
    return result;
}

/// The numbers that were stored, of a picture whose channels are alike.
Result<Tensor> storedNumbers(const Tensor& picture, unsigned bits)
{
    const auto pixels = picture.values<std::uint8_t>();
    for (std::size_t i = 0; i < pixels.size(); i += 3)
        if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
            return Error{ErrorCode::Unsupported, "",
                         LB_TR("Error", "has colours and no palette, so its pixels name no class; "
                                        "save it as a grey PNG, or one with a palette, whose "
                                        "numbers are the classes")};
    const unsigned step = 255u / ((1u << bits) - 1u); // decoders stretch few bits to 0..255
    const Shape& shape = picture.shape();
    return Tensor::make<std::uint8_t>({shape[0], shape[1], 1}, [&](std::span<std::uint8_t> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint8_t>(pixels[3 * i] / step);
    });
}

} // namespace

Result<Tensor> decodeMask(std::string_view bytes, const Limits& limits)
{
    LB_TRY(header, imageHeader(bytes, limits));
    if (Result<> whole = checkWhole(header, bytes, bytes.size()); !whole.ok())
        return std::move(whole.error());
    const ByteView view(bytes, false);
    unsigned bits = 8;
    std::string indices;
    if (header.format == ImageFormat::Png && view.has(0, kHeaderEnd)) {
        bits = view.u8(kDepthAt);
        const bool known = bits == 1 || bits == 2 || bits == 4 || bits == 8;
        if (bits == 16)
            return Error{ErrorCode::Unsupported, "",
                         LB_TR("Error", "has 16 bits a pixel, and classes are numbers of 8 bits; "
                                        "save it as a PNG with 8")};
        if (!known)
            bits = 8; // the decoder says what is wrong
        else if (view.u8(kColourAt) == kPalette)
            indices = withoutPalette(bytes);
    }
    LB_TRY(picture, decodeImage(indices.empty() ? bytes : std::string_view(indices), limits));
    return storedNumbers(picture, bits);
}

Result<Tensor> readMask(const std::filesystem::path& path, const Limits& limits)
{
    LB_TRY(bytes, readFile(path, limits.imageFileBytes));
    Result<Tensor> mask = decodeMask(bytes, limits);
    if (!mask.ok() && mask.error().where.empty())
        mask.error().where = path.native();
    return mask;
}

} // namespace lb
