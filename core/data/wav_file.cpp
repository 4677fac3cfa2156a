#include "core/data/wav_file.h"

#include "core/data/byte_view.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace lb {
namespace {

constexpr std::uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xFFFE;
constexpr std::uint32_t kOpenEnd = 0xFFFFFFFF;
constexpr int kMostChunks = 10'000; // others are made to keep a reader busy

/// Bytes of the file.
struct Place {
    std::uint64_t at = 0, size = 0;
};

Error bad(Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadFile, "", {reason, std::move(args)}};
}

std::int64_t asArg(std::uint64_t number)
{
    return static_cast<std::int64_t>(number);
}

/// What the chunk "fmt " says.
Result<WavHeader> formatOf(Place place, const ReadBytes& read)
{
    constexpr std::size_t kLeast = 16, kWithSubformat = 26;
    if (place.size < kLeast)
        return bad(LB_TR("Error", "the chunk \"fmt \" at byte %1 is too short: %2 bytes; fetch or write the "
                                  "file again"),
                   {asArg(place.at), asArg(place.size)});
    LB_TRY(bytes, read(place.at, std::min<std::size_t>(place.size, kWithSubformat)));
    const ByteView file(bytes);
    WavHeader format{file.u16(0), file.u16(2), file.u32(4), file.u16(12), file.u16(14), 0, 0};
    if (format.kind == kExtensible && place.size >= kWithSubformat)
        format.kind = file.u16(24);
    const bool known = (format.kind == kPcm && (format.bits == 8 || format.bits == 16
                                                || format.bits == 24 || format.bits == 32))
        || (format.kind == kFloat && (format.bits == 32 || format.bits == 64));
    if (!known)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "holds sound of format %1 with %2 bits, which is not read here: "
                                     "save it as PCM of 16 bits"),
                      {std::int64_t{format.kind}, std::int64_t{format.bits}}}};
    if (format.channels == 0 || format.samplingRate == 0
        || format.frameBytes != format.channels * (format.bits / 8))
        return bad(LB_TR("Error", "the chunk \"fmt \" contradicts itself: %1 channels of %2 bits at "
                                  "%3 Hz in frames of %4 bytes; save it as PCM of 16 bits"),
                   {std::int64_t{format.channels}, std::int64_t{format.bits},
                    std::int64_t{format.samplingRate}, std::int64_t{format.frameBytes}});
    return format;
}

/// The header with the place of its samples. Errors: a frame that is cut.
Result<WavHeader> withData(WavHeader header, Place data)
{
    if (data.size % header.frameBytes != 0)
        return bad(LB_TR("Error", "its samples end within a frame: %1 bytes in frames of %2; "
                                  "fetch it again"),
                   {asArg(data.size), std::int64_t{header.frameBytes}});
    header.dataAt = data.at;
    header.frames = asArg(data.size / header.frameBytes);
    return header;
}

float sampleAt(const ByteView& file, std::size_t at, const WavHeader& format)
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

Result<WavHeader> wavHeader(std::uint64_t size, const ReadBytes& read)
{
    constexpr std::uint64_t kChunkHead = 8, kFirstChunk = 12;
    LB_TRY(begin, read(0, std::min(size, kFirstChunk)));
    if (begin.size() < kFirstChunk || !begin.starts_with("RIFF") || !begin.ends_with("WAVE"))
        return bad(LB_TR("Error", "is no WAV file: it does not begin with RIFF and WAVE; "
                                  "convert it to WAV"));
    std::optional<WavHeader> format;
    std::uint64_t at = kFirstChunk;
    for (int chunk = 0; at + kChunkHead <= size; ++chunk) {
        if (chunk == kMostChunks)
            return bad(LB_TR("Error", "has more than %1 chunks before its samples; convert it to plain WAV"),
                       {std::int64_t{kMostChunks}});
        LB_TRY(head, read(at, kChunkHead));
        const std::string_view name = std::string_view(head).substr(0, 4);
        const std::uint32_t stated = ByteView(head).u32(4);
        const std::uint64_t left = size - at - kChunkHead;
        const bool open = name == "data" && stated == kOpenEnd;
        const Place place{at + kChunkHead, open ? left : std::uint64_t{stated}};
        if (place.size > left)
            return bad(LB_TR("Error", "the chunk at byte %1 says that it has %2 bytes, but the file "
                                      "ends after %3; fetch it again"),
                       {asArg(at), asArg(place.size), asArg(left)});
        if (name == "fmt ") {
            LB_TRY(said, formatOf(place, read));
            format = said;
        } else if (name == "data") {
            if (!format)
                return bad(LB_TR("Error", "has samples at byte %1 before it says what they are; convert it "
                                      "to WAV again"),
                           {asArg(at)});
            return withData(*format, place);
        }
        at = place.at + place.size + place.size % 2; // chunks begin at even places
    }
    return bad(LB_TR("Error", "has no samples: there is no chunk \"data\"; the file may be cut, fetch or "
                              "record it again"));
}

Tensor wavSamples(std::string_view frames, const WavHeader& header)
{
    const ByteView file(frames);
    const Shape shape{asArg(frames.size() / header.frameBytes), std::int64_t{header.channels}};
    const std::size_t width = header.bits / 8;
    return Tensor::make<float>(shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = sampleAt(file, i * width, header);
    });
}

void soundInto(std::span<float> row, const Tensor& sound, bool mono)
{
    const auto samples = sound.values<float>();
    const auto channels = static_cast<std::size_t>(sound.shape().back());
    std::ranges::fill(row, 0.0f);
    if (!mono) {
        std::ranges::copy(samples.first(std::min(samples.size(), row.size())), row.begin());
        return;
    }
    for (std::size_t i = 0; i < row.size() && (i + 1) * channels <= samples.size(); ++i) {
        for (const float sample : samples.subspan(i * channels, channels))
            row[i] += sample;
        row[i] /= static_cast<float>(channels);
    }
}

Result<Sound> decodeWav(std::string_view bytes, const Limits& limits)
{
    const auto read = [&](std::uint64_t offset, std::size_t count) {
        return Result<std::string>(std::string(bytes.substr(offset, count)));
    };
    LB_TRY(header, wavHeader(bytes.size(), read));
    const std::uint64_t count = static_cast<std::uint64_t>(header.frames) * header.channels;
    if (count > limits.tensorBytes / sizeof(float))
        return Error{ErrorCode::TooLarge,
                     "",
                     {LB_TR("Error", "holds %1 samples, which need too much memory"),
                      {asArg(count)}}};
    const std::size_t size = static_cast<std::size_t>(header.frames) * header.frameBytes;
    return Sound{wavSamples(bytes.substr(header.dataAt, size), header),
                 std::int64_t{header.samplingRate}};
}

} // namespace lb
