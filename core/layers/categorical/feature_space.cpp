#include "core/interop/onnx/onnx_node.h"
#include "core/layers/columns_layer.h"
#include "core/layers/feature_space_parts.h"
#include "core/layers/registry.h"
#include "core/ops/host_work.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

enum class SpaceMode : std::uint8_t { Concat, Dict };
[[maybe_unused]] constexpr std::array<std::string_view, 2> kerasNames(SpaceMode)
{
    return {"concat", "dict"};
}

struct FeatureSpaceParams {
    Config features;
    SpaceMode mode = SpaceMode::Concat;
    Config crosses;
    std::int64_t crossingDim = 32, hashingDim = 32, bins = 32;

    bool operator==(const FeatureSpaceParams&) const = default;

    Config config() const
    {
        return ConfigObject{{"features", features},
                            {"output_mode", Codec<SpaceMode>::write(mode)},
                            {"crosses", crosses},
                            {"crossing_dim", crossingDim},
                            {"hashing_dim", hashingDim},
                            {"num_discretization_bins", bins}};
    }
};

/// Strings of shape [] or [rows] as [rows, 1]; ops take numbers only.
class ColumnWork final : public HostWork {
public:
    std::string_view name() const override { return "as_column"; }
    Result<Tensor> run(std::span<const Tensor> inputs) const override
    {
        const Tensor& x = inputs[0];
        return x.reshaped({elementCount(x.shape()), 1});
    }
    Result<> onnx(OnnxNode& node) const override
    {
        node.result(node.add("Reshape", {node.input(0), node.ints({-1, 1})}));
        return std::monostate{};
    }
};

/// The columns of a table, each prepared by a layer of its own, some of them hashed in combination,
/// as one vector a row or as a value a feature. What it is made of: featureSpaceSteps().
///
/// Shapes: an input a feature, in the order of their names: [rows, 1], [rows] or one value []; concat
/// gives float32 [rows, n] ([n] for single values), dict an output a feature and a cross.
/// Learned: "age/mean": what the layer of each feature learns. Errors: BadParameter (a feature, a
/// cross, ids that cannot be joined with numbers), BadShape (texts where numbers belong, and the
/// other way; columns that lack); those of the layers. Source: Keras 3 `FeatureSpace`.
class FeatureSpace final : public LayerOf<FeatureSpace, FeatureSpaceParams, ColumnsLayerType> {
public:
    static constexpr std::string_view kKerasClass = "FeatureSpace";
    using Params = FeatureSpaceParams;

    static auto fields()
    {
        return std::tuple{
            field(&Params::features, "features", LB_TR("Layer", "Features"))
                .required(ConfigObject{{"number", "float_normalized"},
                                       {"word", "string_categorical"}})
                .help(LB_TR("Layer",
                            "The columns by name, each with its type: float, float_rescaled, "
                            "float_normalized, float_discretized, integer_categorical, "
                            "string_categorical, integer_hashed or string_hashed; or with a layer "
                            "as Keras writes a Feature.")),
            field(&Params::mode, "output_mode", LB_TR("Layer", "Output"))
                .help(LB_TR("Layer", "concat: all features in one vector. dict: each on its own.")),
            field(&Params::crosses, "crosses", LB_TR("Layer", "Crosses"))
                .help(LB_TR("Layer",
                            "Lists of features whose combinations count: [[\"sex\", \"class\"]]. "
                            "Each gives a vector of its own.")),
            field(&Params::crossingDim, "crossing_dim", LB_TR("Layer", "Size of a cross"))
                .slider(2, 256)
                .help(LB_TR("Layer", "How many bins combinations are hashed into.")),
            field(&Params::hashingDim, "hashing_dim", LB_TR("Layer", "Hash bins"))
                .slider(2, 256)
                .help(LB_TR("Layer", "For features of the types integer_hashed, string_hashed.")),
            field(&Params::bins, "num_discretization_bins", LB_TR("Layer", "Bins"))
                .slider(2, 100)
                .help(LB_TR("Layer", "For features of the type float_discretized.")),
        };
    }
    static Result<> validate(const Params& p)
    {
        const auto parts = featureSpaceParts(p.config());
        return parts.ok() ? Result<>(std::monostate{}) : Result<>(parts.error());
    }
    static About describeAbout()
    {
        return {About::Family::Numeric,
                LB_TR("Layer",
                      "Prepares the columns of a table, each in its way, and joins them in a vector."),
                "y = [f₁(x₁), f₂(x₂), … , hash(f₁(x₁), f₂(x₂)) mod n, …]"};
    }
    static Result<Outputs> emit(const Params& p, const StateHandle& state, Emitter& e);
    static std::vector<Example> examples();

