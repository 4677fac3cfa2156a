#include "core/layers/hash_onnx.h"
#include "core/layers/index_lookup.h"
#include "core/layers/lookup_onnx.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

Error wrongInput(DType dtype, bool strings)
{
    const std::string name(nameOf(dtype));
    return strings ? Error{ErrorCode::BadShape,
                           "",
                           {LB_TR("Error",
                                  "looks up strings and got %1; an IntegerLookup takes integers"),
                            {name}}}
                   : Error{ErrorCode::BadShape,
                           "",
                           {LB_TR("Error",
                                  "looks up integers and got %1; a StringLookup takes strings"),
                            {name}}};
}

/// Numbers of any dtype as the integers that Keras casts them to.
Tensor asIntegers(const Tensor& input)
{
    if (input.dtype() == DType::Int64)
        return input;
    return dispatch(input.dtype(), [&]<typename Number>(Number) {
        return Tensor::make<std::int64_t>(input.shape(), [&](std::span<std::int64_t> out) {
            std::ranges::transform(input.values<Number>(), out.begin(),
                                   [](Number x) { return static_cast<std::int64_t>(x); });
        });
    });
}

template <typename Token>
class LookupWork final : public HostWork, public hash_onnx::HashesStrings {
public:
    explicit LookupWork(Lookup<Token> lookup)
        : m_lookup(std::move(lookup))
    {
    }

    std::string_view name() const override
    {
        return std::is_same_v<Token, std::string> ? "string_lookup" : "integer_lookup";
    }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        if (!m_lookup.ready())
            return m_lookup.missing();
        if (m_lookup.settings().invert)
            return tokensOf(asIntegers(inputs[0]));
        if constexpr (std::is_same_v<Token, std::string>)
            return idsOf(inputs[0]);
        else
            return idsOf(asIntegers(inputs[0]));
    }

    bool hashesStrings() const override // the unknown ones, over several places
    {
        return !m_lookup.settings().invert && m_lookup.settings().oovIndices > 1;
    }
    Result<> onnx(OnnxNode& node) const override
    {
        const bool strings = std::is_same_v<Token, std::string> && !m_lookup.settings().invert;
        const std::string x = strings ? node.input(0) : node.inputAs(0, DType::Int64);
        if (m_lookup.settings().invert) {
            if (!m_lookup.ready())
                return m_lookup.missing();
            node.result(lookup_onnx::tokens(node, x, m_lookup));
            return std::monostate{};
        }
        LB_TRY(ids, lookup_onnx::ids(node, x, m_lookup));
        LB_TRY(codes, lookup_onnx::codes(node, ids, node.inputSpec(0).shape, m_lookup));
        node.result(codes);
        return std::monostate{};
    }

private:
    using Key = typename Lookup<Token>::Key;

    Result<Tensor> idsOf(const Tensor& input) const
    {
        const auto tokens = input.values<Token>();
        bool known = true;
        const Tensor ids
            = Tensor::make<std::int64_t>(input.shape(), [&](std::span<std::int64_t> out) {
                  for (std::size_t i = 0; i < out.size(); ++i) {
                      out[i] = m_lookup.id(tokens[i]);
                      known = known && out[i] >= 0;
                  }
              });
        if (!known) {
            const std::vector<Key> keys(tokens.begin(), tokens.end());
            return m_lookup.unknown(keys, ids.values<std::int64_t>());
        }
        if (m_lookup.settings().mode == OutputMode::Int)
            return ids;
        return m_lookup.codes(input.shape(), ids.values<std::int64_t>());
    }
    Tensor tokensOf(const Tensor& ids) const
    {
        return Tensor::make<Token>(ids.shape(), [&](std::span<Token> out) {
            std::ranges::transform(ids.values<std::int64_t>(), out.begin(),
                                   [&](std::int64_t id) { return m_lookup.token(id); });
        });
    }

    Lookup<Token> m_lookup;
};

} // namespace

template <typename Token>
Result<Outputs> emitLookup(const LookupSettings<Token>& settings, const StateHandle& state,
                           Emitter& emitter)
{
    const ValueRef x = emitter.input(0);
    const Spec in = emitter.spec(x);
    const bool wantsStrings = std::is_same_v<Token, std::string> && !settings.invert;
    if ((in.dtype == DType::String) != wantsStrings)
        return wrongInput(in.dtype, wantsStrings);
    LB_TRY(lookup, Lookup<Token>::make(settings, state));
    Spec out{settings.invert ? kDTypeOf<Token> : lookup.codeDType(), in.shape, {}};
    const std::int64_t depth = lookup.depth();
    LB_TRY(shape, codeShape(in.shape, settings.mode, depth));
    out.shape = shape;
    if (!settings.invert && settings.mode == OutputMode::Int && depth != kUnknown)
        out.range = ValueRange::proven(0, static_cast<double>(std::max<std::int64_t>(depth - 1, 0)));
    else if (settings.mode == OutputMode::OneHot || settings.mode == OutputMode::MultiHot)
        out.range = ValueRange::proven(0, 1);
    return Outputs{
        emitter.host(std::make_shared<LookupWork<Token>>(std::move(lookup)), {x}, std::move(out))};
}

template Result<Outputs> emitLookup(const LookupSettings<std::string>&, const StateHandle&, Emitter&);
template Result<Outputs> emitLookup(const LookupSettings<std::int64_t>&, const StateHandle&, Emitter&);

} // namespace lb
