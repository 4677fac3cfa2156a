#pragma once

#include "core/support/files.h"

#include <QByteArray>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

// Pictures among the tests' data, and files of pictures made byte by byte.
namespace lb::test {

inline std::filesystem::path picture(std::string_view name)
{
    return std::filesystem::path(qgetenv("LAYERBENCH_SOURCE").toStdString()) / "tests/data/pictures"
        / name;
}

inline std::string bytesOf(const std::filesystem::path& path)
{
    return readFile(path, 1u << 30).value();
}

inline std::string bigEndian(std::uint32_t number)
{
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(number >> shift & 255);
    return bytes;
}

inline std::string littleEndian(std::uint32_t number, int bytes)
{
    std::string result;
    for (int i = 0; i < bytes; ++i)
        result += static_cast<char>(number >> (8 * i) & 255);
    return result;
}

inline std::uint32_t checksumOf(std::string_view bytes)
{
    std::uint32_t sum = 0xFFFFFFFFu;
    for (const char byte : bytes) {
        sum ^= static_cast<std::uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            sum = sum & 1 ? 0xEDB88320u ^ (sum >> 1) : sum >> 1;
    }
    return ~sum;
}

inline std::string pngChunk(std::string_view name, const std::string& body)
{
    const std::string named = std::string(name) + body;
    return bigEndian(static_cast<std::uint32_t>(body.size())) + named + bigEndian(checksumOf(named));
}

/// A PNG that says how large it is, and has nothing else.
inline std::string pngHeader(std::uint32_t width, std::uint32_t height)
{
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1a\n"s + bigEndian(13) + "IHDR" + bigEndian(width) + bigEndian(height)
        + "\x08\x02\0\0\0\0\0\0\0"s;
}

/// A zlib stream that holds the bytes uncompressed, at most 65,535.
inline std::string zlibStored(const std::string& bytes)
{
    using namespace std::string_literals;
    std::uint32_t a = 1, b = 0; // Adler-32
    for (const char byte : bytes) {
        a = (a + static_cast<std::uint8_t>(byte)) % 65'521;
        b = (b + a) % 65'521;
    }
    const auto length = static_cast<std::uint32_t>(bytes.size());
    return "\x78\x01\x01"s + littleEndian(length, 2) + littleEndian(~length & 0xFFFF, 2) + bytes
        + bigEndian(b << 16 | a);
}

/// A PNG of one row of pixels, not compressed. `kind`: 0 grey, 2 RGB, 4 grey and alpha, 6 RGBA.
inline std::string pngOf(std::uint32_t width, char bits, char kind, const std::string& row)
{
    using namespace std::string_literals;
    const std::string line = "\0"s + row; // no filter
    return "\x89PNG\r\n\x1a\n"s
        + pngChunk("IHDR", bigEndian(width) + bigEndian(1) + bits + kind + "\0\0\0"s)
        + pngChunk("IDAT", zlibStored(line)) + pngChunk("IEND", "");
}

/// A TIFF of one row of pixels, not compressed.
inline std::string tiffOf(std::uint32_t width, std::uint32_t channels, const std::string& row)
{
    using namespace std::string_literals;
    const std::vector<std::array<std::uint32_t, 2>> tags{
        {256, width}, {257, 1}, {258, 8}, {259, 1}, {262, channels < 3 ? 1u : 2u},
        {273, 8}, {277, channels}, {278, 1}, {279, static_cast<std::uint32_t>(row.size())}};
    const std::string data = row + (row.size() % 2 ? "\0"s : ""s);
    std::string file = "II*\0"s + littleEndian(static_cast<std::uint32_t>(8 + data.size()), 4)
        + data + littleEndian(static_cast<std::uint32_t>(tags.size()), 2);
    for (const auto& [tag, value] : tags) // a long each
        file += littleEndian(tag, 2) + littleEndian(4, 2) + littleEndian(1, 4) + littleEndian(value, 4);
    return file + littleEndian(0, 4);
}

/// A PNG of pixels [height, width * channels] that stores its lines uncompressed in two pieces, each
/// with another one of the five filters.
inline std::string filteredPng(const std::vector<std::vector<int>>& lines, int width, int channels)
{
    using namespace std::string_literals;
    std::string raw;
    for (std::size_t y = 0; y < lines.size(); ++y) {
        raw += static_cast<char>(y % 5);
        for (std::size_t i = 0; i < lines[y].size(); ++i) {
            const bool first = i < static_cast<std::size_t>(channels);
            const std::size_t before = first ? 0 : i - static_cast<std::size_t>(channels);
            const int a = first ? 0 : lines[y][before], b = y ? lines[y - 1][i] : 0;
            const int c = first || !y ? 0 : lines[y - 1][before];
            const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
            const int nearest = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            const int predicted[5]{0, a, b, (a + b) / 2, nearest};
            raw += static_cast<char>(lines[y][i] - predicted[y % 5]);
        }
    }
    const std::string stored = zlibStored(raw);
    const char colour[]{0, 0, 4, 2, 6};
    return "\x89PNG\r\n\x1a\n"s
        + pngChunk("IHDR", bigEndian(static_cast<std::uint32_t>(width))
                       + bigEndian(static_cast<std::uint32_t>(lines.size())) + "\x08"s
                       + colour[channels] + "\0\0\0"s)
        + pngChunk("IDAT", stored.substr(0, 10)) + pngChunk("IDAT", stored.substr(10))
        + pngChunk("IEND", "");
}

} // namespace lb::test
