#include "core/interop/keras/keras_model_config.h"

#include "core/interop/keras/keras_assets.h"
#include "core/layers/registry.h"
#include "core/layers/vocabulary_layer.h"
#include "core/tensor/dispatch.h"

#include <algorithm>
#include <map>
#include <set>

namespace lb {
namespace {

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || c == '-' || c == '.';
}

/// Letters, digits and a few signs, beginning with a letter or digit: what TensorFlow's scopes take.
std::string safeName(std::string_view name)
{
    std::string safe;
    for (const char c : name)
        safe += isWordCharacter(c) ? c : '_';
    if (safe.empty() || safe.front() == '_' || safe.front() == '-' || safe.front() == '.')
        safe.insert(0, "layer");
    return safe;
}

Config shapeConfig(const Shape& shape)
{
    ConfigList list;
    for (const std::int64_t size : shape) {
        list.emplace_back(); // null: any length
        if (size != kUnknown)
            list.back() = Config(size);
    }
    return list;
}

Config kerasObject(const char* module, std::string className, Config config)
{
    return ConfigObject{{"module", module},
                        {"class_name", std::move(className)},
                        {"config", std::move(config)},
                        {"registered_name", Config()}};
}

/// An initializer or the like that stands in a project as {class_name, config}.
Config withModule(const Config& value, std::string_view key)
{
    const auto* object = value.as<ConfigObject>();
    if (!object || !object->contains("class_name") || object->contains("module"))
        return value;
    ConfigObject complete = *object;
    complete.emplace("module", key.ends_with("regularizer") ? "keras.regularizers"
                         : key.ends_with("constraint")      ? "keras.constraints"
                         : key.ends_with("activation")      ? "keras.layers"
                                                            : "keras.initializers");
    complete.emplace("registered_name", Config());
    complete.emplace("config", ConfigObject{});
    return complete;
}

constexpr std::string_view kPipeline = "Pipeline";

Config layerInside(const Config& layer);

/// What stands in Keras' config for a parameter.
Config kerasValue(const LayerType& type, const ParamSpec& spec, const Config& value)
{
    const auto* layers = value.as<ConfigList>();
    if (type.kerasClass() != kPipeline || !layers)
        return withModule(readableByKeras(type.kerasClass(), value), spec.key);
    ConfigList complete;
    for (const Config& layer : *layers)
        complete.push_back(layerInside(layer));
    return complete;
}

/// A layer of a Pipeline, with every key: some from_config() want them all.
Config layerInside(const Config& layer)
{
    const Config* name = layer.find("class_name");
    const auto* kerasClass = name ? name->as<std::string>() : nullptr;
    const auto type = builtinLayers().find(kerasClass ? *kerasClass : "");
    if (!type.ok())
        return layer;
    const Config* stored = layer.find("config");
    const auto* given = stored ? stored->as<ConfigObject>() : nullptr;
    ConfigObject config = given ? *given : ConfigObject{};
    for (const ParamSpec& spec : type.value()->specs()) {
        const Config* value = stored ? stored->find(spec.key) : nullptr;
        config[spec.key] = kerasValue(*type.value(), spec, value ? *value : spec.kerasDefault);
    }
    return kerasObject("keras.layers", *kerasClass, std::move(config));
}

class Describer {
public:
    explicit Describer(const KerasModelDescription& description)
        : m_d(description)
    {
    }

    Config model() const
    {
        const bool chain = m_d.order->isChain();
        ConfigList layers;
        for (std::size_t i = 0; i < m_d.order->layers.size(); ++i)
            layers.push_back(layer(i, chain));
        ConfigObject config{{"name", m_d.name}, {"trainable", true}, {"layers", layers}};
        if (chain) {
            config["dtype"] = policy();
            config["build_input_shape"] = shapeConfig(input(0).spec.shape);
        } else {
            config["input_layers"] = inputLayers();
            config["output_layers"] = ConfigList{history(m_d.order->output)};
        }
        Config root = chain ? kerasObject("keras", "Sequential", std::move(config))
                            : kerasObject("keras.src.models.functional", "Functional",
                                          std::move(config));
        ConfigObject result = *root.as<ConfigObject>();
        if (!chain)
            result["registered_name"] = "Functional";
        result["build_config"] = ConfigObject{
            {"input_shape", inputCount() == 1 ? shapeConfig(input(0).spec.shape) : Config()}};
        return result;
    }

private:
    static Config policy(std::string_view name = "float32")
    {
        return kerasObject("keras", "DTypePolicy", ConfigObject{{"name", std::string(name)}});
    }
    /// Keras' layers for pictures keep integers when they are called, but in a graph, as predict()
    /// runs, they first cast to their policy's type and round nothing: the policy must say it.
    Config policyOf(const CallOrigin& call) const
    {
        const DType given = specOf(call.outputs.front()).dtype;
        const bool keeps = call.type->about().family == About::Family::Image
            && given == DType::UInt8 && specOf(call.inputs.front()).dtype == given;
        const auto told = policyName(call.config);
        if (!keeps && told.ok() && told.value())
            return policy(*told.value());
        return policy(keeps ? nameOf(given) : "float32");
    }
    Config history(const KerasTensor& tensor) const
    {
        return ConfigList{m_d.names[tensor.layer], tensor.node, tensor.port};
    }

