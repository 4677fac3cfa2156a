#include "app/workbench/cell_samples.h"

#include "app/workbench/session.h"
#include "core/interop/predictor.h"
#include "core/training/evaluation.h"
#include "widgets/support/translated.h"

#include <algorithm>

namespace lb {
namespace {

constexpr std::size_t kAtOnce = 64; ///< rows that are predicted together

/// The model's inputs for some rows: pictures in its size, or the columns that it reads.
Result<std::vector<Tensor>> inputsOf(const Source& source, const Predictor& predictor,
                                     std::span<const std::int64_t> rows)
{
    if (source.hasImages()) {
        std::vector<Tensor> pictures;
        for (const std::int64_t row : rows) {
            LB_TRY(image, source.image(row));
            LB_TRY(picture, predictor.rowOf(image));
            pictures.push_back(std::move(picture));
        }
        LB_TRY(all, stacked(pictures));
        return std::vector<Tensor>{all};
    }
    LB_TRY(columns, columnsNamed(source, predictor.inputs()));
    return source.block(columns, rows);
}

} // namespace

CellSamples::CellSamples(Session& session, TrainingView* view, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_store(RunStore::of(session))
    , m_view(view)
{
    connect(view, &TrainingView::cellChosen, this, &CellSamples::ask);
    connect(&m_store, &RunStore::runsChanged, this, [this] { m_known = {}; });
}

Result<CellSamples::Predictions> CellSamples::predicted(const ModelOffer& offer,
                                                        const LayerRegistry& registry,
                                                        const JobContext& job)
{
    LB_TRY(model, preparedOffer(offer, registry, job));
    LB_TRY(predictor, Predictor::make(std::move(model), registry));
    const ValidationRows on = validationRows(*offer.document, offer.data, offer.heldOut);
    Predictions result{offer.weights, on.source, {}};
    for (std::size_t begin = 0; begin < on.rows.size(); begin += kAtOnce) {
        if (job.stopped())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was cancelled")};
        const std::size_t end = std::min(begin + kAtOnce, on.rows.size());
        LB_TRY(inputs,
               inputsOf(*on.source, predictor, std::span(on.rows).subspan(begin, end - begin)));
        LB_TRY(prediction, predictor.predict(inputs));
        const std::span<const float> p = prediction.values<float>();
        const std::size_t classes = p.size() / (end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            const auto of = p.subspan((i - begin) * classes, classes);
            const auto best = std::ranges::max_element(of);
            result.rows.push_back({on.rows[i], static_cast<int>(best - of.begin()), double{*best}});
        }
    }
    std::ranges::stable_sort(result.rows, std::ranges::greater(), &Row::probability);
    return result;
}

void CellSamples::ask(int actual, int predictedClass)
{
    m_actual = actual;
    m_predicted = predictedClass;
    const Run* run = m_store.shown();
    if (!run || !run->snapshot.weights)
        return;
    if (m_known.of == run->snapshot.weights)
        return answer();
    m_view->setCellMessage(tr("Predicting the validation samples…"));
    ModelOffer offer{run->document, run->data, run->heldOut, run->snapshot.weights, {}, 0, 0, false};
    m_job.start([this, offer](std::stop_token stop) {
        JobContext job;
        job.stop = stop;
        Result<Predictions> found = Predictions();
        try { // the thread's root
            found = predicted(offer, m_session.registry(), job);
        } catch (const std::exception& problem) {
            found = Error{ErrorCode::Internal, "", {LB_TR("Error", "failed: %1"),
                                                    {std::string(problem.what())}}};
        }
        if (stop.stop_requested())
            return;
        QMetaObject::invokeMethod(
            this,
            [this, found] {
                if (!found.ok())
                    return m_view->setCellMessage(translated(found.error()));
                m_known = found.value();
                answer();
            },
            Qt::QueuedConnection);
    });
}

void CellSamples::answer()
{
    const Run* run = m_store.shown();
    if (!run || m_actual < 0)
        return;
    std::vector<std::int64_t> rows;
    QStringList captions;
    for (const Row& row : m_known.rows)
        if (row.predicted == m_predicted && m_known.source->label(row.row) == m_actual) {
            rows.push_back(row.row);
            captions << QString("%1 %2")
                            .arg(run->info.classNames.value(row.predicted))
                            .arg(row.probability, 0, 'f', 2);
        }
    m_view->setCell(m_actual, m_predicted, m_known.source, std::move(rows), captions);
}

} // namespace lb
