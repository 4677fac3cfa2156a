#include "core/conform/loss_case.h"

#include "core/conform/numbers.h"
#include "core/layers/emitter.h"
#include "core/ops/interpreter.h"
#include "core/ops/ops.h"

#include <numeric>
#include <set>

namespace lb {
namespace {

struct LossQuestion {
    std::string kerasClass;
    Tensor yTrue, yPred;
    std::optional<Tensor> weight;
    std::string reduction = "sum_over_batch_size";
    bool fromLogits = false;
    double smoothing = 0;
    std::int64_t axis = -1;
    std::optional<std::int64_t> ignored;
};

const Op* opNamed(const std::string& kerasClass)
{
    if (kerasClass == "SparseCategoricalCrossentropy")
        return &ops::sparseCategoricalCrossentropy();
    if (kerasClass == "CategoricalCrossentropy")
        return &ops::categoricalCrossentropy();
    if (kerasClass == "BinaryCrossentropy")
        return &ops::binaryCrossentropy();
    if (kerasClass == "MeanSquaredError")
        return &ops::meanSquaredError();
    return nullptr;
}

Result<> readOptions(const Config& config, LossQuestion& question)
{
    const auto* fields = config.as<ConfigObject>();
    if (!fields)
        return std::monostate{};
    for (const auto& [name, value] : *fields) {
        const auto* text = value.as<std::string>();
        const auto* flag = value.as<bool>();
        const auto* integer = value.as<std::int64_t>();
        const auto* real = value.as<double>();
        if (name == "reduction" && (text || value.isNull()))
            question.reduction = text ? *text : "none";
        else if (name == "from_logits" && flag)
            question.fromLogits = *flag;
        else if (name == "label_smoothing" && (real || integer))
            question.smoothing = real ? *real : static_cast<double>(*integer);
        else if (name == "axis" && integer)
            question.axis = *integer;
        else if (name == "ignore_class" && (integer || value.isNull()))
            question.ignored = integer ? std::optional(*integer) : std::nullopt;
        else if (name != "name" && name != "dtype")
            return Error{ErrorCode::BadFile, name,
                         LB_TR("Error", "is not an option that is known here")};
    }
    static const std::set<std::string, std::less<>> reductions{
        "none", "sum", "mean", "sum_over_batch_size", "mean_with_sample_weight"};
    if (!reductions.contains(question.reduction))
        return Error{ErrorCode::BadFile, "reduction", LB_TR("Error", "is not known")};
    return std::monostate{};
}

Result<LossQuestion> readQuestion(const Config& json)
{
    static const std::set<std::string, std::less<>> known{
        "loss",      "y_true", "y_pred", "sample_weight", "value", "gradient",
        "tolerance", "note",   "keras",  "backend",       "judged"};
    for (const auto& [name, value] : *json.as<ConfigObject>())
        if (!known.contains(name))
            return Error{ErrorCode::BadFile, name,
                         LB_TR("Error", "is not a field that is known here")};
    LossQuestion question;
    const Config& loss = *json.find("loss");
    const Config* name = loss.find("class_name");
    if (const auto* text = name ? name->as<std::string>() : loss.as<std::string>())
        question.kerasClass = *text;
    if (!opNamed(question.kerasClass))
        return Error{ErrorCode::Unsupported,
                     "loss",
                     {LB_TR("Error", "%1 is not a known loss"), {question.kerasClass}}};
    if (const Config* config = loss.find("config"))
        if (Result<> read = readOptions(*config, question); !read.ok())
            return read.error();
    const auto read = [&](const char* field) -> Result<Tensor> {
        const Config* value = json.find(field);
        Result<Tensor> tensor = tensorOf(value ? *value : Config());
        if (!tensor.ok())
            return Error{ErrorCode::BadFile, field, tensor.error().message};
        return converted(tensor.value(), DType::Float32);
    };
    LB_TRY(yTrue, read("y_true"));
    LB_TRY(yPred, read("y_pred"));
    question.yTrue = std::move(yTrue);
    question.yPred = std::move(yPred);
    if (const Config* weight = json.find("sample_weight"); weight && !weight->isNull()) {
        LB_TRY(numbers, read("sample_weight"));
        question.weight = std::move(numbers);
    }
    return question;
}

/// Adds or takes a last axis of length 1 where one rank is one more than the other.
/// Source: Keras 3 `squeeze_or_expand_to_same_rank`.
void align(Shape& a, Shape& b)
{
    const auto fit = [](Shape& longer, Shape& other) {
        if (longer.size() != other.size() + 1 || longer.back() != 1)
            return;
        if (other.size() == 1)
            other = {other[0], 1};
        else
            longer = Shape(longer.begin(), longer.end() - 1);
    };
    fit(a, b);
    fit(b, a);
}

/// Classes to leave out: their labels become 0 and their weight 0, the others' grows so that a
/// mean counts only them. Source: Keras 3 `apply_mask`.
void leaveOut(LossQuestion& question)
{
    const auto labels = question.yTrue.values<float>();
    const auto isIgnored
        = [&](float label) { return static_cast<std::int64_t>(label) == *question.ignored; };
    const auto valid = static_cast<float>(labels.size())
        - static_cast<float>(std::ranges::count_if(labels, isIgnored));
    const bool mean = question.reduction == "mean" || question.reduction == "sum_over_batch_size";
    const float unit = !mean ? 1.f : valid > 0 ? static_cast<float>(labels.size()) / valid : 0.f;
    Shape shape = question.yTrue.shape();
    if (shape.size() == question.yPred.shape().size() && shape.back() == 1)
        shape.pop_back();
    Shape weightShape = question.weight ? question.weight->shape() : shape;
    align(shape, weightShape);
    const std::size_t repeat = // weights stand in front: one for each sample, or each place
        question.weight && !question.weight->values<float>().empty()
        ? std::max<std::size_t>(labels.size() / question.weight->values<float>().size(), 1)
        : 1;
    question.weight = Tensor::make<float>(shape, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            const float given
                = question.weight ? question.weight->values<float>()[i / repeat] : 1.f;
            out[i] = isIgnored(labels[i]) ? 0.f : unit * given;
        }
    });
    question.yTrue = Tensor::make<float>(question.yTrue.shape(), [&](std::span<float> out) {
        std::ranges::transform(labels, out.begin(),
                               [&](float label) { return isIgnored(label) ? 0.f : label; });
    });
}