    Config layer(std::size_t position, bool chain) const
    {
        const KerasLayer& entry = m_d.order->layers[position];
        Config object = entry.kind == KerasLayer::Kind::Input ? inputLayer(position)
            : entry.kind == KerasLayer::Kind::Cast            ? cast(m_d.names[position])
                                                              : known(position);
        ConfigObject result = *object.as<ConfigObject>();
        if (!chain) {
            result["name"] = m_d.names[position];
            ConfigList nodes;
            for (const KerasCall& call : entry.calls)
                nodes.push_back(inboundNode(call));
            result["inbound_nodes"] = std::move(nodes);
        }
        return result;
    }
    Config inputLayer(std::size_t position) const
    {
        const Spec& spec = input(position).spec;
        return kerasObject("keras.layers", "InputLayer",
                           ConfigObject{{"batch_shape", shapeConfig(spec.shape)},
                                        {"dtype", std::string(nameOf(spec.dtype))},
                                        {"sparse", false},
                                        {"name", m_d.names[position]}});
    }
    const Column& input(std::size_t position) const
    {
        return m_d.inputs.at(m_d.order->layers[position].input);
    }
    std::ptrdiff_t inputCount() const
    {
        return std::ranges::count(m_d.order->layers, KerasLayer::Kind::Input, &KerasLayer::kind);
    }
    /// In the order of the data's columns: Keras takes a list in this order, or a dictionary.
    ConfigList inputLayers() const
    {
        std::map<std::size_t, std::size_t> positions; // by input
        for (std::size_t i = 0; i < m_d.order->layers.size(); ++i)
            if (m_d.order->layers[i].kind == KerasLayer::Kind::Input)
                positions[m_d.order->layers[i].input] = i;
        ConfigList list;
        for (const auto& [index, position] : positions)
            list.push_back(history({position, 0, 0}));
        return list;
    }
    static Config cast(const std::string& name)
    {
        return kerasObject("keras.layers", "Rescaling",
                           ConfigObject{{"name", name},
                                        {"trainable", true},
                                        {"dtype", policy()},
                                        {"scale", 1.0},
                                        {"offset", 0.0}});
    }
    Config known(std::size_t position) const
    {
        const CallOrigin& call = callOf(m_d.order->layers[position].calls.front());
        const auto* learns = dynamic_cast<const AdaptableLayerType*>(call.type);
        const LayerDef* layer = learns ? m_d.document->layer(call.layer) : nullptr;
        const Config stored = layer && layer->adapted
            ? learns->configWith(call.config, *layer->adapted)
            : call.config;
        ConfigObject config{{"name", m_d.names[position]}, {"dtype", policyOf(call)}};
        // every layer may have these, but for some that refuse the first: it is said where it is false
        if (const Config* value = stored.find("trainable"); value && *value == Config(false))
            config["trainable"] = false;
        if (const Config* value = stored.find("activity_regularizer"); value && !value->isNull())
            config["activity_regularizer"] = withModule(*value, "activity_regularizer");
        for (const ParamSpec& spec : call.type->specs()) { // some from_config() want every key
            const Config* value = stored.find(spec.key);
            config[spec.key]
                = kerasValue(*call.type, spec, value ? *value : spec.kerasDefault);
        }
        if (call.type->kerasClass() == kPipeline) // it takes nothing but its layers and its name
            config.erase("dtype");
        addVocabulary(call, config);
        ConfigObject object = *kerasObject("keras.layers", std::string(call.type->kerasClass()),
                                           std::move(config))
                                   .as<ConfigObject>();
        if (call.inputs.size() == 1)
            object["build_config"] = ConfigObject{
                {"input_shape", shapeConfig(specOf(call.inputs.front()).shape)}};
        return object;
    }

