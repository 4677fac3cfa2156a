#pragma once

#include "core/kernels/key_index.h"
#include "core/layers/category_codes.h"
#include "core/layers/vocabulary_layer.h"
#include "core/ops/host_work.h"

#include <array>

namespace lb {

/// What a lookup is about; Token is std::string or std::int64_t.
template <typename Token> struct LookupSettings {
    std::optional<std::int64_t> maxTokens;
    std::int64_t oovIndices = 1;
    std::optional<Token> mask, oov;
    bool invert = false;
    OutputMode mode = OutputMode::Int;
    bool padToMaxTokens = false;
    bool farmHash = true; ///< integers that are unknown: hashed, else the remainder of a division
    std::optional<std::array<std::uint64_t, 2>> salt;
    Config vocabulary, idf; ///< as they stand in the config; null: learned

    std::int64_t oovStart() const { return mask && mode == OutputMode::Int ? 1 : 0; }
    std::int64_t tokenStart() const { return oovStart() + oovIndices; }
    std::vector<Token> specialTokens() const; ///< the ids in front of the learned tokens
};

/// How unknown integers are spread over their ids: by the remainder of a division, or by a hash.
enum class OovMethod : std::uint8_t { FloorMod, FarmHash };
constexpr std::array<std::string_view, 2> kerasNames(OovMethod)
{
    return {"floormod", "farmhash"};
}

/// null, n for [n, n], or [a, b].
using LookupSalt = std::optional<BothOr<std::int64_t>>;
std::optional<std::array<std::uint64_t, 2>> hashKey(const LookupSalt& salt);

/// The names of a state's tensors. `counts` and `documentCounts` are there if it was learned.
namespace lookup_state {
inline constexpr const char* kVocabulary = "vocabulary"; ///< without special tokens [n]
inline constexpr const char* kPinned = "pinned"; ///< tokens of kVocabulary that stay when it learns again [p]
inline constexpr const char* kIdf = "idf"; ///< a weight an id, float32 [depth]
inline constexpr const char* kCounts = "counts"; ///< int64 [n]
inline constexpr const char* kDocumentCounts = "document_counts"; ///< int64 [n]
inline constexpr const char* kDocuments = "documents"; ///< int64 []
inline constexpr const char* kTokens = "tokens"; ///< int64 []: all that were counted, special ones not
inline constexpr const char* kDistinct = "distinct"; ///< int64 []: before max_tokens cut some off
} // namespace lookup_state

/// Tokens in the order of their ids behind the special ones, and what was learned beside.
template <typename Token> class LookupTable {
public:
    using Key = std::conditional_t<std::is_same_v<Token, std::string>, std::string_view, Token>;

    /// One table serves all who look into the same tensor or config list as long as any lives.
    static Result<std::shared_ptr<const LookupTable>> of(const LookupSettings<Token>& settings,
                                                         const StateHandle& state);

    std::span<const Token> tokens() const { return m_tokens.values<Token>(); }
    const Tensor& tensor() const { return m_tokens; }
    std::uint32_t find(const Key& key) const { return m_index.find(key); }
    std::uint32_t findRoomy(const Key& key) const { return m_index.findRoomy(key); }

private:
    explicit LookupTable(Tensor tokens);

    Tensor m_tokens;
    kernels::KeyIndex<Key> m_index;
};

/// Keras' weights by id: ln(1 + documents / (1 + documentCount)), their mean for the special ids, and
/// 0 up to `depth`.
std::vector<float> learnedIdf(std::int64_t tokenStart, std::int64_t depth, std::int64_t documents,
                              std::span<const std::int64_t> documentCounts);

/// What Keras' constructor refuses. Errors: BadParameter.
template <typename Token> Result<> checkLookup(const LookupSettings<Token>& settings);

/// set_vocabulary(): see VocabularyLayerType::withVocabulary().
template <typename Token>
Result<StateHandle> lookupStateOf(const LookupSettings<Token>& settings,
                                  std::span<const Token> tokens,
                                  const std::optional<std::vector<double>>& idf);

/// get_vocabulary(). Errors: those of a vocabulary in the config.
template <typename Token>
Result<Tensor> lookupVocabulary(const LookupSettings<Token>& settings, const StateHandle& state);

/// Ids of tokens, ready for who computes them many times: the table, and what happens to the rest.
template <typename Token> class Lookup {
public:
    using Key = typename LookupTable<Token>::Key;

    /// Errors: those of a vocabulary in the config. Without one and without a state it can be made,
    /// so that its shape is known, and run() says what is missing.
    static Result<Lookup> make(const LookupSettings<Token>& settings, const StateHandle& state);

    const LookupSettings<Token>& settings() const { return m_settings; }
    std::int64_t depth() const; ///< of the codes; kUnknown before it has tokens
    bool ready() const { return m_table != nullptr; }
    Error missing() const;
    /// -1 for a token that is unknown where num_oov_indices is 0; beyond depth for a mask whose code
    /// leaves no trace.
    std::int64_t id(const Key& key) const;
    std::int64_t idRoomy(const Key& key) const; ///< for keys as KeyIndex::findRoomy() takes them
    const Token& token(std::int64_t id) const; ///< the way back
    Error unknown(std::span<const Key> keys, std::span<const std::int64_t> ids) const;
    /// Codes of dtype int64, or float32 for tf_idf.
    Tensor codes(const Shape& shape, std::span<const std::int64_t> ids) const;
    Tensor codesOfRows(std::span<const std::size_t> offsets, std::span<const std::int64_t> ids) const;
    DType codeDType() const;
    std::span<const Token> tokens() const { return m_table->tokens(); } ///< without special ones
    std::span<const float> weights() const { return m_idf; } ///< of tf_idf, one a place of the code
    Tensor idf() const; ///< a weight for each special and each other token, float32 [n]

private:
    Tensor weighted(Tensor counts) const;
    std::int64_t idOf(const Key& key, std::uint32_t found) const;

    LookupSettings<Token> m_settings;
    std::shared_ptr<const LookupTable<Token>> m_table;
    std::vector<float> m_idf;
};

/// What the layers StringLookup and IntegerLookup emit. Source: Keras 3 `IndexLookup.call`.
template <typename Token>
Result<Outputs> emitLookup(const LookupSettings<Token>& settings, const StateHandle& state,
                           Emitter& emitter);

/// The counts of a block, or of all blocks so far: how often, and in how many documents.
template <typename Token> class TokenCounts {
public:
    using Key = typename LookupTable<Token>::Key;

    void reserve(std::size_t distinct)
    {
        m_index.reserve(distinct);
        m_counts.reserve(distinct);
    }
    void beginDocument() { ++m_documents; }
    void add(const Key& token)
    {
        counted(m_index.add(token, [this](const Key& key) { return kept(key); }));
    }
    void addRoomy(const Key& token) ///< for keys as KeyIndex::findRoomy() takes them
    {
        counted(m_index.addRoomy(token, [this](const Key& key) { return kept(key); }));
    }
    void add(const TokenCounts& later);
    std::size_t distinct() const { return m_index.size(); }
    /// Keras' finalize_state(): by count, equal ones by the token, both descending; special tokens
    /// are no tokens. `pinned` tokens stay whatever their count: in the place of the rarest others
    /// where max_tokens leaves no room, and behind all others if the data do not hold them.
    /// Errors: BadShape if nothing was counted.
    Result<StateHandle> learned(const LookupSettings<Token>& settings,
                                std::span<const Token> pinned = {}) const;

private:
    struct Count {
        std::int64_t all = 0, documents = 0, lastDocument = -1;
    };
    std::vector<Token> keepPinned(const LookupSettings<Token>& settings,
                                  std::span<const Token> pinned, std::size_t most,
                                  std::vector<std::uint32_t>& order,
                                  std::vector<Token>& unseen) const;
    void counted(std::pair<std::uint32_t, bool> token)
    {
        if (token.second)
            m_counts.emplace_back();
        Count& its = m_counts[token.first];
        ++its.all;
        its.documents += its.lastDocument != m_documents;
        its.lastDocument = m_documents;
    }
    Key kept(const Key& key); ///< the same in memory of its own
    std::vector<std::uint32_t> byFrequency(const LookupSettings<Token>& settings) const;

    kernels::KeyIndex<Key> m_index;
    std::vector<Count> m_counts;
    std::int64_t m_documents = 0;
    std::vector<std::unique_ptr<char[]>> m_chunks; // of the strings, with KeyIndex::kRoom behind
    char* m_next = nullptr;
    std::size_t m_left = 0;
};

/// fold() of the layers that count tokens.
template <typename Token>
AdaptableLayerType::Summary foldedCounts(AdaptableLayerType::Summary sum,
                                         const AdaptableLayerType::Summary& next);

} // namespace lb
