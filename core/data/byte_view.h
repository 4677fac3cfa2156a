#pragma once

#include <cstdint>
#include <string_view>

namespace lb {

/// Whole numbers at places of a byte string; 0 beyond its end, so callers check has() once.
class ByteView {
public:
    explicit ByteView(std::string_view bytes, bool littleEndian = true)
        : m_bytes(bytes)
        , m_little(littleEndian)
    {
    }

    std::size_t size() const { return m_bytes.size(); }
    bool has(std::size_t offset, std::size_t count) const
    {
        return offset <= size() && count <= size() - offset;
    }
    std::uint8_t u8(std::size_t offset) const
    {
        return offset < size() ? static_cast<std::uint8_t>(m_bytes[offset]) : std::uint8_t{0};
    }
    std::uint32_t u16(std::size_t offset) const { return number(offset, 2); }
    std::uint32_t u24(std::size_t offset) const { return number(offset, 3); }
    std::uint32_t u32(std::size_t offset) const { return number(offset, 4); }

private:
    std::uint32_t number(std::size_t offset, std::size_t count) const
    {
        std::uint32_t result = 0;
        for (std::size_t i = 0; i < count; ++i)
            result = result << 8 | u8(offset + (m_little ? count - 1 - i : i));
        return result;
    }

    std::string_view m_bytes;
    bool m_little;
};

} // namespace lb
