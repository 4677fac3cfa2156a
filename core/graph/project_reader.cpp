#include "core/graph/project_file.h"

#include "core/graph/json_fields.h"
#include "core/graph/project_state.h"
#include "core/support/files.h"
#include "core/support/json.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

class ProjectReader {
public:
    explicit ProjectReader(const Limits& limits)
        : m_limits(limits)
    {
    }

    Result<Document> project(const Config& config)
    {
        if (!config.find("layerbench"))
            return Error{ErrorCode::BadFile, "",
                         LB_TR("Error", "is no Layerbench project, which has \"layerbench\" with the "
                                        "number of its format; choose a file that was saved as one, or "
                                        "begin with a template")};
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
    static constexpr std::int64_t kMostOutputs = 1'000;

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
        Config rest;
        if (Result<> done = fields.done(rest); !done.ok())
            return done;
        ConfigObject kept = *rest.as<ConfigObject>();
        if (wired) {
            PortRef wire;
            std::int64_t port = 0;
            Fields wireFields(from, where + "from/");
            wireFields.need("node", wire.node.value);
            wireFields.read("output", port);
            if (port < 0 || port > kMostOutputs)
                wireFields.fail("output", LB_TR("Error", "there is no such output"));
            Config keptFrom;
            if (Result<> done = wireFields.done(keptFrom); !done.ok())
                return done;
            if (!keptFrom.as<ConfigObject>()->empty())
                kept["from"] = keptFrom;
            wire.port = static_cast<int>(port);
            input.from = wire;
        } else {
            input.from = value;
        }
        input.foreign = Config(std::move(kept));
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
                return Error{ErrorCode::BadFile, place, LB_TR("Error", "a number is needed")};
            at.push_back(real ? *real : static_cast<double>(*integer));
            return std::monostate{};
        });
        if (at.size() == 2)
            node.at = {at[0], at[1]};
        else if (!at.empty())
            fields.fail("at", LB_TR("Error", "two numbers are needed, [x, y]"));
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
                    return Error{ErrorCode::BadFile, at,
                                 LB_TR("Error", "the id of a node is needed, a whole number")};
                frame.nodes.push_back({*member.as<std::int64_t>()});
                return std::monostate{};
            });
            if (Result<> done = frameFields.done(frame.foreign); !done.ok())
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
                return Error{ErrorCode::BadFile, where,
                             LB_TR("Error", "the name of a metric is needed, a string")};
            recipe.metrics.push_back(*item.as<std::string>());
            return std::monostate{};
        });
        fields.read("epochs", recipe.epochs);
        fields.read("steps_per_epoch", recipe.stepsPerEpoch);
        fields.read("batch_size", recipe.batchSize);
        fields.read("shuffle", recipe.shuffle);
        fields.read("drop_remainder", recipe.dropRemainder);
        fields.read("validation_fraction", recipe.validationFraction);
        if (!(recipe.validationFraction >= 0 && recipe.validationFraction <= 1)) // NaN is not, either
            fields.fail("validation_fraction", {LB_TR("Error", "must be from 0 to 1, is: %1"),
                                                {recipe.validationFraction}});
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
                        wire && m_document.bodyOf(wire->node) != body.get())
                        return Error{ErrorCode::BadFile, where,
                                     LB_TR("Error", "a wire comes from a node that is not there")};
            }
        }
        for (const auto& body : m_document.bodies)
            if (callsItself(*body))
                return Error{ErrorCode::BadFile, body->name,
                             LB_TR("Error", "the group contains itself")};
        return std::monostate{};
    }

    bool callsItself(const Body& start) const
    {
        std::vector<const Body*> open{&start};
        std::set<BodyId> seen;
        while (!open.empty()) {
            const Body* body = open.back();
            open.pop_back();
            for (const auto& node : body->nodes)
                if (const auto* inner = std::get_if<BodyId>(&node->calls)) {
                    if (*inner == start.id)
                        return true;
                    if (seen.insert(*inner).second)
                        open.push_back(m_document.body(*inner));
                }
        }
        return false;
    }

    const Limits& m_limits;
    Document m_document;
    std::set<std::int64_t> m_ids;
};

} // namespace

Result<Document> parseProject(std::string_view text, const Limits& limits)
{
    LB_TRY(config, parseJson(text, limits));
    return ProjectReader(limits).project(config);
}

Result<Document> loadProject(const std::filesystem::path& path, const Limits& limits)
{
    LB_TRY(text, readFile(path, limits.jsonBytes));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return Error{ErrorCode::BadFile, path.string(),
                     LB_TR("Error", "is empty, so it is no project; take a copy of it, or begin with a "
                                    "template")};
    Result<Document> document = parseProject(text, limits);
    if (!document.ok()) {
        std::string& where = document.error().where;
        where = path.string() + (where.empty() ? "" : ": " + where);
    }
    return document;
}

Result<> saveProject(const Document& document, const std::filesystem::path& path)
{
    return saveAtomically(path, writeProject(document));
}

} // namespace lb
