#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

/// What core and the program layerbench-hdf5 say to each other through pipes. Little-endian, each
/// message begins with kMark and ends with kEnd; a reader takes nothing without a bounds check.
///
///     read     mark 'R', groups: count, each {path, optional, shapes}; size, the HDF5 file
///     tensors  mark 'T', a group each: {there, for each shape: dtype, raw elements}; end
///     write    mark 'W', groups: count, each {path, name, tensors: dtype, shape, raw}; end
///     file     mark 'F', size, the HDF5 file; end
///     refused  mark 'E', a Refusal, the path, what was found; end
namespace lb::hdf5 {

static_assert(std::endian::native == std::endian::little, "the stream and HDF5 are little-endian");

inline constexpr std::string_view kMark = "LBH5";
inline constexpr std::string_view kEnd = "END!";

enum class Kind : char { Read = 'R', Write = 'W', Tensors = 'T', File = 'F', Refused = 'E' };

enum class Refusal : std::uint8_t {
    NotHdf5, ///< it cannot be opened
    Missing,
    Link, ///< soft, external or user-defined
    NotAGroup,
    NotADataset,
    Count, ///< another number of members than the group must have
    Shape,
    ElementType,
    Storage, ///< external, virtual, compact beyond reason, or with parts that are not there
    Filter,
    Broken, ///< the elements cannot be read
    Request, ///< our own bug
};

/// Element types that are read and written.
enum class Element : std::uint8_t { Bool, UInt8, Int32, Int64, Float32, Float64 };

class Writer {
public:
    std::string bytes{kMark};

    explicit Writer(Kind kind) { put(static_cast<char>(kind)); }
    template <typename T> void put(T value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const std::size_t at = bytes.size();
        bytes.resize(at + sizeof(T));
        std::memcpy(bytes.data() + at, &value, sizeof(T));
    }
    void text(std::string_view value)
    {
        put(static_cast<std::uint32_t>(value.size()));
        bytes.append(value);
    }
    std::string finish() &&
    {
        bytes.append(kEnd);
        return std::move(bytes);
    }
};

/// After the first thing that is not there, good() is false and everything else is empty.
class Reader {
public:
    explicit Reader(std::string_view bytes)
        : m_rest(bytes)
    {
        m_good = raw(kMark.size()) == kMark;
    }
    bool good() const { return m_good; }
    Kind kind() { return static_cast<Kind>(take<char>()); }
    template <typename T> T take()
    {
        T value{};
        if (const std::string_view found = raw(sizeof(T)); m_good)
            std::memcpy(&value, found.data(), sizeof(T));
        return value;
    }
    std::string_view text() { return raw(take<std::uint32_t>()); }
    std::string_view raw(std::size_t count)
    {
        m_good = m_good && count <= m_rest.size();
        if (!m_good)
            return {};
        const std::string_view found = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return found;
    }
    bool end() { return raw(kEnd.size()) == kEnd && m_good && m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_good = true;
};

} // namespace lb::hdf5
