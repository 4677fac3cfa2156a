#include "core/conform/conform.h"

#include "core/conform/archive_case.h"
#include "core/conform/comparison.h"
#include "core/conform/layer_case.h"
#include "core/conform/loss_case.h"
#include "core/conform/numbers.h"
#include "core/conform/optimizer_case.h"
#include "core/layers/known_keys.h"
#include "core/support/files.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::string_view kCaseFile = "case.json";

/// Where cases stand: folders with a case.json, and JSON files that are cases by themselves.
std::vector<std::string> casePaths(const FileTree& tree)
{
    std::set<std::string, std::less<>> folders;
    for (const std::string& name : tree.names())
        if (name == kCaseFile || name.ends_with("/case.json"))
            folders.insert(name == kCaseFile ? ""
                                             : name.substr(0, name.size() - kCaseFile.size() - 1));
    std::set<std::string> paths;
    for (const std::string& folder : folders)
        paths.insert(folder.empty() ? std::string(kCaseFile) : folder + "/case.json");
    for (const std::string& name : tree.names()) {
        const std::size_t slash = name.rfind('/');
        const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash);
        bool inside = false; // of a case's folder, or below it
        for (std::string above = folder;;) {
            inside = inside || folders.contains(above);
            if (above.empty())
                break;
            const std::size_t cut = above.rfind('/');
            above = cut == std::string::npos ? "" : above.substr(0, cut);
        }
        if (!inside && name.ends_with(".json"))
            paths.insert(name);
    }
    return {paths.begin(), paths.end()};
}

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string classOf(const Config& json)
{
    for (const char* kind : {"layer", "optimizer", "loss", "metric"}) {
        const Config* object = json.find(kind);
        const Config* name = object ? object->find("class_name") : nullptr;
        if (const auto* text = name ? name->as<std::string>()
                : object            ? object->as<std::string>()
                                    : nullptr)
            return *text;
        if (object)
            return kind;
    }
    if (json.find("model"))
        return json.find("targets") ? "fit" : "archive";
    return "unknown";
}

double toleranceOf(const Config& json)
{
    const Config* stored = json.find("tolerance");
    return stored && stored->as<double>() ? *stored->as<double>() : 0;
}

bool isJudged(const Config& json)
{
    const Config* judged = json.find("judged");
    return !judged || !judged->as<bool>() || *judged->as<bool>();
}

std::string reasonOf(const Error& error)
{
    const std::string message = english(error.message);
    return error.where.empty() ? message : error.where + ": " + message;
}

Result<> writeAnswers(const std::filesystem::path& folder,
                      const std::map<std::string, std::string>& files)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{ErrorCode::Io,
                     folder.string(),
                     {LB_TR("Error", "cannot be made: %1"), {failed.message()}}};
    for (const auto& [name, bytes] : files)
        if (Result<> saved = saveAtomically(folder / name, bytes); !saved.ok())
            return saved;
    return std::monostate{};
}

/// The answer to a case that is one JSON file; none if it is of another kind.
std::optional<Result<ConfigObject>> answeredFile(const Config& json, const Limits& limits)
{
    if (json.find("loss"))
        return answeredLoss(json, limits);
    if (json.find("optimizer"))
        return answeredOptimizer(json);
    if (json.find("metric"))
        return answeredMetric(json);
    return std::nullopt;
}

/// As answered(), and parameters that Keras would not take are refused as it refuses them.
Result<LayerAnswer> answeredAsKeras(const LayerCall& call, const LayerRegistry& registry,
                                    const Limits& limits)
{
    if (Result<> known = checkKeys(call.layer, registry); !known.ok())
        return known.error();
    return answered(call, registry, limits);
}

/// What is stored beside a question; null if nothing is. A metric's results stand by the updates.
Config expectedOf(const Config& json, const std::string& key)
{
    const Config* stored = json.find(key);
    const Config* updates = key == "results" && !stored ? json.find("updates") : nullptr;
    const auto* list = updates ? updates->as<ConfigList>() : nullptr;
    if (!list)
        return stored ? *stored : Config();
    ConfigList results;
    for (const Config& update : *list) {
        const Config* result = update.find("result");
        if (!result)
            return {};
        results.push_back(*result);
    }
    return results;
}

