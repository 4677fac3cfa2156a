#include "core/interop/keras/keras_graph.h"

#include "core/graph/flow.h"
#include "core/interop/keras/keras_history.h"
#include "core/interop/keras/keras_layer_config.h"
#include "core/interop/keras/keras_names.h"
#include "core/interop/keras/model_order.h"
#include "core/interop/keras/reading.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace lb {
namespace {

/// What all models of one file have in common.
struct Reading {
    const LayerRegistry& registry;
    const std::map<std::string, LayerId, std::less<>>& ids;
    const Limits& limits;
    KerasGraph graph;
    std::set<std::string, std::less<>> names; ///< of layers in the document
    std::size_t calls = 0;
    bool resizesFloats = false, resizesIntegers = false;

    std::int64_t newId() { return graph.document.nextId++; }
    /// A name that no layer of the document has.
    std::string freeName(const std::string& wanted)
    {
        std::string name = wanted;
        for (int i = 1; !names.insert(name).second; ++i)
            name = wanted + "_" + std::to_string(i);
        return name;
    }
    LayerId addLayer(std::string_view kerasClass, const std::string& name, Config config,
                     bool known = false)
    {
        const auto id = ids.find(name);
        auto layer = std::make_shared<LayerDef>();
        layer->id = known && id != ids.end() && !names.contains(name) ? id->second
                                                                      : LayerId{newId()};
        layer->kerasClass = kerasClass;
        layer->name = freeName(name);
        layer->config = std::move(config);
        graph.document.layers.push_back(layer);
        return layer->id;
    }
};

/// Reads one model into one body.
class ModelReader {
public:
    ModelReader(Reading& reading, std::vector<std::shared_ptr<const Node>>& nodes, NodeId start,
                bool severalInputs)
        : m_reading(reading)
        , m_nodes(nodes)
        , m_start(start)
        , m_severalInputs(severalInputs)
    {
    }

    /// The value that the model gives out.
    Result<PortRef> read(const Config& root)
    {
        const std::string* kerasClass = textEntry(root, "class_name");
        const Config* config = root.find("config");
        const ConfigList* layers = config ? listEntry(*config, "layers") : nullptr;
        if (!kerasClass || !layers)
            return badArchive("config.json", LB_TR("Error", "describes no model"));
        m_functional = *kerasClass != "Sequential";
        if (m_functional && *kerasClass != "Functional" && *kerasClass != "Model")
            return notComputed("config.json",
                               LB_TR("Error", "only Sequential and Functional models are read, "
                                              "is: %1"),
                               {*kerasClass});
        if (Result<> origin = checkKerasOrigin(root, *kerasClass, "config.json"); !origin.ok())
            return origin.error();
        for (const Config& entry : *layers)
            if (Result<> added = addEntry(entry); !added.ok())
                return std::move(added.error());
        if (!m_functional && m_inputs.empty())
            takeInput({}, config->find("build_input_shape"), "float32");
        if (m_functional && m_inputs.empty())
            return badArchive("config.json", LB_TR("Error", "has a model without an input"));
        return m_functional ? functional(*config) : sequential();
    }

    /// Where its layers' variables stand, below the model's own place.
    std::vector<KerasPlace> places() const
    {
        std::vector<KerasPlace> result;
        KerasChildNames children;
        for (const std::size_t index : order()) {
            const Entry& entry = m_entries[index];
            if (entry.kerasClass == "InputLayer" && !m_functional)
                continue;
            const std::string path = "layers/" + children.next(entry.kerasClass) + "/";
            if (const auto* layer = std::get_if<LayerId>(&entry.calls); layer && layer->value > 0)
                result.push_back({*layer, path + "vars"});
            for (const KerasPlace& inner : entry.inner)
                result.push_back({inner.layer, path + inner.path});
        }
        return result;
    }

    /// What the model is called on, in the order of its arguments.
    struct ModelInput {
        std::string name, dtype = "float32";
        Config shape; ///< null: not said
        NodeId node; ///< that gives it
    };
    const std::vector<ModelInput>& inputs() const { return m_inputs; }

