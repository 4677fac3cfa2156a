#include "core/conform/loss_case.h"
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

/// A metric that was asked for: an accuracy, or the mean of a loss.
class Metric {
public:
    static Result<Metric> make(const Config& serialized);

    Result<> add(const Tensor& yTrue, const Tensor& yPred, const Tensor* weight)
    {
        return m_accuracy ? m_accuracy->add(yTrue, yPred, weight) : addLoss(yTrue, yPred, weight);
    }
    double result() const
    {
        return m_accuracy ? m_accuracy->result() : m_count == 0 ? 0 : m_sum / m_count;
    }

private:
    Result<> addLoss(const Tensor& yTrue, const Tensor& yPred, const Tensor* weight);

    std::optional<Accuracy> m_accuracy;
    Config m_loss; // serialized, without a reduction
    double m_sum = 0, m_count = 0;
};

Result<Metric> Metric::make(const Config& serialized)
{
    static const std::set<std::string, std::less<>> losses{
        "SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy",
        "MeanSquaredError"};
    const Config* nested = serialized.find("class_name");
    const auto* text = (nested ? *nested : serialized).as<std::string>();
    const std::string name = text ? *text : std::string();
    const Config* config = nested ? serialized.find("config") : nullptr;
    const ConfigObject none;
    const auto* stored = config ? config->as<ConfigObject>() : nullptr;
    const ConfigObject& fields = stored ? *stored : none;
    Metric metric;
    if (losses.contains(name)) {
        ConfigObject options = fields;
        options["reduction"] = "none";
        if (const auto ignored = options.find("ignore_class");
            ignored != options.end() && !ignored->second.isNull())
            return unknownField("ignore_class");
        metric.m_loss = ConfigObject{{"class_name", name}, {"config", options}};
        return metric;
    }
    const auto kind = accuracyNamed(name);
    if (!kind.ok())
        return Error{ErrorCode::Unsupported,
                     "metric",
                     {LB_TR("Error", "%1 is not a known metric"), {name}}};
    double threshold = 0.5;
    for (const auto& [key, value] : fields) {
        if (key == "threshold" && kind.value() == AccuracyKind::Binary
            && Codec<double>::read(value, threshold))
            continue;
        if (key != "name" && key != "dtype")
            return unknownField(key);
    }
    metric.m_accuracy.emplace(kind.value(), threshold);
    return metric;
}

/// The loss of a sample is the mean of its places. Source: Keras 3 `MeanMetricWrapper`.
Result<> Metric::addLoss(const Tensor& yTrue, const Tensor& yPred, const Tensor* weight)
{
    LB_TRY(answer,
           answeredLoss(ConfigObject{
               {"loss", m_loss}, {"y_true", listsOf(yTrue)}, {"y_pred", listsOf(yPred)}}));
    LB_TRY(values, tensorOf(answer.at("value")));
    const Tensor losses = converted(values, DType::Float32);
    const auto each = losses.values<float>();
    const auto samples = static_cast<std::size_t>(yPred.shape().empty() ? 0 : yPred.shape()[0]);
    const auto weights = weight ? weight->values<float>() : std::span<const float>();
    if (samples == 0 || each.size() % samples != 0
        || (weight && weights.size() != samples && weights.size() != each.size()))
        return Error{ErrorCode::BadShape,
                     "sample_weight",
                     {LB_TR("Error", "does not fit values of shape %1"), {text(losses.shape())}}};
    const std::size_t places = each.size() / samples;
    for (std::size_t i = 0; i < each.size(); ++i) {
        const double given
            = weight ? double{weights[weights.size() == samples ? i / places : i]} : 1.0;
        m_sum += given * double{each[i]} / static_cast<double>(places);
        m_count += given / static_cast<double>(places);
    }
    return std::monostate{};
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
    LB_TRY(metric, Metric::make(*question.find("metric")));
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
