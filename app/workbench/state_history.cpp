#include "app/workbench/state_history.h"

#include "app/workbench/session.h"
#include "core/preview/state_comparison.h"
#include "widgets/learned/compare_dialog.h"

#include <QPointer>

namespace lb {

StateHistory::StateHistory(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::projectReplaced, this, [this] {
        m_last.clear();
        m_before.clear();
    });
    connect(&session, &Session::documentChanged, this, &StateHistory::look);
    look();
}

/// A state that was replaced is kept; one that is only forgotten (undo of the first adapt) too.
void StateHistory::look()
{
    for (const auto& layer : m_session.document().layers) {
        auto& last = m_last[layer->id];
        if (last == layer)
            continue;
        if (last && last->adapted && last->adapted != layer->adapted)
            m_before[layer->id] = last;
        last = layer;
    }
}

const LayerDef* StateHistory::before(LayerId layer) const
{
    const auto found = m_before.find(layer);
    return found == m_before.end() ? nullptr : found->second.get();
}

void StateHistory::compare(const LayerDef& before, const LayerDef& after, const QString& beforeName,
                           const QString& afterName, QWidget* parent)
{
    m_job.start([this, before, after, beforeName, afterName, window = QPointer<QWidget>(parent),
                 registry = &m_session.registry()](const std::stop_token&) {
        auto found = std::make_shared<Result<StateComparison>>(
            comparedStates(before, after, *registry));
        QMetaObject::invokeMethod(
            this,
            [this, found, beforeName, afterName, window,
             name = QString::fromStdString(after.name)] {
                if (!found->ok())
                    return m_session.reportFailure(found->error());
                auto* dialog = new CompareDialog(window);
                dialog->setAttribute(Qt::WA_DeleteOnClose);
                dialog->setComparison(name, beforeName, afterName, std::move(found->value()));
                dialog->show();
            },
            Qt::QueuedConnection);
    });
}

void StateHistory::compareWithPrevious(const LayerDef& now, QWidget* parent)
{
    if (const LayerDef* earlier = before(now.id))
        compare(*earlier, now, tr("the state before"), tr("as it is now"), parent);
}

} // namespace lb
