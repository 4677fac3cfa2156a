#pragma once

#include "core/layers/emitter.h"
#include "core/layers/field.h"

#include <memory>
#include <span>

namespace lb {

/// A configuration that is worth testing, with inputs that it accepts.
struct Example {
    std::string name;
    Config config;
    std::vector<Spec> inputs;

    Example(std::string theName, Config theConfig, std::vector<Spec> theInputs)
        : name(std::move(theName))
        , config(std::move(theConfig))
        , inputs(std::move(theInputs))
    {
    }
    Example(std::string theName, Config theConfig, std::initializer_list<Shape> shapes) // float32
        : Example(std::move(theName), std::move(theConfig), std::vector<Spec>{})
    {
        for (const Shape& shape : shapes)
            inputs.push_back({DType::Float32, shape, {}});
    }
};

/// What a layer says of itself to the palette and the inspector's About tab.
struct About {
    enum class Family : std::uint8_t {
        Data,
        Image,
        RandomImage,
        Text,
        Numeric,
        Layer,
        Sequence,
        Output
    };

    Family family = Family::Layer;
    Text summary; ///< one sentence
    const char* formula = ""; ///< plain Unicode, not translated: "y = x · scale + offset"
    bool trainOnly = false; ///< identity at inference
    bool perBatch = false; ///< Keras draws or computes over a batch: stands after Batch
};

/// What adapt() learned: named tensors, immutable. `record` says of what: rows, data hash.
struct AdaptedState {
    std::map<std::string, Tensor, std::less<>> tensors;
    Config record;
    Config foreign = ConfigObject{}; ///< unknown fields of the project file, kept
    bool operator==(const AdaptedState&) const = default;
};
using StateHandle = std::shared_ptr<const AdaptedState>;

/// A kind of layer. Has no state, so one const object serves all nodes and threads.
class LayerType {
public:
    virtual ~LayerType() = default;

    virtual std::string_view kerasClass() const = 0;
    virtual std::span<const ParamSpec> specs() const = 0;
    virtual std::vector<Example> contractExamples() const = 0;
    virtual About about() const = 0;

    virtual Result<> check(const Config& config) const = 0; ///< the first problem, if any
    /// Whether it is computed as the dtype policy of that name says.
    virtual bool computesWith(std::string_view policy) const
    {
        const auto known = policyNamed(policy);
        return known && isFloating(known->compute);
    }
    /// `state` is null for a layer that was not adapted or cannot be.
    virtual Result<Outputs> describe(const Config& config, const StateHandle& state,
                                     Emitter& emitter) const = 0;

    /// Whether masks and boxes that belong to images move with them: a call with them is then
    /// described with Emitter::roles().
    virtual bool movesAnnotations() const { return false; }

    /// What Keras refuses of the numbers themselves, such as an id out of range.
    virtual Result<> checkInputs(const Config& config, std::span<const Tensor> inputs) const
    {
        static_cast<void>(config);
        static_cast<void>(inputs);
        return std::monostate{};
    }

