#include "core/layers/index_lookup.h"

#include "core/layers/given_tokens.h"
#include "core/tensor/dispatch.h"

#include <cmath>
#include <map>
#include <mutex>
#include <numeric>

namespace lb {
namespace {

template <typename Token> Tensor tensorOfTokens(std::span<const Token> tokens)
{
    return Tensor::make<Token>({std::ssize(tokens)}, [&](std::span<Token> out) {
        std::ranges::copy(tokens, out.begin());
    });
}

/// Whether the special tokens stand in front of what was given, all or (there are none) trivially.
template <typename Token>
bool hasSpecial(const LookupSettings<Token>& settings, std::span<const Token> tokens)
{
    return specialCount(settings, tokens) == settings.specialTokens().size();
}

/// Keras' weights by id, of weights as they were given beside the tokens.
template <typename Token>
Result<std::vector<float>> idfById(const LookupSettings<Token>& settings, std::size_t given,
                                   bool withSpecial, std::span<const double> idf,
                                   bool integers = false)
{
    if (idf.size() != given)
        return badLookup("idf_weights",
                         LB_TR("Error", "needs as many weights as there are tokens, %1, got %2"),
                         {static_cast<std::int64_t>(given), std::ssize(idf)});
    std::vector<float> weights;
    if (!withSpecial) { // their frequency is not known: the mean stands for it
        double mean
            = std::accumulate(idf.begin(), idf.end(), 0.0) / static_cast<double>(idf.size());
        if (integers) // NumPy pads an array of integers with an integer
            mean = std::trunc(mean);
        weights.assign(static_cast<std::size_t>(settings.tokenStart()), static_cast<float>(mean));
    }
    for (const double weight : idf)
        weights.push_back(static_cast<float>(weight));
    if (settings.padToMaxTokens && settings.maxTokens)
        weights.resize(std::max(weights.size(), static_cast<std::size_t>(*settings.maxTokens)));
    return weights;
}

Tensor tensorOfFloats(std::span<const float> values)
{
    return Tensor::make<float>({std::ssize(values)}, [&](std::span<float> out) {
        std::ranges::copy(values, out.begin());
    });
}

const Tensor* stateTensor(const StateHandle& state, const char* name, DType dtype)
{
    if (!state)
        return nullptr;
    const auto found = state->tensors.find(name);
    return found != state->tensors.end() && found->second.dtype() == dtype ? &found->second
                                                                           : nullptr;
}

} // namespace

std::vector<float> learnedIdf(std::int64_t tokenStart, std::int64_t depth, std::int64_t documents,
                              std::span<const std::int64_t> documentCounts)
{
    std::vector<float> weights(static_cast<std::size_t>(tokenStart));
    double sum = 0;
    for (const std::int64_t count : documentCounts) {
        weights.push_back(static_cast<float>(
            std::log(1 + static_cast<double>(documents) / (1 + static_cast<double>(count)))));
        sum += static_cast<double>(weights.back());
    }
    std::fill_n(weights.begin(), tokenStart, // what is unknown counts as the mean of the rest
                static_cast<float>(sum / static_cast<double>(documentCounts.size())));
    weights.resize(static_cast<std::size_t>(std::max<std::int64_t>(std::ssize(weights), depth)));
    return weights;
}

std::optional<std::array<std::uint64_t, 2>> hashKey(const LookupSalt& salt)
{
    if (!salt)
        return {};
    return std::array{static_cast<std::uint64_t>(salt->first),
                      static_cast<std::uint64_t>(salt->second)};
}

template <typename Token>
LookupTable<Token>::LookupTable(Tensor tokens)
    : m_tokens(std::move(tokens))
{
    m_index.reserve(m_tokens.values<Token>().size());
    for (const Token& token : m_tokens.values<Token>())
        m_index.add(Key(token));
}

template <typename Token>
Result<std::shared_ptr<const LookupTable<Token>>>
LookupTable<Token>::of(const LookupSettings<Token>& settings, const StateHandle& state)
{
    using Shared = std::shared_ptr<const LookupTable>;
    struct Entry {
        std::weak_ptr<const LookupTable> table;
        Config list; ///< holds its address
    };
    static std::mutex mutex;
    static std::map<std::pair<const void*, std::size_t>, Entry> known;

    std::pair<const void*, std::size_t> at{nullptr, 0};
    const Tensor* learned = nullptr;
    std::vector<Token> given;
    if (settings.vocabulary.isNull()) {
        learned = stateTensor(state, lookup_state::kVocabulary, kDTypeOf<Token>);
        if (!learned)
            return Shared();
        at.first = learned->template values<Token>().data();
    } else {
        LB_TRY(tokens, tokensIn<Token>(settings.vocabulary));
        given = std::move(tokens);
        if (Result<> good = checkTokens<Token>(settings, given); !good.ok())
            return std::move(good.error());
        at = {settings.vocabulary.template as<ConfigList>(), specialCount<Token>(settings, given)};
    }
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(at); found != known.end())
        if (Shared table = found->second.table.lock())
            return table;
    std::erase_if(known, [](const auto& entry) { return entry.second.table.expired(); });
    const auto rest = std::span<const Token>(given).subspan(at.second);
    const Shared table(new LookupTable(learned ? *learned : tensorOfTokens(rest)));
    if (table->m_index.size() != table->tokens().size()) {
        std::map<Key, int> seen;
        std::vector<Token> repeated;
        for (const Token& token : table->tokens())
            if (++seen[Key(token)] == 2)
                repeated.push_back(token);
        return badLookup("vocabulary", LB_TR("Error", "has tokens that are repeated: %1"),
                         {shownTokens(std::span<const Token>(repeated).first(
                             std::min<std::size_t>(repeated.size(), 10)))});
    }
    known[at] = {table, settings.vocabulary};
    return table;
}

