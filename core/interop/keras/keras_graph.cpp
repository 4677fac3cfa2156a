#include "core/interop/keras/keras_graph.h"

#include "core/graph/flow.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

Error bad(std::string where, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::BadFile, std::move(where), {reason, std::move(args)}};
}
Error unsupported(std::string where, Text reason, std::vector<Arg> args = {})
{
    return {ErrorCode::Unsupported, std::move(where), {reason, std::move(args)}};
}

const std::string* textAt(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value ? value->as<std::string>() : nullptr;
}

const ConfigList* listAt(const Config& config, std::string_view key)
{
    const Config* value = config.find(key);
    return value ? value->as<ConfigList>() : nullptr;
}

/// [layer, node, port]: how a config names a tensor.
struct History {
    std::string layer;
    std::int64_t node = 0, port = 0;
};

std::optional<History> historyOf(const Config& config)
{
    const auto* list = config.as<ConfigList>();
    if (!list || list->size() < 3)
        return {};
    const auto* layer = (*list)[0].as<std::string>();
    const auto* node = (*list)[1].as<std::int64_t>();
    const auto* port = (*list)[2].as<std::int64_t>();
    if (!layer || !node || !port)
        return {};
    return History{*layer, *node, *port};
}

/// Nothing that a file says is looked up as code: a module must be one of Keras' for layers.
Result<> checkOrigin(const Config& layer, const std::string& kerasClass, const std::string& name)
{
    const std::string* module = textAt(layer, "module");
    const std::string* registered = textAt(layer, "registered_name");
    const bool ours = !module || *module == "keras.layers" || *module == "keras"
        || module->starts_with("keras.src.layers") || module->starts_with("keras.src.models");
    if (!ours || (registered && *registered != kerasClass))
        return unsupported(name,
                           LB_TR("Error", "%1 is no layer of Keras itself; operations and classes "
                                          "from elsewhere are not read"),
                           {kerasClass});
    return std::monostate{};
}

Result<> checkPolicy(const Config& config, const std::string& name)
{
    const Config* dtype = config.find("dtype");
    const Config* inner = dtype ? dtype->find("config") : nullptr;
    const Config* policy = inner ? inner->find("name") : dtype;
    const auto* text = policy ? policy->as<std::string>() : nullptr;
    if (text && *text != "float32")
        return unsupported(name,
                           LB_TR("Error", "only the policy float32 is computed here, is: %1"),
                           {*text});
    return std::monostate{};
}

/// What Keras writes for options that are not in use, beside null, false and an empty object.
bool isUnused(const std::string& key, const Config& value)
{
    static const std::map<std::string, Config, std::less<>> kUnused{
        {"data_format", "channels_last"}, {"renorm_momentum", 0.99}, {"trainable", true},
        {"autocast", true},               {"groups", 1},
    };
    const auto found = kUnused.find(key);
    const bool* flag = value.as<bool>();
    const auto* object = value.as<ConfigObject>();
    return value.isNull() || (flag && !*flag && key != "trainable") || (object && object->empty())
        || (found != kUnused.end() && found->second == value);
}

Result<Config> layerConfig(const Config& stored, const LayerType& type, const std::string& name)
{
    const auto* object = stored.as<ConfigObject>();
    if (!object)
        return bad(name, LB_TR("Error", "its config is no object"));
    if (Result<> known = checkPolicy(stored, name); !known.ok())
        return known.error();
    ConfigObject kept;
    for (const auto& [key, value] : *object) {
        if (key == "name" || key == "dtype" || (key == "trainable" && value == Config(true)))
            continue;
        const bool known = key == "trainable"
            || std::ranges::find(type.specs(), key, &ParamSpec::key) != type.specs().end();
        if (!known && !isUnused(key, value))
            return unsupported(name + "/" + key,
                               LB_TR("Error", "this option is not computed here"));
        kept.emplace(key, value);
    }
    if (Result<> checked = type.check(kept); !checked.ok()) {
        checked.error().where = name + "/" + checked.error().where;
        return std::move(checked.error());
    }
    return Config(std::move(kept));
}

