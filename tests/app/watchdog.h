#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>

namespace lb {

/// How long the event loop did not come round, as a share of its life: a busy machine makes both
/// longer, and a window that waits for what runs beside it comes near 1.
class Watchdog : public QObject {
public:
    Watchdog()
    {
        connect(&m_ticks, &QTimer::timeout, this,
                [this] { m_longest = std::max(m_longest, m_since.restart()); });
        m_life.start();
        m_since.start();
        m_ticks.start(5);
    }
    qint64 longest() const { return std::max(m_longest, m_since.elapsed()); } ///< ms
    double share() const
    {
        return static_cast<double>(longest()) / static_cast<double>(std::max<qint64>(1, m_life.elapsed()));
    }

private:
    QTimer m_ticks;
    QElapsedTimer m_since, m_life;
    qint64 m_longest = 0;
};

} // namespace lb