template <typename Token> Result<> checkLookup(const LookupSettings<Token>& settings)
{
    if (settings.maxTokens && *settings.maxTokens <= 1)
        return badLookup("max_tokens", LB_TR("Error", "must be greater than 1, is: %1"),
                         {*settings.maxTokens});
    if (settings.padToMaxTokens && !settings.maxTokens)
        return badLookup("max_tokens", LB_TR("Error", "must be set if pad_to_max_tokens is on"));
    if (settings.oovIndices < 0)
        return badLookup("num_oov_indices", LB_TR("Error", "must be at least 0, is: %1"),
                         {settings.oovIndices});
    if (settings.salt && !settings.farmHash)
        return badLookup("salt", LB_TR("Error", "can only be used with the oov_method farmhash"));
    if (settings.invert && settings.mode != OutputMode::Int)
        return badLookup("output_mode", LB_TR("Error", "must be int if invert is on"));
    if (settings.invert && !settings.oov)
        return badLookup("oov_token", LB_TR("Error", "a value is needed if invert is on"));
    if (!settings.idf.isNull() && settings.mode != OutputMode::TfIdf)
        return badLookup("idf_weights", LB_TR("Error", "can only be set in the output mode tf_idf"));
    if (settings.mode == OutputMode::TfIdf && !settings.vocabulary.isNull() && settings.idf.isNull())
        return badLookup("idf_weights",
                         LB_TR("Error",
                               "must be given beside a vocabulary in the output mode tf_idf"));
    if (settings.vocabulary.isNull())
        return std::monostate{};
    const auto lookup = Lookup<Token>::make(settings, {});
    return lookup.ok() ? Result<>(std::monostate{}) : Result<>(lookup.error());
}