    /// A learned vocabulary stands in a file of its own, or, where that cannot hold it, here. Keras
    /// wants to know its size before it reads the file.
    void addVocabulary(const CallOrigin& call, ConfigObject& config) const
    {
        const LayerDef* layer = m_d.document->layer(call.layer);
        const auto vocabulary
            = kerasVocabulary(*call.type, call.config, layer ? layer->adapted : StateHandle());
        if (!vocabulary)
            return;
        config["vocabulary_size"] = vocabulary->tokens.shape().front();
        if (vocabulary->asLines)
            return;
        config["vocabulary"] = listOf(vocabulary->tokens);
        if (vocabulary->idf)
            config["idf_weights"] = listOf(*vocabulary->idf);
    }
    static Config listOf(const Tensor& tensor)
    {
        ConfigList list;
        dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
            for (const T& value : tensor.values<T>())
                if constexpr (RealNumber<T>)
                    list.emplace_back(static_cast<double>(value));
                else
                    list.emplace_back(value);
        });
        return list;
    }

    const CallOrigin& callOf(const KerasCall& call) const { return m_d.model->calls[call.call]; }
    const Spec& specOf(ValueId value) const { return m_d.model->graph.nodes[value].spec; }
    /// What a layer gives out, which Keras wants to see beside the history.
    const Spec& specOf(const KerasTensor& tensor) const
    {
        const KerasLayer& layer = m_d.order->layers[tensor.layer];
        switch (layer.kind) {
        case KerasLayer::Kind::Input:
            break;
        case KerasLayer::Kind::Cast:
            return specOf(layer.calls.front().from.front());
        case KerasLayer::Kind::Layer:
            return specOf(callOf(layer.calls[tensor.node]).outputs[tensor.port]);
        }
        return input(tensor.layer).spec;
    }
    Config tensorConfig(const KerasTensor& tensor) const
    {
        const Spec& spec = specOf(tensor);
        const bool cast = m_d.order->layers[tensor.layer].kind == KerasLayer::Kind::Cast;
        return ConfigObject{
            {"class_name", "__keras_tensor__"},
            {"config",
             ConfigObject{{"shape", shapeConfig(spec.shape)},
                          {"dtype", std::string(cast ? "float32" : nameOf(spec.dtype))},
                          {"keras_history", history(tensor)}}}};
    }
    Config inboundNode(const KerasCall& call) const
    {
        ConfigList tensors;
        for (const KerasTensor& tensor : call.from)
            tensors.push_back(tensorConfig(tensor));
        ConfigList arguments;
        if (tensors.size() == 1)
            arguments = std::move(tensors);
        else
            arguments.push_back(std::move(tensors)); // layer([a, b])
        return ConfigObject{{"args", std::move(arguments)}, {"kwargs", ConfigObject{}}};
    }

    const KerasModelDescription& m_d;
};

} // namespace

namespace {

/// A choice behind a group is called as the group: it carries the id of the node that calls it.
std::string nameOf(const Document& document, LayerId id)
{
    const LayerDef* layer = document.layer(id);
    return layer ? layer->name : document.nameOf({id.value});
}

} // namespace

std::vector<std::string> kerasLayerNames(const Document& document, const KerasOrder& order,
                                         std::span<const Column> inputs)
{
    const bool several = std::ranges::count(order.layers, KerasLayer::Kind::Input,
                                            &KerasLayer::kind)
        > 1;
    std::vector<std::string> names(order.layers.size());
    std::set<std::string> used;
    const auto name = [&](std::size_t position, const std::string& wanted) {
        names[position] = wanted;
        for (int i = 1; !used.insert(names[position]).second; ++i)
            names[position] = wanted + "_" + std::to_string(i);
    };
    for (std::size_t i = 0; i < order.layers.size(); ++i) // people write those of inputs
        if (order.layers[i].kind == KerasLayer::Kind::Input)
            name(i, several ? safeName(inputs[order.layers[i].input].name) : "input_layer");
    for (std::size_t i = 0; i < order.layers.size(); ++i) {
        const KerasLayer& layer = order.layers[i];
        if (layer.kind == KerasLayer::Kind::Cast)
            name(i, "to_float");
        else if (layer.kind == KerasLayer::Kind::Layer)
            name(i, safeName(nameOf(document, layer.layer)));
    }
    return names;
}

Config kerasModelConfig(const KerasModelDescription& description)
{
    return Describer(description).model();
}

Config readableByKeras(std::string_view kerasClass, const Config& value)
{
    const auto* ends = value.as<ConfigList>();
    if (kerasClass != "RandomShear" || !ends || ends->size() != 2)
        return value;
    const auto number = [](const Config& end) {
        const auto* integer = end.as<std::int64_t>();
        const auto* real = end.as<double>();
        return real ? *real : integer ? static_cast<double>(*integer) : 0;
    };
    const double high = number((*ends)[1]);
    return high > 0 && number((*ends)[0]) == -high ? Config(high) : value;
}

} // namespace lb
