#include "app/workbench/predict_runner.h"

#include "app/workbench/session.h"
#include "core/data/image_file.h"
#include "core/preview/tried_text.h"
#include "widgets/support/tensor_picture.h"
#include "widgets/support/translated.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace lb {
namespace {

constexpr std::size_t kTop = 5;

QString factsOf(const Predictor& predictor)
{
    const auto sizes = [](const Shape& shape) {
        QStringList parts;
        for (std::size_t i = 1; i < shape.size(); ++i)
            parts << (shape[i] == kUnknown ? QString("?") : QString::number(shape[i]));
        return parts.join("×");
    };
    if (takesTypedRows(predictor) && predictor.inputs().size() > 1)
        return PredictRunner::tr("%n columns to %1 values, %2 class names", nullptr,
                                 static_cast<int>(predictor.inputs().size()))
            .arg(sizes(predictor.output().shape))
            .arg(predictor.model().labels.size());
    if (takesTypedRows(predictor) && predictor.input().dtype == DType::String)
        return PredictRunner::tr("a text to %1 values, %2 class names")
            .arg(sizes(predictor.output().shape))
            .arg(predictor.model().labels.size());
    const std::string_view dtype = nameOf(predictor.input().dtype);
    return PredictRunner::tr("%1 %2 to %3 values, %4 class names")
        .arg(QString::fromUtf8(dtype.data(), static_cast<qsizetype>(dtype.size())),
             sizes(predictor.input().shape), sizes(predictor.output().shape))
        .arg(predictor.model().labels.size());
}

std::vector<ClassProbability> topClasses(const Tensor& prediction,
                                         const std::vector<std::string>& labels)
{
    if (prediction.dtype() != DType::Float32)
        return {};
    const std::span<const float> p = prediction.values<float>();
    if (p.size() == 1 && labels.size() == 2) { // how likely the second of two classes is
        std::vector<ClassProbability> both{{QString::fromStdString(labels[1]), double{p[0]}},
                                           {QString::fromStdString(labels[0]), 1 - double{p[0]}}};
        if (p[0] < 0.5F)
            std::swap(both[0], both[1]);
        return both;
    }
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t count = std::min(kTop, order.size());
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count),
                              [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
    std::vector<ClassProbability> classes;
    for (std::size_t i = 0; i < count; ++i)
        classes.push_back({order[i] < labels.size() ? QString::fromStdString(labels[order[i]])
                                                    : PredictRunner::tr("class %1").arg(order[i]),
                           double{p[order[i]]}});
    return classes;
}

std::vector<RowField> fieldsOf(const Predictor& predictor)
{
    std::vector<RowField> fields;
    if (takesTypedRows(predictor))
        for (const auto& [name, spec] : predictor.inputs())
            fields.push_back({QString::fromStdString(name),
                              spec.dtype == DType::String   ? PredictRunner::tr("text")
                                  : isFloating(spec.dtype) ? PredictRunner::tr("number")
                                                           : PredictRunner::tr("whole number"),
                              spec.dtype == DType::String});
    return fields;
}

/// What the model gets of a row: its words and ids where a layer looks them up, else its cells.
ValueWords seenOf(const Predictor& predictor, const LayerRegistry& registry,
                  const std::vector<Tensor>& row)
{
    const std::vector<Column>& inputs = predictor.inputs();
    if (inputs.size() == 1 && inputs.front().spec.dtype == DType::String)
        for (const auto& layer : predictor.model().document.layers) {
            TriedText text = tried(*layer, registry, elementText(row.front(), 0));
            if (text.error || !text.ids)
                continue;
            ValueWords words;
            words.kind = ValueWords::Kind::Pairs;
            words.count = std::ssize(text.tokens);
            for (const TriedToken& token : text.tokens)
                if (words.lines.size() < ValueWords::kMost)
                    words.lines.push_back({token.text, std::to_string(token.id), 0, token.oov});
            return words;
        }
    std::vector<std::string> names;
    std::vector<Tensor> cells;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        names.push_back(inputs[i].name);
        cells.push_back(row[i].reshaped({1}));
    }
    return rowWords(names, cells);
}

} // namespace