template <typename Token>
Result<StateHandle> lookupStateOf(const LookupSettings<Token>& settings,
                                  std::span<const Token> tokens,
                                  const std::optional<std::vector<double>>& idf)
{
    if (Result<> good = checkTokens(settings, tokens); !good.ok())
        return std::move(good.error());
    if (idf.has_value() != (settings.mode == OutputMode::TfIdf))
        return badLookup("idf_weights",
                         idf ? LB_TR("Error", "can only be set in the output mode tf_idf")
                             : LB_TR("Error",
                               "must be given beside a vocabulary in the output mode tf_idf"));
    auto state = std::make_shared<AdaptedState>();
    state->tensors.emplace(lookup_state::kVocabulary,
                           tensorOfTokens(tokens.subspan(specialCount(settings, tokens))));
    LookupSettings<Token> learned = settings;
    learned.vocabulary = Config();
    LB_TRY(table, LookupTable<Token>::of(learned, state)); // refuses repeated tokens
    static_cast<void>(table);
    if (idf) {
        LB_TRY(weights, idfById(settings, tokens.size(), hasSpecial(settings, tokens), *idf));
        state->tensors.emplace(lookup_state::kIdf, tensorOfFloats(weights));
    }
    return StateHandle(std::move(state));
}

template <typename Token>
Result<Tensor> lookupVocabulary(const LookupSettings<Token>& settings, const StateHandle& state)
{
    LB_TRY(table, LookupTable<Token>::of(settings, state));
    std::vector<Token> all = settings.specialTokens();
    if (table)
        all.insert(all.end(), table->tokens().begin(), table->tokens().end());
    return tensorOfTokens(std::span<const Token>(all));
}

template <typename Token>
Result<Lookup<Token>> Lookup<Token>::make(const LookupSettings<Token>& settings,
                                          const StateHandle& state)
{
    Lookup lookup;
    lookup.m_settings = settings;
    LB_TRY(table, LookupTable<Token>::of(settings, state));
    lookup.m_table = table;
    if (settings.mode != OutputMode::TfIdf || !table)
        return lookup;
    if (!settings.vocabulary.isNull()) {
        std::vector<double> idf;
        if (!Codec<std::vector<double>>::read(settings.idf, idf))
            return badLookup("idf_weights", LB_TR("Error", "needs a list of numbers"));
        LB_TRY(tokens, tokensIn<Token>(settings.vocabulary));
        const bool integers = std::ranges::all_of(
            *settings.idf.template as<ConfigList>(),
            [](const Config& weight) { return weight.as<std::int64_t>() != nullptr; });
        LB_TRY(weights,
               idfById(settings, tokens.size(),
                       hasSpecial(settings, std::span<const Token>(tokens)), idf, integers));
        lookup.m_idf = std::move(weights);
        return lookup;
    }
    if (const Tensor* stored = stateTensor(state, lookup_state::kIdf, DType::Float32))
        lookup.m_idf.assign(stored->values<float>().begin(), stored->values<float>().end());
    const Tensor* counts = stateTensor(state, lookup_state::kDocumentCounts, DType::Int64);
    const Tensor* documents = stateTensor(state, lookup_state::kDocuments, DType::Int64);
    if (std::ssize(lookup.m_idf) != lookup.depth() && counts && documents
        && counts->shape() == table->tensor().shape()) // learned in another mode
        lookup.m_idf
            = learnedIdf(settings.tokenStart(), lookup.depth(),
                         documents->values<std::int64_t>()[0], counts->values<std::int64_t>());
    if (std::ssize(lookup.m_idf) != lookup.depth())
        return badLookup("output_mode",
                         LB_TR("Error",
                               "tf_idf needs weights that the state does not hold; adapt again"));
    return lookup;
}

template <typename Token> std::int64_t Lookup<Token>::depth() const
{
    if (m_settings.padToMaxTokens && m_settings.maxTokens)
        return *m_settings.maxTokens;
    return m_table ? m_settings.tokenStart() + std::ssize(m_table->tokens()) : kUnknown;
}

template <typename Token> Error Lookup<Token>::missing() const
{
    return {ErrorCode::NotFound, "vocabulary",
            LB_TR("Error",
                  "the layer has no vocabulary yet: adapt it, or give it a list of tokens")};
}

template <typename Token> std::int64_t Lookup<Token>::id(const Key& key) const
{
    return idOf(key, m_table->find(key));
}

template <typename Token> std::int64_t Lookup<Token>::idRoomy(const Key& key) const
{
    return idOf(key, m_table->findRoomy(key));
}

