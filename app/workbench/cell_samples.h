#pragma once

#include "app/workbench/latest_job.h"
#include "app/workbench/model_jobs.h"

namespace lb {

class TrainingView;

/// The samples behind a cell of the confusion matrix: predicts the validation rows once with the
/// weights that the matrix is of, on a worker, and answers every cell from that.
class CellSamples : public QObject {
    Q_OBJECT
public:
    CellSamples(Session& session, TrainingView* view, QObject* parent);

    void ask(int actual, int predicted); ///< of the run that is shown

private:
    struct Row {
        std::int64_t row = 0;
        int predicted = 0;
        double probability = 0;
    };
    struct Predictions {
        WeightsHandle of; ///< the weights
        std::shared_ptr<const Source> source;
        std::vector<Row> rows; ///< most confident first
    };
    static Result<Predictions> predicted(const ModelOffer& offer, const LayerRegistry& registry,
                                         const JobContext& job);
    void answer();

    Session& m_session;
    RunStore& m_store;
    TrainingView* m_view;
    Predictions m_known;
    int m_actual = -1, m_predicted = -1;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
