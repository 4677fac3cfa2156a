#include "core/graph/project_file.h"

#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/dispatch.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

// ---- writing ----

Config tensorConfig(const Tensor& tensor)
{
    ConfigList values;
    dispatch(tensor.dtype(), [&]<typename T>(T) {
        for (const T value : tensor.values<T>())
            if constexpr (std::is_floating_point_v<T>)
                values.emplace_back(static_cast<double>(value));
            else
                values.emplace_back(static_cast<std::int64_t>(value));
    });
    ConfigList shape;
    for (const std::int64_t dim : tensor.shape())
        shape.emplace_back(dim);
    return ConfigObject{{"dtype", std::string(nameOf(tensor.dtype()))},
                        {"shape", std::move(shape)},
                        {"value", std::move(values)}};
}

/// The unknown fields that a file brought, with ours over them.
ConfigObject over(const Config& foreign, ConfigObject known)
{
    if (const auto* kept = foreign.as<ConfigObject>())
        for (const auto& [key, value] : *kept)
            known.emplace(key, value);
    return known;
}

Config layerConfig(const LayerDef& layer)
{
    ConfigObject result{{"id", layer.id.value},
                        {"class_name", layer.kerasClass},
                        {"name", layer.name},
                        {"config", layer.config}};
    if (layer.adapted) {
        ConfigObject tensors;
        for (const auto& [name, tensor] : layer.adapted->tensors)
            tensors[name] = tensorConfig(tensor);
        result["adapted"]
            = ConfigObject{{"tensors", std::move(tensors)}, {"record", layer.adapted->record}};
    }
    return over(layer.foreign, std::move(result));
}

Config inputConfig(const Input& input)
{
    ConfigObject result{{"port", input.port}};
    if (const auto* wire = std::get_if<PortRef>(&input.from))
        result["from"] = ConfigObject{{"node", wire->node.value}, {"output", wire->port}};
    else
        result["value"] = std::get<Config>(input.from);
    return result;
}

Config nodeConfig(const Node& node)
{
    ConfigList inputs;
    for (const Input& input : node.inputs)
        inputs.push_back(inputConfig(input));
    ConfigObject result{{"id", node.id.value},
                        {"inputs", std::move(inputs)},
                        {"stage", node.stage == Stage::Pipeline ? "pipeline" : "model"},
                        {"call", node.call},
                        {"at", ConfigList{node.at.x, node.at.y}}};
    if (const auto* layer = std::get_if<LayerId>(&node.calls))
        result["layer"] = layer->value;
    else
        result["body"] = std::get<BodyId>(node.calls).value;
    if (node.muted)
        result["muted"] = true;
    if (node.collapsed)
        result["collapsed"] = true;
    return over(node.foreign, std::move(result));
}

Config bodyConfig(const Body& body)
{
    ConfigList nodes, frames;
    for (const auto& node : body.nodes)
        nodes.push_back(nodeConfig(*node));
    for (const Frame& frame : body.frames) {
        ConfigList members;
        for (const NodeId node : frame.nodes)
            members.emplace_back(node.value);
        frames.push_back(ConfigObject{
            {"id", frame.id.value}, {"title", frame.title}, {"nodes", std::move(members)}});
    }
    return over(body.foreign,
                {{"id", body.id.value},
                 {"name", body.name},
                 {"nodes", std::move(nodes)},
                 {"frames", std::move(frames)}});
}

Config recipeConfig(const Recipe& recipe)
{
    ConfigList metrics;
    for (const std::string& metric : recipe.metrics)
        metrics.emplace_back(metric);
    return over(recipe.foreign,
                {{"loss", recipe.loss},
                 {"from_logits", recipe.fromLogits},
                 {"optimizer", recipe.optimizer},
                 {"metrics", std::move(metrics)},
                 {"epochs", recipe.epochs},
                 {"steps_per_epoch", recipe.stepsPerEpoch},
                 {"batch_size", recipe.batchSize},
                 {"shuffle", recipe.shuffle},
                 {"drop_remainder", recipe.dropRemainder},
                 {"validation_fraction", recipe.validationFraction},
                 {"early_stopping_patience", recipe.earlyStoppingPatience},
                 {"restore_best_weights", recipe.restoreBestWeights},
                 {"seed", recipe.seed}});
}

