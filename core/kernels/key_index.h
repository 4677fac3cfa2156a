#pragma once

#include "core/kernels/hashing.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace lb::kernels {

/// Numbers different keys in the order they come, 0, 1, 2 ...: one open hash table, at most half
/// full. Keys are std::string_view, whose bytes the caller keeps alive, or std::int64_t; below 2^32
/// of them. Reading from many threads is fine.
template <typename Key> class KeyIndex {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    KeyIndex() { reserve(16); }

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
        const std::uint64_t hash = hashOf(key);
        for (std::size_t at = hash & m_mask;; at = (at + 1) & m_mask) {
            const Slot& slot = m_slots[at];
            if (slot.number == kNone || (slot.tag == tagOf(hash) && m_keys[slot.number] == key))
                return slot.number;
        }
    }

    /// The key's number, and whether it is new. `kept(key)` gives the key that is stored then.
    template <typename Keep> std::pair<std::uint32_t, bool> add(const Key& key, Keep&& kept)
    {
        const std::uint64_t hash = hashOf(key);
        std::size_t at = hash & m_mask;
        for (;; at = (at + 1) & m_mask) {
            const Slot& slot = m_slots[at];
            if (slot.number == kNone)
                break;
            if (slot.tag == tagOf(hash) && m_keys[slot.number] == key)
                return {slot.number, false};
        }
        const auto number = static_cast<std::uint32_t>(m_keys.size());
        m_slots[at] = {tagOf(hash), number};
        m_keys.push_back(kept(key));
        if (2 * m_keys.size() > m_slots.size())
            rebuild(2 * m_slots.size());
        return {number, true};
    }
    std::pair<std::uint32_t, bool> add(const Key& key)
    {
        return add(key, [](const Key& same) { return same; });
    }

private:
    struct Slot {
        std::uint32_t tag = 0; ///< more of the hash, so that few keys are compared
        std::uint32_t number = kNone;
    };

    static std::uint64_t hashOf(std::string_view key) { return fingerprint64(key); }
    static std::uint64_t hashOf(std::int64_t key)
    {
        const std::uint64_t mixed = static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15;
        return mixed ^ (mixed >> 32);
    }
    static std::uint32_t tagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

    void rebuild(std::size_t slots)
    {
        m_slots.assign(slots, Slot{});
        m_mask = slots - 1;
        for (std::uint32_t number = 0; number < m_keys.size(); ++number) {
            const std::uint64_t hash = hashOf(m_keys[number]);
            std::size_t at = hash & m_mask;
            while (m_slots[at].number != kNone)
                at = (at + 1) & m_mask;
            m_slots[at] = {tagOf(hash), number};
        }
    }

    std::vector<Slot> m_slots;
    std::vector<Key> m_keys;
    std::size_t m_mask = 0;
};

} // namespace lb::kernels