/// Compares numbers in lists that may be of different lengths; notes the first difference.
void compareTrees(const Config& ours, const Config& theirs, double tolerance,
                  const std::string& where, CaseReport& report)
{
    const auto a = tensorOf(ours);
    const auto b = tensorOf(theirs);
    const auto differs = [&](const std::string& what) {
        if (report.reason.empty())
            report.reason = where + ": " + what;
    };
    if (a.ok() && b.ok()) {
        const Comparison one = compared(converted(a.value(), DType::Float64),
                                        converted(b.value(), DType::Float64), tolerance);
        report.worst = std::max(report.worst, one.worst);
        if (!one.equal)
            differs(one.difference);
        return;
    }
    const auto* answers = ours.as<ConfigList>();
    const auto* expected = theirs.as<ConfigList>();
    if (!answers || !expected)
        return differs("needs numbers");
    if (answers->size() != expected->size())
        return differs(std::to_string(answers->size()) + " instead of "
                       + std::to_string(expected->size()));
    for (std::size_t i = 0; i < answers->size(); ++i)
        compareTrees((*answers)[i], (*expected)[i], tolerance, where + " " + std::to_string(i),
                     report);
}

/// Runs through the cases of one tree.
class Conformer {
public:
    Conformer(const FileTree& tree, const ConformRequest& request, const LayerRegistry& registry)
        : m_tree(tree)
        , m_request(request)
        , m_registry(registry)
    {
    }

    /// Nothing if the class was not asked for; an error only where answers cannot be written.
    Result<std::optional<CaseReport>> run(const std::string& path) const
    {
        CaseReport report;
        const std::string folder = folderOf(path);
        report.path = path.ends_with("/case.json") ? folder : path;
        const auto failed = [&](const Error& error) {
            report.reason = reasonOf(error);
            return std::optional(report);
        };
        auto bytes = m_tree.read(path, m_request.limits.jsonBytes);
        auto json = bytes.ok() ? parseJson(bytes.value(), m_request.limits)
                               : Result<Config>(bytes.error());
        report.kerasClass = json.ok() ? classOf(json.value()) : "unknown";
        if (!m_request.only.empty() && !m_request.only.contains(report.kerasClass))
            return std::optional<CaseReport>();
        if (!json.ok())
            return failed(json.error());
        if (json.value().find("layer"))
            return layer(folder, json.value(), std::move(report));
        if (const auto answer = answeredFile(json.value(), m_request.limits))
            return written(path, json.value(), *answer, std::move(report));
        if (json.value().find("model") && !json.value().find("targets"))
            return archive(folder, json.value(), std::move(report));
        return failed(
            {ErrorCode::Unsupported, "", LB_TR("Error", "cases of this kind cannot be answered")});
    }

private:
    Result<std::optional<CaseReport>> layer(const std::string& folder, const Config& json,
                                            CaseReport report) const
    {
        const auto failed = [&](const Error& error) {
            report.reason = reasonOf(error);
            return std::optional(report);
        };
        const auto question = readLayerCase(m_tree, folder, json, m_request.limits);
        if (!question.ok())
            return failed(question.error());
        const auto answer = answeredAsKeras(question.value().call, m_registry, m_request.limits);
        if (!answer.ok())
            return failed(answer.error());
        if (!m_request.answers.empty()) {
            Result<> written
                = writeAnswers(m_request.answers / folder, answerFiles(answer.value()));
            if (!written.ok())
                return written.error();
        }
        const auto verdict
            = judgedAnswer(m_tree, folder, question.value(), answer.value(), m_request.limits);
        if (!verdict.ok())
            return failed(verdict.error());
        report.worst = verdict.value().worst;
        report.reason = verdict.value().difference;
        if (verdict.value().compared == 0 || !question.value().judged)
            report.status = CaseReport::Status::Answered;
        else
            report.status = verdict.value().difference.empty() ? CaseReport::Status::Agrees
                                                               : CaseReport::Status::Differs;
        return std::optional(report);
    }

    /// A model that Keras saved, and what it predicts.
    Result<std::optional<CaseReport>> archive(const std::string& folder, const Config& json,
                                              CaseReport report) const
    {
        const auto failed = [&](const Error& error) {
            report.reason = reasonOf(error);
            return std::optional(report);
        };
        const auto answer
            = answeredArchive(m_tree, folder, json, m_registry, m_request.limits);
        if (!answer.ok())
            return failed(answer.error());
        if (!m_request.answers.empty()) {
            Result<> written = writeAnswers(m_request.answers / folder,
                                            {{"y.npy", encodeNpy(answer.value())}});
            if (!written.ok())
                return written.error();
        }
        const auto expected = expectedPrediction(m_tree, folder, json, m_request.limits);
        if (!expected.ok())
            return failed(expected.error());
        report.status = CaseReport::Status::Answered;
        if (!expected.value())
            return std::optional(report);
        const Comparison one
            = compared(answer.value(), *expected.value(), toleranceOf(json));
        report.worst = one.worst;
        report.reason = one.difference;
        if (isJudged(json))
            report.status = one.equal ? CaseReport::Status::Agrees : CaseReport::Status::Differs;
        return std::optional(report);
    }

