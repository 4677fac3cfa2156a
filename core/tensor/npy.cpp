#include "core/tensor/npy.h"

#include "core/tensor/spec.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace lb {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

std::string_view typeCode(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return "|b1";
    case DType::UInt8:
        return "|u1";
    case DType::Int32:
        return "<i4";
    case DType::Int64:
        return "<i8";
    case DType::Float16:
        return "<f2";
    case DType::BFloat16:
        return "<V2"; // as ml_dtypes writes it
    case DType::Float32:
        return "<f4";
    case DType::Float64:
    case DType::String: // is written as .json
        break;
    }
    return "<f8";
}

Error badFile(Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadFile, "", {reason, std::move(args)}};
}

/// What the header's dictionary says.
struct Header {
    char order = '<', kind = 'f';
    std::int64_t size = 0; // bytes an element
    std::string code; // as it stands there: "<f4"
    bool fortran = false;
    Shape shape;
};

/// Reads the Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderParser {
public:
    explicit HeaderParser(std::string_view text)
        : m_text(text)
    {
    }

    Result<Header> parse()
    {
        bool descr = false, order = false, shape = false;
        take('{');
        while (m_good && !peek('}')) {
            const std::string_view key = quoted();
            take(':');
            if (key == "descr" && !std::exchange(descr, true))
                readType(quoted());
            else if (key == "fortran_order" && !std::exchange(order, true))
                m_header.fortran = word() == "True";
            else if (key == "shape" && !std::exchange(shape, true))
                readShape();
            else
                m_good = false;
            if (!peek('}'))
                take(',');
        }
        if (!m_good || !descr || !order || !shape)
            return badFile(LB_TR("Error", "the header of the .npy file cannot be read"));
        return m_header;
    }

private:
    void space()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n'))
            ++m_at;
    }
    bool peek(char c)
    {
        space();
        return m_at < m_text.size() && m_text[m_at] == c;
    }
    void take(char c)
    {
        if (peek(c))
            ++m_at;
        else
            m_good = false;
    }
    std::string_view quoted()
    {
        space();
        if (m_at >= m_text.size() || (m_text[m_at] != '\'' && m_text[m_at] != '"')) {
            m_good = false;
            return {};
        }
        const auto end = m_text.find(m_text[m_at], m_at + 1);
        if (end == std::string_view::npos) {
            m_good = false;
            return {};
        }
        const auto result = m_text.substr(m_at + 1, end - m_at - 1);
        m_at = end + 1;
        return result;
    }
    std::string_view word()
    {
        space();
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && m_text[m_at] >= 'A' && m_text[m_at] <= 'z')
            ++m_at;
        const auto result = m_text.substr(begin, m_at - begin);
        m_good = m_good && (result == "True" || result == "False");
        return result;
    }
    void readType(std::string_view code)
    {
        m_good = m_good && code.size() >= 2;
        if (!m_good)
            return;
        m_header.code = code;
        m_header.order = code[0];
        m_header.kind = code[1];
        const char* const end = code.data() + code.size();
        if (code.size() > 2) // objects ("|O") have no size
            m_good = std::from_chars(code.data() + 2, end, m_header.size).ptr == end;
    }
    void readShape()
    {
        take('(');
        while (m_good && !peek(')')) {
            std::int64_t dim = -1;
            space();
            const char* const first = m_text.data() + m_at;
            const auto read = std::from_chars(first, m_text.data() + m_text.size(), dim);
            m_good = read.ec == std::errc() && dim >= 0 && m_header.shape.size() < 32;
            m_at += static_cast<std::size_t>(read.ptr - first);
            m_header.shape.push_back(dim);
            if (!peek(')'))
                take(',');
        }
        take(')');
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_good = true;
    Header m_header;
};

std::optional<DType> dtypeOf(const Header& header)
{
    const auto is
        = [&](char kind, std::int64_t size) { return header.kind == kind && header.size == size; };
    if (is('b', 1))
        return DType::Bool;
    if (is('u', 1))
        return DType::UInt8;
    if (is('i', 4) || is('i', 1) || is('i', 2) || is('u', 2))
        return DType::Int32;
    if (is('i', 8) || is('u', 4))
        return DType::Int64;
    if (is('f', 2))
        return DType::Float16;
    if (is('V', 2)) // NumPy has no name for it
        return DType::BFloat16;
    if (is('f', 4))
        return DType::Float32;
    if (is('f', 8))
        return DType::Float64;
    return {};
}

