#pragma once

#include "core/graph/document.h"

#include <functional>
#include <map>
#include <memory>

#include <QObject>

class QWidget;

namespace lb {

class AdaptRunner;
class CanvasView;
class LearnedView;
class Session;
class Source;
class StateHistory;
class VocabularyView;

/// The views of one window, each made here and joined to the session; the window places them.
/// Every one may be null while it is not there.
struct Views {
    QWidget* inspector = nullptr; ///< right dock, full height, of Design
    QWidget* preview = nullptr; ///< bottom dock, tab "Preview", of Design
    VocabularyView* vocabulary = nullptr; ///< bottom dock of Design, while such a layer is selected
    LearnedView* learned = nullptr; ///< the same for layers that learn numbers or make categories
    QWidget* data = nullptr; ///< workspace Data, the whole centre
    QWidget* training = nullptr; ///< workspace Train, the whole centre
    QWidget* exportPanel = nullptr; ///< workspace Export, the whole centre

    /// What the Train button does: start, after adapting what has not learned, or go on.
    std::function<void()> train;
    std::function<void()> stopTraining;
    std::function<bool()> isTraining; ///< or adapts to train then
    std::function<bool()> adaptsFirst; ///< `train` would adapt layers before the run
    std::function<void()> showPredict; ///< opens the predict panel
    /// Previews show the model with these weights, of a run (TrainSnapshot::weights), where they
    /// still fit; null: with the seeded initial ones.
    std::function<void(const std::shared_ptr<const std::map<LayerId, std::vector<Tensor>>>&)>
        showWeights;
    /// Previews show this sample too.
    std::function<void(std::shared_ptr<const Source>, std::int64_t index)> pinSample;
    /// The Source reads this, as that kind of data.
    std::function<void(const QString& kind, const QString& path)> chooseData;
    /// True once every picture that was asked for is there: screenshots wait for it.
    std::function<bool()> settled;

    /// Makes settled() wait for one more view.
    void addSettled(std::function<bool()> view);
};

// One file each; each fills what it owns of `views` and leaves the rest alone.
void addDesignViews(Views& views, Session& session, CanvasView& canvas, QWidget* parent);
void addVocabularyViews(Views& views, Session& session, StateHistory& history, QWidget* parent);
void addLearnedViews(Views& views, Session& session, StateHistory& history, QWidget* parent);
void addDataViews(Views& views, Session& session, CanvasView& canvas, QWidget* parent);
void addTrainingViews(Views& views, Session& session, AdaptRunner& adapt, CanvasView& canvas,
                      QWidget* parent);
void addExportViews(Views& views, Session& session, CanvasView& canvas, QWidget* parent);

/// Makes the views and connects them with `session`; thumbnails go to `canvas`. `parent` owns them.
Views makeViews(Session& session, AdaptRunner& adapt, CanvasView& canvas, QWidget* parent);

} // namespace lb