    /// A case that is one JSON file: the answer has the keys of the expected numbers.
    Result<std::optional<CaseReport>> written(const std::string& path, const Config& json,
                                              const Result<ConfigObject>& answer,
                                              CaseReport report) const
    {
        if (!answer.ok()) {
            report.reason = reasonOf(answer.error());
            return std::optional(report);
        }
        if (!m_request.answers.empty()) {
            const std::filesystem::path into = m_request.answers / path;
            Result<> saved = writeAnswers(
                into.parent_path(),
                {{into.filename().string(), writeJson(answer.value(), JsonStyle::Compact) + "\n"}});
            if (!saved.ok())
                return saved.error();
        }
        const double tolerance = toleranceOf(json);
        int count = 0;
        for (const auto& [key, value] : answer.value())
            if (const Config expected = expectedOf(json, key); !expected.isNull()) {
                ++count;
                compareTrees(value, expected, tolerance, key, report);
            }
        if (count == 0 || !isJudged(json))
            report.status = CaseReport::Status::Answered;
        else
            report.status
                = report.reason.empty() ? CaseReport::Status::Agrees : CaseReport::Status::Differs;
        return std::optional(report);
    }

    const FileTree& m_tree;
    const ConformRequest& m_request;
    const LayerRegistry& m_registry;
};

void count(ConformReport::Row& row, const CaseReport& report)
{
    ++row.cases;
    row.failed += report.failed() ? 1 : 0;
    row.answered += report.status == CaseReport::Status::Answered ? 1 : 0;
    if (report.status != CaseReport::Status::Answered)
        row.worst = std::max(row.worst, report.worst);
}

} // namespace

std::vector<ConformReport::Row> ConformReport::rows() const
{
    std::map<std::string, Row> byClass;
    for (const CaseReport& report : cases) {
        Row& row = byClass[report.kerasClass];
        row.kerasClass = report.kerasClass;
        count(row, report);
    }
    std::vector<Row> rows;
    for (const auto& [name, row] : byClass)
        rows.push_back(row);
    return rows;
}

ConformReport::Row ConformReport::total() const
{
    Row row{"total"};
    for (const CaseReport& report : cases)
        count(row, report);
    return row;
}

Result<ConformReport> conformed(const ConformRequest& request, const LayerRegistry& registry)
{
    LB_TRY(tree, FileTree::open(request.cases, request.limits));
    const Conformer conformer(tree, request, registry);
    ConformReport report;
    for (const std::string& path : casePaths(tree)) {
        LB_TRY(done, conformer.run(path));
        if (!done)
            continue;
        if (request.onCase)
            request.onCase(*done);
        report.cases.push_back(std::move(*done));
    }
    return report;
}

Result<> answerCase(const std::filesystem::path& path, const std::filesystem::path& out,
                    const LayerRegistry& registry, const Limits& limits)
{
    const bool folder = std::filesystem::is_directory(path);
    LB_TRY(bytes, readFile(folder ? path / kCaseFile : path, limits.jsonBytes));
    LB_TRY(json, parseJson(bytes, limits));
    if (const auto answer = answeredFile(json, limits)) {
        if (!answer->ok())
            return answer->error();
        return writeAnswers(out, {{path.filename().string(),
                                   writeJson(answer->value(), JsonStyle::Compact) + "\n"}});
    }
    if (folder && json.find("model") && !json.find("targets")) {
        LB_TRY(tree, FileTree::open(path, limits));
        LB_TRY(answer, answeredArchive(tree, "", json, registry, limits));
        return writeAnswers(out, {{"y.npy", encodeNpy(answer)}});
    }
    if (!folder || !json.find("layer"))
        return Error{ErrorCode::Unsupported, path.string(),
                     LB_TR("Error", "cases of this kind cannot be answered")};
    LB_TRY(tree, FileTree::open(path, limits));
    LB_TRY(question, readLayerCase(tree, "", json, limits));
    LB_TRY(answer, answeredAsKeras(question.call, registry, limits));
    return writeAnswers(out, answerFiles(answer));
}

} // namespace lb