/// One element as the bits of the tensor's dtype.
void readElement(const Header& header, DType dtype, const char* from, std::byte* to)
{
    std::array<unsigned char, 8> raw{};
    const auto size = static_cast<std::size_t>(header.size);
    for (std::size_t i = 0; i < size; ++i)
        raw[i] = static_cast<unsigned char>(header.order == '>' ? from[size - 1 - i] : from[i]);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i)
        bits |= std::uint64_t{raw[i]} << (8 * i);
    if (header.kind == 'i' && size < 8 && bits >> (8 * size - 1) & 1) // negative
        bits |= ~std::uint64_t{0} << (8 * size);
    if (dtype == DType::Bool)
        bits = bits != 0;
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(to, &bits, static_cast<std::size_t>(sizeOf(dtype)));
}

/// For element `i` in C order its place in Fortran order.
std::int64_t fortranIndex(const Shape& shape, std::int64_t i)
{
    std::int64_t index = 0, stride = elementCount(shape);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        stride /= shape[axis];
        index += i % shape[axis] * stride;
        i /= shape[axis];
    }
    return index;
}

Result<Tensor> readValues(const Header& header, DType dtype, std::string_view data)
{
    const std::int64_t count = elementCount(header.shape);
    const bool plain = !header.fortran && header.order != '>' && header.size == sizeOf(dtype)
        && header.kind != 'b';
    return Tensor::makeRaw(dtype, header.shape, [&](std::span<std::byte> out) {
        if (plain) {
            std::memcpy(out.data(), data.data(), out.size());
            return;
        }
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t from = header.fortran ? fortranIndex(header.shape, i) : i;
            readElement(header, dtype, data.data() + from * header.size,
                        out.data() + i * sizeOf(dtype));
        }
    });
}

} // namespace

std::string encodeNpy(const Tensor& tensor)
{
    std::string header = "{'descr': '" + std::string(typeCode(tensor.dtype()))
        + "', 'fortran_order': False, 'shape': (";
    for (const std::int64_t dim : tensor.shape())
        header += std::to_string(dim) + (tensor.shape().size() == 1 ? "," : ", ");
    if (tensor.shape().size() > 1)
        header.resize(header.size() - 2);
    header += "), }";
    header.append(63 - (kMagic.size() + 4 + header.size()) % 64, ' ') += '\n';
    std::string result(kMagic);
    result += '\1';
    result += '\0';
    result += static_cast<char>(header.size() & 0xFF);
    result += static_cast<char>(header.size() >> 8);
    result += header;
    const auto values = tensor.bytes();
    result.append(reinterpret_cast<const char*>(values.data()), values.size());
    return result;
}

Result<Tensor> decodeNpy(std::string_view bytes, const Limits& limits)
{
    if (!bytes.starts_with(kMagic) || bytes.size() < 12)
        return badFile(LB_TR("Error", "is not a .npy file"));
    const int version = bytes[6];
    if (version < 1 || version > 3)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", ".npy version %1 is not known, 1 to 3 are"), {version}}};
    const std::size_t lengthBytes = version == 1 ? 2 : 4;
    std::size_t length = 0;
    for (std::size_t i = 0; i < lengthBytes; ++i)
        length |= std::size_t{static_cast<unsigned char>(bytes[8 + i])} << (8 * i);
    const std::size_t begin = 8 + lengthBytes;
    if (length > bytes.size() - begin)
        return badFile(LB_TR("Error", "the file ends within the header"));
    LB_TRY(header, HeaderParser(bytes.substr(begin, length)).parse());
    const auto dtype = dtypeOf(header);
    if (!dtype)
        return Error{ErrorCode::Unsupported,
                     "",
                     {LB_TR("Error", "holds values of type %1, which cannot be read; save numbers"),
                      {header.code}}};
    std::size_t size = static_cast<std::size_t>(header.size);
    for (const std::int64_t dim : header.shape) // the header may lie: no product may overflow
        if (dim != 0 && size > limits.tensorBytes / static_cast<std::size_t>(dim))
            return Error{ErrorCode::TooLarge, "",
                         LB_TR("Error", "the header promises more values than are read")};
        else
            size *= static_cast<std::size_t>(dim);
    const std::string_view data = bytes.substr(begin + length);
    if (data.size() != size)
        return badFile(LB_TR("Error", "the header promises %1 bytes of values, the file has %2"),
                       {static_cast<std::int64_t>(size), static_cast<std::int64_t>(data.size())});
    return readValues(header, *dtype, data);
}

} // namespace lb
