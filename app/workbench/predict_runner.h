#pragma once

#include "app/workbench/latest_job.h"
#include "app/workbench/model_jobs.h"
#include "core/interop/predictor.h"
#include "widgets/predict/predict_panel.h"

namespace lb {

class Session;

/// Opens models and predicts pictures on a worker for a predict panel.
class PredictRunner : public QObject {
    Q_OBJECT
public:
    PredictRunner(Session& session, PredictPanel* panel, QObject* parent);

    void useCurrent(); ///< what the run store offers
    void open(const QString& path); ///< a bundle's folder or zip, or a .keras
    void predict(const QString& picture);
    bool isBusy() const { return m_pending > 0; }

private:
    struct Model {
        std::unique_ptr<Predictor> predictor;
        std::shared_ptr<const void> keptFolder; ///< of a zip
    };
    struct Answer {
        QImage picture, seen;
        std::vector<ClassProbability> classes;
        double ms = 0;
    };
    using ModelHandle = std::shared_ptr<Model>;

    static Result<ModelHandle> opened(const std::filesystem::path& path,
                                      const LayerRegistry& registry);
    static Result<Answer> answered(Model& model, const std::filesystem::path& picture);
    void load(const QString& name, bool isCurrent,
              std::function<Result<ModelHandle>(const JobContext&)> work);
    void take(const QString& name, bool isCurrent, const Result<ModelHandle>& model);
    void showAnswer(const QString& picture, const Result<Answer>& answer);

    Session& m_session;
    RunStore& m_store;
    PredictPanel* m_panel;
    ModelHandle m_model; ///< used by one job at a time
    QString m_picture; ///< the last one, for another model
    bool m_isCurrent = true;
    int m_pending = 0;
    std::uint64_t m_newest = 0;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
