#pragma once

#include "app/workbench/latest_job.h"
#include "core/conform/layer_call.h"
#include "core/graph/document.h"
#include "core/preview/preview.h"

#include <QObject>

namespace lb {

class Session;
class TryPage;

/// Answers the inspector's "Try it" on a thread of its own: calls with the weights of the last run
/// where they fit, and states learned from typed values, which become an undo step.
class TryRunner : public QObject {
    Q_OBJECT
public:
    TryRunner(Session& session, TryPage& page, QObject* parent = nullptr);

    void setWeights(const WeightsHandle& weights);

private:
    void call(LayerId layer, LayerCall call, int ticket);
    void adapt(LayerId layer, LayerCall call);
    /// What learns on the other thread, and for whom.
    struct Pupil {
        int project = 0; ///< as m_project was
        LayerId layer;
        std::string kerasClass;
        Config config;
        std::int64_t rows = 0;
    };
    void takeState(const Pupil& pupil, const Result<LayerAnswer>& answer);

    Session& m_session;
    TryPage& m_page;
    WeightsHandle m_weights;
    int m_project = 0; ///< counts them: ids come again in the next one
    LatestJob m_calls, m_adapts; ///< last: they use the rest until they are gone
};

} // namespace lb
