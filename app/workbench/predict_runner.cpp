#include "app/workbench/predict_runner.h"

#include "app/workbench/session.h"
#include "core/data/image_file.h"
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
                 Model{std::make_unique<Predictor>(std::move(predictor)), nullptr});
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
        Model{std::make_unique<Predictor>(std::move(predictor)), std::move(kept)});
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
    m_panel->setModel({name, factsOf(*m_model->predictor), notes.join('\n')}, isCurrent);
    m_panel->setPrediction({}, {}, {});
    if (!m_picture.isEmpty())
        predict(m_picture);
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
                  topClasses(prediction, predictor.model().labels), ms};
}

void PredictRunner::predict(const QString& picture)
{
    m_picture = picture;
    if (!m_model)
        return; // it is predicted when the model is there
    ++m_pending;
    const std::uint64_t number = ++m_newest;
    m_panel->setBusy(tr("Predicting"));
    m_job.start([this, number, picture, model = m_model](std::stop_token) {
        Result<Answer> answer = Answer();
        try { // the thread's root
            answer = answered(*model, filePath(picture));
        } catch (const std::exception& problem) {
            answer = Error{ErrorCode::Internal, picture.toStdString(),
                           {LB_TR("Error", "failed: %1"), {std::string(problem.what())}}};
        }
        QMetaObject::invokeMethod(
            this,
            [this, number, picture, answer] {
                m_pending = 0;
                if (number == m_newest)
                    showAnswer(picture, answer);
            },
            Qt::QueuedConnection);
    });
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