class GraphReader {
public:
    GraphReader(const LayerRegistry& registry,
                const std::map<std::string, LayerId, std::less<>>& ids, const Limits& limits)
        : m_registry(registry)
        , m_ids(ids)
        , m_limits(limits)
    {
        m_graph.document = emptyDocument();
        std::int64_t& next = m_graph.document.nextId;
        for (const auto& [name, id] : ids)
            next = std::max(next, id.value + 1);
        m_source = reserveNode();
        m_batch = reserveNode();
    }

    Result<KerasGraph> read(const Config& root)
    {
        const std::string* kerasClass = textAt(root, "class_name");
        const Config* config = root.find("config");
        const ConfigList* layers = config ? listAt(*config, "layers") : nullptr;
        if (!kerasClass || !layers)
            return bad("config.json", LB_TR("Error", "describes no model"));
        if (layers->size() > m_limits.nodes)
            return Error{ErrorCode::TooLarge, "config.json", LB_TR("Error", "has too many layers")};
        m_graph.functional = *kerasClass != "Sequential";
        if (m_graph.functional && *kerasClass != "Functional" && *kerasClass != "Model")
            return unsupported("config.json",
                               LB_TR("Error", "only Sequential and Functional models are read, "
                                              "is: %1"),
                               {*kerasClass});
        if (Result<> origin = checkOrigin(root, *kerasClass, "config.json"); !origin.ok())
            return origin.error();
        Result<> done
            = m_graph.functional ? functional(*config, *layers) : sequential(*config, *layers);
        if (!done.ok())
            return std::move(done.error());
        finish();
        return std::move(m_graph);
    }

private:
    struct Known {
        std::vector<NodeId> nodes; ///< one a call
        const ConfigList* inbound = nullptr; ///< null: the input
        LayerId layer;
    };

    LayerId newId() { return {m_graph.document.nextId++}; }
    LayerId addLayer(std::string_view kerasClass, std::string name, Config config, LayerId id = {})
    {
        auto layer = std::make_shared<LayerDef>();
        layer->id = id.value > 0 ? id : newId();
        layer->kerasClass = kerasClass;
        layer->name = std::move(name);
        layer->config = std::move(config);
        m_graph.document.layers.push_back(layer);
        return layer->id;
    }
    static std::vector<Input> wired(const std::vector<PortRef>& wires)
    {
        std::vector<Input> inputs;
        for (std::size_t i = 0; i < wires.size(); ++i)
            inputs.push_back({wires.size() == 1 ? "" : std::to_string(i), wires[i], {}});
        return inputs;
    }
    NodeId addNode(LayerId layer, std::vector<Input> inputs, Stage stage = Stage::Model)
    {
        const NodeId id = reserveNode();
        placeNode(id, layer, std::move(inputs), stage);
        return id;
    }
    NodeId reserveNode() { return {m_graph.document.nextId++}; }
    void placeNode(NodeId id, LayerId layer, std::vector<Input> inputs, Stage stage = Stage::Model)
    {
        auto node = std::make_shared<Node>();
        node->id = id;
        node->calls = layer;
        node->stage = stage;
        node->inputs = std::move(inputs);
        constexpr double kStep = 240, kRow = 160;
        constexpr int kColumns = 8;
        const auto place = static_cast<int>(m_nodes.size());
        node->at = {kStep * (place % kColumns), kRow * (place / kColumns)};
        m_nodes.push_back(std::move(node));
    }

    /// The layer that an entry describes; the input is the node of the batch.
    Result<> addKnown(const Config& entry, bool mayBeInput)
    {
        const std::string* kerasClass = textAt(entry, "class_name");
        const Config* config = entry.find("config");
        const std::string* name = config ? textAt(*config, "name") : nullptr;
        if (const std::string* outer = textAt(entry, "name"))
            name = outer;
        if (!kerasClass || !name)
            return bad("config.json", LB_TR("Error", "has a layer without class and name"));
        if (!m_order.insert(*name).second)
            return bad(*name, LB_TR("Error", "is the name of two layers"));
        if (Result<> origin = checkOrigin(entry, *kerasClass, *name); !origin.ok())
            return origin;
        m_names.push_back(*name);
        Known& known = m_known[*name];
        if (*kerasClass == "InputLayer") {
            if (!mayBeInput || m_hasInput)
                return unsupported(*name,
                                   LB_TR("Error", "models with several inputs are not read yet"));
            known.nodes = {m_batch};
            return takeInput(*config, *name);
        }
        const auto type = m_registry.find(*kerasClass);
        if (!type.ok())
            return Error{type.error().code,
                         *name,
                         {LB_TR("Error", "is of class %1, which is not known here"), {*kerasClass}}};
        LB_TRY(kept, layerConfig(*config, *type.value(), *name));
        const auto id = m_ids.find(*name);
        known.layer
            = addLayer(*kerasClass, *name, kept, id == m_ids.end() ? LayerId{} : id->second);
        known.inbound = listAt(entry, "inbound_nodes");
        return std::monostate{};
    }

