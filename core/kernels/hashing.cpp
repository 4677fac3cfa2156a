#include "core/kernels/hashing.h"

#include <bit>
#include <cstring>
#include <utility>

namespace lb::kernels {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t k0 = 0xc3a5c85c97cb3127;
constexpr std::uint64_t k1 = 0xb492b66fbe98f273;
constexpr std::uint64_t k2 = 0x9ae16a3b2f90404f;

using Pair = std::pair<std::uint64_t, std::uint64_t>;

std::uint64_t fetch64(const char* at)
{
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint32_t fetch32(const char* at)
{
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t mixed(std::uint64_t value)
{
    return value ^ (value >> 47);
}

std::uint64_t hash16(std::uint64_t u, std::uint64_t v, std::uint64_t factor)
{
    const std::uint64_t a = mixed((u ^ v) * factor);
    return mixed((v ^ a) * factor) * factor;
}

std::uint64_t hash0to16(const char* s, std::size_t size)
{
    if (size >= 8) {
        const std::uint64_t factor = k2 + size * 2;
        const std::uint64_t a = fetch64(s) + k2;
        const std::uint64_t b = fetch64(s + size - 8);
        const std::uint64_t c = std::rotr(b, 37) * factor + a;
        const std::uint64_t d = (std::rotr(a, 25) + b) * factor;
        return hash16(c, d, factor);
    }
    if (size >= 4) {
        const std::uint64_t factor = k2 + size * 2;
        return hash16(size + (std::uint64_t{fetch32(s)} << 3), fetch32(s + size - 4), factor);
    }
    if (size == 0)
        return k2;
    const auto byte = [s](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(s[i])}; };
    const std::uint32_t y = byte(0) + (byte(size >> 1) << 8);
    const std::uint32_t z = static_cast<std::uint32_t>(size) + (byte(size - 1) << 2);
    return mixed(y * k2 ^ z * k0) * k2;
}

std::uint64_t hash17to32(const char* s, std::size_t size)
{
    const std::uint64_t factor = k2 + size * 2;
    const std::uint64_t a = fetch64(s) * k1;
    const std::uint64_t b = fetch64(s + 8);
    const std::uint64_t c = fetch64(s + size - 8) * factor;
    const std::uint64_t d = fetch64(s + size - 16) * k2;
    return hash16(std::rotr(a + b, 43) + std::rotr(c, 30) + d, a + std::rotr(b + k2, 18) + c,
                  factor);
}

std::uint64_t hash33to64(const char* s, std::size_t size)
{
    const std::uint64_t factor = k2 + size * 2;
    const std::uint64_t a = fetch64(s) * k2;
    const std::uint64_t b = fetch64(s + 8);
    const std::uint64_t c = fetch64(s + size - 8) * factor;
    const std::uint64_t d = fetch64(s + size - 16) * k2;
    const std::uint64_t y = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
    const std::uint64_t z = hash16(y, a + std::rotr(b + k2, 18) + c, factor);
    const std::uint64_t e = fetch64(s + 16) * factor;
    const std::uint64_t f = fetch64(s + 24);
    const std::uint64_t g = (y + fetch64(s + size - 32)) * factor;
    const std::uint64_t h = (z + fetch64(s + size - 24)) * factor;
    return hash16(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g,
                  factor);
}

/// 32 bytes with two seeds; a weak hash of 16.
Pair weak32(const char* s, std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t w = fetch64(s);
    const std::uint64_t x = fetch64(s + 8);
    const std::uint64_t y = fetch64(s + 16);
    const std::uint64_t z = fetch64(s + 24);
    a += w;
    b = std::rotr(b + a + z, 21);
    const std::uint64_t c = a;
    a += x + y;
    b += std::rotr(a, 44);
    return {a + z, b + c};
}

std::uint64_t hashLong(const char* s, std::size_t size)
{
    constexpr std::uint64_t seed = 81;
    std::uint64_t x = seed;
    std::uint64_t y = seed * k1 + 113;
    std::uint64_t z = mixed(y * k2 + 113) * k2;
    Pair v{0, 0}, w{0, 0};
    x = x * k2 + fetch64(s);
    const char* const end = s + (size - 1) / 64 * 64;
    const char* const last = end + ((size - 1) & 63) - 63;
    do {
        x = std::rotr(x + y + v.first + fetch64(s + 8), 37) * k1;
        y = std::rotr(y + v.second + fetch64(s + 48), 42) * k1;
        x ^= w.second;
        y += v.first + fetch64(s + 40);
        z = std::rotr(z + w.first, 33) * k1;
        v = weak32(s, v.second * k1, x + w.first);
        w = weak32(s + 32, z + w.second, y + fetch64(s + 16));
        std::swap(z, x);
        s += 64;
    } while (s != end);
    const std::uint64_t factor = k1 + ((z & 0xff) << 1);
    s = last;
    w.first += (size - 1) & 63;
    v.first += w.first;
    w.first += v.first;
    x = std::rotr(x + y + v.first + fetch64(s + 8), 37) * factor;
    y = std::rotr(y + v.second + fetch64(s + 48), 42) * factor;
    x ^= w.second * 9;
    y += v.first * 9 + fetch64(s + 40);
    z = std::rotr(z + w.first, 33) * factor;
    v = weak32(s, v.second * factor, x + w.first);
    w = weak32(s + 32, z + w.second, y + fetch64(s + 16));
    std::swap(z, x);
    return hash16(hash16(v.first, w.first, factor) + mixed(y) * k0 + z,
                  hash16(v.second, w.second, factor) + x, factor);
}

struct Sip {
    std::uint64_t v0, v1, v2, v3;

    void rounds(int count)
    {
        for (int i = 0; i < count; ++i) {
            v0 += v1;
            v1 = std::rotl(v1, 13) ^ v0;
            v0 = std::rotl(v0, 32);
            v2 += v3;
            v3 = std::rotl(v3, 16) ^ v2;
            v0 += v3;
            v3 = std::rotl(v3, 21) ^ v0;
            v2 += v1;
            v1 = std::rotl(v1, 17) ^ v2;
            v2 = std::rotl(v2, 32);
        }
    }
    void take(std::uint64_t word)
    {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }
};

} // namespace

std::uint64_t fingerprint64(std::string_view bytes)
{
    const std::size_t size = bytes.size();
    if (size <= 16)
        return hash0to16(bytes.data(), size);
    if (size <= 32)
        return hash17to32(bytes.data(), size);
    if (size <= 64)
        return hash33to64(bytes.data(), size);
    return hashLong(bytes.data(), size);
}

std::uint64_t sipHash24(std::array<std::uint64_t, 2> key, std::string_view bytes)
{
    Sip sip{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
            key[1] ^ 0x7465646279746573};
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8)
        sip.take(fetch64(bytes.data() + at));
    std::uint64_t last = std::uint64_t{bytes.size()} << 56;
    for (std::size_t i = 0; at + i < bytes.size(); ++i)
        last |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    sip.take(last);
    sip.v2 ^= 0xff;
    sip.rounds(4);
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

std::uint64_t fingerprintCat64(std::uint64_t a, std::uint64_t b)
{
    constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;
    std::uint64_t result = a ^ factor;
    result ^= mixed(b * factor) * factor;
    result *= factor;
    result = mixed(result) * factor;
    return mixed(result);
}

} // namespace lb::kernels
