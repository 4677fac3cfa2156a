#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace lb {

/// Writes protobuf's wire format: what ONNX files are made of.
/// Source: protobuf.dev, "Encoding"; field numbers are those of onnx.proto.
class ProtobufWriter {
public:
    ProtobufWriter& integer(int field, std::int64_t value)
    {
        key(field, 0);
        varint(static_cast<std::uint64_t>(value));
        return *this;
    }
    ProtobufWriter& real(int field, float value)
    {
        key(field, 5);
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (int shift = 0; shift < 32; shift += 8)
            m_bytes += static_cast<char>(bits >> shift & 0xFF);
        return *this;
    }
    ProtobufWriter& bytes(int field, std::string_view value) ///< also text and nested messages
    {
        key(field, 2);
        varint(value.size());
        m_bytes += value;
        return *this;
    }
    ProtobufWriter& message(int field, const ProtobufWriter& nested)
    {
        return bytes(field, nested.m_bytes);
    }
    const std::string& result() const { return m_bytes; }

private:
    void key(int field, int wireType)
    {
        varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wireType));
    }
    void varint(std::uint64_t value)
    {
        for (; value > 0x7F; value >>= 7)
            m_bytes += static_cast<char>((value & 0x7F) | 0x80);
        m_bytes += static_cast<char>(value);
    }

    std::string m_bytes;
};

} // namespace lb