    Result<std::vector<std::string>> columns(const Config& config) const final
    {
        LB_TRY(parts, featureSpaceParts(config));
        std::vector<std::string> names;
        for (const SpaceFeature& feature : parts.features)
            names.push_back(feature.name);
        return names;
    }
    Result<std::vector<std::string>> results(const Config& config) const final
    {
        LB_TRY(parts, featureSpaceParts(config));
        std::vector<std::string> names;
        for (const SpaceFeature& feature : parts.features)
            names.push_back(feature.name);
        for (const SpaceCross& cross : parts.crosses)
            names.push_back(cross.name);
        return parts.concat ? std::vector<std::string>() : names;
    }
    using ColumnsLayerType::summarise;
    Result<Summary> summarise(const Config& config, std::span<const Tensor> block) const final;
    Result<Summary> fold(const Config& config, Summary sum, const Summary& next) const final;
    Result<StateHandle> finish(const Config& config, const Summary& sum) const final;
    bool needsState(const Config& config) const final
    {
        const auto parts = featureSpaceParts(config);
        return parts.ok()
            && std::ranges::any_of(parts.value().features, [](const SpaceFeature& feature) {
                   return feature.learner() != nullptr;
               });
    }
    bool worksUnadapted() const final { return false; }
    // An archive keeps what the layers inside learned, see keras_feature_space.h.
    Result<StateHandle> stateOf(const Config&, std::span<const Tensor>) const final
    {
        return StateHandle();
    }
    std::vector<Tensor> weightsOf(const Config&, const AdaptedState&) const final { return {}; }
    Result<std::vector<Shape>> weightShapes(const Config&, const Spec&) const final
    {
        return std::vector<Shape>{};
    }

private:
    using Seen = std::vector<Summary>; ///< a summary a feature; null where nothing is learned

    static Result<ValueRef> column(const SpaceFeature& feature, ValueRef x, Emitter& e);
    static Result<> checkJoined(const SpaceSteps& steps, const Outputs& results, Emitter& e);
};

/// An input as a column [rows, 1].
Result<ValueRef> FeatureSpace::column(const SpaceFeature& feature, ValueRef x, Emitter& e)
{
    const Spec in = e.spec(x);
    const bool strings = in.dtype == DType::String;
    if (strings != (feature.dtype == DType::String))
        return Error{ErrorCode::BadShape,
                     feature.name,
                     {strings ? LB_TR("Error", "is a feature of numbers and got %1")
                              : LB_TR("Error", "is a feature of strings and got %1"),
                      {std::string(nameOf(in.dtype))}}};
    if (in.shape.size() > 1)
        return x;
    const std::int64_t rows = in.shape.empty() ? 1 : in.shape.front();
    if (strings)
        return e.host(std::make_shared<ColumnWork>(), {x}, {DType::String, {rows, 1}, {}});
    if (in.shape.empty())
        x = e.op(ops::expandDims(), {x}, {{"axis", 0}});
    return e.op(ops::expandDims(), {x}, {{"axis", 1}});
}

/// Keras joins numbers, and no ids.
Result<> FeatureSpace::checkJoined(const SpaceSteps& steps, const Outputs& results, Emitter& e)
{
    for (std::size_t i = 0; i < results.size(); ++i) {
        const DType dtype = e.spec(results[i]).dtype;
        if (dtype == DType::Int32 || dtype == DType::Int64 || dtype == DType::String)
            return Error{ErrorCode::BadParameter,
                         "output_mode",
                         {LB_TR("Error",
                                "%1 gives %2 and cannot be joined with numbers: encode it as one_hot, "
                                "or take output_mode dict"),
                          {steps.names[i], std::string(nameOf(dtype))}}};
    }
    return std::monostate{};
}

Result<Outputs> FeatureSpace::emit(const Params& p, const StateHandle& state, Emitter& e)
{
    LB_TRY(parts, featureSpaceParts(p.config()));
    if (e.inputCount() != parts.features.size())
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "needs %1 columns, has: %2"),
                      {std::ssize(parts.features), static_cast<std::int64_t>(e.inputCount())}}};
    bool single = false;
    std::vector<ValueRef> columns, made;
    for (std::size_t i = 0; i < parts.features.size(); ++i) {
        single = single || e.rank(e.input(i)) == 0;
        LB_TRY(x, column(parts.features[i], e.input(i), e));
        columns.push_back(x);
    }
    LB_TRY(steps, featureSpaceSteps(parts, state));
    const auto valueOf = [&](const SpaceValue& value) {
        return value.isStep ? made[value.index] : columns[value.index];
    };
    const auto valuesOf = [&](const std::vector<SpaceValue>& values) {
        Outputs found;
        for (const SpaceValue& value : values)
            found.push_back(valueOf(value));
        return found;
    };
    for (const SpaceStep& step : steps.steps) {
        const Outputs from = valuesOf(step.from);
        const DType dtype = e.spec(from.front()).dtype;
        if (step.encodes && dtype != DType::Int32 && dtype != DType::Int64)
            return Error{ErrorCode::BadParameter,
                         "features/" + step.of,
                         {LB_TR("Error", "is one_hot, so its layer must give integers, gives: %1"),
                          {std::string(nameOf(dtype))}}};
        LB_TRY(outputs, emitNested(step.layer, e, from, {}, step.state));
        made.push_back(outputs.at(0));
    }
    Outputs outputs = valuesOf(steps.outputs);
    if (parts.concat)
        if (Result<> fits = checkJoined(steps, valuesOf(steps.results), e); !fits.ok())
            return std::move(fits.error());
    for (ValueRef& output : outputs)
        if (single && e.spec(output).dtype != DType::String)
            output = e.op(ops::squeeze(), {output}, {{"axis", 0}});
    return outputs;
}

