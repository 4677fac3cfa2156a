#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/opened_project.h"
#include "core/graph/flow.h"
#include "core/graph/project_file.h"
#include "core/support/json.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace lb {
namespace {

namespace fs = std::filesystem;

struct NewOptions {
    std::string name, out;
    bool replace = false;
};

struct CheckOptions {
    std::string project, data;
    bool json = false, inference = false;
};

std::string templateNames()
{
    std::string names;
    for (const Template& one : builtinTemplates())
        names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

Result<int> makeNew(const NewOptions& options)
{
    const auto all = builtinTemplates();
    const auto found = std::ranges::find(all, options.name, &Template::name);
    if (found == all.end()) {
        std::vector<std::string> names;
        for (const Template& one : all)
            names.push_back(one.name);
        return noSuchName(options.name, LB_TR("Error", "is no template"), names);
    }
    std::error_code ignored;
    if (!options.replace && fs::exists(options.out, ignored))
        return Error{ErrorCode::Io, options.out,
                     LB_TR("Error", "is there already; choose another name or add --replace")};
    LB_TRY(document, parseProject(found->json, {}));
    const Result<> saved = saveProject(document, options.out);
    return saved.ok() ? Result<int>(0) : saved.error();
}

std::string grouped(std::int64_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

const char* nameOf(Severity severity)
{
    return severity == Severity::Error ? "error" : severity == Severity::Warning ? "warning" : "hint";
}

std::string classOf(const Document& document, NodeId node)
{
    const LayerDef* layer = document.layerOf(node);
    return layer ? layer->kerasClass : "(group)";
}

/// What stands in front of a problem: the node, and the field or input of it.
std::string placeOf(const Document& document, const Problem& problem)
{
    if (problem.node == NodeId{})
        return {};
    const std::string part = problem.param.empty() ? problem.port : problem.param;
    return document.nameOf(problem.node) + (part.empty() ? "" : "/" + part) + ": ";
}

std::string specsOf(const NodeFacts& facts)
{
    std::string result;
    for (const Spec& spec : facts.outputs)
        result += (result.empty() ? "" : ", ") + text(spec);
    return result.empty() ? "?" : result;
}

void printTable(const Document& document, const Analysis& analysis)
{
    std::printf("%-6s %-26s %-24s %-42s %12s %14s\n", "node", "name", "layer", "output",
                "parameters", "multiply-adds");
    for (const auto& node : document.root().nodes) {
        const auto facts = analysis.nodes.find(node->id);
        if (facts == analysis.nodes.end())
            continue;
        std::printf("%-6lld %-26s %-24s %-42s %12s %14s\n",
                    static_cast<long long>(node->id.value), document.nameOf(node->id).c_str(),
                    classOf(document, node->id).c_str(), specsOf(facts->second).c_str(),
                    grouped(facts->second.parameters).c_str(),
                    grouped(facts->second.macs).c_str());
    }
    std::printf("%s parameters, %s of them trainable; %s multiply-adds a sample\n",
                grouped(analysis.parameters).c_str(), grouped(analysis.trainable).c_str(),
                grouped(analysis.macs).c_str());
}

void printProblems(const Document& document, const Analysis& analysis)
{
    for (const Problem& problem : analysis.problems) {
        std::printf("%s: %s%s [%s]\n", nameOf(problem.severity),
                    placeOf(document, problem).c_str(), english(problem.message).c_str(),
                    problem.code.c_str());
        for (const Fix& fix : problem.fixes)
            std::printf("    fix: %s%s%s\n", english(fix.title).c_str(),
                        fix.outcome.empty() ? "" : " -> ", fix.outcome.c_str());
    }
    if (analysis.problems.empty())
        std::printf("no problems\n");
}

Config described(const Spec& spec)
{
    ConfigList shape;
    for (const std::int64_t size : spec.shape) {
        Config dim;
        if (size != kUnknown)
            dim = size;
        shape.push_back(std::move(dim));
    }
    ConfigObject object{{"dtype", std::string(nameOf(spec.dtype))}, {"shape", std::move(shape)}};
    if (spec.range.known())
        object.emplace("range", ConfigList{spec.range.least, spec.range.most});
    return object;
}

/// What the source says of how it was read, and of what it left out.
std::vector<std::string> notesOf(const OpenedProject& project)
{
    constexpr std::size_t kMost = 20;
    std::vector<std::string> notes;
    if (!project.source)
        return notes;
    for (const Message& note : project.source->notes())
        notes.push_back(english(note));
    const std::vector<Error> leftOut = project.source->unreadable();
    for (std::size_t i = 0; i < std::min(leftOut.size(), kMost); ++i)
        notes.push_back("left out: " + leftOut[i].where + ": " + english(leftOut[i].message));
    if (leftOut.size() > kMost)
        notes.push_back("left out: " + std::to_string(leftOut.size() - kMost) + " more");
    return notes;
}

Config described(const OpenedProject& project, const Analysis& analysis)
{
    const Document& document = project.document;
    const std::vector<std::string> notes = notesOf(project);
    ConfigList nodes, problems;
    for (const auto& [id, facts] : analysis.nodes) {
        ConfigList outputs;
        for (const Spec& spec : facts.outputs)
            outputs.push_back(described(spec));
        nodes.push_back(ConfigObject{{"node", id.value},
                                     {"name", document.nameOf(id)},
                                     {"class_name", classOf(document, id)},
                                     {"outputs", std::move(outputs)},
                                     {"parameters", facts.parameters},
                                     {"trainable", facts.trainable},
                                     {"macs", facts.macs}});
    }
    for (const Problem& problem : analysis.problems) {
        ConfigList fixes;
        for (const Fix& fix : problem.fixes)
            fixes.push_back(english(fix.title));
        problems.push_back(ConfigObject{{"severity", nameOf(problem.severity)},
                                        {"code", problem.code},
                                        {"node", problem.node.value},
                                        {"port", problem.port},
                                        {"param", problem.param},
                                        {"message", english(problem.message)},
                                        {"fixes", std::move(fixes)}});
    }
    return ConfigObject{{"nodes", std::move(nodes)},
                        {"problems", std::move(problems)},
                        {"parameters", analysis.parameters},
                        {"trainable", analysis.trainable},
                        {"data", ConfigList(notes.begin(), notes.end())},
                        {"macs", analysis.macs}};
}

Result<int> check(const CheckOptions& options, const LayerRegistry& registry)
{
    LB_TRY(project, openProject(options.project, options.data));
    Analysis analysis
        = analysed(project.document, project.facts(), registry,
                   options.inference ? Phase::Inference : Phase::Training);
    if (project.sourceError) {
        std::string where = project.sourceError->where; // begins with the layer, as the problem does
        if (const Node* node = project.document.source();
            node && where.starts_with(project.document.nameOf(node->id) + ": "))
            where.erase(0, project.document.nameOf(node->id).size() + 2);
        Problem problem{
            project.source ? Severity::Warning : Severity::Error,
            "data",
            project.document.source() ? project.document.source()->id : NodeId{},
            "",
            "",
            {LB_TR("Error", "%1: %2"),
             {where, english(project.sourceError->message)}},
            {}};
        if (problem.node != NodeId{}) // otherwise the analysis says it
            analysis.problems.insert(analysis.problems.begin(), std::move(problem));
    }
    if (options.json) {
        std::fputs(
            writeJson(described(project, analysis), JsonStyle::Canonical).c_str(), stdout);
    } else {
        printTable(project.document, analysis);
        for (const std::string& note : notesOf(project))
            std::printf("data: %s\n", note.c_str());
        printProblems(project.document, analysis);
    }
    std::fflush(stdout);
    const auto errors = std::ranges::count(analysis.problems, Severity::Error, &Problem::severity);
    if (errors == 0)
        return 0;
    return Error{ErrorCode::BadParameter,
                 options.project,
                 {LB_TR("Error", "has errors that keep it from running: %1; they are listed above"),
                  {std::int64_t{errors}}}};
}

} // namespace

void addProjectCommands(CLI::App& app, Context& context)
{
    auto fresh = std::make_shared<NewOptions>();
    CLI::App* command = app.add_subcommand("new", "Start a project from a template");
    command->add_option("template", fresh->name, "One of: " + templateNames())->required();
    command->add_option("--out", fresh->out, "The project file to write (.lbench)")->required();
    command->add_flag("--replace", fresh->replace, "Write over a file that is there");
    command->callback([&context, fresh] { context.run = [fresh] { return makeNew(*fresh); }; });

    auto options = std::make_shared<CheckOptions>();
    command = app.add_subcommand(
        "check", "Say what flows along every wire, what it costs, and what is wrong");
    command->add_option("project", options->project, "A project (.lbench)")->required();
    command->add_option("--data", options->data, "Where the data are, if not as the project says");
    command->add_flag("--inference", options->inference, "Look at the model as it predicts");
    command->add_flag("--json", options->json, "Print the report as JSON");
    command->callback([&context, options] {
        context.run = [&context, options] { return check(*options, context.registry); };
    });
}

} // namespace lb