// ---- reading ----

/// Takes fields out of an object; what is left is foreign. Remembers the first error.
class Fields {
public:
    Fields(const Config& config, std::string where)
        : m_where(std::move(where))
    {
        if (const auto* object = config.as<ConfigObject>())
            m_rest = *object;
        else
            fail("", LB_TR("Error", "an object is expected"));
    }

    template <typename T> void read(const char* key, T& into)
    {
        const auto entry = m_rest.find(key);
        if (entry == m_rest.end())
            return; // the default stands
        if (!take(entry->second, into))
            fail(key, LB_TR("Error", "has the wrong type"));
        m_rest.erase(entry);
    }
    template <typename T> void need(const char* key, T& into)
    {
        if (!m_rest.contains(key))
            fail(key, LB_TR("Error", "a value is needed"));
        read(key, into);
    }
    /// Each item of a list, as `visit(item, where)` -> Result<>.
    template <typename Visit> void each(const char* key, Visit&& visit)
    {
        const auto entry = m_rest.find(key);
        if (entry == m_rest.end())
            return;
        const auto* list = entry->second.as<ConfigList>();
        if (!list)
            fail(key, LB_TR("Error", "a list is expected"));
        for (std::size_t i = 0; list && i < list->size() && !m_error; ++i)
            if (Result<> done = visit((*list)[i], m_where + key + "/" + std::to_string(i) + "/");
                !done.ok())
                m_error = std::move(done.error());
        m_rest.erase(entry);
    }
    void fail(const char* key, Text reason)
    {
        if (!m_error)
            m_error = Error{ErrorCode::BadFile, m_where + key, reason};
    }
    bool has(const char* key) const { return m_rest.contains(key); }
    Result<> done(Config& foreign)
    {
        foreign = Config(std::move(m_rest));
        if (m_error)
            return std::move(*m_error);
        return std::monostate{};
    }

private:
    static bool take(const Config& value, Config& into)
    {
        into = value;
        return true;
    }
    static bool take(const Config& value, double& into)
    {
        const auto* real = value.as<double>();
        const auto* integer = value.as<std::int64_t>();
        into = real ? *real : integer ? static_cast<double>(*integer) : into;
        return real || integer;
    }
    template <typename T> static bool take(const Config& value, T& into)
    {
        const T* typed = value.as<T>();
        if (typed)
            into = *typed;
        return typed;
    }

    std::string m_where;
    ConfigObject m_rest;
    std::optional<Error> m_error;
};

Result<Tensor> readTensor(const Config& config, const std::string& where, const Limits& limits)
{
    Fields fields(config, where);
    std::string dtypeName = "float32";
    fields.need("dtype", dtypeName);
    Shape shape;
    std::vector<Config> values;
    fields.each("shape", [&](const Config& item, const std::string& at) -> Result<> {
        const auto* dim = item.as<std::int64_t>();
        if (!dim || *dim < 0)
            return Error{ErrorCode::BadFile, at, LB_TR("Error", "has the wrong type")};
        shape.push_back(*dim);
        return std::monostate{};
    });
    fields.each("value", [&](const Config& item, const std::string& at) -> Result<> {
        if (!item.as<double>() && !item.as<std::int64_t>())
            return Error{ErrorCode::BadFile, at, LB_TR("Error", "has the wrong type")};
        values.push_back(item);
        return std::monostate{};
    });
    Config foreign;
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    const auto dtype = dtypeNamed(dtypeName);
    std::size_t count = 1;
    for (const std::int64_t dim : shape) {
        if (dim > 0 && count > limits.tensorBytes / static_cast<std::size_t>(dim))
            return Error{ErrorCode::TooLarge, where, LB_TR("Error", "is larger than is read")};
        count *= static_cast<std::size_t>(dim);
    }
    if (!dtype || count != values.size())
        return Error{ErrorCode::BadFile, where, LB_TR("Error", "shape and values do not fit")};
    return dispatch(*dtype, [&]<typename T>(T) {
        return Tensor::make<T>(shape, [&](std::span<T> out) {
            std::ranges::transform(values, out.begin(), [](const Config& value) {
                const auto* real = value.as<double>();
                return static_cast<T>(real ? *real
                                           : static_cast<double>(*value.as<std::int64_t>()));
            });
        });
    });
}