    Result<> takeInput(const Config& config, const std::string& name)
    {
        m_hasInput = true;
        const Config* shape = config.find("batch_shape");
        if (!shape)
            shape = config.find("batch_input_shape");
        const std::string* dtype = textAt(config, "dtype");
        return setInput(shape, dtype ? *dtype : "float32", name);
    }
    Result<> setInput(const Config* shape, const std::string& dtype, const std::string& name)
    {
        const auto* list = shape ? shape->as<ConfigList>() : nullptr;
        const auto known = dtypeNamed(dtype);
        if (!list || list->empty())
            return unsupported(name, LB_TR("Error", "the model does not say the shape of its input"));
        if (!known)
            return unsupported(name, LB_TR("Error", "inputs of type %1 are not read yet"), {dtype});
        m_graph.input = {*known, {}, {}};
        for (const Config& size : *list) {
            const auto* number = size.as<std::int64_t>();
            if ((!number && !size.isNull()) || (number && *number < 0))
                return bad(name, LB_TR("Error", "the shape of the input is wrong"));
            m_graph.input.shape.push_back(number ? *number : kUnknown);
        }
        m_graph.input.shape[0] = kUnknown; // any number of rows is predicted
        return std::monostate{};
    }

    Result<> sequential(const Config& config, const ConfigList& layers)
    {
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (Result<> added = addKnown(layers[i], i == 0); !added.ok())
                return added;
        if (!m_hasInput)
            if (Result<> set = setInput(config.find("build_input_shape"), "float32", "config.json");
                !set.ok())
                return set;
        m_last = {m_batch, 0};
        for (const std::string& name : m_names)
            if (const Known& known = m_known[name]; known.layer.value > 0)
                m_last = {addNode(known.layer, wired({m_last})), 0};
        return std::monostate{};
    }

    Result<> functional(const Config& config, const ConfigList& layers)
    {
        for (const Config& entry : layers)
            if (Result<> added = addKnown(entry, true); !added.ok())
                return added;
        std::size_t calls = 0;
        for (const std::string& name : m_names) { // ids first: a call may come before its inputs
            Known& known = m_known[name];
            if (known.layer.value == 0)
                continue;
            calls += known.inbound ? known.inbound->size() : 0;
            if (!known.inbound || known.inbound->empty() || calls > m_limits.nodes)
                return bad(name, LB_TR("Error", "is never called, or too often"));
            for (std::size_t i = 0; i < known.inbound->size(); ++i)
                known.nodes.push_back(reserveNode());
        }
        for (const std::string& name : m_names) {
            const Known& known = m_known[name];
            for (std::size_t i = 0; known.inbound && i < known.inbound->size(); ++i) {
                LB_TRY(inputs, inputsOf((*known.inbound)[i], name));
                placeNode(known.nodes[i], known.layer, wired(inputs));
            }
        }
        return takeOutput(config);
    }

    Result<> takeOutput(const Config& config)
    {
        if (!m_hasInput)
            return bad("config.json", LB_TR("Error", "has no input"));
        const ConfigList* outputs = listAt(config, "output_layers");
        const Config whole = outputs ? Config(*outputs) : Config();
        auto output = historyOf(whole);
        if (!output && outputs && outputs->size() == 1)
            output = historyOf(outputs->front());
        if (!output)
            return unsupported("output_layers",
                               LB_TR("Error", "models with several outputs are not read yet"));
        LB_TRY(last, tensorOf(*output, "output_layers"));
        m_last = last;
        return std::monostate{};
    }

