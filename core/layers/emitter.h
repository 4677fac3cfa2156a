#pragma once

#include "core/layers/annotation_role.h"
#include "core/layers/dtype_policy.h"
#include "core/layers/regularizer.h"
#include "core/layers/weight_rule.h"
#include "core/ops/op_graph.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace lb {

enum class Phase : std::uint8_t { Inference, Training };

/// A value in the description; its mask travels with it.
struct ValueRef {
    ValueId id = kNoValue;
    ValueId mask = kNoValue;

    ValueRef withMask(ValueId other) const { return {id, other}; }
};
using Outputs = std::vector<ValueRef>;

/// Takes down what a layer computes, and infers specs on the way. After an op that does not fit,
/// the rest is skipped: layers need no check an op, finish() returns the first error.
class Emitter {
public:
    explicit Emitter(std::vector<Spec> inputs, Phase phase = Phase::Inference);
    /// Continues in a graph that other layers began; `inputs` are values of it.
    /// Every node, draw and weight that is added carries `origin`.
    Emitter(OpGraph graph, std::vector<ValueRef> inputs, Phase phase, std::uint32_t origin);

    Phase phase() const { return m_phase; }
    bool training() const { return m_phase == Phase::Training; }
    std::size_t inputCount() const { return m_inputs.size(); }
    ValueRef input(std::size_t index) const;
    /// What the layer that is described computes in, and what it keeps its weights in.
    DType compute() const { return m_policy.compute; }
    const DTypePolicy& policy() const { return m_policy; }
    /// Layers inside the described one that name no policy have this one's; else float32.
    void passPolicyOn() { m_inherited = m_policy; }
    /// Describes a part in another policy.
    template <typename Describe> auto withPolicy(const DTypePolicy& policy, Describe&& describe)
    {
        const DTypePolicy outer = m_policy, inherited = m_inherited;
        const bool asGiven = m_asGiven;
        m_policy = policy;
        m_inherited = {};
        m_asGiven = false;
        auto made = describe();
        m_asGiven = asGiven;
        m_policy = outer;
        m_inherited = inherited;
        return made;
    }
    /// Describes a layer whose config may name a policy. Errors: those of policyOf(), of `describe`;
    /// Unsupported for float64 if this is no call.
    template <typename Describe> auto withPolicyOf(const Config& config, Describe&& describe)
    {
        using Made = decltype(describe());
        const Result<DTypePolicy> named = policyFor(config);
        return named.ok() ? withPolicy(named.value(), describe) : Made(named.error());
    }
    /// Input `index` as the layer computes with it: cast to compute().
    ValueRef floatInput(std::size_t index);
    /// Input `index` as Keras casts it for a layer that takes any dtype: floats become compute(),
    /// integers and booleans stay.
    ValueRef autocastInput(std::size_t index);
    /// Of a layer whose call Keras does not cast for: autocastInput() leaves all as they are.
    void takeAsGiven() { m_asGiven = true; }
    /// What the inputs are where an image layer is called with images and what belongs to them;
    /// parallel to the inputs. Empty for any other call.
    std::span<const Role> roles() const
    {
        return std::span(m_roles).first(std::min(m_roles.size(), m_inputs.size()));
    }
    void setRoles(std::vector<Role> roles) { m_roles = std::move(roles); }
    bool isAnnotated() const { return roles().size() > 1; }
    /// Whether what belongs to images goes past layers that do not move it, as in a document; in a
    /// call, as in Keras, every layer inside a layer gets all of it.
    bool passesBeside() const { return m_passesBeside; }
    void setPassesBeside(bool beside) { m_passesBeside = beside; }
    /// Whether a layer is called on its own, as in Python: Keras then computes with integers as they
    /// come, where a pipeline or a model makes floats of them first.
    bool isCall() const { return m_isCall; }
    void setIsCall(bool call) { m_isCall = call; }
    /// How the layer that is described tells boxes, by Keras' name; nothing: it does not say.
    const std::optional<std::string>& boxFormat() const { return m_boxFormat; }
    void setBoxFormat(std::optional<std::string> format) { m_boxFormat = std::move(format); }
    const Spec& spec(ValueRef x) const; ///< float32 [] after an error
    std::int64_t rank(ValueRef x) const;
    const OpNode* node(ValueRef x) const; ///< what makes it; null after an error
    Result<std::int64_t> knownDim(ValueRef x, std::int64_t axis) const; ///< -1 is the last axis
    void fail(Error error); ///< remembers the first