Result<StateHandle> readState(const Config& config, const std::string& where, const Limits& limits)
{
    auto state = std::make_shared<AdaptedState>();
    if (const Config* record = config.find("record"))
        state->record = *record;
    const Config* tensors = config.find("tensors");
    const auto* named = tensors ? tensors->as<ConfigObject>() : nullptr;
    if (!named)
        return Error{ErrorCode::BadFile, where + "tensors",
                     LB_TR("Error", "an object is expected")};
    for (const auto& [name, value] : *named) {
        LB_TRY(tensor, readTensor(value, where + "tensors/" + name + "/", limits));
        state->tensors[name] = std::move(tensor);
    }
    return StateHandle(std::move(state));
}

class Reader {
public:
    explicit Reader(const Limits& limits)
        : m_limits(limits)
    {
    }

    Result<Document> project(const Config& config)
    {
        Fields fields(config, "");
        std::int64_t format = 0;
        fields.need("layerbench", format);
        if (format > kProjectFormat)
            return Error{ErrorCode::Unsupported,
                         "layerbench",
                         {LB_TR("Error",
                                "the project was written by a newer Layerbench (format %1, "
                                "this one reads up to %2); update to open it"),
                          {format, kProjectFormat}}};
        if (format < 1)
            fields.fail("layerbench", LB_TR("Error", "is not a Layerbench project"));
        fields.need("next_id", m_document.nextId);
        Config recipe = ConfigObject{};
        fields.read("recipe", recipe);
        fields.each("layers", [&](const Config& item, const std::string& where) {
            return layer(item, where);
        });
        fields.each("bodies", [&](const Config& item, const std::string& where) {
            return body(item, where);
        });
        if (m_document.bodies.empty())
            fields.fail("bodies", LB_TR("Error", "a value is needed"));
        if (Result<> done = fields.done(m_document.foreign); !done.ok())
            return std::move(done.error());
        if (Result<> read = readRecipe(recipe); !read.ok())
            return std::move(read.error());
        if (Result<> whole = checkReferences(); !whole.ok())
            return std::move(whole.error());
        return std::move(m_document);
    }

private:
    Result<> takeId(std::int64_t id, const std::string& where)
    {
        if (id < 1 || !m_ids.insert(id).second)
            return Error{ErrorCode::BadFile, where + "id",
                         LB_TR("Error", "an id is positive and stands once")};
        m_document.nextId = std::max(m_document.nextId, id + 1);
        if (m_ids.size() > m_limits.nodes * 3)
            return Error{ErrorCode::TooLarge, where, LB_TR("Error", "holds too many nodes")};
        return std::monostate{};
    }

    Result<> layer(const Config& config, const std::string& where)
    {
        LayerDef layer;
        Fields fields(config, where);
        fields.need("id", layer.id.value);
        fields.need("class_name", layer.kerasClass);
        fields.need("name", layer.name);
        fields.read("config", layer.config);
        Config adapted;
        fields.read("adapted", adapted);
        if (!layer.config.as<ConfigObject>())
            fields.fail("config", LB_TR("Error", "an object is expected"));
        if (Result<> done = fields.done(layer.foreign); !done.ok())
            return done;
        if (!adapted.isNull()) {
            LB_TRY(state, readState(adapted, where + "adapted/", m_limits));
            layer.adapted = std::move(state);
        }
        if (Result<> taken = takeId(layer.id.value, where); !taken.ok())
            return taken;
        m_document.layers.push_back(std::make_shared<const LayerDef>(std::move(layer)));
        return std::monostate{};
    }

