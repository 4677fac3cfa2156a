#include "core/interop/code/keras_code.h"

#include "core/graph/feature_spaces.h"
#include "core/interop/code/code_literal.h"
#include "core/interop/code/group_code.h"
#include "core/interop/code/python_call.h"
#include "core/interop/keras/keras_model_config.h"
#include "core/interop/keras/keras_names.h"
#include "core/layers/random_group.h"
#include "core/layers/vocabulary_layer.h"
#include "core/support/version.h"
#include "core/tensor/dispatch.h"

#include <algorithm>

namespace lb {
namespace {

using Argument = std::pair<std::string, std::string>; ///< name, literal

/// A drawn or adapted tensor as nested lists.
Config numbersOf(const Tensor& tensor)
{
    ConfigList list;
    dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
        for (const T& x : tensor.values<T>())
            if constexpr (std::is_same_v<T, std::string>)
                list.emplace_back(x);
            else
                list.emplace_back(static_cast<double>(x));
    });
    return list;
}

/// A Pipeline's layers.
bool isLayerList(const ConfigList& list)
{
    return !list.empty() && std::ranges::all_of(list, [](const Config& item) {
        return item.find("class_name") && item.find("config");
    });
}

class CodeWriter {
public:
    CodeWriter(const Document& document, const FlatModel& model, const CodeRequest& request)
        : m_document(document)
        , m_model(model)
        , m_request(request)
        , m_order(kerasOrder(model, KerasCasts::WhereNeeded))
        , m_names(kerasLayerNames(document, m_order, request.inputs))
    {
    }

    std::string write()
    {
        head();
        for (std::size_t i = 0; i < m_order.layers.size(); ++i)
            layer(i);
        const std::string output = variable(m_order.output);
        if (python()) {
            line("model = keras.Model(" + inputVariables() + ", " + output
                 + ", name=" + quoted(m_request.name) + ")");
            line("model.compile(" + joined(compileArguments()) + ")");
            line("return model");
            m_text += "\n\nif __name__ == \"__main__\":\n    build_model().summary()\n";
        } else {
            m_text += "\n";
            line("model <- keras_model(" + inputVariables() + ", " + output
                 + ", name = " + quoted(m_request.name) + ")");
            line("model |> compile(" + joined(compileArguments()) + ")");
            line("summary(model)");
        }
        return std::move(m_text);
    }

private:
    /// The only input, or a list of them in the order of the data's columns.
    std::string inputVariables() const
    {
        std::map<std::size_t, std::string> names; // by input
        for (std::size_t i = 0; i < m_order.layers.size(); ++i)
            if (m_order.layers[i].kind == KerasLayer::Kind::Input)
                names[m_order.layers[i].input] = variable({i, 0, 0});
        if (names.size() == 1)
            return names.begin()->second;
        std::string list;
        for (const auto& [input, name] : names)
            list += (list.empty() ? "" : ", ") + name;
        return python() ? "[" + list + "]" : "list(" + list + ")";
    }
    bool python() const { return m_request.language == CodeLanguage::Python; }
    std::string literal(const Config& value) const
    {
        return codeLiteral(value, m_request.language);
    }
    std::string quoted(const std::string& text) const { return literal(Config(text)); }
    void line(const std::string& text) { m_text += (python() ? "    " : "") + text + "\n"; }

    std::string joined(const std::vector<Argument>& arguments) const
    {
        std::string text;
        for (const auto& [name, value] : arguments)
            text += (text.empty() ? "" : ", ") + (name.empty() ? "" : name + (python() ? "=" : " = "))
                + value;
        return text;
    }

    void head()
    {
        const std::string made = m_request.name + ", written by Layerbench " + std::string(version());
        if (python())
            m_text = "\"\"\"" + made
                + ".\n\nBuilds and compiles the model with Keras 3. Its weights are not here: "
                  "load_weights() takes them\nfrom a .keras file.\n\"\"\"\n\nimport keras\nfrom keras "
                  "import layers\n\n\n"
                + (usesGroups() ? groupClass(m_request.language) + "\n\n" : std::string())
                + "def build_model():\n";
        else
            m_text = "# " + made
                + ".\n# Builds and compiles the model with keras3. Its weights are not here: "
                  "load_model_weights() takes\n# them from a .keras file.\n\nlibrary(keras3)\n\n"
                + (usesGroups() ? groupClass(m_request.language) + "\n" : std::string());
    }

    bool usesGroups() const
    {
        return std::ranges::any_of(m_model.calls, [](const CallOrigin& call) {
            return call.type == &randomGroup();
        });
    }

    std::string shapeOf(const Shape& shape) const
    {
        std::string text;
        for (std::size_t axis = 1; axis < shape.size(); ++axis) {
            const std::int64_t size = shape[axis];
            const std::string open = python() ? "None" : "NA";
            text += (axis > 1 ? ", " : "") + (size == kUnknown ? open : literal(Config(size)));
        }
        const bool one = shape.size() == 2; // Python: (784,)
        return python() ? "(" + text + (one ? ",)" : ")") : "c(" + text + ")";
    }

