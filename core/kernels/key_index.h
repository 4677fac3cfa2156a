#pragma once

#include "core/kernels/hashing.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace lb::kernels {

/// Numbers different keys in the order they come, 0, 1, 2 ...: one open hash table, at most half
/// full. Keys are std::string_view, whose bytes the caller keeps alive, or std::int64_t; below 2^32
/// of them. Reading from many threads is fine.
///
/// A slot holds the first and the last 8 bytes of its key: integers and nearly all words are found
/// in one place of memory.
template <typename Key> class KeyIndex {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    KeyIndex() { rebuild(32); }

    void reserve(std::size_t keys)
    {
        m_keys.reserve(keys);
        if (2 * keys > m_slots.size())
            rebuild(std::bit_ceil(2 * keys));
    }
    std::size_t size() const { return m_keys.size(); }
    const Key& key(std::uint32_t number) const { return m_keys[number]; }

    std::uint32_t find(const Key& key) const ///< kNone if it is not there
    {
        return m_slots[place(key, codeOf(key))].number;
    }
    /// The same for a text with kRoom bytes that may be read from its first one on, whatever its
    /// size: no branch hangs on that then.
    std::uint32_t findRoomy(const Key& key) const
    {
        return m_slots[place(key, codeOfRoomy(key))].number;
    }
    static constexpr std::size_t kRoom = 16;

    /// The key's number, and whether it is new. `kept(key)` gives the key that is stored then.
    template <typename Keep> std::pair<std::uint32_t, bool> add(const Key& key, Keep&& kept)
    {
        return add(key, codeOf(key), kept);
    }
    template <typename Keep> std::pair<std::uint32_t, bool> addRoomy(const Key& key, Keep&& kept)
    {
        return add(key, codeOfRoomy(key), kept);
    }
    std::pair<std::uint32_t, bool> add(const Key& key)
    {
        return add(key, [](const Key& same) { return same; });
    }

private:
    struct Slot {
        std::uint64_t head = 0, tail = 0;
        std::uint32_t size = 0;
        std::uint32_t number = kNone;
    };
    struct Code {
        std::uint64_t head, tail, hash; ///< the first 8 bytes; the last if there are more; of all
        std::uint32_t size;
    };

    template <typename Keep>
    std::pair<std::uint32_t, bool> add(const Key& key, const Code& code, Keep& kept)
    {
        Slot& slot = m_slots[place(key, code)];
        if (slot.number != kNone)
            return {slot.number, false};
        const auto number = static_cast<std::uint32_t>(m_keys.size());
        slot = {code.head, code.tail, code.size, number};
        m_keys.push_back(kept(key));
        if (2 * m_keys.size() > m_slots.size())
            rebuild(2 * m_slots.size());
        return {number, true};
    }
    // These numbers stay in the process: one multiplication spreads them well enough.
    static std::uint64_t folded(std::uint64_t a, std::uint64_t b)
    {
        __extension__ using Wide = unsigned __int128;
        const Wide wide = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15) * (b ^ 0xd6e8feb86659fd93);
        return static_cast<std::uint64_t>(wide) ^ static_cast<std::uint64_t>(wide >> 64);
    }
    template <typename Word> static std::uint64_t load(const char* at)
    {
        Word value = 0;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    static Code codeOf(std::int64_t key)
    {
        const auto head = static_cast<std::uint64_t>(key);
        return {head, 0, folded(head, 8), 8};
    }
    static Code codeOf(std::string_view key)
    {
        const char* const s = key.data();
        const std::size_t size = key.size();
        std::uint64_t head = 0;
        if (size >= 8)
            head = load<std::uint64_t>(s);
        else if (size >= 4)
            head = load<std::uint32_t>(s) | load<std::uint32_t>(s + size - 4) << (8 * (size - 4));
        else if (size > 0)
            head = load<std::uint8_t>(s) | load<std::uint8_t>(s + size / 2) << (8 * (size / 2))
                | load<std::uint8_t>(s + size - 1) << (8 * (size - 1));
        const std::uint64_t tail = size <= 8 ? 0
            : size <= 16                     ? load<std::uint64_t>(s + size - 8)
                                             : fingerprint64(key);
        return {head, tail, folded(head, tail + size), static_cast<std::uint32_t>(size)};
    }
    static Code codeOfRoomy(std::int64_t key) { return codeOf(key); }
    static Code codeOfRoomy(std::string_view key)
    {
        const char* const s = key.data();
        const std::size_t size = key.size();
        if (size > kRoom)
            return codeOf(key);
        const std::uint64_t first = load<std::uint64_t>(s);
        const std::uint64_t last = load<std::uint64_t>(s + (size > 8 ? size - 8 : 0));
        const std::uint64_t head
            = size >= 8 ? first : first & ((std::uint64_t{1} << (8 * (size & 7))) - 1);
        const std::uint64_t tail = size > 8 ? last : 0;
        return {head, tail, folded(head, tail + size), static_cast<std::uint32_t>(size)};
    }

    /// Where the key stands, or the free slot where it would.
    std::size_t place(const Key& key, const Code& code) const
    {
        for (std::size_t at = code.hash & m_mask;; at = (at + 1) & m_mask) {
            const Slot& slot = m_slots[at];
            if (slot.number == kNone
                || (slot.head == code.head && slot.tail == code.tail && slot.size == code.size
                    && (code.size <= 16 || m_keys[slot.number] == key)))
                return at;
        }
    }

    void rebuild(std::size_t count)
    {
        m_slots.assign(count, Slot{});
        m_mask = count - 1;
        for (std::uint32_t number = 0; number < m_keys.size(); ++number) {
            const Code code = codeOf(m_keys[number]);
            std::size_t at = code.hash & m_mask;
            while (m_slots[at].number != kNone)
                at = (at + 1) & m_mask;
            m_slots[at] = {code.head, code.tail, code.size, number};
        }
    }

    std::vector<Slot> m_slots;
    std::vector<Key> m_keys;
    std::size_t m_mask = 0;
};

} // namespace lb::kernels