    /// Where the numbers come from.
    /// A regularizer joins the losses. A constraint fails the emitter in training: the updates
    /// are not bounded here, and a result that ignores it would not be Keras'.
    /// Kept in the policy's variable dtype, given as compute().
    ValueRef weight(Shape shape, const WeightRule& rule, const WeightTerms& terms = {});
    ValueRef constant(Tensor tensor);
    ValueRef constant(double value); ///< scalar of dtype compute()
    /// Numbers from a config, as compute(); their range is that of the doubles, so that
    /// 0..255 times 1/255 is 0..1 and not a rounding error more.
    ValueRef constant(Shape shape, std::span<const double> values);
    /// What the layer's draw() fills before each step; training only. The same name again is the
    /// same value. Numbers with a fraction are given as compute(), as Keras casts them.
    ValueRef drawn(std::string name, Spec spec);
    ValueRef drawnAsIs(std::string name, Spec spec); ///< for maps that Keras makes in float32
    /// Describes a layer inside this one: `describe` finds `inputs` as its inputs, and what it
    /// draws is named `prefix` + name. With a gate its values are computed where that is open.
    template <typename Describe>
    auto inside(const std::string& prefix, std::vector<ValueRef> inputs,
                const std::optional<Gate>& gate, Describe&& describe)
    {
        const std::string outer = m_drawPrefix;
        const std::optional<Gate> outerGate = m_gate;
        m_drawPrefix += prefix;
        m_gate = gate ? gate : m_gate;
        std::swap(m_inputs, inputs);
        auto result = describe();
        std::swap(m_inputs, inputs);
        m_drawPrefix = outer;
        m_gate = outerGate;
        return result;
    }

    /// Appends an op; the functions below are its spelled-out forms.
    ValueRef op(const Op& op, std::vector<ValueRef> inputs, ConfigObject args = {});
    /// Appends host work, whose value is as `out` says (dimensions may be unknown). The only way on
    /// for strings: an op that gets them fails.
    ValueRef host(std::shared_ptr<const HostWork> work, std::vector<ValueRef> inputs, Spec out);
    ValueRef matmul(ValueRef x, ValueRef w);
    ValueRef add(ValueRef a, ValueRef b);
    ValueRef sub(ValueRef a, ValueRef b);
    ValueRef mul(ValueRef a, ValueRef b);
    ValueRef div(ValueRef a, ValueRef b);
    ValueRef cast(ValueRef x, DType dtype); ///< x itself if it has that dtype
    ValueRef activation(const Config& activation, ValueRef x); ///< Keras' name or serialised form

    /// What a training step leaves behind.
    void assign(ValueRef weight, ValueRef value);
    void addLoss(ValueRef scalar); ///< stands before those of the weights, as in Keras
    /// The loss for the size of a layer's output, averaged over the batch.
    void regularizeActivity(const Regularizer& regularizer, ValueRef output);

    Result<OpGraph> finish(const Outputs& outputs) &&;

private:
    Result<DTypePolicy> policyFor(const Config& config) const;
    ValueRef penalized(const Penalty& penalty, ValueRef x, std::span<const std::int64_t> axes);

    OpGraph m_graph;
    std::vector<ValueId> m_weightLosses;
    std::vector<ValueRef> m_inputs;
    std::vector<Role> m_roles;
    std::optional<std::string> m_boxFormat;
    DTypePolicy m_policy, m_inherited;
    bool m_asGiven = false;
    bool m_passesBeside = false;
    bool m_isCall = false;
    Phase m_phase;
    std::uint32_t m_origin = 0;
    std::string m_drawPrefix;
    std::optional<Gate> m_gate;
    std::optional<Error> m_error;
};

/// What Emitter::activation() knows by name, in alphabetical order.
std::vector<std::string> activationNames();

} // namespace lb