    /// A call of {class_name, config}: keras.optimizers.Adam(..), optimizer_adam(..).
    std::string object(const Config& value, const char* pythonModule, const char* rPrefix) const
    {
        const Config* name = value.find("class_name");
        const auto* className = name ? name->as<std::string>() : nullptr;
        if (!className)
            return literal(value);
        std::vector<Argument> arguments;
        const Config* config = value.find("config");
        if (const auto* entries = config ? config->as<ConfigObject>() : nullptr)
            for (const auto& [key, entry] : *entries)
                if (key != "name" && !entry.isNull() && !isReplaced(*className, key, *config))
                    arguments.emplace_back(key, literal(readableByKeras(*className, entry)));
        const std::string function = python() ? std::string("keras.") + pythonModule + "." + *className
                                              : rPrefix + kerasSnakeCase(*className);
        return function + "(" + joined(arguments) + ")";
    }

    std::string argument(const ParamSpec& spec, const Config& value) const
    {
        if (spec.kind == ParamKind::Initializer && value.as<ConfigObject>())
            return object(value, "initializers", "initializer_");
        if (const auto* list = value.as<ConfigList>(); list && isLayerList(*list)) {
            std::vector<Argument> layers;
            for (const Config& layer : *list)
                layers.emplace_back("", object(layer, "layers", "layer_"));
            return (python() ? "[" : "list(") + joined(layers) + (python() ? "]" : ")");
        }
        const auto* axis = value.as<std::int64_t>();
        if (!python() && spec.key == "axis" && axis && *axis >= 0)
            return literal(Config(*axis + 1)); // R counts axes from 1
        return literal(value);
    }

    std::vector<Argument> arguments(const KerasLayer& entry, const std::string& name) const
    {
        std::vector<Argument> result;
        if (entry.kind == KerasLayer::Kind::Cast) {
            result.emplace_back("scale", literal(Config(1.0)));
        } else {
            const CallOrigin& call = m_model.calls[entry.calls.front().call];
            const LayerDef* layer = m_document.layer(entry.layer);
            for (const ParamSpec& spec : call.type->specs()) {
                const Config* stored = call.config.find(spec.key);
                Config value = stored ? *stored : Config(spec.kerasDefault);
                const StateHandle state = layer ? layer->adapted : nullptr;
                if (spec.key == "idf_weights" && value.isNull() && state)
                    value = idfOf(call, state);
                if (isReplaced(call.type->kerasClass(), spec.key, call.config)
                    || (spec.key == "num_bins" && state
                        && state->tensors.contains("bin_boundaries")))
                    continue; // Keras' constructor takes one of both
                if (value.isNull() && state)
                    if (const auto learned = state->tensors.find(spec.key);
                        learned != state->tensors.end())
                        value = numbersOf(learned->second);
                value = readableByKeras(call.type->kerasClass(), value);
                if (spec.required || !(value == spec.kerasDefault))
                    result.emplace_back(spec.key, argument(spec, value));
            }
            const auto policy = policyName(call.config);
            const bool told = std::ranges::any_of(result, [](const Argument& argument) {
                return argument.first == "dtype";
            });
            if (policy.ok() && policy.value().value_or("float32") != "float32" && !told)
                result.emplace_back("dtype", quoted(*policy.value()));
        }
        result.emplace_back("name", quoted(name));
        return result;
    }

    /// The weights of the tokens alone: Keras gives their mean to the special ones.
    static Config idfOf(const CallOrigin& call, const StateHandle& state)
    {
        const auto* lookup = dynamic_cast<const VocabularyLayerType*>(call.type);
        const auto idf = lookup ? lookup->idfWeights(call.config, state) : std::nullopt;
        const auto tokens = state->tensors.find("vocabulary");
        if (!idf || tokens == state->tensors.end())
            return {};
        const auto values = idf->values<float>();
        const auto count = static_cast<std::size_t>(elementCount(tokens->second.shape()));
        ConfigList list;
        for (const float weight : values.last(std::min(count, values.size())))
            list.emplace_back(static_cast<double>(weight));
        return list;
    }

    /// The choice behind a group that is used by chance.
    std::string choice(const CallOrigin& call, const std::string& name) const
    {
        ConfigList probabilities;
        for (const double each : branchProbabilities(call.config, call.inputs.size() - 1))
            probabilities.emplace_back(each);
        std::vector<Argument> given{{"probabilities", literal(Config(std::move(probabilities)))}};
        if (const Config* seed = call.config.find("seed"); seed && !seed->isNull())
            given.emplace_back("seed", literal(*seed));
        given.emplace_back("name", quoted(name));
        return (python() ? "RandomGroup(" : "layer_random_group(") + joined(given) + ")";
    }