    Config newConfig() const; ///< what a new node starts with
};

/// Adds what every Keras layer may have: the loss of an `activity_regularizer` in its config.
Result<Outputs> regularized(const Config& config, Result<Outputs> outputs, Emitter& emitter);

/// The field bounding_box_format, which Keras gives every layer of images; null for other families.
const ParamSpec* boxFormatSpec(const About& about);
Result<> checkBoxFormat(const Config& config); ///< Errors: BadParameter at "bounding_box_format"

/// Outputs of an image layer that is called with what belongs to images: those that `outputs` lack
/// pass as they are. `prepare` the emitter before the layer is described.
/// Errors: BadParameter at "bounding_box_format"; Unsupported for a layer of other families.
Result<> prepareAnnotations(const Config& config, const About& about, Emitter& emitter);
Result<Outputs> withAnnotations(Result<Outputs> outputs, Emitter& emitter);

/// Implements LayerType for a class with kKerasClass, fields(), examples(), describeAbout() and
/// emit(params, emitter), or emit(params, state, emitter) where adapt() gives it a state.
/// With kMovesAnnotations emit() gives an output for masks and boxes as well, where there are.
/// validate(params) -> Result<> may check what one field alone cannot, checkValues(params, inputs)
/// -> Result<> what the numbers must hold; acceptsPolicy(name) says which dtype policies it computes
/// with, where that is not all with a floating dtype.
template <typename Self, typename P, typename Base = LayerType> class LayerOf : public Base {
public:
    std::string_view kerasClass() const final { return Self::kKerasClass; }
    std::vector<Example> contractExamples() const final { return Self::examples(); }

    std::span<const ParamSpec> specs() const final
    {
        static const std::vector<ParamSpec> cached = std::apply(
            [](const auto&... field) {
                std::vector<ParamSpec> specs;
                specs.reserve(sizeof...(field));
                (specs.push_back(fullSpecOf(field)), ...);
                if (const ParamSpec* shared = sharedSpec())
                    specs.push_back(*shared);
                return specs;
            },
            fieldsOnce());
        return cached;
    }
    Result<> check(const Config& config) const final
    {
        LB_TRY(params, decoded(config));
        static_cast<void>(params);
        return std::monostate{};
    }
    About about() const final { return Self::describeAbout(); }
    bool movesAnnotations() const final { return requires { Self::kMovesAnnotations; }; }
    bool computesWith(std::string_view policy) const final
    {
        if constexpr (requires { Self::acceptsPolicy(policy); })
            return Self::acceptsPolicy(policy);
        else
            return LayerType::computesWith(policy);
    }
    Result<> checkInputs(const Config& config, std::span<const Tensor> inputs) const final
    {
        if constexpr (requires(const P& p) { Self::checkValues(p, inputs); }) {
            LB_TRY(params, decoded(config));
            return Self::checkValues(params, inputs);
        }
        return LayerType::checkInputs(config, inputs);
    }
    Result<Outputs> describe(const Config& config, const StateHandle& state,
                             Emitter& emitter) const final
    {
        LB_TRY(params, decoded(config));
        const auto emitted = [&] {
            return emitter.withPolicyOf(config, [&] {
                if constexpr (requires { Self::emit(params, state, emitter); })
                    return Self::emit(params, state, emitter);
                else
                    return Self::emit(params, emitter);
            });
        };
        if (!emitter.isAnnotated())
            return regularized(config, emitted(), emitter);
        if (Result<> fits = prepareAnnotations(config, Self::describeAbout(), emitter); !fits.ok())
            return std::move(fits.error());
        return withAnnotations(emitted(), emitter);
    }

protected:
    static Result<P> decoded(const Config& config)
    {
        Result<P> params = decode<P>(config, fieldsOnce());
        if constexpr (requires(const P& p) { Self::validate(p); })
            if (params.ok())
                if (Result<> valid = Self::validate(params.value()); !valid.ok())
                    return std::move(valid.error());
        if (params.ok() && sharedSpec())
            if (Result<> known = checkBoxFormat(config); !known.ok())
                return std::move(known.error());
        return params;
    }

private:
    /// Of a layer of images; with kWithoutBoxFormat none.
    static const ParamSpec* sharedSpec()
    {
        if constexpr (requires { Self::kWithoutBoxFormat; })
            return nullptr;
        else
            return boxFormatSpec(Self::describeAbout());
    }
    static const auto& fieldsOnce()
    {
        static const auto fields = Self::fields();
        return fields;
    }
    template <typename T> static ParamSpec fullSpecOf(const Field<P, T>& field)
    {
        ParamSpec spec = specOf(field);
        if (field.predicate)
            spec.applies = [predicate = field.predicate](const Config& config) {
                const auto params = decoded(config);
                return !params.ok() || predicate(params.value()); // a wrong value stays editable
            };
        return spec;
    }
};

/// Emits one layer on its own: the way to its shapes, its weights and its numbers.
/// Errors: those of the layer's parameters (BadParameter) and of its ops (BadShape).
Result<OpGraph> describedBy(const LayerType& layer, const Config& config, std::vector<Spec> inputs,
                            Phase phase = Phase::Inference, const StateHandle& state = {});

} // namespace lb
