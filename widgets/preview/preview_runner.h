#pragma once

#include "core/preview/preview_worker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace lb {

/// Brings a PreviewWorker's pictures to the GUI thread. However often want() is called, the worker
/// hears the newest wish 30 times a second at most.
class PreviewRunner : public QObject {
    Q_OBJECT
public:
    explicit PreviewRunner(const LayerRegistry& registry, QObject* parent = nullptr);
    ~PreviewRunner() override;

    void want(std::vector<PreviewTask> tasks);
    bool idle() const; ///< everything wanted has been delivered
    std::size_t passed() const { return m_passed; } ///< wishes that the worker heard

signals:
    void ready(const std::vector<lb::PreviewResultHandle>& results);

private:
    void passWhenDue();
    void deliver();

    QTimer m_timer;
    QElapsedTimer m_since; ///< the worker heard of one
    std::size_t m_passed = 0;
    std::optional<std::vector<PreviewTask>> m_pending;
    PreviewWorker m_worker; // last: it calls back until it is gone
};

} // namespace lb