    std::string constructed(const KerasLayer& entry, const std::string& name) const
    {
        if (entry.kind != KerasLayer::Kind::Cast
            && m_model.calls[entry.calls.front().call].type == &randomGroup())
            return choice(m_model.calls[entry.calls.front().call], name);
        const std::string kerasClass = entry.kind == KerasLayer::Kind::Cast
            ? "Rescaling"
            : std::string(m_model.calls[entry.calls.front().call].type->kerasClass());
        return (python() ? "layers." + kerasClass : layerFunction(kerasClass)) + "("
            + joined(arguments(entry, name)) + ")";
    }

    std::string variable(const KerasTensor& tensor) const
    {
        return m_variables.at({tensor.layer, tensor.node});
    }

    /// In a model Keras' layer gets no labels.
    void noteMixing(const KerasLayer& entry)
    {
        if (entry.kind != KerasLayer::Kind::Layer)
            return;
        const std::string_view kerasClass
            = m_model.calls[entry.calls.front().call].type->kerasClass();
        if (kerasClass != "MixUp" && kerasClass != "CutMix")
            return;
        line("# In a model this mixes images alone. Batches of the data mix their labels, too:");
        line(python() ? "# call it on {\"images\": x, \"labels\": y} there, y one-hot."
                      : "# call it on list(images = x, labels = y) there, y one-hot.");
    }

    void layer(std::size_t position)
    {
        const KerasLayer& entry = m_order.layers[position];
        const std::string& name = m_names[position];
        const char* const is = python() ? " = " : " <- ";
        if (entry.kind == KerasLayer::Kind::Input) {
            const std::string made = codeName(name, m_request.language, m_used);
            m_variables[{position, 0}] = made;
            line(made + is + (python() ? "keras.Input(" : "keras_input(")
                 + joined({{"shape", shapeOf(m_request.inputs[entry.input].spec.shape)},
                           {"dtype", quoted(std::string(
                                         nameOf(m_request.inputs[entry.input].spec.dtype)))},
                           {"name", quoted(name)}})
                 + ")");
            return;
        }
        noteMixing(entry);
        const bool shared = entry.calls.size() > 1;
        const std::string function
            = shared ? codeName(name, m_request.language, m_used) : constructed(entry, name);
        if (shared)
            line(function + is + constructed(entry, name));
        for (std::size_t node = 0; node < entry.calls.size(); ++node) {
            std::vector<Argument> inputs;
            for (const KerasTensor& from : entry.calls[node].from)
                inputs.emplace_back("", variable(from));
            const std::string made
                = codeName(shared ? name + "_out" : name, m_request.language, m_used);
            m_variables[{position, node}] = made;
            line(made + is + called(function, inputs, shared));
        }
    }

    /// A layer on its inputs; R pipes them into the function that makes the layer.
    std::string called(const std::string& function, const std::vector<Argument>& inputs,
                       bool shared) const
    {
        const bool several = inputs.size() > 1;
        if (python())
            return function + (several ? "([" : "(") + joined(inputs) + (several ? "])" : ")");
        const std::string given = several ? "list(" + joined(inputs) + ")" : inputs.front().second;
        return shared ? function + "(" + given + ")" : given + " |> " + function;
    }

    std::vector<Argument> compileArguments() const
    {
        const Recipe& recipe = m_document.recipe;
        ConfigList metrics(recipe.metrics.begin(), recipe.metrics.end());
        std::string listed = literal(metrics);
        if (!python() && !metrics.empty())
            listed = "list(" + listed.substr(2);
        return {{"optimizer", object(recipe.optimizer, "optimizers", "optimizer_")},
                {"loss", loss()},
                {"metrics", listed}};
    }
    std::string loss() const
    {
        const Recipe& recipe = m_document.recipe;
        if (!recipe.fromLogits)
            return quoted(recipe.loss);
        const std::vector<Argument> logits{{"from_logits", literal(Config(true))}};
        if (!python())
            return "loss_" + recipe.loss + "(" + joined(logits) + ")";
        std::string className; // sparse_categorical_crossentropy -> SparseCategoricalCrossentropy
        for (std::size_t i = 0; i < recipe.loss.size(); ++i)
            if (recipe.loss[i] != '_')
                className += i == 0 || recipe.loss[i - 1] == '_'
                    ? static_cast<char>(recipe.loss[i] - 'a' + 'A')
                    : recipe.loss[i];
        return "keras.losses." + className + "(" + joined(logits) + ")";
    }

    const Document& m_document;
    const FlatModel& m_model;
    const CodeRequest& m_request;
    KerasOrder m_order;
    std::vector<std::string> m_names;
    std::map<std::pair<std::size_t, std::size_t>, std::string> m_variables; // (layer, call)
    std::vector<std::string> m_used;
    std::string m_text;
};

} // namespace

Result<std::string> kerasCode(const Document& document, const LayerRegistry& registry,
                              const CodeRequest& request)
{
    FlattenRequest part;
    part.part = FlattenRequest::Part::Whole;
    part.inputs = specsOf(request.inputs);
    part.keepChances = true;
    LB_TRY(opened, withOpenSpaces(document)); // Keras has no such layer within a model
    LB_TRY(model, flattened(opened, registry, part));
    return CodeWriter(opened, model, request).write();
}

} // namespace lb