    /// A node that is put into the body.
    static std::vector<Input> wired(const std::vector<PortRef>& wires)
    {
        std::vector<Input> inputs;
        for (std::size_t i = 0; i < wires.size(); ++i)
            inputs.push_back({wires.size() == 1 ? "" : std::to_string(i), wires[i], {}});
        return inputs;
    }
    void place(NodeId id, std::variant<LayerId, BodyId> calls, std::vector<Input> inputs,
               Stage stage = Stage::Model)
    {
        auto node = std::make_shared<Node>();
        node->id = id;
        node->calls = calls;
        node->stage = stage;
        node->inputs = std::move(inputs);
        constexpr double kStep = 240, kRow = 160;
        constexpr int kColumns = 8;
        const auto at = static_cast<int>(m_nodes.size());
        node->at = {kStep * (at % kColumns), kRow * (at / kColumns)};
        m_nodes.push_back(std::move(node));
    }

private:
    struct Entry {
        std::string kerasClass, name;
        std::variant<LayerId, BodyId> calls; ///< 0: the input
        std::vector<NodeId> nodes; ///< one a call
        const ConfigList* inbound = nullptr;
        std::vector<std::vector<PortRef>> inputs; ///< of each call
        std::vector<KerasPlace> inner; ///< of a model
    };

    Result<> addEntry(const Config& config)
    {
        if (const auto ids = kerasMaskSource(config)) {
            const std::string* name = textEntry(config, "name");
            m_masks.emplace(name ? *name : std::string("not_equal"), *ids);
            return std::monostate{};
        }
        LB_TRY(layer, readKerasLayer(config, m_reading.registry));
        if (++m_reading.calls > m_reading.limits.nodes)
            return Error{ErrorCode::TooLarge, layer.name, LB_TR("Error", "there are too many layers")};
        if (!m_index.emplace(layer.name, m_entries.size()).second)
            return badArchive(layer.name, LB_TR("Error", "is the name of two layers"));
        m_reading.resizesFloats |= layer.resizes == KerasLayerConfig::Resizes::AsFloats;
        m_reading.resizesIntegers |= layer.resizes == KerasLayerConfig::Resizes::AsIntegers;
        m_entries.push_back({layer.storedClass, layer.name, LayerId{}, {}, nullptr, {}, {}});
        Entry& entry = m_entries.back();
        entry.inbound = listEntry(config, "inbound_nodes");
        if (layer.kerasClass == "InputLayer") {
            if ((!m_inputs.empty() && !m_severalInputs) || (!m_functional && m_entries.size() > 1))
                return notComputed(layer.name,
                                   LB_TR("Error", "a model with several inputs within another one "
                                                  "is not read yet"));
            const Config* shape = layer.config.find("batch_shape");
            const std::string* dtype = textEntry(layer.config, "dtype");
            entry.nodes = {takeInput(layer.name,
                                     shape ? shape : layer.config.find("batch_input_shape"),
                                     dtype ? *dtype : "float32")};
            return std::monostate{};
        }
        if (const Config* masked = layer.config.find("mask_zero");
            masked && *masked == Config(true) && entry.inbound)
            for (const Config& call : *entry.inbound) {
                LB_TRY(ids, kerasArguments(call, layer.name, {}));
                m_padded.insert(ids.begin(), ids.end());
            }
        if (layer.type)
            entry.calls = m_reading.addLayer(layer.kerasClass, layer.name, layer.config, true);
        else
            return addModel(config, entry);
        return std::monostate{};
    }

    /// The node that gives it.
    NodeId takeInput(const std::string& name, const Config* shape, const std::string& dtype)
    {
        const NodeId node = m_inputs.empty() ? m_start : NodeId{m_reading.newId()};
        m_inputs.push_back({name, dtype, shape ? *shape : Config(), node});
        return node;
    }