/// The class axis last, as the ops want it.
ValueRef classLast(Emitter& e, ValueRef x, std::int64_t axis)
{
    const std::int64_t rank = e.rank(x);
    const std::int64_t at = axis < 0 ? axis + rank : axis;
    if (at == rank - 1 || at < 0 || at >= rank)
        return x;
    Shape perm;
    for (std::int64_t i = 0; i < rank; ++i)
        if (i != at)
            perm.push_back(i);
    perm.push_back(at);
    return e.op(ops::transpose(), {x}, {{"perm", intsConfig(perm)}});
}

ValueRef reshaped(Emitter& e, ValueRef x, const Shape& shape)
{
    return e.spec(x).shape == shape ? x : e.op(ops::reshape(), {x}, {{"shape", intsConfig(shape)}});
}

ValueRef summed(Emitter& e, ValueRef x)
{
    Shape axes;
    for (std::int64_t i = 0; i < e.rank(x); ++i)
        axes.push_back(i);
    return axes.empty()
        ? x
        : e.op(ops::reduceSum(), {x}, {{"axes", intsConfig(axes)}, {"keepdims", false}});
}

ValueRef emitted(const LossQuestion& question, Emitter& e)
{
    ValueRef yTrue = e.input(0);
    ValueRef yPred = e.input(1);
    if (question.kerasClass != "SparseCategoricalCrossentropy") {
        Shape truth = e.spec(yTrue).shape;
        Shape prediction = e.spec(yPred).shape;
        align(truth, prediction);
        yTrue = classLast(e, reshaped(e, yTrue, truth), question.axis);
        yPred = reshaped(e, yPred, prediction);
    }
    yPred = classLast(e, yPred, question.axis);
    ValueRef values = e.op(*opNamed(question.kerasClass), {yTrue, yPred},
                           {{"from_logits", question.fromLogits},
                            {"label_smoothing", question.smoothing},
                            {"reduction", "none"}});
    double divisor = 0;
    if (question.weight) {
        Shape shape = e.spec(values).shape;
        Shape weight = question.weight->shape();
        align(shape, weight);
        values = e.mul(reshaped(e, values, shape), e.constant(question.weight->reshaped(weight)));
        const auto numbers = question.weight->values<float>();
        divisor = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    }
    if (question.reduction == "none" || e.rank(values) == 0)
        return values;
    const ValueRef sum = summed(e, values);
    if (question.reduction == "sum")
        return sum;
    if (question.reduction != "mean_with_sample_weight" || !question.weight)
        divisor = static_cast<double>(elementCount(e.spec(values).shape));
    return e.mul(sum, e.constant(divisor != 0 ? 1 / divisor : 0));
}

} // namespace

Result<ConfigObject> answeredLoss(const Config& json, const Limits&)
{
    LB_TRY(question, readQuestion(json));
    if (question.ignored)
        leaveOut(question);
    Emitter emitter({{DType::Float32, question.yTrue.shape(), {}},
                     {DType::Float32, question.yPred.shape(), {}}});
    const ValueRef value = emitted(question, emitter);
    LB_TRY(graph, std::move(emitter).finish({value}));
    Interpreter<float> run(graph);
    run.set(graph.inputs[0], question.yTrue);
    run.set(graph.inputs[1], question.yPred);
    run.forward();
    const std::vector<std::vector<float>> dys{
        std::vector<float>(run.value(graph.outputs[0]).size(), 1.f)};
    run.backward(dys);
    const Tensor gradient = Tensor::make<float>(question.yPred.shape(), [&](std::span<float> out) {
        std::ranges::copy(run.gradient(graph.inputs[1]), out.begin());
    });
    return ConfigObject{{"value", listsOf(run.tensor(graph.outputs[0]))},
                        {"gradient", listsOf(gradient)}};
}

} // namespace lb
