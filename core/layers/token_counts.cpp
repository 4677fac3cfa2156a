#include "core/kernels/digit_sort.h"
#include "core/layers/index_lookup.h"

#include <algorithm>

namespace lb {
namespace {

Tensor scalar(std::int64_t value)
{
    return Tensor::of<std::int64_t>({}, {value});
}

/// Ordered as the keys are, but for keys that it does not tell apart.
std::uint64_t headOf(std::int64_t key)
{
    return static_cast<std::uint64_t>(key) ^ std::uint64_t{1} << 63;
}
std::uint64_t headOf(std::string_view key)
{
    std::uint64_t head = 0;
    for (std::size_t i = 0; i < 8; ++i)
        head = head << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0u);
    return head;
}

} // namespace

template <typename Token> void TokenCounts<Token>::add(const TokenCounts& later)
{
    for (std::uint32_t i = 0; i < later.m_counts.size(); ++i) {
        const auto [number, isNew]
            = m_index.addRoomy(later.m_index.key(i), [this](const Key& key) { return kept(key); });
        if (isNew)
            m_counts.emplace_back();
        m_counts[number].all += later.m_counts[i].all;
        m_counts[number].documents += later.m_counts[i].documents;
    }
    m_documents += later.m_documents;
}

template <typename Token> auto TokenCounts<Token>::kept(const Key& key) -> Key
{
    if constexpr (std::is_same_v<Token, std::string>) {
        constexpr std::size_t chunk = 64 << 10;
        if (!m_next || m_left < key.size()) {
            m_left = std::max(chunk, key.size());
            m_chunks.push_back(
                std::make_unique_for_overwrite<char[]>(m_left + kernels::KeyIndex<Key>::kRoom));
            m_next = m_chunks.back().get();
        }
        char* const at = m_next;
        std::ranges::copy(key, at);
        m_next += key.size();
        m_left -= key.size();
        return {at, key.size()};
    } else {
        return key;
    }
}

/// Cuts `order` to `most` tokens with those that were never counted, which come to `unseen`; the
/// pinned ones are cut last. Returns those that stayed.
template <typename Token>
std::vector<Token> TokenCounts<Token>::keepPinned(const LookupSettings<Token>& settings,
                                                  std::span<const Token> pinned, std::size_t most,
                                                  std::vector<std::uint32_t>& order,
                                                  std::vector<Token>& unseen) const
{
    std::vector<bool> isPinned(m_counts.size(), false);
    std::vector<Token> stayed;
    for (const Token& token : pinned) {
        if (stayed.size() == most || (settings.mask && token == *settings.mask)
            || (settings.oov && token == *settings.oov))
            continue;
        const std::uint32_t number = m_index.find(Key(token));
        if (number < isPinned.size())
            isPinned[number] = true;
        else
            unseen.push_back(token);
        stayed.push_back(token);
    }
    std::size_t room = most - stayed.size();
    std::erase_if(order, [&](std::uint32_t number) {
        if (isPinned[number])
            return false;
        const bool full = room == 0;
        room -= full ? 0 : 1;
        return full;
    });
    return stayed;
}

/// Tokens but the special ones, by count, equal counts by the token, both descending.
template <typename Token>
std::vector<std::uint32_t>
TokenCounts<Token>::byFrequency(const LookupSettings<Token>& settings) const
{
    // what decides stands beside each other: comparing through numbers would wait for memory
    struct Entry {
        std::int64_t count;
        std::uint64_t head; ///< of a text its first 8 bytes, of a number all of it
        std::uint32_t number;
    };
    std::vector<Entry> entries;
    entries.reserve(m_counts.size());
    for (std::uint32_t i = 0; i < m_counts.size(); ++i) {
        const Key& key = m_index.key(i);
        if ((settings.mask && key == Key(*settings.mask))
            || (settings.oov && key == Key(*settings.oov)))
            continue;
        entries.push_back({m_counts[i].all, headOf(key), i});
    }
    // by the token, then by count; upwards here, and turned round in the end
    kernels::sortByDigits(entries, [](const Entry& entry) { return entry.head; });
    if constexpr (std::is_same_v<Token, std::string>)
        for (auto first = entries.begin(); first != entries.end();) {
            const auto last = std::find_if(first, entries.end(), [&](const Entry& entry) {
                return entry.head != first->head;
            });
            std::sort(first, last, [&](const Entry& a, const Entry& b) {
                return m_index.key(a.number) < m_index.key(b.number);
            });
            first = last;
        }
    kernels::sortByDigits(entries, [](const Entry& entry) {
        return static_cast<std::uint64_t>(entry.count);
    });
    std::ranges::reverse(entries);
    std::vector<std::uint32_t> order(entries.size());
    std::ranges::transform(entries, order.begin(), &Entry::number);
    return order;
}