template <typename Token>
std::int64_t Lookup<Token>::idOf(const Key& key, std::uint32_t found) const
{
    if (m_settings.mask && key == Key(*m_settings.mask))
        return m_settings.mode == OutputMode::Int ? 0 : std::numeric_limits<std::int64_t>::max();
    if (found != kernels::KeyIndex<Key>::kNone)
        return m_settings.tokenStart() + found;
    const std::int64_t bins = m_settings.oovIndices;
    if (bins <= 1)
        return bins == 1 ? m_settings.oovStart() : -1;
    const auto hashed = [&](std::string_view bytes) {
        const std::uint64_t hash = m_settings.salt ? kernels::sipHash24(*m_settings.salt, bytes)
                                                   : kernels::fingerprint64(bytes);
        return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(bins));
    };
    if constexpr (std::is_same_v<Token, std::string>)
        return m_settings.oovStart() + hashed(key);
    else
        return m_settings.oovStart()
            + (m_settings.farmHash ? hashed(std::to_string(key)) : (key % bins + bins) % bins);
}

template <typename Token> const Token& Lookup<Token>::token(std::int64_t id) const
{
    if (id == 0 && m_settings.mask)
        return *m_settings.mask;
    const std::int64_t at = id - m_settings.tokenStart();
    const auto tokens = m_table->tokens();
    return at >= 0 && at < std::ssize(tokens) ? tokens[static_cast<std::size_t>(at)]
                                              : *m_settings.oov;
}

template <typename Token>
Error Lookup<Token>::unknown(std::span<const Key> keys, std::span<const std::int64_t> ids) const
{
    std::vector<Key> found;
    for (std::size_t i = 0; i < keys.size() && found.size() < 10; ++i)
        if (ids[i] < 0)
            found.push_back(keys[i]);
    return {ErrorCode::BadParameter,
            "num_oov_indices",
            {LB_TR("Error",
                   "with 0 all inputs must be in the vocabulary, and these are not: %1; set it to 1"),
             {shownTokens(std::span<const Key>(found))}}};
}

template <typename Token> DType Lookup<Token>::codeDType() const
{
    return m_settings.mode == OutputMode::TfIdf ? DType::Float32 : DType::Int64;
}

template <typename Token> Tensor Lookup<Token>::idf() const
{
    const auto size = static_cast<std::size_t>(m_settings.tokenStart()) + m_table->tokens().size();
    return tensorOfFloats(std::span(m_idf).first(std::min(size, m_idf.size())));
}

template <typename Token>
Tensor Lookup<Token>::codes(const Shape& shape, std::span<const std::int64_t> ids) const
{
    return weighted(codesOf(shape, ids, m_settings.mode, depth(), codeDType()));
}

template <typename Token>
Tensor Lookup<Token>::codesOfRows(std::span<const std::size_t> offsets,
                                  std::span<const std::int64_t> ids) const
{
    return weighted(lb::codesOfRows(offsets, ids, m_settings.mode, depth(), codeDType()));
}

template <typename Token> Tensor Lookup<Token>::weighted(Tensor counts) const
{
    if (m_settings.mode != OutputMode::TfIdf)
        return counts;
    return Tensor::make<float>(counts.shape(), [&](std::span<float> out) {
        const auto from = counts.values<float>();
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = from[i] * m_idf[i % m_idf.size()];
    });
}

template class LookupTable<std::string>;
template class LookupTable<std::int64_t>;
template class Lookup<std::string>;
template class Lookup<std::int64_t>;
template Result<> checkLookup(const LookupSettings<std::string>&);
template Result<> checkLookup(const LookupSettings<std::int64_t>&);
template Result<StateHandle> lookupStateOf(const LookupSettings<std::string>&,
                                           std::span<const std::string>,
                                           const std::optional<std::vector<double>>&);
template Result<StateHandle> lookupStateOf(const LookupSettings<std::int64_t>&,
                                           std::span<const std::int64_t>,
                                           const std::optional<std::vector<double>>&);
template Result<Tensor> lookupVocabulary(const LookupSettings<std::string>&, const StateHandle&);
template Result<Tensor> lookupVocabulary(const LookupSettings<std::int64_t>&, const StateHandle&);

} // namespace lb