    /// A model within the model becomes a body.
    Result<> addModel(const Config& config, Entry& entry)
    {
        Body body;
        body.id = {m_reading.newId()};
        body.name = entry.name;
        const NodeId start{m_reading.newId()};
        ModelReader inner(m_reading, body.nodes, start, false);
        inner.place(start, m_reading.addLayer(flow::kInput, "input", ConfigObject{}), {});
        LB_TRY(last, inner.read(config));
        inner.place({m_reading.newId()}, m_reading.addLayer(flow::kOutput, "output", ConfigObject{}),
                    wired({last}));
        std::ranges::sort(body.nodes, {}, [](const auto& node) { return node->id; });
        entry.calls = body.id;
        entry.inner = inner.places();
        m_reading.graph.document.bodies.push_back(std::make_shared<const Body>(std::move(body)));
        return std::monostate{};
    }

    static bool isInput(const Entry& entry) { return entry.kerasClass == "InputLayer"; }

    Result<PortRef> sequential()
    {
        PortRef last{m_start, 0};
        for (Entry& entry : m_entries) {
            if (isInput(entry))
                continue;
            entry.nodes = {NodeId{m_reading.newId()}};
            place(entry.nodes.front(), entry.calls, wired({last}));
            last = {entry.nodes.front(), 0};
        }
        return last;
    }

    Result<PortRef> functional(const Config& config)
    {
        std::ranges::stable_sort(
            m_inputs, {}, [names = kerasInputNames(config)](const ModelInput& input) {
                return std::ranges::find(names, input.name) - names.begin();
            });
        for (Entry& entry : m_entries) { // ids first: a call may come before its inputs
            if (isInput(entry))
                continue;
            const std::size_t calls = entry.inbound ? entry.inbound->size() : 0;
            m_reading.calls += calls;
            if (calls == 0 || m_reading.calls > m_reading.limits.nodes)
                return badArchive(entry.name, LB_TR("Error", "is never called, or too often"));
            for (std::size_t i = 0; i < calls; ++i)
                entry.nodes.push_back({m_reading.newId()});
        }
        std::set<std::string, std::less<>> masks;
        for (const auto& [name, ids] : m_masks) {
            if (!m_padded.contains(ids))
                return notComputed(name, LB_TR("Error", "compares numbers on its own; operations "
                                                        "beside layers are not read"));
            masks.insert(name);
        }
        for (Entry& entry : m_entries)
            for (std::size_t i = 0; !isInput(entry) && i < entry.nodes.size(); ++i) {
                LB_TRY(arguments, kerasArguments((*entry.inbound)[i], entry.name, masks));
                std::vector<PortRef> inputs;
                for (const KerasHistory& argument : arguments) {
                    LB_TRY(tensor, tensorOf(argument, entry.name));
                    inputs.push_back(tensor);
                }
                entry.inputs.push_back(inputs);
                place(entry.nodes[i], entry.calls, wired(inputs));
            }
        return output(config);
    }

    Result<PortRef> output(const Config& config)
    {
        const ConfigList* outputs = listEntry(config, "output_layers");
        auto output = outputs ? kerasHistoryOf(Config(*outputs)) : std::nullopt;
        if (!output && outputs && outputs->size() == 1)
            output = kerasHistoryOf(outputs->front());
        if (!output)
            return notComputed("output_layers",
                               LB_TR("Error", "models with several outputs are not read yet"));
        const auto found = m_index.find(output->layer);
        if (found != m_index.end() && m_entries[found->second].kerasClass == "Functional")
            --output->node; // its own graph counts as the first call there
        Result<PortRef> last = tensorOf(*output, "output_layers");
        if (last.ok())
            m_last = last.value();
        return last;
    }