    Result<> input(const Config& config, const std::string& where, Node& node) const
    {
        Input input;
        Fields fields(config, where);
        fields.read("port", input.port);
        Config from, value;
        const bool wired = fields.has("from");
        fields.read("from", from);
        fields.read("value", value);
        Config foreign;
        if (Result<> done = fields.done(foreign); !done.ok())
            return done;
        if (wired) {
            PortRef wire;
            std::int64_t port = 0;
            Fields wireFields(from, where + "from/");
            wireFields.need("node", wire.node.value);
            wireFields.read("output", port);
            if (Result<> done = wireFields.done(foreign); !done.ok())
                return done;
            wire.port = static_cast<int>(std::clamp<std::int64_t>(port, -1, 1'000));
            input.from = wire;
        } else {
            input.from = value;
        }
        node.inputs.push_back(std::move(input));
        return std::monostate{};
    }

    Result<> node(const Config& config, const std::string& where, Body& body)
    {
        Node node;
        Fields fields(config, where);
        fields.need("id", node.id.value);
        std::int64_t called = 0;
        if (fields.has("body")) {
            fields.read("body", called);
            node.calls = BodyId{called};
        } else {
            fields.need("layer", called);
            node.calls = LayerId{called};
        }
        std::string stage = "model";
        fields.read("stage", stage);
        if (stage != "model" && stage != "pipeline")
            fields.fail("stage", LB_TR("Error", "is \"pipeline\" or \"model\""));
        node.stage = stage == "pipeline" ? Stage::Pipeline : Stage::Model;
        fields.read("call", node.call);
        fields.read("muted", node.muted);
        fields.read("collapsed", node.collapsed);
        std::vector<double> at;
        fields.each("at", [&](const Config& item, const std::string& place) -> Result<> {
            const auto* real = item.as<double>();
            const auto* integer = item.as<std::int64_t>();
            if (!real && !integer)
                return Error{ErrorCode::BadFile, place, LB_TR("Error", "has the wrong type")};
            at.push_back(real ? *real : static_cast<double>(*integer));
            return std::monostate{};
        });
        if (at.size() == 2)
            node.at = {at[0], at[1]};
        fields.each("inputs", [&](const Config& item, const std::string& place) {
            return input(item, place, node);
        });
        if (Result<> done = fields.done(node.foreign); !done.ok())
            return done;
        if (Result<> taken = takeId(node.id.value, where); !taken.ok())
            return taken;
        body.nodes.push_back(std::make_shared<const Node>(std::move(node)));
        return std::monostate{};
    }

    Result<> body(const Config& config, const std::string& where)
    {
        Body body;
        Fields fields(config, where);
        fields.need("id", body.id.value);
        fields.read("name", body.name);
        fields.each("nodes", [&](const Config& item, const std::string& place) {
            return node(item, place, body);
        });
        fields.each("frames", [&](const Config& item, const std::string& place) -> Result<> {
            Frame frame;
            Fields frameFields(item, place);
            frameFields.need("id", frame.id.value);
            frameFields.read("title", frame.title);
            frameFields.each("nodes", [&](const Config& member, const std::string& at) -> Result<> {
                if (!member.as<std::int64_t>())
                    return Error{ErrorCode::BadFile, at, LB_TR("Error", "has the wrong type")};
                frame.nodes.push_back({*member.as<std::int64_t>()});
                return std::monostate{};
            });
            Config foreign;
            if (Result<> done = frameFields.done(foreign); !done.ok())
                return done;
            if (Result<> taken = takeId(frame.id.value, place); !taken.ok())
                return taken;
            body.frames.push_back(std::move(frame));
            return std::monostate{};
        });
        if (Result<> done = fields.done(body.foreign); !done.ok())
            return done;
        if (Result<> taken = takeId(body.id.value, where); !taken.ok())
            return taken;
        m_document.bodies.push_back(std::make_shared<const Body>(std::move(body)));
        return std::monostate{};
    }

    Result<> readRecipe(const Config& config)
    {
        Recipe& recipe = m_document.recipe;
        Fields fields(config, "recipe/");
        fields.read("loss", recipe.loss);
        fields.read("from_logits", recipe.fromLogits);
        fields.read("optimizer", recipe.optimizer);
        if (fields.has("metrics"))
            recipe.metrics.clear();
        fields.each("metrics", [&](const Config& item, const std::string& where) -> Result<> {
            if (!item.as<std::string>())
                return Error{ErrorCode::BadFile, where, LB_TR("Error", "has the wrong type")};
            recipe.metrics.push_back(*item.as<std::string>());
            return std::monostate{};
        });
        fields.read("epochs", recipe.epochs);
        fields.read("steps_per_epoch", recipe.stepsPerEpoch);
        fields.read("batch_size", recipe.batchSize);
        fields.read("shuffle", recipe.shuffle);
        fields.read("drop_remainder", recipe.dropRemainder);
        fields.read("validation_fraction", recipe.validationFraction);
        fields.read("early_stopping_patience", recipe.earlyStoppingPatience);
        fields.read("restore_best_weights", recipe.restoreBestWeights);
        fields.read("seed", recipe.seed);
        return fields.done(recipe.foreign);
    }

    /// Every wire and call leads to something, and lists are in the order of their ids.
    Result<> checkReferences() const
    {
        const auto sorted = [](const auto& items) {
            return std::ranges::is_sorted(items, {}, [](const auto& item) { return item->id; });
        };
        if (!sorted(m_document.layers))
            return Error{ErrorCode::BadFile, "layers", LB_TR("Error", "ids must rise")};
        for (const auto& body : m_document.bodies) {
            if (!sorted(body->nodes))
                return Error{ErrorCode::BadFile, body->name, LB_TR("Error", "ids must rise")};
            for (const auto& node : body->nodes) {
                const std::string where = "node " + std::to_string(node->id.value);
                const auto* layer = std::get_if<LayerId>(&node->calls);
                const auto* inner = std::get_if<BodyId>(&node->calls);
                if ((layer && !m_document.layer(*layer)) || (inner && !m_document.body(*inner)))
                    return Error{ErrorCode::BadFile, where,
                                 LB_TR("Error", "calls a layer that is not in the project")};
                for (const Input& input : node->inputs)
                    if (const auto* wire = std::get_if<PortRef>(&input.from);
                        wire && !m_document.node(wire->node))
                        return Error{ErrorCode::BadFile, where,
                                     LB_TR("Error", "a wire comes from a node that is not there")};
            }
        }
        return std::monostate{};
    }

    const Limits& m_limits;
    Document m_document;
    std::set<std::int64_t> m_ids;
};

} // namespace

std::string writeProject(const Document& document)
{
    ConfigList layers, bodies;
    for (const auto& layer : document.layers)
        layers.push_back(layerConfig(*layer));
    for (const auto& body : document.bodies)
        bodies.push_back(bodyConfig(*body));
    return writeJson(over(document.foreign,
                          {{"layerbench", kProjectFormat},
                           {"next_id", document.nextId},
                           {"layers", std::move(layers)},
                           {"bodies", std::move(bodies)},
                           {"recipe", recipeConfig(document.recipe)}}),
                     JsonStyle::Canonical);
}

Result<Document> parseProject(std::string_view text, const Limits& limits)
{
    LB_TRY(config, parseJson(text, limits));
    return Reader(limits).project(config);
}

Result<Document> loadProject(const std::filesystem::path& path, const Limits& limits)
{
    LB_TRY(text, readFile(path, limits.jsonBytes));
    Result<Document> document = parseProject(text, limits);
    if (!document.ok())
        document.error().where = path.string() + ": " + document.error().where;
    return document;
}

Result<> saveProject(const Document& document, const std::filesystem::path& path)
{
    return saveAtomically(path, writeProject(document));
}

} // namespace lb