Result<AdaptableLayerType::Summary>
FeatureSpace::summarise(const Config& config, std::span<const Tensor> block) const
{
    LB_TRY(parts, featureSpaceParts(config));
    if (block.size() != parts.features.size())
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "needs %1 columns, has: %2"),
                      {std::ssize(parts.features), std::ssize(block)}}};
    auto seen = std::make_shared<Seen>();
    for (std::size_t i = 0; i < block.size(); ++i) {
        const SpaceFeature& feature = parts.features[i];
        const AdaptableLayerType* learner = feature.learner();
        if (!learner) {
            seen->emplace_back();
            continue;
        }
        const Tensor& x = block[i];
        auto summary = learner->summarise(
            feature.layer.config,
            x.shape().size() > 1 ? x : x.reshaped({elementCount(x.shape()), 1}));
        if (!summary.ok())
            return Error{summary.error().code, feature.name, summary.error().message};
        seen->push_back(std::move(summary.value()));
    }
    return Summary(std::move(seen));
}

Result<AdaptableLayerType::Summary> FeatureSpace::fold(const Config& config, Summary sum,
                                                       const Summary& next) const
{
    LB_TRY(parts, featureSpaceParts(config));
    const auto* before = static_cast<const Seen*>(sum.get());
    const auto* after = static_cast<const Seen*>(next.get());
    auto both = std::make_shared<Seen>(parts.features.size());
    for (std::size_t i = 0; i < parts.features.size(); ++i) {
        const SpaceFeature& feature = parts.features[i];
        if (const AdaptableLayerType* learner = feature.learner()) {
            auto folded = learner->fold(feature.layer.config, before ? (*before)[i] : Summary(),
                                        after->at(i));
            if (!folded.ok())
                return Error{folded.error().code, feature.name, folded.error().message};
            (*both)[i] = std::move(folded.value());
        }
    }
    return Summary(std::move(both));
}

Result<StateHandle> FeatureSpace::finish(const Config& config, const Summary& sum) const
{
    LB_TRY(parts, featureSpaceParts(config));
    const auto* seen = static_cast<const Seen*>(sum.get());
    if (!seen)
        return Error{ErrorCode::BadShape, "", LB_TR("Error", "there is no data to learn from")};
    auto state = std::make_shared<AdaptedState>();
    for (std::size_t i = 0; i < parts.features.size(); ++i) {
        const SpaceFeature& feature = parts.features[i];
        const AdaptableLayerType* learner = feature.learner();
        if (!learner)
            continue;
        auto own = learner->finish(feature.layer.config, seen->at(i));
        if (!own.ok())
            return Error{own.error().code, feature.name, own.error().message};
        addFeatureState(feature.name, *own.value(), *state);
    }
    return StateHandle(std::move(state));
}

std::vector<Example> FeatureSpace::examples()
{
    const auto feature = [](const char* dtype, const char* kerasClass, ConfigObject config,
                            const char* mode) {
        return Config(ConfigObject{
            {"class_name", "Feature"},
            {"config", ConfigObject{{"dtype", dtype},
                                    {"preprocessor", ConfigObject{{"class_name", kerasClass},
                                                                  {"config", std::move(config)}}},
                                    {"output_mode", mode}}}});
    };
    const Config sex = feature("string", "StringLookup",
                               {{"vocabulary", ConfigList{"cyan", "the cat"}}}, "one_hot");
    const Config level
        = feature("int32", "IntegerLookup", {{"vocabulary", ConfigList{1, 2, 3}}}, "int");
    const Spec numbers{DType::Float32, {4, 1}, {}}, words{DType::String, {4, 1}, {}},
        integers{DType::Int64, {4, 1}, {}};
    return {
        {"a vector a row",
         ConfigObject{{"features", ConfigObject{{"age", "float_discretized"},
                                                {"code", "integer_hashed"},
                                                {"fare", "float_normalized"},
                                                {"port", "string_hashed"}}},
                      {"crosses", ConfigList{ConfigList{"port", "code"}}},
                      {"crossing_dim", 5},
                      {"hashing_dim", 4},
                      {"num_discretization_bins", 3}},
         {numbers, integers, numbers, words}},
        {"a value each",
         ConfigObject{{"features", ConfigObject{{"fare", "float"}, {"level", level}, {"sex", sex}}},
                      {"crosses", ConfigList{ConfigList{"sex", "level"}}},
                      {"output_mode", "dict"}},
         {{DType::Float32, {3}, {}}, {DType::Int64, {3}, {}}, {DType::String, {3}, {}}}},
        {"a text and a number in lists",
         ConfigObject{{"features", ConfigObject{{"fare", "float_rescaled"}, {"sex", sex}}}},
         {{DType::Float32, {3}, {}}, {DType::String, {3}, {}}}},
    };
}

} // namespace

void registerFeatureSpace(LayerRegistry& registry)
{
    registry.add<FeatureSpace>();
}

} // namespace lb