    Result<PortRef> tensorOf(const KerasHistory& history, const std::string& where) const
    {
        const auto found = m_index.find(history.layer);
        const Entry* entry = found == m_index.end() ? nullptr : &m_entries[found->second];
        if (!entry || history.node < 0 || history.node >= std::ssize(entry->nodes)
            || history.port < 0 || history.port > 1'000)
            return badArchive(where, LB_TR("Error", "comes from %1, which is not in the model"),
                       {history.layer});
        return PortRef{entry->nodes[static_cast<std::size_t>(history.node)],
                       static_cast<int>(history.port)};
    }

    /// Entries as Keras' `model.layers` has them.
    std::vector<std::size_t> order() const
    {
        std::vector<std::size_t> result(m_entries.size());
        std::iota(result.begin(), result.end(), std::size_t{0});
        if (!m_functional)
            return result;
        CallGraph graph;
        std::map<NodeId, std::size_t> calls;
        std::vector<std::size_t> given; // entries
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            if (isInput(m_entries[i])) {
                calls[m_entries[i].nodes.front()] = inputCall(given.size());
                given.push_back(i);
            }
            for (std::size_t k = 0; k < m_entries[i].inputs.size(); ++k) {
                calls[m_entries[i].nodes[k]] = graph.layer.size();
                graph.layer.push_back(i);
            }
        }
        const auto callOf = [&](const PortRef& wire) {
            const auto found = calls.find(wire.node);
            return found == calls.end() ? kPartInput : found->second;
        };
        for (const Entry& entry : m_entries)
            for (const auto& inputs : entry.inputs) {
                graph.from.emplace_back();
                for (const PortRef& wire : inputs)
                    graph.from.back().push_back(callOf(wire));
            }
        graph.last = callOf(m_last);
        result = kerasOrder(graph);
        for (std::size_t& entry : result)
            if (isInputCall(entry))
                entry = given.at(inputOf(entry));
        return result;
    }

    Reading& m_reading;
    std::vector<std::shared_ptr<const Node>>& m_nodes;
    NodeId m_start;
    PortRef m_last;
    std::vector<Entry> m_entries; ///< in the file's order
    std::map<std::string, std::size_t, std::less<>> m_index;
    std::map<std::string, KerasHistory> m_masks; ///< written out by Keras, by name: of which ids
    std::set<KerasHistory> m_padded; ///< ids that an Embedding makes a mask of
    bool m_functional = false;
    const bool m_severalInputs;
    std::vector<ModelInput> m_inputs;
};

} // namespace

Result<KerasGraph> readKerasGraph(const Config& root, const LayerRegistry& registry,
                                  const std::map<std::string, LayerId, std::less<>>& ids,
                                  const Limits& limits)
{
    Reading reading{registry, ids, limits, {emptyDocument(), {}, {}}, {}};
    Document& document = reading.graph.document;
    for (const auto& [name, id] : ids)
        document.nextId = std::max(document.nextId, id.value + 1);
    const NodeId source{reading.newId()}, batch{reading.newId()};
    auto body = std::make_shared<Body>(document.root());
    ModelReader model(reading, body->nodes, batch, true);
    LB_TRY(last, model.read(root));
    for (const auto& given : model.inputs()) {
        LB_TRY(input, kerasInputSpec(given.shape, given.dtype));
        if (reading.resizesFloats && !isFloating(input.dtype) && input.shape.size() == 4) {
            if (reading.resizesIntegers)
                return notComputed("config.json",
                                   LB_TR("Error", "resizes integers in two ways, which is not read"));
            input.dtype = DType::Float32; // what predict() makes of them
        }
        reading.graph.inputs.push_back({given.name.empty() ? "image" : given.name, input});
    }
    reading.graph.places = model.places();
    model.place(source, reading.addLayer(flow::kSource, "source", ConfigObject{}), {},
                Stage::Pipeline);
    for (std::size_t i = 0; i < model.inputs().size(); ++i)
        model.place(model.inputs()[i].node, reading.addLayer(flow::kBatch, "batch", ConfigObject{}),
                    ModelReader::wired({{source, static_cast<int>(i)}}));
    std::vector<Input> inputs = ModelReader::wired({last});
    inputs.push_back({std::string(flow::kLabelPort),
                      PortRef{source, static_cast<int>(model.inputs().size())},
                      {}});
    model.place({reading.newId()}, reading.addLayer(flow::kOutput, "output", ConfigObject{}),
                std::move(inputs));
    std::ranges::sort(body->nodes, {}, [](const auto& node) { return node->id; });
    std::ranges::sort(document.layers, {}, [](const auto& layer) { return layer->id; });
    document.bodies.front() = std::move(body);
    return std::move(reading.graph);
}

} // namespace lb
