#pragma once

#include "app/workbench/latest_job.h"
#include "app/workbench/model_jobs.h"
#include "core/interop/predictor.h"
#include "core/preview/value_words.h"
#include "widgets/predict/predict_panel.h"

namespace lb {

class Session;

/// Opens models and predicts pictures, sentences and rows on a worker for a predict panel.
class PredictRunner : public QObject {
    Q_OBJECT
public:
    PredictRunner(Session& session, PredictPanel* panel, QObject* parent);

    void useCurrent(); ///< what the run store offers
    void open(const QString& path); ///< a bundle's folder or zip, or a .keras
    void predict(const QString& picture);
    void predictRow(const QStringList& values); ///< as somebody typed it
    void takeRow(); ///< fills in a row of the data
    bool isBusy() const { return m_pending > 0; }

private:
    struct Model {
        std::unique_ptr<Predictor> predictor;
        std::shared_ptr<const void> keptFolder; ///< of a zip
        const LayerRegistry* registry = nullptr;
    };
    struct Answer {
        QImage picture, seen;
        std::vector<ClassProbability> classes;
        double ms = 0;
        ValueWords words; ///< of a row: what the model gets
        QStringList values; ///< of a row of the data: what stands in the fields now
    };
    using ModelHandle = std::shared_ptr<Model>;

    static Result<ModelHandle> opened(const std::filesystem::path& path,
                                      const LayerRegistry& registry);
    static Result<Answer> answered(Model& model, const std::filesystem::path& picture);
    static Result<Answer> answered(Model& model, const QStringList& values);
    static Result<QStringList> valuesOf(const Predictor& predictor, const Source& source,
                                        std::int64_t row);
    void start(const QString& place, std::function<Result<Answer>(Model&)> work,
               std::function<void(const Result<Answer>&)> show);
    void load(const QString& name, bool isCurrent,
              std::function<Result<ModelHandle>(const JobContext&)> work);
    void take(const QString& name, bool isCurrent, const Result<ModelHandle>& model);
    void showAnswer(const QString& picture, const Result<Answer>& answer);
    void showRow(const Result<Answer>& answer);

    Session& m_session;
    RunStore& m_store;
    PredictPanel* m_panel;
    ModelHandle m_model; ///< used by one job at a time
    QString m_picture; ///< the last one, for another model
    std::int64_t m_row = -1; ///< of the data, taken last
    bool m_isCurrent = true;
    int m_pending = 0;
    std::uint64_t m_newest = 0;
    LatestJob m_job; ///< last: it mails to this object
};

} // namespace lb