    Result<PortRef> tensorOf(const History& history, const std::string& where) const
    {
        const auto known = m_known.find(history.layer);
        if (known == m_known.end() || history.node < 0
            || history.node >= std::ssize(known->second.nodes) || history.port < 0
            || history.port > 1'000)
            return bad(where, LB_TR("Error", "comes from %1, which is not in the model"),
                       {history.layer});
        return PortRef{known->second.nodes[static_cast<std::size_t>(history.node)],
                       static_cast<int>(history.port)};
    }

    /// The tensors of one call, as Keras 3 {args, kwargs} or Keras 2 [[layer, node, port, {}]].
    Result<std::vector<PortRef>> inputsOf(const Config& node, const std::string& name)
    {
        std::vector<PortRef> inputs;
        if (const auto* list = node.as<ConfigList>()) {
            for (const Config& item : *list)
                if (Result<> taken = take(historyOf(item), name, inputs); !taken.ok())
                    return std::move(taken.error());
            return inputs;
        }
        const ConfigList* arguments = listAt(node, "args");
        if (!arguments)
            return bad(name, LB_TR("Error", "a call without arguments"));
        for (const Config& argument : *arguments) {
            const auto* several = argument.as<ConfigList>();
            for (const Config& tensor : several ? *several : ConfigList{argument}) {
                const Config* config = tensor.find("config");
                const Config* history = config ? config->find("keras_history") : nullptr;
                Result<> taken
                    = take(history ? historyOf(*history) : std::nullopt, name, inputs);
                if (!taken.ok())
                    return std::move(taken.error());
            }
        }
        const Config* keywords = node.find("kwargs");
        if (const auto* object = keywords ? keywords->as<ConfigObject>() : nullptr)
            for (const auto& [key, value] : *object)
                if (!value.isNull())
                    return unsupported(name + "/" + key,
                                       LB_TR("Error", "this argument of a call is not read yet"));
        return inputs;
    }
    Result<> take(const std::optional<History>& history, const std::string& name,
                  std::vector<PortRef>& inputs) const
    {
        if (!history)
            return unsupported(name, LB_TR("Error", "is called on something other than a tensor"));
        LB_TRY(tensor, tensorOf(*history, name));
        inputs.push_back(tensor);
        return std::monostate{};
    }

    /// A name for one of our own layers, which a layer of the file may have already.
    std::string freeName(std::string name) const
    {
        while (m_known.contains(name))
            name += "_";
        return name;
    }
    void finish()
    {
        placeNode(m_source, addLayer(flow::kSource, freeName("source"), ConfigObject{}), {},
                  Stage::Pipeline);
        placeNode(m_batch, addLayer(flow::kBatch, freeName("batch"), ConfigObject{}),
                  wired({{m_source, 0}}));
        std::vector<Input> inputs = wired({m_last});
        inputs.push_back({std::string(flow::kLabelPort), PortRef{m_source, 1}, {}});
        addNode(addLayer(flow::kOutput, freeName("output"), ConfigObject{}), std::move(inputs));
        Document& document = m_graph.document;
        std::ranges::sort(document.layers, {}, [](const auto& layer) { return layer->id; });
        std::ranges::sort(m_nodes, {}, [](const auto& node) { return node->id; });
        auto body = std::make_shared<Body>(document.root());
        body->nodes = std::move(m_nodes);
        document.bodies.front() = std::move(body);
    }

    const LayerRegistry& m_registry;
    const std::map<std::string, LayerId, std::less<>>& m_ids;
    const Limits& m_limits;
    KerasGraph m_graph;
    std::vector<std::shared_ptr<const Node>> m_nodes;
    std::map<std::string, Known, std::less<>> m_known;
    std::vector<std::string> m_names; ///< in the file's order
    std::set<std::string, std::less<>> m_order;
    NodeId m_source, m_batch;
    PortRef m_last;
    bool m_hasInput = false;
};

} // namespace

Result<KerasGraph> readKerasGraph(const Config& root, const LayerRegistry& registry,
                                  const std::map<std::string, LayerId, std::less<>>& ids,
                                  const Limits& limits)
{
    return GraphReader(registry, ids, limits).read(root);
}

} // namespace lb
