#include "core/data/wav_file.h"

#include "core/data/byte_view.h"

#include <bit>
#include <cmath>
#include <optional>

namespace lb {
namespace {

constexpr std::uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xFFFE;
constexpr std::uint32_t kOpenEnd = 0xFFFFFFFF;

/// What the chunk "fmt " says.
struct Format {
    std::uint32_t kind = 0, channels = 0, rate = 0, frameBytes = 0, bits = 0;
};

/// Bytes of the file.
struct Place {
    std::size_t at = 0, size = 0;
};

Error bad(Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadFile, "", {reason, std::move(args)}};
}

std::int64_t asArg(std::size_t number)
{
    return static_cast<std::int64_t>(number);
}

Result<Format> formatOf(const ByteView& file, Place place)
{
    constexpr std::size_t kLeast = 16, kWithSubformat = 26;
    if (place.size < kLeast)
        return bad(LB_TR("Error", "the chunk \"fmt \" at byte %1 is too short: %2 bytes"),
                   {asArg(place.at), asArg(place.size)});
    Format format{file.u16(place.at), file.u16(place.at + 2), file.u32(place.at + 4),
                  file.u16(place.at + 12), file.u16(place.at + 14)};
    if (format.kind == kExtensible && place.size >= kWithSubformat)
        format.kind = file.u16(place.at + 24);
    const bool known = (format.kind == kPcm && (format.bits == 8 || format.bits == 16
                                                || format.bits == 24 || format.bits == 32))
        || (format.kind == kFloat && (format.bits == 32 || format.bits == 64));
    if (!known)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "holds sound of format %1 with %2 bits, which is not read here: "
                                     "save it as PCM of 16 bits"),
                      {std::int64_t{format.kind}, std::int64_t{format.bits}}}};
    if (format.channels == 0 || format.rate == 0
        || format.frameBytes != format.channels * (format.bits / 8))
        return bad(LB_TR("Error", "the chunk \"fmt \" contradicts itself: %1 channels of %2 bits at "
                                  "%3 Hz in frames of %4 bytes"),
                   {std::int64_t{format.channels}, std::int64_t{format.bits},
                    std::int64_t{format.rate}, std::int64_t{format.frameBytes}});
    return format;
}

struct Chunks {
    Format format;
    Place data;
};

Result<Chunks> chunksOf(std::string_view bytes, const ByteView& file)
{
    if (bytes.substr(0, 4) != "RIFF" || bytes.size() < 12 || bytes.substr(8, 4) != "WAVE")
        return bad(LB_TR("Error", "is no WAV file: it does not begin with RIFF and WAVE"));
    std::optional<Format> format;
    std::size_t at = 12;
    while (file.has(at, 8)) {
        const std::string_view name = bytes.substr(at, 4);
        const std::uint32_t stated = file.u32(at + 4);
        const std::size_t left = bytes.size() - at - 8;
        const bool open = name == "data" && stated == kOpenEnd;
        const Place place{at + 8, open ? left : std::size_t{stated}};
        if (place.size > left)
            return bad(LB_TR("Error", "the chunk at byte %1 says that it has %2 bytes, but the file "
                                      "ends after %3"),
                       {asArg(at), asArg(place.size), asArg(left)});
        if (name == "fmt ") {
            LB_TRY(read, formatOf(file, place));
            format = read;
        } else if (name == "data") {
            if (!format)
                return bad(LB_TR("Error", "has samples at byte %1 before it says what they are"),
                           {asArg(at)});
            return Chunks{*format, place};
        }
        at = place.at + place.size + place.size % 2; // chunks begin at even places
    }
    return bad(LB_TR("Error", "has no samples: there is no chunk \"data\""));
}

float sampleAt(const ByteView& file, std::size_t at, const Format& format)
{
    if (format.kind == kFloat && format.bits == 32)
        return std::bit_cast<float>(file.u32(at));
    if (format.kind == kFloat)
        return static_cast<float>(std::bit_cast<double>(
            std::uint64_t{file.u32(at + 4)} << 32 | std::uint64_t{file.u32(at)}));
    switch (format.bits) {
    case 8:
        return (static_cast<float>(file.u8(at)) - 128) / 128;
    case 16:
        return static_cast<float>(static_cast<std::int16_t>(file.u16(at))) / 32768;
    case 24: // the sign moves to the top
        return static_cast<float>(static_cast<std::int32_t>(file.u24(at) << 8)) / 2147483648.0f;
    default:
        return static_cast<float>(static_cast<std::int32_t>(file.u32(at))) / 2147483648.0f;
    }
}

} // namespace

Result<Sound> decodeWav(std::string_view bytes, const Limits& limits)
{
    const ByteView file(bytes);
    LB_TRY(chunks, chunksOf(bytes, file));
    const auto& [format, data] = chunks;
    const std::size_t frames = data.size / format.frameBytes;
    const std::size_t count = frames * format.channels;
    if (count > limits.tensorBytes / sizeof(float))
        return Error{ErrorCode::TooLarge,
                     "",
                     {LB_TR("Error", "holds %1 samples, which need too much memory"),
                      {asArg(count)}}};
    if (data.size % format.frameBytes != 0)
        return bad(LB_TR("Error", "its samples end within a frame: %1 bytes in frames of %2"),
                   {asArg(data.size), std::int64_t{format.frameBytes}});
    const Shape shape{asArg(frames), std::int64_t{format.channels}};
    const std::size_t width = format.bits / 8;
    return Sound{Tensor::make<float>(shape,
                                     [&](std::span<float> out) {
                                         for (std::size_t i = 0; i < out.size(); ++i)
                                             out[i] = sampleAt(file, data.at + i * width, format);
                                     }),
                 std::int64_t{format.rate}};
}

} // namespace lb