PredictRunner::PredictRunner(Session& session, PredictPanel* panel, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_store(RunStore::of(session))
    , m_panel(panel)
{
    connect(panel, &PredictPanel::currentModelRequested, this, &PredictRunner::useCurrent);
    connect(panel, &PredictPanel::modelRequested, this, &PredictRunner::open);
    connect(panel, &PredictPanel::pictureRequested, this, &PredictRunner::predict);
    connect(panel, &PredictPanel::rowTyped, this, &PredictRunner::predictRow);
    connect(panel, &PredictPanel::rowRequested, this, &PredictRunner::takeRow);
    connect(&m_store, &RunStore::offerChanged, this, [this] {
        if (m_isCurrent && m_panel->isVisible())
            useCurrent();
    });
}

void PredictRunner::useCurrent()
{
    const ModelOffer offer = m_store.offer();
    load(m_session.displayName() + ", " + offer.name, true,
         [offer, &registry = m_session.registry()](const JobContext& job) -> Result<ModelHandle> {
             LB_TRY(model, preparedOffer(offer, registry, job));
             LB_TRY(predictor, Predictor::make(std::move(model), registry));
             return std::make_shared<Model>(
                 Model{std::make_unique<Predictor>(std::move(predictor)), nullptr, &registry});
         });
}

void PredictRunner::open(const QString& path)
{
    load(QFileInfo(path).fileName(), false,
         [path, &registry = m_session.registry()](const JobContext&) {
             return opened(filePath(path), registry);
         });
}

Result<PredictRunner::ModelHandle> PredictRunner::opened(const std::filesystem::path& path,
                                                         const LayerRegistry& registry)
{
    std::filesystem::path keras = path;
    std::shared_ptr<const void> kept;
    if (path.extension() != ".keras") {
        if (!looksLikeBundle(path))
            return Error{ErrorCode::BadFile, path.filename().string(),
                         LB_TR("Error", "is neither a bundle (a folder or .zip with manifest.json) "
                                        "nor a .keras archive")};
        LB_TRY(bundle, openBundle(path));
        keras = bundle.kerasFile();
        kept = bundle.keptFolder;
    }
    LB_TRY(archive, readKerasArchive(keras, registry));
    LB_TRY(predictor, Predictor::make(preparedModel(std::move(archive)), registry));
    return std::make_shared<Model>(
        Model{std::make_unique<Predictor>(std::move(predictor)), std::move(kept), &registry});
}

void PredictRunner::load(const QString& name, bool isCurrent,
                         std::function<Result<ModelHandle>(const JobContext&)> work)
{
    ++m_pending;
    const std::uint64_t number = ++m_newest;
    m_panel->setBusy(tr("Opening %1").arg(name));
    m_job.start([this, number, name, isCurrent, work = std::move(work)](std::stop_token stop) {
        JobContext job;
        job.stop = stop;
        Result<ModelHandle> model = ModelHandle();
        try { // the thread's root
            model = work(job);
        } catch (const std::exception& problem) {
            model = Error{ErrorCode::Internal, name.toStdString(),
                          {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
        }
        QMetaObject::invokeMethod(
            this,
            [this, number, name, isCurrent, model] {
                m_pending = 0;
                if (number == m_newest)
                    take(name, isCurrent, model);
            },
            Qt::QueuedConnection);
    });
}

void PredictRunner::take(const QString& name, bool isCurrent, const Result<ModelHandle>& model)
{
    m_panel->setBusy({});
    if (!model.ok())
        return m_panel->setModelError(translated(model.error()));
    m_model = model.value();
    m_isCurrent = isCurrent;
    QStringList notes;
    for (const Message& note : m_model->predictor->model().notes)
        notes << translated(note);
    const std::vector<RowField> fields = fieldsOf(*m_model->predictor);
    m_panel->setModel({name, factsOf(*m_model->predictor), notes.join('\n'), fields}, isCurrent);
    m_panel->setPrediction({}, {}, {});
    if (!fields.empty()) {
        const bool hasRows = m_session.source() && !m_session.source()->hasImages();
        m_panel->form()->setCanTakeRow(hasRows);
        if (!m_panel->form()->isEmpty())
            predictRow(m_panel->form()->values());
        else if (hasRows)
            takeRow();
    } else if (!m_picture.isEmpty()) {
        predict(m_picture);
    }
}

Result<PredictRunner::Answer> PredictRunner::answered(Model& model,
                                                      const std::filesystem::path& picture)
{
    using Clock = std::chrono::steady_clock;
    Predictor& predictor = *model.predictor;
    LB_TRY(image, readImage(picture));
    LB_TRY(row, predictor.rowOf(image));
    const auto before = Clock::now();
    LB_TRY(prediction, predictor.predict(row));
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - before).count();
    return Answer{pictureOf(image), pictureOf(row, predictor.input().range),
                  topClasses(prediction, predictor.model().labels), ms, {}, {}};
}

Result<PredictRunner::Answer> PredictRunner::answered(Model& model, const QStringList& values)
{
    using Clock = std::chrono::steady_clock;
    std::vector<std::string> fields;
    for (const QString& value : values)
        fields.push_back(value.toStdString());
    LB_TRY(row, typedRow(*model.predictor, fields));
    const auto before = Clock::now();
    LB_TRY(prediction, model.predictor->predict(row));
    Answer answer;
    answer.ms = std::chrono::duration<double, std::milli>(Clock::now() - before).count();
    answer.classes = topClasses(prediction, model.predictor->model().labels);
    answer.words = seenOf(*model.predictor, *model.registry, row);
    answer.values = values;
    return answer;
}

/// A row of the data as somebody would type it: missing values are empty.
Result<QStringList> PredictRunner::valuesOf(const Predictor& predictor, const Source& source,
                                            std::int64_t row)
{
    LB_TRY(columns, columnsNamed(source, predictor.inputs()));
    LB_TRY(cells, source.block(columns, {&row, 1}));
    QStringList values;
    for (const Tensor& cell : cells) {
        const QString text = QString::fromStdString(elementText(cell, 0));
        values << (text == "nan" ? QString() : text);
    }
    return values;
}

/// Runs `work` with the model on the worker; the newest answer alone is shown.
void PredictRunner::start(const QString& place, std::function<Result<Answer>(Model&)> work,
                          std::function<void(const Result<Answer>&)> show)
{
    ++m_pending;
    const std::uint64_t number = ++m_newest;
    m_panel->setBusy(tr("Predicting"));
    m_job.start([this, number, place, model = m_model, work = std::move(work),
                 show = std::move(show)](std::stop_token) {
        Result<Answer> answer = Answer();
        try { // the thread's root
            answer = work(*model);
        } catch (const std::exception& problem) {
            answer = Error{ErrorCode::Internal, place.toStdString(),
                           {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
        }
        QMetaObject::invokeMethod(
            this,
            [this, number, show, answer] {
                m_pending = 0;
                if (number == m_newest)
                    show(answer);
            },
            Qt::QueuedConnection);
    });
}

void PredictRunner::predict(const QString& picture)
{
    m_picture = picture;
    if (!m_model)
        return; // it is predicted when the model is there
    start(picture, [path = filePath(picture)](Model& model) { return answered(model, path); },
          [this, picture](const Result<Answer>& answer) { showAnswer(picture, answer); });
}

void PredictRunner::predictRow(const QStringList& values)
{
    if (!m_model || !takesTypedRows(*m_model->predictor))
        return;
    start(tr("row"), [values](Model& model) { return answered(model, values); },
          [this](const Result<Answer>& answer) { showRow(answer); });
}

/// Rows that no training has seen come first.
void PredictRunner::takeRow()
{
    const std::shared_ptr<const Source> data
        = m_session.heldOut() ? m_session.heldOut() : m_session.source();
    if (!m_model || !data || data->hasImages() || data->size() == 0)
        return;
    const Recipe& recipe = m_session.document().recipe;
    std::vector<std::int64_t> rows;
    if (!m_session.heldOut())
        rows = splitBy(data->size(), recipe.validationFraction,
                       static_cast<std::uint64_t>(recipe.seed))
                   .validation;
    const auto count = rows.empty() ? data->size() : std::ssize(rows);
    m_row = (m_row + 1) % count;
    const std::int64_t row = rows.empty() ? m_row : rows[static_cast<std::size_t>(m_row)];
    start(tr("row %1").arg(row),
          [data, row](Model& model) -> Result<Answer> {
              LB_TRY(values, valuesOf(*model.predictor, *data, row));
              return answered(model, values);
          },
          [this, row](const Result<Answer>& answer) {
              if (answer.ok())
                  m_panel->form()->setValues(answer.value().values, tr("row %1").arg(row));
              showRow(answer);
          });
}

void PredictRunner::showRow(const Result<Answer>& answer)
{
    m_panel->setBusy({});
    if (!answer.ok())
        return m_panel->setPictureError(translated(answer.error()));
    m_panel->setRowPrediction(answer.value().classes, answer.value().words,
                              tr("%1 ms").arg(answer.value().ms, 0, 'f', 1));
}

void PredictRunner::showAnswer(const QString& picture, const Result<Answer>& answer)
{
    m_panel->setBusy({});
    if (!answer.ok()) {
        m_picture.clear();
        return m_panel->setPictureError(translated(answer.error()));
    }
    m_panel->setPicture(answer.value().picture, QFileInfo(picture).fileName());
    m_panel->setPrediction(answer.value().classes, answer.value().seen,
                           tr("%1 ms").arg(answer.value().ms, 0, 'f', 1));
}

} // namespace lb
