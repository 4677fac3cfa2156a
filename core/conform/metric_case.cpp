#include "core/conform/numbers.h"
#include "core/conform/optimizer_case.h"
#include "core/layers/codec.h"
#include "core/training/accuracy.h"

#include <set>

namespace lb {
namespace {

Error unknownField(const std::string& name)
{
    return {ErrorCode::BadFile, name, LB_TR("Error", "is not a field that is known here")};
}

Result<Accuracy> readMetric(const Config& metric)
{
    const Config* nested = metric.find("class_name");
    const auto* name = (nested ? *nested : metric).as<std::string>();
    const auto kind = accuracyNamed(name ? *name : std::string());
    if (!kind.ok())
        return Error{ErrorCode::Unsupported,
                     "metric",
                     {LB_TR("Error", "%1 is not a known metric"), {name ? *name : "?"}}};
    double threshold = 0.5;
    const Config* config = nested ? metric.find("config") : nullptr;
    if (const auto* fields = config ? config->as<ConfigObject>() : nullptr)
        for (const auto& [key, value] : *fields) {
            if (key == "threshold" && kind.value() == AccuracyKind::Binary
                && Codec<double>::read(value, threshold))
                continue;
            if (key != "name" && key != "dtype")
                return unknownField(key);
        }
    return Accuracy(kind.value(), threshold);
}

Result<Tensor> readNumbers(const Config& update, const char* field)
{
    const Config* value = update.find(field);
    const auto tensor = tensorOf(value ? *value : Config());
    if (!tensor.ok())
        return Error{ErrorCode::BadFile, field, tensor.error().message};
    return converted(tensor.value(), DType::Float32);
}

} // namespace

Result<ConfigObject> answeredMetric(const Config& question)
{
    static const std::set<std::string, std::less<>> known{
        "metric", "updates", "results", "tolerance", "note", "keras", "backend", "judged"};
    for (const auto& [name, value] : *question.as<ConfigObject>())
        if (!known.contains(name))
            return unknownField(name);
    LB_TRY(metric, readMetric(*question.find("metric")));
    const Config* updates = question.find("updates");
    const auto* list = updates ? updates->as<ConfigList>() : nullptr;
    if (!list)
        return Error{ErrorCode::BadFile, "updates", LB_TR("Error", "a value is needed")};
    ConfigList results;
    for (const Config& update : *list) {
        LB_TRY(yTrue, readNumbers(update, "y_true"));
        LB_TRY(yPred, readNumbers(update, "y_pred"));
        std::optional<Tensor> weight;
        if (const Config* stored = update.find("sample_weight"); stored && !stored->isNull()) {
            LB_TRY(numbers, readNumbers(update, "sample_weight"));
            weight = std::move(numbers);
        }
        if (Result<> added = metric.add(yTrue, yPred, weight ? &*weight : nullptr); !added.ok())
            return added.error();
        results.emplace_back(metric.result());
    }
    return ConfigObject{{"results", results}};
}

} // namespace lb
