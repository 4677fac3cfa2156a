#include "core/conform/layer_case.h"

#include "core/conform/numbers.h"
#include "core/support/json.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/npy.h"

#include <set>

namespace lb {
namespace {

const std::set<std::string, std::less<>>& knownFields()
{
    static const std::set<std::string, std::less<>> fields{"layer",
                                                           "input",
                                                           "inputs",
                                                           "input_form",
                                                           "call",
                                                           "training",
                                                           "weights",
                                                           "expected",
                                                           "expected_mask",
                                                           "grad_output",
                                                           "grad_inputs",
                                                           "grad_weights",
                                                           "grad_initial_state",
                                                           "updated_weights",
                                                           "losses",
                                                           "adapt",
                                                           "vocabulary",
                                                           "transformation",
                                                           "tolerance",
                                                           "dtypes",
                                                           "precision",
                                                           "note",
                                                           "keras",
                                                           "backend",
                                                           "judged"};
    return fields;
}

/// Reads the files that a case names.
class CaseFiles {
public:
    CaseFiles(const FileTree& tree, std::string folder, const Limits& limits)
        : m_tree(tree)
        , m_folder(std::move(folder))
        , m_limits(limits)
    {
    }

    Result<Tensor> tensor(const Config& value) const ///< a file's name, or numbers on the spot
    {
        const auto* name = value.as<std::string>();
        if (!name)
            return tensorOf(value);
        const std::string path = m_folder.empty() ? *name : m_folder + "/" + *name;
        if (name->ends_with(".npy")) {
            LB_TRY(bytes, m_tree.read(path, m_limits.tensorBytes));
            return named(decodeNpy(bytes, m_limits), path);
        }
        if (name->ends_with(".json")) {
            LB_TRY(bytes, m_tree.read(path, m_limits.jsonBytes));
            LB_TRY(json, parseJson(bytes, m_limits));
            return named(tensorOf(json), path);
        }
        if (name->ends_with(".txt")) {
            LB_TRY(bytes, m_tree.read(path, m_limits.tensorBytes));
            return named(tensorOfLines(bytes), path);
        }
        return Error{ErrorCode::BadFile, path, LB_TR("Error", "is neither .npy, .json nor .txt")};
    }
    /// Columns by name, each as tensor() takes it.
    Result<TableColumns> table(const Config& value) const
    {
        TableColumns columns;
        const auto* object = value.as<ConfigObject>();
        for (const auto& [name, file] : object ? *object : ConfigObject{}) {
            LB_TRY(column, tensor(file));
            columns.emplace(name, std::move(column));
        }
        return columns;
    }
    Result<std::vector<std::optional<Tensor>>> tensors(const Config& value) const
    {
        std::vector<std::optional<Tensor>> result;
        const auto* list = value.as<ConfigList>();
        const ConfigList one{value};
        for (const Config& item : list ? *list : one) {
            if (item.isNull()) {
                result.emplace_back();
                continue;
            }
            LB_TRY(read, tensor(item));
            result.emplace_back(std::move(read));
        }
        return result;
    }

private:
    static Result<Tensor> named(Result<Tensor> tensor, const std::string& path)
    {
        if (!tensor.ok() && tensor.error().where.empty())
            tensor.error().where = path;
        return tensor;
    }

