#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// WAV files, written byte by byte, true or not.
namespace lb::test {

inline std::string number(std::uint64_t value, int bytes)
{
    std::string result;
    for (int i = 0; i < bytes; ++i)
        result += static_cast<char>(value >> (8 * i) & 0xFF);
    return result;
}

inline std::string chunk(const std::string& name, const std::string& body)
{
    return name + number(body.size(), 4) + body + (body.size() % 2 ? std::string(1, '\0') : "");
}

inline std::string format(unsigned kind, unsigned channels, unsigned bits, unsigned rate = 8000)
{
    const unsigned frame = channels * bits / 8;
    return number(kind, 2) + number(channels, 2) + number(rate, 4) + number(rate * frame, 4)
        + number(frame, 2) + number(bits, 2);
}

inline std::string wav(const std::string& chunks)
{
    return "RIFF" + number(chunks.size() + 4, 4) + "WAVE" + chunks;
}

inline std::string wav(unsigned kind, unsigned channels, unsigned bits, const std::string& samples,
                       unsigned rate = 8000)
{
    return wav(chunk("fmt ", format(kind, channels, bits, rate)) + chunk("data", samples));
}

/// 16 bits.
inline std::string wavOf(const std::vector<int>& samples, unsigned channels = 1,
                         unsigned rate = 8000)
{
    std::string bytes;
    for (const int sample : samples)
        bytes += number(static_cast<std::uint16_t>(sample), 2);
    return wav(1, channels, 16, bytes, rate);
}

} // namespace lb::test
