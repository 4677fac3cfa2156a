#include "core/training/loss_plan.h"

#include "core/kernels/elementwise.h"
#include "core/training/mixed_labels.h"

#include <algorithm>

namespace lb {
namespace {

Result<FlatModel> withLoss(FlatModel model, const Recipe& recipe, LossKind kind, Phase phase,
                           std::int64_t classes)
{
    OpGraph& graph = model.graph;
    const ValueId prediction = graph.outputs.front();
    const Shape shape = graph.nodes[prediction].spec.shape;
    if (shape.size() != 2 || shape.back() < 1)
        return Error{ErrorCode::BadShape,
                     "prediction",
                     {LB_TR("Error",
                            "training needs one row of numbers a sample, the model gives %1; end "
                            "it with GlobalAveragePooling2D or Flatten and a Dense"),
                      {text(shape)}}};
    const bool oneOutOfTwo = shape.back() == 1 && classes <= 2;
    if (shape.back() < classes && !oneOutOfTwo && kind != LossKind::MeanSquaredError)
        return Error{ErrorCode::BadShape,
                     "prediction",
                     {LB_TR("Error",
                            "the data have %1 classes, the model predicts %2; give the last Dense "
                            "as many units as there are classes"),
                      {classes, shape.back()}}};
    Spec truth{DType::Float32, shape, {}};
    if (kind == LossKind::SparseCategoricalCrossentropy)
        truth.shape.pop_back();
    const auto origin = static_cast<std::uint32_t>(model.calls.size());
    const auto label = static_cast<ValueId>(graph.nodes.size());
    graph.nodes.push_back({nullptr, {}, {}, truth, origin});
    graph.inputs.push_back(label);
    ValueId truthOf = label;
    if (kind != LossKind::SparseCategoricalCrossentropy) {
        LB_TRY(mixed, mixedLabels(model, label, phase));
        truthOf = mixed;
    }
    Emitter emitter(std::move(graph), {{truthOf}, {prediction}}, phase, origin);
    const ValueRef loss
        = emitLoss(kind, emitter, emitter.input(0), emitter.input(1), recipe.fromLogits);
    Outputs outputs{loss, {prediction}};
    if (truthOf != label)
        outputs.push_back({truthOf});
    Result<OpGraph> done = std::move(emitter).finish(outputs);
    if (!done.ok())
        return std::move(done.error());
    model.graph = std::move(done.value());
    CallOrigin call;
    call.name = "loss";
    call.inputs = {truthOf, prediction};
    call.outputs = {loss.id};
    model.calls.push_back(std::move(call));
    return model;
}

} // namespace

Result<FlatModel> LossPlan::describe(const ModelRequest& request, Phase phase, std::int64_t rows)
{
    const Recipe& recipe = request.document->recipe;
    LB_TRY(kind, lossNamed(recipe.loss));
    if (request.numbers && kind != LossKind::MeanSquaredError && kind != LossKind::BinaryCrossentropy)
        return Error{ErrorCode::BadParameter,
                     "loss",
                     {LB_TR("Error", "%1 wants classes, and the labels are numbers; take "
                                     "mean_squared_error"),
                      {recipe.loss}}};
    std::vector<Spec> inputs = request.inputs;
    for (Spec& input : inputs)
        input.shape.front() = rows;
    LB_TRY(model,
           flattened(*request.document, *request.registry,
                     {.part = FlattenRequest::Part::Model,
                      .node = {},
                      .phase = phase,
                      .inputs = std::move(inputs)}));
    const ValueId prediction = model.graph.outputs.front();
    if (const Shape& shape = model.graph.nodes[prediction].spec.shape;
        request.numbers && !shape.empty() && shape.back() != 1)
        return Error{ErrorCode::BadShape,
                     "prediction",
                     {LB_TR("Error", "the labels are one number a row, the model gives %1; give the last "
                                     "Dense one unit"),
                      {text(shape)}}};
    return withLoss(std::move(model), recipe, kind, phase, request.classes);
}

Result<LossPlan> LossPlan::make(const ModelRequest& request, Phase phase, std::int64_t rows,
                                std::shared_ptr<ParameterStore> store, int threads)
{
    LB_TRY(model, describe(request, phase, rows));
    LB_TRY(kind, lossNamed(request.document->recipe.loss));
    const bool numbers = request.numbers;
    PlanOptions options;
    options.backward = phase == Phase::Training;
    options.threads = threads;
    LB_TRY(plan, Plan::make(std::move(model), store, options));
    LossPlan made(std::move(plan), *store, kind);
    made.m_classifies = made.m_classifies && !numbers;
    return made;
}

LossPlan::LossPlan(Plan plan, ParameterStore& store, LossKind kind)
    : m_plan(std::move(plan))
    , m_kind(kind)
{
    const OpGraph& graph = m_plan.model().graph;
    m_columns = graph.nodes[graph.outputs[1]].spec.shape.back();
    m_classifies = m_kind != LossKind::MeanSquaredError || m_columns > 1;
    m_predicted.resize(static_cast<std::size_t>(rows()));
    const std::vector<FlatWeight>& weights = m_plan.model().weights;
    for (const ParameterStore::Entry& entry : store.entries())
        for (std::size_t i = 0; i < weights.size(); ++i)
            if (weights[i].layer == entry.layer && weights[i].index == entry.index)
                if (const auto gradient = m_plan.weightGradient(i); !gradient.empty())
                    m_updates.push_back({store.values(entry), gradient});
}

bool LossPlan::gradientsFinite() const
{
    return std::ranges::all_of(m_updates, [](const Optimizer::Update& update) {
        return kernels::allFinite(update.gradient);
    });
}

void LossPlan::forward(const InputBatch& batch, std::uint32_t epoch)
{
    assert(batch.rows == rows());
    for (std::size_t i = 0; i < batch.x.size(); ++i)
        std::ranges::copy(batch.x[i], m_plan.input(i).begin());
    const std::span<float> truth = m_plan.input(batch.x.size());
    if (!batch.numbers.empty()) {
        std::ranges::copy(batch.numbers, truth.begin());
    } else if (std::ssize(truth) == batch.rows) { // class numbers, or a number each
        std::ranges::transform(batch.labels, truth.begin(),
                               [](std::int64_t label) { return static_cast<float>(label); });
    } else {
        std::ranges::fill(truth, 0.0f);
        for (std::size_t row = 0; row < batch.labels.size(); ++row)
            if (const std::int64_t label = batch.labels[row]; label < m_columns)
                truth[row * static_cast<std::size_t>(m_columns) + static_cast<std::size_t>(label)]
                    = 1.0f;
    }
    m_plan.forward({epoch, static_cast<std::uint64_t>(batch.index), batch.sampleIds});
}

double LossPlan::loss() const
{
    const OpGraph& graph = m_plan.model().graph;
    double loss = m_plan.numbers(graph.outputs[0])[0];
    for (const ValueId id : graph.losses)
        loss += m_plan.numbers(id)[0];
    return loss;
}

/// As Keras' accuracies judge labels that are mixed: by the class that has most of them, and one
/// number only where it is whole.
std::int64_t LossPlan::correctOfMixed()
{
    const std::span<const float> truth = m_plan.numbers(m_plan.model().graph.outputs[2]);
    std::int64_t correct = 0;
    for (std::size_t row = 0; row < m_predicted.size(); ++row) {
        const auto width = static_cast<std::size_t>(m_columns);
        const auto of = truth.subspan(row * width, width);
        correct += width > 1
            ? std::ranges::max_element(of) - of.begin() == m_predicted[row]
            : of.front() == static_cast<float>(m_predicted[row]);
    }
    return correct;
}

void LossPlan::addTo(Score& score, std::span<const std::int64_t> labels,
                     std::span<std::int64_t> confusion)
{
    const std::span<const float> y = m_plan.numbers(m_plan.model().graph.outputs[1]);
    score.loss += loss() * static_cast<double>(labels.size());
    score.rows += std::ssize(labels);
    if (m_columns > 1)
        kernels::argmax({rows(), m_columns}, y.data(), m_predicted.data());
    else // Keras' binary accuracy: more than one half, of logits too
        std::ranges::transform(y, m_predicted.begin(),
                               [](float value) { return value > 0.5f ? 1 : 0; });
    if (m_plan.model().graph.outputs.size() > 2) {
        score.correct += correctOfMixed();
        return;
    }
    const auto classes
        = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(confusion.size()))));
    for (std::size_t row = 0; row < labels.size(); ++row) {
        score.correct += m_predicted[row] == labels[row] ? 1 : 0;
        if (labels[row] < classes && m_predicted[row] < classes)
            ++confusion[static_cast<std::size_t>(labels[row] * classes + m_predicted[row])];
    }
}

} // namespace lb