    const FileTree& m_tree;
    std::string m_folder;
    Limits m_limits;
};

/// Keras' dictionary of images as lists: what it holds, in the order of Role, and what that is.
struct Dictionary {
    ConfigList values;
    std::vector<Role> roles;
};

/// Nothing unless `value` is an object with "images".
std::optional<Dictionary> dictionaryOf(const Config& value)
{
    if (!value.as<ConfigObject>() || !value.find("images"))
        return std::nullopt;
    Dictionary result;
    const auto add = [&](const Config* part, Role role) {
        if (!part)
            return;
        result.values.push_back(*part);
        result.roles.push_back(role);
    };
    const Config* boxes = value.find("bounding_boxes");
    add(value.find("images"), Role::Images);
    add(value.find("segmentation_masks"), Role::SegmentationMasks);
    add(boxes ? boxes->find("boxes") : nullptr, Role::Boxes);
    add(boxes ? boxes->find("labels") : nullptr, Role::BoxLabels);
    add(value.find("labels"), Role::Labels);
    return result;
}

/// The same value as a list, where it is such a dictionary.
Config listed(const Config& value)
{
    auto dictionary = dictionaryOf(value);
    return dictionary ? Config(std::move(dictionary->values)) : value;
}

Error badField(const std::string& field)
{
    return {ErrorCode::BadFile, field, LB_TR("Error", "is not a field that is known here")};
}

Result<std::vector<Tensor>> complete(Result<std::vector<std::optional<Tensor>>> read,
                                     const char* field)
{
    if (!read.ok())
        return std::move(read.error());
    std::vector<Tensor> result;
    for (auto& tensor : read.value()) {
        if (!tensor)
            return Error{ErrorCode::BadFile, field, LB_TR("Error", "a value is needed")};
        result.push_back(std::move(*tensor));
    }
    return result;
}

Result<> readArguments(const Config& arguments, const CaseFiles& files, LayerCall& call)
{
    const auto* object = arguments.as<ConfigObject>();
    if (!object)
        return badField("call");
    for (const auto& [name, value] : *object) {
        if (name == "training" && value.as<bool>()) {
            call.training = *value.as<bool>();
        } else if (name == "mask") {
            LB_TRY(masks, files.tensors(value));
            call.masks = std::move(masks);
        } else if (name == "count_weights") { // CategoryEncoding's second input
            LB_TRY(weights, files.tensor(value));
            call.inputs.push_back(std::move(weights));
        } else {
            return badField("call/" + name);
        }
    }
    return std::monostate{};
}

Result<> readWeights(const Config& weights, const CaseFiles& files, LayerCall& call)
{
    const auto* list = weights.as<ConfigList>();
    if (!list)
        return badField("weights");
    call.weights.emplace();
    for (const Config& weight : *list) {
        const Config* file = weight.find("file");
        LB_TRY(tensor, files.tensor(file ? *file : weight));
        call.weights->push_back(std::move(tensor));
    }
    return std::monostate{};
}

bool present(const Config* value)
{
    return value && !value->isNull();
}

/// Tokens as the cases hold them: text, whatever they are.
Config asTexts(const Tensor& vocabulary)
{
    ConfigList list;
    dispatchAny(vocabulary.dtype(), [&]<typename T>(const T&) {
        for (const T& token : vocabulary.values<T>())
            if constexpr (std::is_same_v<T, std::string>)
                list.emplace_back(token);
            else
                list.emplace_back(std::to_string(token));
    });
    return list;
}

} // namespace

Result<LayerCase> readLayerCase(const FileTree& tree, const std::string& folder, const Config& json,
                                const Limits& limits)
{
    const auto* fields = json.as<ConfigObject>();
    if (!fields)
        return badField("case");
    for (const auto& [name, value] : *fields)
        if (!knownFields().contains(name))
            return badField(name);
    LayerCase result;
    result.json = json;
    const CaseFiles files(tree, folder, limits);
    LayerCall& call = result.call;
    const Config* layer = json.find("layer");
    call.layer = layer ? *layer : Config();
    for (const char* name : {"input", "inputs"}) {
        if (!present(json.find(name)))
            continue;
        const Config& stored = *json.find(name);
        if (auto dictionary = dictionaryOf(stored)) {
            call.roles = std::move(dictionary->roles);
        } else if (isTable(stored)) {
            LB_TRY(table, files.table(stored));
            call.table = std::move(table);
            continue;
        }
        LB_TRY(inputs, complete(files.tensors(listed(stored)), name));
        call.inputs.insert(call.inputs.end(), inputs.begin(), inputs.end());
    }
    if (const Config* training = json.find("training"); training && training->as<bool>())
        call.training = *training->as<bool>();
    if (const Config* arguments = json.find("call"); present(arguments))
        if (Result<> read = readArguments(*arguments, files, call); !read.ok())
            return read.error();
    if (const Config* weights = json.find("weights"); present(weights))
        if (Result<> read = readWeights(*weights, files, call); !read.ok())
            return read.error();
    if (const Config* adapt = json.find("adapt"); present(adapt) && isTable(*adapt)) {
        LB_TRY(table, files.table(*adapt));
        call.adaptTable = std::move(table);
    } else if (present(adapt)) {
        LB_TRY(data, files.tensor(*adapt));
        call.adapt = std::move(data);
    }
    if (const Config* transformation = json.find("transformation"); present(transformation)) {
        call.transformation = *transformation;
        call.training = true;
    }
    if (const Config* gradients = json.find("grad_output"); present(gradients)) {
        LB_TRY(read, complete(files.tensors(*gradients), "grad_output"));
        call.outputGradients = std::move(read);
    }
    if (const Config* tolerance = json.find("tolerance")) {
        const auto* real = tolerance->as<double>();
        const auto* integer = tolerance->as<std::int64_t>();
        result.tolerance = real ? *real : integer ? static_cast<double>(*integer) : 0;
    }
    LB_TRY(expectations, expectationsOf(json));
    result.expectations = std::move(expectations);
    if (const Config* judged = json.find("judged"); judged && judged->as<bool>())
        result.judged = *judged->as<bool>();
    return result;
}

Result<CaseVerdict> judgedAnswer(const FileTree& tree, const std::string& folder,
                                 const LayerCase& question, const LayerAnswer& answer,
                                 const Limits& limits)
{
    CaseVerdict verdict;
    const CaseFiles files(tree, folder, limits);
    Result<> read = std::monostate{};
    const auto differs = [&](const std::string& what) {
        if (verdict.difference.empty())
            verdict.difference = what;
    };
    const auto judge = [&](const char* field, std::span<const std::optional<Tensor>> answers) {
        const Config* stored = question.json.find(field);
        if (!read.ok() || !present(stored))
            return;
        auto expected = files.tensors(listed(*stored));
        if (!expected.ok()) {
            read = expected.error();
            return;
        }
        if (expected.value().size() != answers.size())
            differs(std::string(field) + ": " + std::to_string(answers.size()) + " instead of "
                    + std::to_string(expected.value().size()));
        for (std::size_t i = 0; i < std::min(answers.size(), expected.value().size()); ++i) {
            const auto& wanted = expected.value()[i];
            const std::string where = std::string(field) + " " + std::to_string(i) + ": ";
            ++verdict.compared;
            if (wanted.has_value() != answers[i].has_value()) {
                differs(where + (wanted ? "is missing" : "should be none"));
                continue;
            }
            if (!wanted)
                continue;
            const bool stated
                = std::string_view(field) == "expected" && i < question.expectations.size();
            const Comparison comparison = stated
                ? compared(*answers[i], *wanted, question.expectations[i])
                : compared(*answers[i], *wanted, question.tolerance);
            verdict.worst = std::max(verdict.worst, comparison.worst);
            if (!comparison.equal)
                differs(where + comparison.difference);
        }
    };
    const std::vector<std::optional<Tensor>> outputs(answer.outputs.begin(), answer.outputs.end());
    judge("expected", outputs);
    judge("expected_mask", answer.masks);
    if (!question.call.outputGradients.empty()) {
        judge("grad_inputs", answer.inputGradients);
        judge("grad_weights", answer.weightGradients);
    }
    judge("updated_weights", answer.updatedWeights);
    if (const Config* stored = question.json.find("vocabulary"); present(stored) && answer.vocabulary) {
        ++verdict.compared;
        if (const Config ours = asTexts(*answer.vocabulary); ours != *stored)
            differs("vocabulary: " + writeJson(ours, JsonStyle::Compact) + " instead of "
                    + writeJson(*stored, JsonStyle::Compact));
    }
    if (const Config* losses = question.json.find("losses"); read.ok() && present(losses)) {
        const auto expected = tensorOf(*losses);
        if (!expected.ok())
            return expected.error();
        const Tensor ours
            = Tensor::make<float>({std::ssize(answer.losses)}, [&](std::span<float> out) {
                  std::ranges::transform(answer.losses, out.begin(),
                                         [](double x) { return static_cast<float>(x); });
              });
        const Comparison comparison
            = compared(ours, converted(expected.value(), DType::Float32), question.tolerance);
        ++verdict.compared;
        verdict.worst = std::max(verdict.worst, comparison.worst);
        if (!comparison.equal)
            differs("losses: " + comparison.difference);
    }
    if (!read.ok())
        return read.error();
    return verdict;
}

std::map<std::string, std::string> answerFiles(const LayerAnswer& answer)
{
    std::map<std::string, std::string> files;
    const auto add = [&](const std::string& stem, bool numbered,
                         std::span<const std::optional<Tensor>> tensors) {
        for (std::size_t i = 0; i < tensors.size(); ++i)
            if (tensors[i]) {
                const bool text = tensors[i]->dtype() == DType::String;
                files.emplace(stem + (numbered ? std::to_string(i) : "") + (text ? ".json" : ".npy"),
                              text ? writeJson(listsOf(*tensors[i]), JsonStyle::Compact) + "\n"
                                   : encodeNpy(*tensors[i]));
            }
    };
    const std::vector<std::optional<Tensor>> outputs(answer.outputs.begin(), answer.outputs.end());
    add("y", outputs.size() > 1, outputs);
    add("mask", outputs.size() > 1, answer.masks);
    add("grad_input", true, answer.inputGradients);
    add("grad_weight", true, answer.weightGradients);
    add("updated_weight", true, answer.updatedWeights);
    if (!answer.losses.empty()) {
        ConfigList losses(answer.losses.begin(), answer.losses.end());
        files.emplace("losses.json", writeJson(losses, JsonStyle::Compact) + "\n");
    }
    return files;
}

} // namespace lb