template <typename Token>
Result<StateHandle> TokenCounts<Token>::learned(const LookupSettings<Token>& settings,
                                                std::span<const Token> pinned) const
{
    if (m_counts.empty())
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no token to learn from")};
    std::vector<std::uint32_t> order = byFrequency(settings);
    std::int64_t tokens = 0;
    for (const std::uint32_t i : order)
        tokens += m_counts[i].all;
    const std::int64_t distinct = std::ssize(order);
    std::int64_t most = distinct + std::ssize(pinned);
    if (settings.maxTokens) { // Keras slices: a negative end counts from the back
        const std::int64_t end = *settings.maxTokens - settings.tokenStart();
        most = std::clamp<std::int64_t>(end < 0 ? distinct + end : end, 0, most);
    }
    std::vector<Token> unseen;
    const std::vector<Token> stayed
        = keepPinned(settings, pinned, static_cast<std::size_t>(most), order, unseen);
    const std::int64_t size = std::ssize(order) + std::ssize(unseen);
    if (size == 0)
        return Error{ErrorCode::BadShape, "max_tokens",
                     LB_TR("Error",
                           "leaves no token to learn beside the special ones; make it larger, or "
                           "adapt on other data")};
    const auto numbers = [&](std::int64_t Count::*member) {
        return Tensor::make<std::int64_t>({size}, [&](std::span<std::int64_t> out) {
            std::ranges::transform(order, out.begin(),
                                   [&](std::uint32_t i) { return m_counts[i].*member; });
        });
    };
    auto state = std::make_shared<AdaptedState>();
    auto& tensors = state->tensors;
    tensors.emplace(lookup_state::kVocabulary,
                    Tensor::make<Token>({size}, [&](std::span<Token> out) {
                        const auto behind = std::ranges::transform(
                            order, out.begin(),
                            [&](std::uint32_t i) { return Token(m_index.key(i)); });
                        std::ranges::copy(unseen, behind.out);
                    }));
    if (!stayed.empty())
        tensors.emplace(lookup_state::kPinned,
                        Tensor::make<Token>({std::ssize(stayed)}, [&](std::span<Token> out) {
                            std::ranges::copy(stayed, out.begin());
                        }));
    tensors.emplace(lookup_state::kCounts, numbers(&Count::all));
    const Tensor documentCounts = numbers(&Count::documents);
    tensors.emplace(lookup_state::kDocumentCounts, documentCounts);
    tensors.emplace(lookup_state::kDocuments, scalar(m_documents));
    tensors.emplace(lookup_state::kTokens, scalar(tokens));
    tensors.emplace(lookup_state::kDistinct, scalar(distinct));
    if (settings.mode == OutputMode::TfIdf) {
        const std::int64_t depth = settings.padToMaxTokens && settings.maxTokens ? *settings.maxTokens : 0;
        const std::vector<float> idf = learnedIdf(settings.tokenStart(), depth, m_documents,
                                                  documentCounts.values<std::int64_t>());
        tensors.emplace(lookup_state::kIdf,
                        Tensor::make<float>({std::ssize(idf)}, [&](std::span<float> out) {
                            std::ranges::copy(idf, out.begin());
                        }));
    }
    return StateHandle(std::move(state));
}

template <typename Token>
AdaptableLayerType::Summary foldedCounts(AdaptableLayerType::Summary sum,
                                         const AdaptableLayerType::Summary& next)
{
    using Counts = TokenCounts<Token>;
    if (!sum)
        return next;
    const auto& later = *static_cast<const Counts*>(next.get());
    if (sum.use_count() == 1) { // nobody else sees it: no copy of a large vocabulary a block
        static_cast<Counts*>(const_cast<void*>(sum.get()))->add(later);
        return sum;
    }
    auto joined = std::make_shared<Counts>();
    joined->add(*static_cast<const Counts*>(sum.get()));
    joined->add(later);
    return joined;
}

template class TokenCounts<std::string>;
template class TokenCounts<std::int64_t>;
template AdaptableLayerType::Summary foldedCounts<std::string>(AdaptableLayerType::Summary,
                                                               const AdaptableLayerType::Summary&);
template AdaptableLayerType::Summary foldedCounts<std::int64_t>(AdaptableLayerType::Summary,
                                                                const AdaptableLayerType::Summary&);

} // namespace lb
