#include "app/workbench/views.h"

#include "app/workbench/state_history.h"

namespace lb {

void Views::addSettled(std::function<bool()> view)
{
    settled = [others = std::move(settled), view = std::move(view)] {
        return (!others || others()) && view();
    };
}

Views makeViews(Session& session, AdaptRunner& adapt, CanvasView& canvas, QWidget* parent)
{
    Views views;
    addDesignViews(views, session, canvas, parent);
    auto* history = new StateHistory(session, parent);
    addVocabularyViews(views, session, *history, parent);
    addLearnedViews(views, session, *history, parent);
    addDataViews(views, session, canvas, parent);
    addTrainingViews(views, session, adapt, canvas, parent);
    addExportViews(views, session, canvas, parent);
    return views;
}

} // namespace lb
